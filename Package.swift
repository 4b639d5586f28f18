// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "Shinkei",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "Shinkei", targets: ["Shinkei"]),
        .library(name: "ShinkeiApplications", targets: ["ShinkeiApplications"]),
        .library(name: "ShinkeiImages", targets: ["ShinkeiImages"]),
        .library(name: "ShinkeiPlot", targets: ["ShinkeiPlot"]),
        .library(name: "ShinkeiTesting", targets: ["ShinkeiTesting"]),
        .executable(name: "shinkei-cli", targets: ["ShinkeiCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    ],
    targets: [
        .target(name: "CShinkeiKernels"),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CPng", pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJpeg", pkgConfig: "libjpeg",
            providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .target(
            name: "CImageCodecs", dependencies: ["CPng", "CJpeg"],
            linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        .target(name: "ShinkeiCore", dependencies: ["CShinkeiKernels"], swiftSettings: strict),
        .target(
            name: "ShinkeiFormats", dependencies: ["ShinkeiCore", "CZlib"], swiftSettings: strict),
        .target(
            name: "ShinkeiData",
            dependencies: [
                "ShinkeiCore", "ShinkeiFormats", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "ShinkeiImages", dependencies: ["ShinkeiCore", "ShinkeiData", "ShinkeiFormats", "CImageCodecs"],
            swiftSettings: strict),
        .target(
            name: "Shinkei", dependencies: ["ShinkeiCore", "ShinkeiFormats", "ShinkeiData"],
            swiftSettings: strict),
        .target(
            name: "ShinkeiApplications", dependencies: ["Shinkei", "ShinkeiCore", "ShinkeiData", "ShinkeiFormats"],
            swiftSettings: strict),
        // Without the headers of cairo and pango, everything but PNG and PDF is built all the same.
        .systemLibrary(
            name: "CCairo", pkgConfig: "pangocairo",
            providers: [.apt(["libcairo2-dev", "libpango1.0-dev"]), .brew(["cairo", "pango"])]),
        .target(name: "CShinkeiCanvas", dependencies: ["CCairo"]),
        .target(
            name: "ShinkeiPlot", dependencies: ["Shinkei", "CShinkeiCanvas"], swiftSettings: strict),
        .target(name: "ShinkeiTesting", dependencies: ["Shinkei"], swiftSettings: strict),
        .executableTarget(
            name: "ShinkeiCLI",
            dependencies: [
                "Shinkei", "ShinkeiApplications", "ShinkeiImages", "ShinkeiPlot",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiApplicationsTests",
            dependencies: ["ShinkeiApplications", "ShinkeiData", "ShinkeiFormats", "ShinkeiImages", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiCLITests", dependencies: ["ShinkeiCLI", "ShinkeiImages"], swiftSettings: strict),
        .testTarget(
            name: "ShinkeiCoreTests", dependencies: ["ShinkeiCore", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiFormatsTests", dependencies: ["ShinkeiFormats", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiDataTests", dependencies: ["ShinkeiData", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiImagesTests", dependencies: ["ShinkeiImages", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiTests", dependencies: ["Shinkei", "ShinkeiImages", "ShinkeiTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ShinkeiPlotTests", dependencies: ["ShinkeiApplications", "ShinkeiPlot", "ShinkeiTesting"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
