/// Gzip files.
///
/// Source: RFC 1952. The decompression is zlib's.
public enum Gzip {
    /// Whether bytes begin as a gzip file does.
    public static func isGzip(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.starts(with: [0x1F, 0x8B])
    }

    /// Decompresses a file's bytes.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, of one or more members.
    ///   - limit: The most bytes that may come out.
    ///   - name: What errors call the file.
    /// - Returns: The decompressed bytes.
    /// - Throws: `FormatError`: `truncated` if the bytes end too early, `malformed` if they are no
    ///   gzip file or a checksum differs, `tooLarge` beyond the limit.
    public static func decompress(
        _ bytes: [UInt8], limit: Int, name: String = "data"
    ) throws(FormatError) -> [UInt8] {
        var position = 0
        let reader = InflateReader(name: name, wrapping: .gzip, limit: limit) { buffer in
            let count = min(buffer.count, bytes.count - position)
            bytes.withUnsafeBytes { all in
                buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
            }
            position += count
            return count
        }
        return try reader.readAll(expected: guess(compressed: bytes.count))
    }

    /// Decompresses a file.
    ///
    /// - Parameters:
    ///   - path: The file, of one or more members.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The decompressed bytes.
    /// - Throws: `FormatError`, as `decompress(_:limit:name:)` does, and `unreadable`.
    public static func read(_ path: String, limit: Int) throws(FormatError) -> [UInt8] {
        let file = try FileReader(path)
        let reader = InflateReader(
            name: path, wrapping: .gzip, limit: limit, source: file.read(into:))
        return try reader.readAll(expected: guess(compressed: file.size))
    }

    /// What to reserve for a file of this size: memory that is not touched costs nothing.
    static func guess(compressed: Int) -> Int {
        compressed.multipliedReportingOverflow(by: 6).partialValue
    }
}
