import FoundationEssentials

/// The repository that these tests lie in.
enum Sources {
    static let root: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/")
    }()

    static func fixture(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(root)/Tests/Fixtures/\(name)"))
    }

    /// The Swift files of a target with their text.
    static func swiftFiles(in target: String) throws -> [(path: String, text: String)] {
        var files: [(String, String)] = []
        var folders = ["\(root)/Sources/\(target)"]
        while let folder = folders.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
                let path = "\(folder)/\(name)"
                var isFolder = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
                if isFolder {
                    folders.append(path)
                } else if name.hasSuffix(".swift") {
                    files.append((path, try String(contentsOfFile: path, encoding: .utf8)))
                }
            }
        }
        return files
    }
}
