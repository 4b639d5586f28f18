/// The sizes of a dataset or an attribute.
struct HDF5Dataspace {
    /// Sizes of the axes; empty for a scalar, `[0]` for no space at all.
    let shape: [Int]
    /// How far the axes may grow, `nil` for without end; `shape` if they may not.
    let limits: [Int?]
    /// Whether there is no space at all, not even an empty one.
    let isNull: Bool

    init(_ message: HDF5Cursor) throws(FormatError) {
        var cursor = message
        let version = try cursor.byte()
        guard version == 1 || version == 2 else { throw cursor.unsupported("version \(version); 1 and 2 are known") }
        let rank = Int(try cursor.byte())
        guard rank <= 32 else { throw cursor.malformed("\(rank) axes; at most 32 are possible") }
        let flags = try cursor.byte()
        var type: UInt8 = rank == 0 ? 0 : 1
        if version == 1 {
            try cursor.skip(5)
        } else {
            type = try cursor.byte()
        }
        if type == 2 {
            shape = [0]
            limits = [0]
            isNull = true
            return
        }
        guard type == 0 && rank == 0 || type == 1 else { throw cursor.malformed("type \(type) with \(rank) axes") }
        var sizes: [Int] = []
        var most: [Int?] = []
        for _ in 0..<rank { sizes.append(try cursor.length()) }
        if flags & 1 != 0 {
            let size = cursor.storage.lengthSize
            for i in 0..<rank {
                let value = try cursor.uint64(size)
                let limit = value == UInt64.max >> UInt64(64 - 8 * size) ? nil : Int(exactly: value)
                guard limit ?? Int.max >= sizes[i] else {
                    throw cursor.malformed("an axis of \(sizes[i]) beyond its limit")
                }
                most.append(limit)
            }
        }
        shape = sizes
        limits = flags & 1 != 0 ? most : sizes
        isNull = false
    }
}
