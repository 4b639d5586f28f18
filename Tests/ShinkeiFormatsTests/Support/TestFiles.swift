import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

enum TestFiles {
    /// Tests/Fixtures, with a slash at the end.
    static let committed: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return (parts.dropLast(3) + ["Fixtures", ""]).joined(separator: "/")
    }()

    /// The larger set of fixtures, which is not part of the repository.
    static let shared = ProcessInfo.processInfo.environment["SHINKEI_FIXTURES"]

    static let sharedComment: Comment = "SHINKEI_FIXTURES does not name the large set of fixtures"

    /// Runs a body with the path of a new folder, which is removed afterwards.
    static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
        let name = "shinkei-test-\(UInt64.random(in: 0 ... .max))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    static func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path)))
    }
}

/// An array's elements as doubles.
func doubles(_ array: HostArray) -> [Double] {
    func map<T>(_ type: T.Type, _ convert: (T) -> Double) -> [Double] {
        array.bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<T>.size).map {
                convert(bytes.loadUnaligned(fromByteOffset: $0, as: T.self))
            }
        }
    }
    return switch array.dtype {
    case .bool, .uint8: map(UInt8.self) { Double($0) }
    case .int32: map(Int32.self) { Double($0) }
    case .int64: map(Int64.self) { Double($0) }
    case .float16: map(UInt16.self) { half($0) }
    case .bfloat16: map(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: map(Float.self) { Double($0) }
    case .float64: map(Double.self) { $0 }
    }
}

/// Half precision, for the finite numbers of the fixtures.
private func half(_ bits: UInt16) -> Double {
    let fraction = Double(bits & 0x3FF)
    let exponent = Int(bits >> 10 & 0x1F)
    let size =
        exponent == 0
        ? fraction / 16_777_216
        : Double(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    return bits >> 15 == 1 ? -size : size
}

/// Runs a body that must throw a `FormatError`, and returns it.
func formatError(
    _ kind: FormatError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) -> String {
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
        return ""
    } catch let error as FormatError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
        return error.description
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
        return ""
    }
}
