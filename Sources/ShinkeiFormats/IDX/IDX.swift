import ShinkeiCore

/// IDX files, the format of MNIST.
///
/// Plain or gzip, told apart by content. Type codes 0x08 (uint8), 0x09 (int8), 0x0B (int16),
/// 0x0C (int32), 0x0D (float32) and 0x0E (float64); int8 and int16 become int32. Elements and
/// sizes are big-endian in the file.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", "File formats".
public enum IDX {
    /// The most that a compressed file may expand to unless the caller says otherwise: 4 GiB.
    public static let defaultLimit = 1 << 32

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, plain or gzip.
    ///   - limit: The most bytes that a compressed file may expand to.
    /// - Returns: The array, row-major and little-endian.
    /// - Throws: `FormatError` if the file cannot be read, is no IDX file, or is longer or shorter
    ///   than its header says.
    /// - Complexity: Allocates what the file holds, never what its header merely claims.
    public static func read(
        _ path: String, limit: Int = defaultLimit
    ) throws(FormatError) -> HostArray {
        let file = try FileReader(path)
        let isGzip = Gzip.isGzip(try file.read(upTo: 2))
        file.rewind()
        guard isGzip else {
            return try parse(file: path, holds: .exactly(file.size), read: file.read(upTo:))
        }
        let reader = InflateReader(
            name: path, wrapping: .gzip, limit: limit, source: file.read(into:))
        return try parse(file: path, holds: .compressed(file.size)) {
            count throws(FormatError) in
            try reader.read(upTo: count, expected: Gzip.guess(compressed: file.size))
        }
    }

    /// Reads a file's bytes.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, plain or gzip.
    ///   - name: What errors call it.
    ///   - limit: The most bytes that compressed ones may expand to.
    /// - Returns: The array, row-major and little-endian.
    /// - Throws: `FormatError`, as `read(_:limit:)` does.
    public static func decode(
        _ bytes: [UInt8], name: String = "data", limit: Int = defaultLimit
    ) throws(FormatError) -> HostArray {
        let plain =
            Gzip.isGzip(bytes)
            ? try Gzip.decompress(bytes, limit: limit, name: name) : bytes
        var position = 0
        return try parse(file: name, holds: .exactly(plain.count)) { count in
            let end = min(plain.count, position + count)
            defer { position = end }
            return Array(plain[position..<end])
        }
    }

    /// What is known of a file's size before it is read.
    private enum Size {
        case exactly(Int)
        /// The size of a gzip file. Deflate makes at most 1032 bytes of one.
        case compressed(Int)
    }

    /// Reads the header and, once its claim can be true, the elements.
    private static func parse(
        file: String, holds size: Size, read: (Int) throws(FormatError) -> [UInt8]
    ) throws(FormatError) -> HostArray {
        let magic = try read(4)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0, let type = type(magic[2]) else {
            let found = magic.map { String($0, radix: 16) }.joined(separator: " ")
            throw FormatError(
                .notThisFormat, file: file, format: "idx",
                reason: "expected the bytes 0 0, a type (8 9 b c d e) and a rank, got \(found)")
        }
        let rank = Int(magic[3])
        let header = try read(4 * rank)
        guard header.count == 4 * rank else {
            throw FormatError(
                .truncated, file: file, format: "idx", reason: "ends within its \(rank) sizes")
        }
        let sizes = (0..<rank).map { axis in
            header[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let width = type.byteCount
        let largest = max(width, type.dtype.byteCount)
        guard let count = checkedCount(sizes, elementSize: largest) else {
            throw FormatError(
                .tooLarge, file: file, format: "idx",
                reason: "shape \(Shape(sizes)) is more than memory can address")
        }
        let wanted = count * width
        try check(wanted, of: sizes, against: size, headerSize: 4 + 4 * rank, file: file)

        var data = try read(wanted)
        guard data.count == wanted else {
            throw FormatError(
                .truncated, file: file, format: "idx",
                reason: "shape \(Shape(sizes)) needs \(wanted) bytes of data, there are "
                    + "\(data.count)")
        }
        // Also makes a compressed stream compare its checksum.
        guard try read(1).isEmpty else {
            throw FormatError(
                .malformed, file: file, format: "idx",
                reason: "shape \(Shape(sizes)) needs \(wanted) bytes of data, there are more")
        }
        swapByteOrder(&data, elementSize: width)
        guard let bytes = type.converted(data) else {
            fatalError("IDX has no type whose values do not fit")
        }
        return HostArray(shape: Shape(sizes), dtype: type.dtype, bytes: bytes)
    }

    /// Refuses a claim that cannot be true, before anything is allocated for it.
    private static func check(
        _ wanted: Int, of sizes: [Int], against size: Size, headerSize: Int, file: String
    ) throws(FormatError) {
        switch size {
        case .exactly(let total) where total - headerSize != wanted:
            throw FormatError(
                wanted > total - headerSize ? .truncated : .malformed, file: file, format: "idx",
                reason: "shape \(Shape(sizes)) needs \(wanted) bytes of data, there are "
                    + "\(total - headerSize)")
        case .compressed(let total) where wanted / 1032 > total:
            throw FormatError(
                .truncated, file: file, format: "idx",
                reason: "shape \(Shape(sizes)) needs \(wanted) bytes of data, which \(total) "
                    + "compressed bytes cannot hold")
        default: break
        }
    }

    static func type(_ code: UInt8) -> StoredType? {
        switch code {
        case 0x08: .uint8
        case 0x09: .int8
        case 0x0B: .int16
        case 0x0C: .int32
        case 0x0D: .float32
        case 0x0E: .float64
        default: nil
        }
    }
}
