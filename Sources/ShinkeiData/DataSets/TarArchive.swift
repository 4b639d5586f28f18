import ShinkeiFormats

/// Goes through a tar archive, plain or gzip. Nothing is written to the disk.
///
/// Source: POSIX.1-1988, "ustar"; GNU's and POSIX's longer names are passed over, no data set here has any.
enum TarArchive {
    /// Calls `body` with the name and content of each regular file.
    ///
    /// - Parameter limit: The most bytes that a file may have.
    static func read(_ path: String, limit: Int = 256 << 20, _ body: (String, [UInt8]) throws -> Void) throws {
        let stream = try ByteStream(path)
        func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
            FormatError(kind, file: path, format: "tar", reason: reason)
        }
        while true {
            let header = try stream.read(upTo: 512)
            if header.isEmpty || header.allSatisfy({ $0 == 0 }) { return }
            guard header.count == 512 else { throw error(.truncated, "ends within a header") }
            let sum = header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
            guard number(header[148..<156]) == sum else { throw error(.malformed, "a header's checksum is wrong") }
            guard let size = number(header[124..<136]), size <= limit else {
                throw error(.tooLarge, "a file of more than \(limit) bytes")
            }
            let content = try stream.read(upTo: size)
            guard content.count == size else { throw error(.truncated, "ends within a file") }
            _ = try stream.read(upTo: (512 - size % 512) % 512)
            guard header[156] == 0x30 || header[156] == 0 else { continue }
            let isUstar = header[257..<262].elementsEqual("ustar".utf8)
            let prefix = isUstar ? text(header[345..<500]) : ""
            try body((prefix.isEmpty ? "" : prefix + "/") + text(header[0..<100]), content)
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits among spaces and zeros.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.filter { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
