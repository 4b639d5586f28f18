/// The type of the elements of a dataset or an attribute.
struct HDF5Datatype {
    enum Elements: Equatable {
        case numbers(StoredType, isBigEndian: Bool)
        case fixedText(Padding)
        case text
        /// What is not read, and what h5py writes for the types that NumPy's extensions add: bytes without a meaning.
        case opaque
        case other
    }

    enum Padding: UInt8 {
        case zeroEnded, zeros, spaces
    }

    let elements: Elements
    /// Bytes of an element in the file.
    let size: Int
    /// What it is called: NumPy's name, or HDF5's for what NumPy has not.
    let name: String

    init(_ message: HDF5Cursor) throws(FormatError) {
        var cursor = message
        self = try Self.parse(&cursor, depth: 0)
    }

    private init(_ elements: Elements, _ size: Int, _ name: String) {
        self.elements = elements
        self.size = size
        self.name = name
    }

    private static func parse(_ cursor: inout HDF5Cursor, depth: Int) throws(FormatError) -> HDF5Datatype {
        let first = try cursor.byte()
        let version = first >> 4
        guard 1...5 ~= version else { throw cursor.unsupported("a datatype of version \(version); 1 to 5 are known") }
        guard depth < 8 else { throw cursor.unsupported("a datatype within a datatype, 8 deep") }
        let bits = try cursor.int(3)
        let size = try cursor.int(4)
        guard size > 0 else { throw cursor.malformed("a datatype of no bytes") }
        switch first & 15 {
        case 0: return try integer(&cursor, bits, size)
        case 1: return try float(&cursor, bits, size)
        case 2: return HDF5Datatype(.other, size, "time")
        case 3:
            guard let padding = Padding(rawValue: UInt8(bits & 15)) else {
                throw cursor.unsupported("a string with padding \(bits & 15)")
            }
            return HDF5Datatype(.fixedText(padding), size, "string")
        case 4: return HDF5Datatype(.other, size, "bit field")
        case 5: return HDF5Datatype(.opaque, size, "opaque")
        case 6: return HDF5Datatype(.other, size, "compound")
        case 7: return HDF5Datatype(.other, size, "reference")
        case 8: return try enumeration(&cursor, bits, size, version, depth)
        case 9:
            if bits & 15 == 1 {
                guard size == 8 + cursor.storage.offsetSize else { throw cursor.malformed("a string of \(size) bytes") }
                return HDF5Datatype(.text, size, "string")
            }
            return HDF5Datatype(.other, size, "variable length \(try parse(&cursor, depth: depth + 1).name)")
        case 10:
            let rank = Int(try cursor.byte())
            if version < 3 { try cursor.skip(3) }
            var sizes: [Int] = []
            for _ in 0..<rank { sizes.append(try cursor.int(4)) }
            if version < 3 { try cursor.skip(4 * rank) }
            let base = try parse(&cursor, depth: depth + 1)
            return HDF5Datatype(.other, size, "array \(sizes) of \(base.name)")
        case 11: return HDF5Datatype(.other, size, "complex")
        default: throw cursor.unsupported("a datatype of class \(first & 15)")
        }
    }

    private static func integer(
        _ cursor: inout HDF5Cursor, _ bits: Int, _ size: Int
    ) throws(FormatError) -> HDF5Datatype {
        let offset = try cursor.int(2)
        let precision = try cursor.int(2)
        let isSigned = bits & 8 != 0
        let type: StoredType? =
            switch size {
            case 1: isSigned ? .int8 : .uint8
            case 2: isSigned ? .int16 : .uint16
            case 4: isSigned ? .int32 : .uint32
            case 8: isSigned ? .int64 : .uint64
            default: nil
            }
        guard let type, offset == 0, precision == 8 * size else {
            return HDF5Datatype(.other, size, "integer of \(precision) bits in \(size) bytes")
        }
        return HDF5Datatype(.numbers(type, isBigEndian: bits & 1 != 0), size, "\(type)")
    }

    private static func float(
        _ cursor: inout HDF5Cursor, _ bits: Int, _ size: Int
    ) throws(FormatError) -> HDF5Datatype {
        let offset = try cursor.int(2)
        let precision = try cursor.int(2)
        // Place and size of exponent and mantissa.
        let fields = try cursor.bytes(4)
        let bias = try cursor.int(4)
        let sign = bits >> 8 & 0xFF
        let types: [(StoredType, [UInt8], bias: Int)] = [
            (.float16, [10, 5, 0, 10], 15), (.bfloat16, [7, 8, 0, 7], 127), (.float32, [23, 8, 0, 23], 127),
            (.float64, [52, 11, 0, 52], 1023),
        ]
        // Bits 4 and 5: the mantissa's first bit is 1 and not stored. Bit 6: the order of bytes of the VAX.
        let isPlain = offset == 0 && precision == 8 * size && sign == 8 * size - 1 && bits & 0x70 == 0x20
        let found = types.first { $0.0.byteCount == size && $0.1 == fields && $0.bias == bias }
        guard isPlain, let type = found?.0 else { return HDF5Datatype(.other, size, "float of \(precision) bits") }
        return HDF5Datatype(.numbers(type, isBigEndian: bits & 1 != 0), size, "\(type)")
    }

    /// An enumeration is read as the integers it names, except for h5py's bool.
    private static func enumeration(
        _ cursor: inout HDF5Cursor, _ bits: Int, _ size: Int, _ version: UInt8, _ depth: Int
    ) throws(FormatError) -> HDF5Datatype {
        let base = try parse(&cursor, depth: depth + 1)
        guard case .numbers(let type, _) = base.elements, base.size == size else {
            return HDF5Datatype(.other, size, "enumeration of \(base.name)")
        }
        if bits & 0xFFFF == 2, type == .int8 {
            var names: [String] = []
            for _ in 0..<2 {
                let before = cursor.remaining
                names.append(try cursor.text())
                // Before version 3 names take a multiple of 8 bytes.
                let taken = before - cursor.remaining
                if version < 3 { try cursor.skip((8 - taken & 7) & 7) }
            }
            if names == ["FALSE", "TRUE"], try cursor.bytes(2) == [0, 1] {
                return HDF5Datatype(.numbers(.bool, isBigEndian: false), 1, "bool")
            }
        }
        return HDF5Datatype(base.elements, size, base.name)
    }
}

extension HDF5Datatype {
    /// The same elements, known to be bfloat16: Keras writes them as two bytes without a meaning and says so in an
    /// attribute.
    var asBfloat16: HDF5Datatype {
        guard elements == .opaque, size == 2 else { return self }
        return HDF5Datatype(.numbers(.bfloat16, isBigEndian: false), 2, "bfloat16")
    }
}
