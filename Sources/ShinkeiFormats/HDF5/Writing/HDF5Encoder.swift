/// The bytes of a structure, put together piece by piece; everything little-endian, addresses and lengths of 8 bytes.
struct HDF5Encoder {
    var bytes: [UInt8] = []

    static let undefined = UInt64.max

    mutating func add(_ value: UInt64, _ size: Int) {
        for i in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * i))) }
    }

    mutating func add(_ value: Int, _ size: Int) { add(UInt64(value), size) }

    mutating func add(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func add(_ more: [UInt8]) { bytes += more }

    /// Zeros up to a number of bytes.
    mutating func pad(to count: Int) {
        if count > bytes.count { bytes.append(contentsOf: repeatElement(0, count: count - bytes.count)) }
    }

    /// Zeros up to the next multiple of 8.
    mutating func align() { pad(to: (bytes.count + 7) / 8 * 8) }
}

/// The messages of object headers, in the versions that every HDF5 since 1.6 reads.
enum HDF5Messages {
    static func dataspace(_ shape: [Int]) -> [UInt8] {
        var encoder = HDF5Encoder()
        encoder.add(1, 1)
        encoder.add(shape.count, 1)
        encoder.add(0, 6)
        for size in shape { encoder.add(size, 8) }
        return encoder.bytes
    }

    /// The space that holds nothing. Version 2, since version 1 has none.
    static let nullDataspace: [UInt8] = [2, 0, 0, 2]

    static func datatype(_ type: StoredType) -> [UInt8] {
        var encoder = HDF5Encoder()
        switch type {
        case .float16: float(&encoder, type, exponent: 10, bias: 15)
        case .float32: float(&encoder, type, exponent: 23, bias: 127)
        case .float64: float(&encoder, type, exponent: 52, bias: 1023)
        case .bfloat16:
            encoder.add([0x15, 0, 0, 0])
            encoder.add(2, 4)
        case .bool:
            // As h5py: an enumeration of int8.
            encoder.add([0x18, 2, 0, 0])
            encoder.add(1, 4)
            encoder.add(datatype(.int8))
            encoder.add("FALSE\0\0\0TRUE\0\0\0\0")
            encoder.add([0, 1])
        default:
            let isSigned = [.int8, .int16, .int32, .int64].contains(type)
            encoder.add([0x10, isSigned ? 8 : 0, 0, 0])
            encoder.add(type.byteCount, 4)
            encoder.add(0, 2)
            encoder.add(8 * type.byteCount, 2)
        }
        return encoder.bytes
    }

    private static func float(_ encoder: inout HDF5Encoder, _ type: StoredType, exponent: Int, bias: Int) {
        let bits = 8 * type.byteCount
        // The mantissa's first bit is not stored; the place of the sign.
        encoder.add([0x11, 0x20, UInt8(bits - 1), 0])
        encoder.add(type.byteCount, 4)
        encoder.add(0, 2)
        encoder.add(bits, 2)
        encoder.add([UInt8(exponent), UInt8(bits - 1 - exponent), 0, UInt8(exponent)])
        encoder.add(bias, 4)
    }

    /// Text that is filled up with zeros.
    static func fixedString(size: Int, isASCII: Bool) -> [UInt8] {
        var encoder = HDF5Encoder()
        encoder.add([0x13, isASCII ? 0x01 : 0x11, 0, 0])
        encoder.add(size, 4)
        return encoder.bytes
    }

    /// UTF-8 of any length: a reference to the global heap.
    static let string: [UInt8] = [0x19, 0x01, 0x01, 0, 16, 0, 0, 0] + datatype(.uint8)

    /// Zeros, written when memory is allocated only if something else was asked for.
    static let fillValue: [UInt8] = [2, 2, 2, 1, 0, 0, 0, 0]

    static func contiguous(address: UInt64, count: Int) -> [UInt8] {
        var encoder = HDF5Encoder()
        encoder.add([3, 1])
        encoder.add(address, 8)
        encoder.add(count, 8)
        return encoder.bytes
    }

    static func attribute(_ name: String, type: [UInt8], space: [UInt8], data: [UInt8]) -> [UInt8] {
        let isASCII = name.utf8.allSatisfy { $0 < 0x80 }
        var encoder = HDF5Encoder()
        // Version 1 cannot say that a name is UTF-8; version 3 has no gaps.
        encoder.add(isASCII ? [1, 0] : [3, 0])
        encoder.add(name.utf8.count + 1, 2)
        encoder.add(type.count, 2)
        encoder.add(space.count, 2)
        if !isASCII { encoder.add(1, 1) }
        for part in [Array(name.utf8) + [0], type, space] {
            encoder.add(part)
            if isASCII { encoder.align() }
        }
        encoder.add(data)
        return encoder.bytes
    }

    /// An object header of version 1.
    static func header(_ messages: [(type: Int, body: [UInt8])]) -> [UInt8] {
        var encoder = HDF5Encoder()
        for message in messages {
            let size = (message.body.count + 7) / 8 * 8
            encoder.add(message.type, 2)
            encoder.add(size, 2)
            encoder.add(0, 4)
            encoder.add(message.body)
            encoder.align()
        }
        var prefix = HDF5Encoder()
        prefix.add(1, 2)
        prefix.add(messages.count, 2)
        prefix.add(1, 4)
        prefix.add(encoder.bytes.count, 8)
        return prefix.bytes + encoder.bytes
    }
}
