import FoundationEssentials
import ShinkeiData
import Testing

/// The real data that tutorials train on, and how long tests may take.
enum TutorialData {
    private static let environment = ProcessInfo.processInfo.environment
    private static let folder = environment["SHINKEI_DATA"]

    static func has(_ names: String...) -> Bool {
        names.contains { name in folder.map { FileManager.default.fileExists(atPath: "\($0)/\(name)") } ?? false }
    }
    static let hasMNIST = has("mnist", "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte")
    static let hasIMDB = has("imdb", "imdb.npz", "aclImdb_v1.tar.gz", "aclImdb.tar.gz", "aclImdb")
    static let images = has("cifar10-images") ? folder.map { "\($0)/cifar10-images" } : nil
    static let comment: Comment = "SHINKEI_DATA does not name a folder with this data set"

    /// One seed, or three where `SHINKEI_BIG_TESTS` allows minutes.
    static let seeds = environment["SHINKEI_BIG_TESTS"] == nil ? 0..<1 : 0..<3
    /// One seed, or five.
    static let manySeeds = environment["SHINKEI_BIG_TESTS"] == nil ? 0..<1 : 0..<5

    static var isOptimized: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return !isDebug
    }
}
