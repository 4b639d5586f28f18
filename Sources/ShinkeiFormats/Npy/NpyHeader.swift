import ShinkeiCore

/// What the header of a .npy file says.
package struct NpyHeader: Equatable {
    /// What the elements are.
    enum Elements: Equatable {
        case numbers(StoredType, isBigEndian: Bool)
        /// Python's, in a pickle.
        case objects
    }
    let elements: Elements
    let isColumnMajor: Bool
    let sizes: [Int]
    /// Where the elements begin, in bytes from the start of the file.
    let dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Enough for any array of numbers: NumPy's own limit is 10,000 bytes.
    private static let largestDictionary = 65_536
    /// NumPy's limit on the number of axes.
    private static let largestRank = 64

    /// Whether bytes begin as a .npy file does.
    package static func isNpy(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: magic) }

    /// Reads the header of a file, or of a member of an archive, and nothing else.
    ///
    /// - Throws: `FormatError` if it is no .npy file or the header is damaged. Of numbers it is known afterwards that all are
    ///   there.
    package init(_ source: any ByteSource) throws(FormatError) {
        let file = source.name
        let range = try Self.dictionaryRange(try source.read(0..<min(12, source.count)), file: file)
        guard source.count >= range.upperBound else {
            throw FormatError(
                .truncated, file: file, format: "npy",
                reason: "needs a header of \(range.upperBound) bytes, has \(source.count)")
        }
        try self.init(dictionary: try source.read(range), dataOffset: range.upperBound, file: file)
        guard case .numbers(let type, _) = elements else { return }
        let size = try type.byteCount(of: sizes, file: file, format: "npy")
        let available = source.count - dataOffset
        guard size <= available else {
            throw FormatError(
                .truncated, file: file, format: "npy",
                reason: "shape \(Shape(sizes)) needs \(size) bytes of data, there are \(available)")
        }
    }

    /// The array in a line: `float32 [3, 4]`.
    package var summary: String {
        switch elements {
        case .numbers(let type, _): "\(type) \(Shape(sizes))"
        case .objects: "Python objects \(Shape(sizes))"
        }
    }

    /// The type and order of bytes of numbers.
    ///
    /// - Throws: `FormatError` of kind `unsupported` if the elements are Python's.
    func numbers(file: String) throws(FormatError) -> (type: StoredType, isBigEndian: Bool) {
        guard case .numbers(let type, let isBigEndian) = elements else {
            throw Self.refused(Self.objects, file)
        }
        return (type, isBigEndian)
    }

    /// Where the dictionary stands in the file whose first 12 bytes, or fewer, are `start`.
    private static func dictionaryRange(_ start: [UInt8], file: String) throws(FormatError) -> Range<Int> {
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
    private init(dictionary: [UInt8], dataOffset: Int, file: String) throws(FormatError) {
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
        elements = try Self.elements(description, file: file)
        isColumnMajor = order
        self.sizes = sizes
        self.dataOffset = dataOffset
    }

    private static func elements(_ description: String, file: String) throws(FormatError) -> Elements {
        let types: [String: StoredType] = [
            "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
            "u2": .uint16, "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32,
            "f8": .float64,
        ]
        if description == "|O" { return .objects }
        let order = description.first ?? " "
        guard "<>|=".contains(order), let type = types[String(description.dropFirst())],
            order != "|" || type.byteCount == 1
        else {
            throw refused(description.contains("O") ? objects : "elements of type '\(printable(description))'", file)
        }
        return .numbers(type, isBigEndian: order == ">")
    }

    private static let objects = "Python objects, which would have to be run to be read"

    private static func refused(_ what: String, _ file: String) -> FormatError {
        FormatError(
            .unsupported, file: file, format: "npy",
            reason: "\(what); bool, integers up to 64 bits and floats of 16, 32 or 64 bits are read")
    }
}
