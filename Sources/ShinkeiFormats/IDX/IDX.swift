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
        try read(try FileBytes(path), limit: limit)
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
        try read(MemoryBytes(bytes, name: name), limit: limit)
    }

    private static func read(_ source: any ByteSource, limit: Int) throws(FormatError) -> HostArray {
        let file = FileReader(source)
        let isGzip = Gzip.isGzip(try file.read(upTo: 2))
        file.rewind()
        guard isGzip else { return try parse(file: source.name, holds: .exactly(source.count), read: file.read(upTo:)) }
        let reader = InflateReader(name: source.name, wrapping: .gzip, limit: limit, source: file.read(into:))
        return try parse(file: source.name, holds: .compressed(source.count)) { count throws(FormatError) in
            try reader.read(upTo: count, expected: Gzip.guess(compressed: source.count))
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
        let header = try IDXHeader(file: file, read: read)
        let (sizes, wanted, type) = (header.sizes, header.dataSize, header.type)
        try check(wanted, of: sizes, against: size, headerSize: header.dataOffset, file: file)

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
        swapByteOrder(&data, elementSize: type.byteCount)
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
}
