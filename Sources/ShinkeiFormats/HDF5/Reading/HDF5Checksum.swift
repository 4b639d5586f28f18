/// The two checksums that HDF5 files have.
enum HDF5Checksum {
    /// The checksum of structures: Bob Jenkins's lookup3, `hashlittle` with the initial value 0.
    ///
    /// Source: Bob Jenkins, "lookup3.c", 2006, public domain.
    static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { lookup3($0) }
    }

    private static func lookup3(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var b = a
        var c = a
        var position = 0
        // The last 1 to 12 bytes are mixed in another way.
        while bytes.count - position > 12 {
            a &+= word(bytes, position)
            b &+= word(bytes, position + 4)
            c &+= word(bytes, position + 8)
            a = (a &- c) ^ rotated(c, 4)
            c &+= b
            b = (b &- a) ^ rotated(a, 6)
            a &+= c
            c = (c &- b) ^ rotated(b, 8)
            b &+= a
            a = (a &- c) ^ rotated(c, 16)
            c &+= b
            b = (b &- a) ^ rotated(a, 19)
            a &+= c
            c = (c &- b) ^ rotated(b, 4)
            b &+= a
            position += 12
        }
        guard position < bytes.count else { return c }
        a &+= word(bytes, position)
        b &+= word(bytes, position + 4)
        c &+= word(bytes, position + 8)
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        return (c ^ b) &- rotated(b, 24)
    }

    /// Four bytes as a number; bytes past the end are zero.
    private static func word(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32 {
        if position + 4 <= bytes.count {
            return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        var value: UInt32 = 0
        for i in position..<max(position, bytes.count) { value |= UInt32(bytes[i]) << UInt32(8 * (i - position)) }
        return value
    }

    private static func rotated(_ x: UInt32, _ bits: UInt32) -> UInt32 { x << bits | x >> (32 - bits) }

    /// The checksum of the filter "fletcher32": two sums over big-endian words of 16 bits, modulo 65535, which
    /// stands for 0.
    ///
    /// Source: John Fletcher, "An Arithmetic Checksum for Serial Transmissions", 1982.
    static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var low: UInt32 = 0
        var high: UInt32 = 0
        var position = bytes.startIndex
        while position < bytes.endIndex {
            // After 360 words the sums could exceed 32 bits.
            let end = min(position + 720, bytes.endIndex)
            while position < end {
                let next = position + 1 < bytes.endIndex ? bytes[position + 1] : 0
                low &+= UInt32(bytes[position]) << 8 | UInt32(next)
                high &+= low
                position += 2
            }
            low = (low & 0xFFFF) + (low >> 16)
            high = (high & 0xFFFF) + (high >> 16)
        }
        low = (low & 0xFFFF) + (low >> 16)
        high = (high & 0xFFFF) + (high >> 16)
        return high << 16 | low
    }
}
