import ShinkeiCore

/// What the header of an IDX file says.
struct IDXHeader {
    let type: StoredType
    let sizes: [Int]
    /// Where the elements begin, in bytes from the start of the file.
    let dataOffset: Int
    /// The bytes that the elements take. Whether they are there is for the reader to see.
    let dataSize: Int

    /// Reads the header from the front of a file.
    ///
    /// - Parameter read: Gives the next bytes; fewer than asked for only at the end.
    init(file: String, read: (Int) throws(FormatError) -> [UInt8]) throws(FormatError) {
        let magic = try read(4)
        guard magic.count == 4, magic[0] == 0, magic[1] == 0, let type = Self.type(magic[2]) else {
            let found = magic.map { String($0, radix: 16) }.joined(separator: " ")
            throw FormatError(
                .notThisFormat, file: file, format: "idx",
                reason: "expected the bytes 0 0, a type (8 9 b c d e) and a rank, got \(found)")
        }
        let rank = Int(magic[3])
        let bytes = try read(4 * rank)
        guard bytes.count == 4 * rank else {
            throw FormatError(.truncated, file: file, format: "idx", reason: "ends within its \(rank) sizes")
        }
        sizes = (0..<rank).map { axis in bytes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) } }
        self.type = type
        dataOffset = 4 + 4 * rank
        dataSize = try type.byteCount(of: sizes, file: file, format: "idx")
    }

    private static func type(_ code: UInt8) -> StoredType? {
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
