/// What the header of a .npy file says.
struct NpyHeader: Equatable {
    var type: StoredType
    var isBigEndian: Bool
    var isColumnMajor: Bool
    var shape: [Int]
    /// Where the data begins, in bytes from the start of the file.
    var dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Enough for any array of numbers: NumPy's own limit is 10,000 bytes.
    private static let largestDictionary = 65_536
    /// NumPy's limit on the number of axes.
    private static let largestRank = 64

    /// Where the dictionary stands in the file whose first 12 bytes, or fewer, are `start`.
    static func dictionaryRange(_ start: [UInt8], file: String) throws(FormatError) -> Range<Int> {
        guard start.count >= magic.count, Array(start.prefix(magic.count)) == magic else {
            throw FormatError(
                .notThisFormat, file: file, format: "npy",
                reason: "does not begin with \\x93NUMPY")
        }
        guard start.count >= 8 else {
            throw FormatError(
                .truncated, file: file, format: "npy", reason: "ends within the version")
        }
        let version = start[6]
        guard 1...3 ~= version, start[7] == 0 else {
            throw FormatError(
                .unsupported, file: file, format: "npy",
                reason: "version \(version).\(start[7]); versions 1.0, 2.0 and 3.0 are known")
        }
        let lengthSize = version == 1 ? 2 : 4
        guard start.count >= 8 + lengthSize else {
            throw FormatError(
                .truncated, file: file, format: "npy", reason: "ends within the header's length")
        }
        var length = 0
        for i in 0..<lengthSize { length |= Int(start[8 + i]) << (8 * i) }
        guard length <= largestDictionary else {
            throw FormatError(
                .tooLarge, file: file, format: "npy",
                reason: "header of \(length) bytes; at most \(largestDictionary) are read")
        }
        return 8 + lengthSize..<8 + lengthSize + length
    }

    /// Reads the dictionary, which is a Python literal with exactly the keys `descr`,
    /// `fortran_order` and `shape`, in any order.
    init(dictionary: [UInt8], dataOffset: Int, file: String) throws(FormatError) {
        var parser = PythonLiteral(dictionary, file: file)
        var description: String?
        var order: Bool?
        var sizes: [Int]?
        try parser.expect("{")
        while !parser.skip("}") {
            let key = try parser.string()
            try parser.expect(":")
            switch key {
            case "descr" where description == nil: description = try parser.typeDescription()
            case "fortran_order" where order == nil: order = try parser.boolean()
            case "shape" where sizes == nil: sizes = try parser.tuple(limit: Self.largestRank)
            default:
                throw parser.error(
                    "expected the keys descr, fortran_order and shape, each once; got '\(printable(key))'")
            }
            if !parser.skip(",") {
                try parser.expect("}")
                break
            }
        }
        try parser.expectEnd()
        guard let description, let order, let sizes else {
            let missing =
                description == nil ? "descr" : order == nil ? "fortran_order" : "shape"
            throw parser.error("no key '\(missing)'")
        }
        (type, isBigEndian) = try Self.type(description, file: file)
        isColumnMajor = order
        shape = sizes
        self.dataOffset = dataOffset
    }

    private static func type(
        _ description: String, file: String
    ) throws(FormatError) -> (StoredType, isBigEndian: Bool) {
        let types: [String: StoredType] = [
            "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
            "u2": .uint16, "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32,
            "f8": .float64,
        ]
        let order = description.first ?? " "
        guard "<>|=".contains(order), let type = types[String(description.dropFirst())],
            order != "|" || type.byteCount == 1
        else {
            let what =
                description.contains("O")
                ? "Python objects ('\(printable(description))'), which would have to be run to be read"
                : "elements of type '\(printable(description))'"
            throw FormatError(
                .unsupported, file: file, format: "npy",
                reason: "\(what); bool, integers up to 64 bits and floats of 16, 32 or 64 bits "
                    + "are read")
        }
        return (type, order == ">")
    }
}
