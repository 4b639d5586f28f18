import ShinkeiCore

/// NumPy's .npy files, versions 1.0 to 3.0.
///
/// Read are bool, integers of 8 to 64 bits and floats of 16, 32 and 64 bits, in either byte order
/// and either memory order. What tensors have no type for becomes the next larger: int8, int16 and
/// uint16 become int32, uint32 becomes int64, and so does uint64 if every value fits.
/// Objects, records, strings, dates and complex numbers are refused. Written is version 1.0,
/// little-endian, row-major; bfloat16, which NumPy lacks, is written as float32.
///
/// Source: "NEP 1, a simple file format for NumPy arrays", and the format's documentation in
/// `numpy.lib.format`.
public enum Npy {
    /// Reads a file.
    ///
    /// Bytes behind the array are ignored, as NumPy does: `np.save` may append arrays to a file,
    /// and this reads the first.
    ///
    /// - Throws: `FormatError` if the file cannot be read, is no .npy file, ends too early, or
    ///   holds elements that Shinkei does not read.
    /// - Complexity: Allocates what the file holds, never what its header merely claims.
    public static func read(_ path: String) throws(FormatError) -> HostArray {
        try read(try FileBytes(path))
    }

    /// Reads a file, or a part of one, for example a member of an archive.
    ///
    /// - Throws: `FormatError`, as `read(_:)` of a path does.
    package static func read(_ source: any ByteSource) throws(FormatError) -> HostArray {
        let header = try NpyHeader(source)
        let (type, isBigEndian) = try header.numbers(file: source.name)
        let width = type.byteCount
        let count = header.sizes.reduce(1, *)
        var data = try source.read(header.dataOffset..<header.dataOffset + count * width)
        if isBigEndian { swapByteOrder(&data, elementSize: width) }
        if header.isColumnMajor { data = rowMajor(data, shape: header.sizes, elementSize: width) }
        guard let bytes = type.converted(data) else {
            throw FormatError(
                .unsupported, file: source.name, format: "npy",
                reason: "uint64 values above 9223372036854775807, the largest int64")
        }
        return HostArray(shape: Shape(header.sizes), dtype: type.dtype, bytes: bytes)
    }

    /// Reads a file's bytes, for example from an archive.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - name: What errors call it.
    /// - Returns: The array, row-major and little-endian.
    /// - Throws: `FormatError`, as `read(_:)` does.
    public static func decode(
        _ bytes: [UInt8], name: String = "data"
    ) throws(FormatError) -> HostArray {
        try read(MemoryBytes(bytes, name: name))
    }

    /// Writes a file, atomically: a failure leaves an existing file as it was.
    ///
    /// - Throws: `FormatError` of kind `unwritable`.
    public static func write(_ array: HostArray, to path: String) throws(FormatError) {
        let file = try AtomicFile(path)
        for piece in pieces(array) { try file.write(piece) }
        try file.commit()
    }

    /// The bytes of a .npy file.
    public static func encode(_ array: HostArray) -> [UInt8] {
        Array(pieces(array).joined())
    }

    /// Header and elements of a .npy file, which are not joined so that large arrays are not copied.
    static func pieces(_ array: HostArray) -> [[UInt8]] {
        let array = array.dtype == .bfloat16 ? widened(array) : array
        return [header(of: array), array.bytes]
    }

    // MARK: - Writing

    /// The header, padded with spaces so that the elements begin at a multiple of 64.
    private static func header(of array: HostArray) -> [UInt8] {
        let type =
            switch array.dtype {
            case .bool: "|b1"
            case .uint8: "|u1"
            case .int32: "<i4"
            case .int64: "<i8"
            case .float16: "<f2"
            case .bfloat16, .float32: "<f4"
            case .float64: "<f8"
            }
        let sizes = array.shape.sizes.map(String.init).joined(separator: ", ")
        let shape = array.shape.rank == 1 ? "(\(sizes),)" : "(\(sizes))"
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
        let prefix = NpyHeader.magic.count + 4
        let end = (prefix + text.utf8.count + 1 + 63) / 64 * 64
        let length = end - prefix
        return NpyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
            + Array(repeating: 0x20, count: length - text.utf8.count - 1) + [0x0A]
    }

    /// bfloat16 is the upper half of a float32.
    private static func widened(_ array: HostArray) -> HostArray {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(array.bytes.count * 2)
        for i in stride(from: 0, to: array.bytes.count, by: 2) {
            bytes += [0, 0, array.bytes[i], array.bytes[i + 1]]
        }
        return HostArray(shape: array.shape, dtype: .float32, bytes: bytes)
    }
}
