import FoundationEssentials
import ShinkeiCore
import ShinkeiFormats
import Testing

@testable import ShinkeiImages

enum TestImages {
    /// Tests/Fixtures/images, with a slash at the end.
    static let committed: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return (parts.dropLast(3) + ["Fixtures", "images", ""]).joined(separator: "/")
    }()
    /// Images of every kind by other programs, which are not part of the repository.
    static let shared = ProcessInfo.processInfo.environment["SHINKEI_FIXTURES"].map { "\($0)/images" }
    static let sharedComment: Comment = "SHINKEI_FIXTURES does not name the large set of fixtures"
    /// The part of CIFAR-10 that is there as JPEG files.
    static let cifar = ProcessInfo.processInfo.environment["SHINKEI_DATA"].map { "\($0)/cifar10-images" }
    static let cifarComment: Comment = "SHINKEI_DATA does not name a folder of real data"

    static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let name = "shinkei-test-\(UInt64.random(in: 0 ... .max))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    static func write(_ bytes: [UInt8], _ path: String) throws {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    static func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

    /// A picture with waves in it, the same every time.
    static func waves(_ height: Int, _ width: Int, _ channels: Int = 3, phase: Int = 0) -> Image {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels { bytes.append(UInt8((x * 11 + y * 7 + c * 50 + phase * 31) % 256)) }
            }
        }
        return Image(height: height, width: width, channels: channels, bytes: bytes)
    }
}

/// Golden arrays by name.
struct Golden {
    private let archive: Npz
    init(_ path: String) throws { archive = try Npz(path) }
    var names: [String] { archive.names }
    func array(_ name: String) throws -> HostArray { try archive.read(name) }
    func tensor(_ name: String) throws -> Tensor {
        let array = try archive.read(name)
        return Tensor(shape: array.shape.sizes, dtype: array.dtype, bytes: array.bytes)
    }
    func image(_ name: String) throws -> Image { Image(try tensor(name)) }
}

/// The largest difference of two images; they must have one shape.
func distance(_ a: Image, _ b: Image) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.floats, b.floats).map { ($0 - $1).magnitude }.max() ?? 0
}

/// Runs a body that must throw a `FormatError`, and returns its text.
func formatError(_ kind: FormatError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void)
    -> String
{
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as FormatError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        return error.description
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
    return ""
}
