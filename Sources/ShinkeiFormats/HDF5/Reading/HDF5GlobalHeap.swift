/// Where files keep text of any length: collections of numbered pieces.
final class HDF5GlobalHeap {
    private var collections: [Int: [Int: HDF5Cursor]] = [:]

    /// A piece's bytes.
    func object(_ storage: HDF5Storage, collection address: Int, _ index: Int) throws(FormatError) -> HDF5Cursor {
        if collections[address] == nil { collections[address] = try Self.read(storage, at: address) }
        guard let object = collections[address]?[index] else {
            throw storage.error(.malformed, "global heap at \(address): there is no piece \(index)")
        }
        return object
    }

    private static func read(_ storage: HDF5Storage, at address: Int) throws(FormatError) -> [Int: HDF5Cursor] {
        // The collection's header and those of its pieces have the same size, a multiple of 8.
        let headerSize = (8 + storage.lengthSize + 7) / 8 * 8
        var header = try storage.cursor("global heap", at: address, count: headerSize)
        try header.expect("GCOL")
        try header.expect(version: 1)
        try header.skip(3)
        let size = try header.length()
        guard size >= headerSize else { throw header.malformed("\(size) bytes") }
        var cursor = try storage.cursor("global heap", at: address, count: size)
        try cursor.skip(headerSize)
        var objects: [Int: HDF5Cursor] = [:]
        while cursor.remaining >= headerSize {
            let index = try cursor.int(2)
            try cursor.skip(6)
            let size = try cursor.length()
            if index == 0 { break }  // the free rest
            try cursor.skip(headerSize - 8 - storage.lengthSize)
            guard objects[index] == nil else { throw cursor.malformed("two pieces \(index)") }
            objects[index] = try cursor.part("text in the global heap", size)
            // Pieces begin at multiples of 8.
            try cursor.skip(min(cursor.remaining, (8 - size & 7) & 7))
        }
        return objects
    }
}
