import FoundationEssentials

@testable import ShinkeiData

/// Two images, one black and one white, with the labels 3 and 9, in MNIST's form.
enum TinyMNIST {
    static let images: [UInt8] =
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28] + [UInt8](repeating: 0, count: 784)
        + [UInt8](repeating: 255, count: 784)
    static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 3, 9]

    /// By Python 3.11's `gzip.compress(…, mtime=0)`.
    static let imagesGzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 2, 98, 25, 40, 30, 5,
        163, 96, 20, 64, 193, 255, 81, 48, 10, 70, 1, 28, 0, 0, 85, 220, 6, 27, 48, 6, 0, 0,
    ]
    static let labelsGzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 96, 98, 230, 4, 0, 126, 71,
        109, 199, 10, 0, 0, 0,
    ]

    static let names = [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]

    /// Writes the four files.
    static func write(
        to folder: String, gzip: Bool = false, rename: (String) -> String = { $0 }
    ) throws {
        try makeFolders(folder)
        for (i, name) in names.enumerated() {
            let bytes =
                gzip
                ? (i % 2 == 0 ? imagesGzip : labelsGzip) : (i % 2 == 0 ? images : labels)
            try Data(bytes).write(
                to: URL(filePath: "\(folder)/\(rename(name))\(gzip ? ".gz" : "")"))
        }
    }

    /// The four files at places on this machine, as if they were mirrors.
    static func files(mirrors: [String]) -> MNISTFiles {
        var files = MNISTFiles()
        for (i, name) in names.enumerated() {
            files.files[i] = RemoteFile(
                name: name, size: i % 2 == 0 ? images.count : labels.count,
                sha256: i % 2 == 0
                    ? "b240a7c40b3a2ed441568fc86d9571d905ee458c84c813a0de9c8ec00e65d01f"
                    : "2bc015e4c758b3140f876aff43176e1234ae104bb9297ec10611f4f3bc9c5181",
                addresses: mirrors.map { "file://\($0)/\(name).gz" }, schemes: "=file")
        }
        return files
    }

    static func makeFolders(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    /// Runs a body with the path of a new folder, which is removed afterwards.
    static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let name = "shinkei-test-\(UInt64.random(in: 0 ... .max))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try makeFolders(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }
}
