import FoundationEssentials
import ShinkeiCore
import Testing

@testable import ShinkeiFormats

/// Writes files for `Tools/check_archives.py`, which reads them with the libraries of Python.
@Suite struct ArchivesForPythonTests {
    static let folder = ProcessInfo.processInfo.environment["SHINKEI_ARCHIVES"]

    @Test(.enabled(if: ArchivesForPythonTests.folder != nil, "SHINKEI_ARCHIVES names no folder"))
    func `Files for Python are written`() throws {
        let folder = try #require(Self.folder)
        try writeJSON(folder)
        for (name, zip64From) in ["plain": 0xFFFF_FFFF, "zip64": 0] { try writeZip("\(folder)/\(name).zip", zip64From) }
        let many = try ZipWriter(folder + "/many.zip")
        for i in 0..<70_000 { try many.add("m\(i)", Array("\(i)".utf8)) }
        try many.finish()
        var arrays = DType.allCases.map { (name: $0.name, array: Self.array($0, [2, 3, 5])) }
        arrays.append((name: "scalar", array: Self.array(.float64, [])))
        arrays.append((name: "none", array: Self.array(.int32, [0, 7])))
        try Npz.write(arrays, to: folder + "/stored.npz")
        try Npz.write(arrays, to: folder + "/compressed.npz", compressed: true)
        try Safetensors.write(arrays, metadata: ["format": "np", "text": "é \"\n"], to: folder + "/a.safetensors")
        try Safetensors.write([], to: folder + "/empty.safetensors")
        if let size = ProcessInfo.processInfo.environment["SHINKEI_LARGE"].flatMap({ Int($0) }) {
            try writeLarge(folder + "/large.zip", size)
        }
    }

    /// Element `i` is `i % 7 - 3`, or for bool and uint8 `i % 2`.
    private static func array(_ dtype: DType, _ shape: Shape) -> HostArray {
        let bytes = (0..<shape.count).flatMap { i -> [UInt8] in
            let value = i % 7 - 3
            func bytes<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
            return switch dtype {
            case .bool, .uint8: [UInt8(i % 2)]
            case .int32: bytes(Int32(value))
            case .int64: bytes(Int64(value))
            case .float16:
                bytes([0xC200, 0xC000, 0xBC00, 0, 0x3C00, 0x4000, 0x4200][value + 3] as UInt16)
            case .bfloat16: bytes(UInt16(Float(value).bitPattern >> 16))
            case .float32: bytes(Float(value))
            case .float64: bytes(Double(value))
            }
        }
        return HostArray(shape: shape, dtype: dtype, bytes: bytes)
    }

    private func writeJSON(_ folder: String) throws {
        let value: JSON = [
            "int": 1, "float": 1.0, "small": 1e-7, "large": 1e16, "nearly": 9007199254740994.0, "null": .null,
            "text": "é 神経 🧠 \"\\\n\u{1}", "nan": .number(.nan), "infinite": [.number(.infinity), .number(-.infinity)],
            "nested": ["a": [[], [:], [1, [2]]]], "true": true,
        ]
        for (name, layout) in ["compact": .compact, "spaced": .spaced, "indented": .indented(2)]
            as [String: JSON.Layout]
        {
            try AtomicFile.write(value.encoded(layout), to: "\(folder)/\(name).json")
        }
        var generator = Mutator(seed: 20_261_121)
        let doubles = (0..<200_000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        let near = (0..<100_000).map { _ in Double(9_000_000_000_000_000 + generator.below(2_000_000_000_000_000)) }
        try AtomicFile.write(
            JSON.array((doubles + near).map { .array([.string(String($0.bitPattern)), .number($0)]) }).encoded(
                .compact),
            to: folder + "/doubles.json")
    }

    private func writeZip(_ path: String, _ zip64From: Int) throws {
        let text = Array(String(repeating: "hello ", count: 5000).utf8)
        let writer = try ZipWriter(path, zip64From: zip64From)
        try writer.add("stored.txt", text)
        try writer.add("deflated.txt", text, compressed: true)
        try writer.add("神経/aligned.txt", text, alignment: 64)
        try writer.add("streamed.txt", size: text.count, alignment: 64) { sink throws(FormatError) in
            try sink.write(text)
        }
        try writer.add("empty", [])
        try writer.add("folder/", [])
        try writer.finish()
    }

    /// A member of more than 4 GiB and one behind it.
    private func writeLarge(_ path: String, _ size: Int) throws {
        let writer = try ZipWriter(path)
        let piece = [UInt8](repeating: 7, count: 1 << 20)
        try writer.add("large", size: size, alignment: 64) { sink throws(FormatError) in
            var left = size
            while left > 0 {
                try sink.write(left < piece.count ? Array(piece[..<left]) : piece)
                left -= min(left, piece.count)
            }
        }
        try writer.add("behind", [1, 2, 3])
        try writer.finish()
        let reader = try ZipReader(path: path)
        #expect(reader.member("large")?.size == size)
        let clock = ContinuousClock()
        let time = try clock.measure { try reader.member("large")?.verify() }
        print("checksum of \(size) bytes in \(time)")
        #expect(try reader.member("behind")?.bytes() == [1, 2, 3])
    }
}
