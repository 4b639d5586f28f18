/// What the central directory says of one member.
struct ZipEntry: Sendable {
    static let signature: UInt32 = 0x0201_4B50
    static let localSignature: UInt32 = 0x0403_4B50
    /// The sizes of the fixed parts.
    static let fixedSize = 46
    static let localFixedSize = 30

    static let encrypted: UInt16 = 1 << 0 | 1 << 6 | 1 << 13
    static let hasDescriptor: UInt16 = 1 << 3
    static let isPatch: UInt16 = 1 << 5
    static let isUTF8: UInt16 = 1 << 11

    static let stored: UInt16 = 0
    static let deflated: UInt16 = 8

    var name = ""
    /// The name as it stands in the file.
    var nameBytes: ArraySlice<UInt8>
    var versionNeeded: UInt16
    var flags: UInt16
    var method: UInt16
    var crc: UInt32
    var compressedSize: Int
    var size: Int
    /// Where the local header begins, from the start of the file.
    var headerOffset: Int
    /// Where the data begin, once the local header was read.
    var dataOffset = 0

    var isFolder: Bool { nameBytes.last == UInt8(ascii: "/") }

    /// The methods' names, for messages.
    static func methodName(_ method: UInt16) -> String {
        switch method {
        case 1: "shrink"
        case 2...5: "reduce"
        case 6: "implode"
        case 9: "deflate64"
        case 12: "bzip2"
        case 14: "LZMA"
        case 93, 20: "Zstandard"
        case 95: "xz"
        case 98: "PPMd"
        case 99: "AES encryption"
        default: "method \(method)"
        }
    }
}

/// The sizes and the offset as they are after a zip64 field took the place of those that do not fit in 32 bits.
struct Zip64Values {
    static let marker: UInt32 = 0xFFFF_FFFF

    var size: UInt64
    var compressedSize: UInt64
    var offset: UInt64

    /// - Returns: `nil` if the extra fields are broken, or hold no value for a field that says it stands there.
    init?(size: UInt32, compressedSize: UInt32, offset: UInt32, disk: UInt16, extra: ArraySlice<UInt8>) {
        self.size = UInt64(size)
        self.compressedSize = UInt64(compressedSize)
        self.offset = UInt64(offset)
        let record = ByteRecord(extra)
        var field: Range<Int>?
        var place = 0
        // Some writers pad with fewer bytes than a field's head takes; Python lets them pass too.
        while record.count - place >= 4 {
            let end = place + 4 + Int(record.u16(place + 2))
            guard end <= record.count else { return nil }
            if record.u16(place) == 1 {
                guard field == nil else { return nil }
                field = place + 4..<end
            }
            place = end
        }
        var next = field?.lowerBound ?? 0
        let end = field?.upperBound ?? 0
        func value() -> UInt64? {
            guard end - next >= 8 else { return nil }
            next += 8
            return record.u64(next - 8)
        }
        if size == Self.marker {
            guard let large = value() else { return nil }
            self.size = large
        }
        if compressedSize == Self.marker {
            guard let large = value() else { return nil }
            self.compressedSize = large
        }
        if offset == Self.marker {
            guard let large = value() else { return nil }
            self.offset = large
        }
        if disk == 0xFFFF {
            guard end - next >= 4, record.u32(next) == 0 else { return nil }
        }
    }
}
