import FoundationEssentials
import Shinkei
import ShinkeiTesting

/// Reads what the programs under Tools/reference wrote.
enum Fixture {
    static var root: [Substring] {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    }

    /// A file's path under Tests/Fixtures.
    static func path(_ name: String) -> String { (root + ["Tests", "Fixtures", name[...]]).joined(separator: "/") }

    static func decode<T: Decodable>(_ name: String) throws -> T {
        let path = (root + ["Tests", "Fixtures", "training", name[...]]).joined(separator: "/")
        return try JSONDecoder().decode(T.self, from: Data(contentsOf: URL(filePath: path)))
    }

    /// Every Swift source of the library, with its text.
    static func sources() throws -> [(path: String, text: String)] {
        let folder = (root + ["Sources", "Shinkei"]).joined(separator: "/")
        return try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".swift")
        }.map {
            (
                $0,
                String(
                    decoding: try Data(contentsOf: URL(filePath: "\(folder)/\($0)")), as: UTF8.self)
            )
        }
    }
}

let xorInputs: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
let xorTargets: Tensor = [[0], [1], [1], [0]]

/// The text of an error that `body` throws; empty if it throws none.
func errorText(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch { return "\(error)" }
}
