package import ShinkeiCore

/// An array in a file whose rows are read one by one, so that files larger than memory can be gone through.
package struct StoredRows: Sendable {
    package let rowCount: Int
    package let rowShape: [Int]
    package let dtype: DType
    private let source: any ByteSource
    private let offset: Int
    private let type: StoredType
    private let isBigEndian: Bool

    /// The rows of a .npy file, or of a member of an archive.
    ///
    /// - Throws: `FormatError`; also for column-major arrays, whose rows do not lie together.
    package init(npy source: any ByteSource) throws(FormatError) {
        let range = try NpyHeader.dictionaryRange(try source.read(0..<min(12, source.count)), file: source.name)
        guard range.upperBound <= source.count else {
            throw FormatError(.truncated, file: source.name, format: "npy", reason: "ends within the header")
        }
        let header = try NpyHeader(dictionary: try source.read(range), dataOffset: range.upperBound, file: source.name)
        guard !header.isColumnMajor || header.shape.count < 2 else {
            throw FormatError(
                .unsupported, file: source.name, format: "npy",
                reason: "column-major arrays cannot be read row by row; write it with numpy.ascontiguousarray")
        }
        try self.init(
            source, shape: header.shape, type: header.type, isBigEndian: header.isBigEndian,
            offset: header.dataOffset, format: "npy")
    }

    /// The rows of an uncompressed IDX file.
    ///
    /// - Throws: `FormatError`.
    package init(idx source: any ByteSource) throws(FormatError) {
        let magic = try source.read(0..<min(4, source.count))
        guard magic.count == 4, magic[0] == 0, magic[1] == 0, let type = IDX.type(magic[2]) else {
            throw FormatError(.notThisFormat, file: source.name, format: "idx", reason: "not an IDX file")
        }
        let end = 4 + 4 * Int(magic[3])
        guard end <= source.count else {
            throw FormatError(.truncated, file: source.name, format: "idx", reason: "ends within its sizes")
        }
        let header = try source.read(4..<end)
        let sizes = stride(from: 0, to: header.count, by: 4).map { axis in
            header[axis..<axis + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        try self.init(source, shape: sizes, type: type, isBigEndian: true, offset: end, format: "idx")
    }

    private init(
        _ source: any ByteSource, shape: [Int], type: StoredType, isBigEndian: Bool, offset: Int, format: String
    ) throws(FormatError) {
        guard let first = shape.first else {
            throw FormatError(.unsupported, file: source.name, format: format, reason: "a scalar has no rows")
        }
        let width = max(type.byteCount, type.dtype.byteCount)
        guard let count = checkedCount(shape, elementSize: width) else {
            throw FormatError(
                .tooLarge, file: source.name, format: format,
                reason: "shape \(Shape(shape)) is more than memory can address")
        }
        guard count > 0 || first == 0 else {
            throw FormatError(.unsupported, file: source.name, format: format, reason: "\(first) rows of nothing")
        }
        guard count * type.byteCount <= source.count - offset else {
            throw FormatError(
                .truncated, file: source.name, format: format,
                reason: "shape \(Shape(shape)) needs \(count * type.byteCount) bytes of data, there are "
                    + "\(source.count - offset)")
        }
        self.source = source
        self.offset = offset
        self.type = type
        self.isBigEndian = isBigEndian
        rowCount = first
        rowShape = Array(shape.dropFirst())
        dtype = type.dtype
    }

    /// Reads rows that lie behind each other.
    ///
    /// - Precondition: The rows exist, and `target` has their size.
    /// - Throws: `FormatError` naming the file, and the row where a value does not fit.
    package func read(_ rows: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws(FormatError) {
        let elements = rowShape.reduce(1, *)
        let size = elements * type.byteCount
        let start = offset + rows.lowerBound * size
        if !isBigEndian && type.isStoredAsIs {
            try source.read(at: start, into: target)
            return
        }
        var bytes = try source.read(start..<start + rows.count * size)
        if isBigEndian { swapByteOrder(&bytes, elementSize: type.byteCount) }
        guard let converted = type.converted(bytes) else {
            throw FormatError(
                .unsupported, file: source.name,
                reason: "rows \(rows.lowerBound) to \(rows.upperBound - 1) hold uint64 values above the largest int64")
        }
        target.copyBytes(from: converted)
    }
}
