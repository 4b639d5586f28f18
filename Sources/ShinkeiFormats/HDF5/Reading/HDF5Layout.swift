/// Where a dataset's elements are.
enum HDF5Layout {
    /// In the object header.
    case compact(HDF5Cursor)
    /// In one stretch. No address: nowhere, all elements have the fill value.
    case contiguous(address: Int?, count: Int)
    case chunked(HDF5Chunks)
    /// In other datasets, even of other files.
    case virtual

    init(_ message: HDF5Cursor) throws(FormatError) {
        var cursor = message
        let version = try cursor.byte()
        guard version == 3 || version == 4 else {
            throw cursor.unsupported("a layout of version \(version); 3 and 4 are known")
        }
        let kind = try cursor.byte()
        switch kind {
        case 0: self = .compact(try cursor.part("compact data", try cursor.int(2)))
        case 1: self = .contiguous(address: try cursor.address(), count: try cursor.length())
        case 2: self = .chunked(try HDF5Chunks(&cursor, version: version))
        case 3 where version == 4: self = .virtual
        default: throw cursor.unsupported("a layout of kind \(kind)")
        }
    }
}

/// The layout of elements that are cut into boxes of one size, each stored, and perhaps compressed, by itself.
struct HDF5Chunks {
    /// How the chunks are found.
    enum Index {
        case tree1
        /// There is one chunk. Its size is known if it went through filters.
        case single(count: Int?, mask: Int)
        /// They lie one after the other.
        case implicit
        case fixedArray
        case extensibleArray
        case tree2
    }

    /// Sizes of a chunk in elements.
    let shape: [Int]
    /// Bytes of an element.
    let elementSize: Int
    /// Bytes of a chunk.
    let byteCount: Int
    let index: Index
    /// Where the index is; `nil` if there are no chunks.
    let address: Int?
    /// Whether chunks that reach beyond the dataset do not go through the filters.
    let leavesEdgesRaw: Bool

    fileprivate init(_ cursor: inout HDF5Cursor, version: UInt8) throws(FormatError) {
        let flags = version == 4 ? try cursor.byte() : 0
        let count = Int(try cursor.byte())
        guard 2...33 ~= count else { throw cursor.malformed("chunks of \(count - 1) axes") }
        var sizes: [Int] = []
        if version == 3 {
            address = try cursor.address()
            for _ in 0..<count { sizes.append(try cursor.int(4)) }
            index = .tree1
        } else {
            let width = Int(try cursor.byte())
            guard 1...8 ~= width else { throw cursor.malformed("sizes of \(width) bytes") }
            for _ in 0..<count { sizes.append(try cursor.int(width)) }
            index = try Self.index(&cursor, isFiltered: flags & 2 != 0)
            address = try cursor.address()
        }
        leavesEdgesRaw = flags & 1 != 0
        elementSize = sizes.removeLast()
        shape = sizes
        guard !sizes.contains(0), elementSize > 0, let elements = checkedCount(sizes, elementSize: elementSize) else {
            throw cursor.malformed("chunks of \(sizes) elements of \(elementSize) bytes")
        }
        byteCount = elements * elementSize
        // The format's own limit: their size is a number of 32 bits.
        guard byteCount <= Int(UInt32.max) else { throw cursor.malformed("chunks of \(byteCount) bytes") }
    }

    private static func index(_ cursor: inout HDF5Cursor, isFiltered: Bool) throws(FormatError) -> Index {
        let kind = try cursor.byte()
        switch kind {
        case 1:
            guard isFiltered else { return .single(count: nil, mask: 0) }
            return .single(count: try cursor.length(), mask: try cursor.int(4))
        case 2: return .implicit
        case 3:
            try cursor.skip(1)
            return .fixedArray
        case 4:
            try cursor.skip(5)
            return .extensibleArray
        case 5:
            try cursor.skip(6)
            return .tree2
        default: throw cursor.unsupported("chunks with an index of type \(kind)")
        }
    }
}

/// What elements are that were never written.
struct HDF5FillValue {
    /// One element as it would be stored; empty for zeros.
    let bytes: [UInt8]

    init(_ message: HDF5Cursor, isOld: Bool) throws(FormatError) {
        var cursor = message
        if isOld {
            bytes = try cursor.bytes(try cursor.int(4))
            return
        }
        let version = try cursor.byte()
        switch version {
        case 1, 2:
            try cursor.skip(2)
            let isDefined = try cursor.byte() != 0
            bytes = isDefined || version == 1 ? try cursor.bytes(try cursor.int(4)) : []
        case 3:
            let isDefined = try cursor.byte() & 0x20 != 0
            bytes = isDefined ? try cursor.bytes(try cursor.int(4)) : []
        default: throw cursor.unsupported("a fill value of version \(version)")
        }
    }

    init() { bytes = [] }
}
