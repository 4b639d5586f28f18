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
        let header = try NpyHeader(source)
        let (type, isBigEndian) = try header.numbers(file: source.name)
        guard !header.isColumnMajor || header.sizes.count < 2 else {
            throw FormatError(
                .unsupported, file: source.name, format: "npy",
                reason: "column-major arrays cannot be read row by row; write it with numpy.ascontiguousarray")
        }
        try self.init(
            source, shape: header.sizes, type: type, isBigEndian: isBigEndian, offset: header.dataOffset,
            format: "npy")
    }

    /// The rows of an uncompressed IDX file.
    ///
    /// - Throws: `FormatError`.
    package init(idx source: any ByteSource) throws(FormatError) {
        let header = try IDXHeader(file: source.name, read: FileReader(source).read(upTo:))
        let available = source.count - header.dataOffset
        guard header.dataSize <= available else {
            throw FormatError(
                .truncated, file: source.name, format: "idx",
                reason: "shape \(Shape(header.sizes)) needs \(header.dataSize) bytes of data, there are \(available)")
        }
        try self.init(
            source, shape: header.sizes, type: header.type, isBigEndian: true, offset: header.dataOffset, format: "idx")
    }

    /// - Precondition: The elements are in the source.
    private init(
        _ source: any ByteSource, shape: [Int], type: StoredType, isBigEndian: Bool, offset: Int, format: String
    ) throws(FormatError) {
        guard let first = shape.first else {
            throw FormatError(.unsupported, file: source.name, format: format, reason: "a scalar has no rows")
        }
        guard first == 0 || !shape.contains(0) else {
            throw FormatError(.unsupported, file: source.name, format: format, reason: "\(first) rows of nothing")
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
