// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of Shinkei never resolve what only benchmarks need.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "Shinkei", path: "..")],
    targets: [
        .executableTarget(name: "batches", dependencies: [.product(name: "Shinkei", package: "Shinkei")]),
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "Shinkei", package: "Shinkei"),
                .product(name: "ShinkeiApplications", package: "Shinkei"),
            ]),
        .executableTarget(name: "images", dependencies: [.product(name: "ShinkeiImages", package: "Shinkei")]),
    ],
    swiftLanguageModes: [.v6]
)
