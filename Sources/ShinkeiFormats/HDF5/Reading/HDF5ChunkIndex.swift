/// A chunk that is in the file.
struct HDF5StoredChunk {
    /// Which chunk it is: its place among all chunks of the dataset, row-major.
    let place: Int
    let address: Int
    /// Bytes in the file.
    let count: Int
    /// A bit for every filter that was left out.
    let mask: Int
}

/// Finds the chunks of one dataset.
struct HDF5ChunkIndex {
    let storage: HDF5Storage
    let chunks: HDF5Chunks
    /// How many chunks the dataset has along each axis.
    let grid: [Int]
    /// How many it would have at its largest, `nil` for without end: arrays of chunks are numbered by that.
    let largestGrid: [Int?]
    let isFiltered: Bool

    init(
        _ storage: HDF5Storage, _ chunks: HDF5Chunks, _ space: HDF5Dataspace, isFiltered: Bool
    ) throws(FormatError) {
        self.storage = storage
        self.chunks = chunks
        self.isFiltered = isFiltered
        grid = zip(space.shape, chunks.shape).map { size, chunk in (size - 1) / chunk + 1 }
        largestGrid = zip(space.limits, chunks.shape).map { size, chunk in
            size.map { $0 == 0 ? 0 : ($0 - 1) / chunk + 1 }
        }
    }

    /// The chunks that are in the file, each once.
    func stored() throws(FormatError) -> [HDF5StoredChunk] {
        guard let address = chunks.address else { return [] }
        var found: [HDF5StoredChunk] = []
        switch chunks.index {
        case .tree1: try readTree1(address, &found)
        case .single(let count, let mask):
            found.append(HDF5StoredChunk(place: 0, address: address, count: count ?? chunks.byteCount, mask: mask))
            guard largestGrid.allSatisfy({ $0 == 1 }) else { throw storage.error(.malformed, "one chunk of many") }
        case .implicit: try readImplicit(address, &found)
        case .fixedArray: try readFixedArray(address, &found)
        case .extensibleArray: try readExtensibleArray(address, &found)
        case .tree2: try readTree2(address, &found)
        }
        var seen: Set<Int> = []
        for chunk in found where !seen.insert(chunk.place).inserted {
            throw storage.error(.malformed, "chunk \(chunk.place) is stored twice")
        }
        return found
    }

    // MARK: - Numbers of chunks

    /// The place of the chunk with these coordinates in the grid, `nil` beyond it: the dataset may have become smaller.
    func place(_ coordinates: [Int]) -> Int? {
        var place = 0
        for (i, size) in zip(coordinates, grid) {
            guard i >= 0, i < size else { return nil }
            place = place * size + i
        }
        return place
    }

    /// The place of the chunk with a number in an array of chunks. The axis without end, if there is one, is slowest.
    func place(number: Int) -> Int? {
        let free = largestGrid.firstIndex { $0 == nil }
        var coordinates = [Int](repeating: 0, count: grid.count)
        var rest = number
        for axis in grid.indices.reversed() where axis != free {
            guard let size = largestGrid[axis], size > 0 else { return nil }
            coordinates[axis] = rest % size
            rest /= size
        }
        if let free { coordinates[free] = rest } else if rest > 0 { return nil }
        return place(coordinates)
    }

    // MARK: - Indices

    private func readTree1(_ address: Int, _ found: inout [HDF5StoredChunk]) throws(FormatError) {
        var all: [HDF5StoredChunk] = []
        try storage.walkTree1(at: address, type: 1, keySize: 8 + 8 * (grid.count + 1)) {
            (key: HDF5Cursor, child: Int) throws(FormatError) in
            var key = key
            let count = try key.int(4)
            let mask = try key.int(4)
            var coordinates: [Int] = []
            for size in chunks.shape {
                let offset = try key.int(8)
                guard offset % size == 0 else {
                    throw key.malformed("a chunk begins at \(offset), chunks have \(size)")
                }
                coordinates.append(offset / size)
            }
            guard let place = place(coordinates) else { return }
            all.append(HDF5StoredChunk(place: place, address: child, count: count, mask: mask))
        }
        found = all
    }

    private func readTree2(_ address: Int, _ found: inout [HDF5StoredChunk]) throws(FormatError) {
        var all: [HDF5StoredChunk] = []
        try storage.walkTree2(at: address, type: isFiltered ? 11 : 10) { (record: HDF5Cursor) throws(FormatError) in
            var record = record
            let chunk = try entry(&record)
            var coordinates: [Int] = []
            for _ in grid { coordinates.append(try record.int(8)) }
            guard let chunk, let place = place(coordinates) else { return }
            all.append(HDF5StoredChunk(place: place, address: chunk.address, count: chunk.count, mask: chunk.mask))
        }
        found = all
    }

    private func readImplicit(_ address: Int, _ found: inout [HDF5StoredChunk]) throws(FormatError) {
        guard !isFiltered, let count = checkedCount(largestGrid.map { $0 ?? .max }, elementSize: chunks.byteCount)
        else {
            throw storage.error(.malformed, "chunks without an index")
        }
        try storage.check("chunks", at: address, count * chunks.byteCount)
        try storage.chargeMetadata(count)
        for number in 0..<count {
            guard let place = place(number: number) else { continue }
            found.append(
                HDF5StoredChunk(
                    place: place, address: address + number * chunks.byteCount, count: chunks.byteCount, mask: 0))
        }
    }

    /// Bytes of an entry in an array of chunks.
    var entrySize: Int { storage.offsetSize + (isFiltered ? countSize + 4 : 0) }

    /// Bytes of a filtered chunk's size.
    private var countSize: Int { min(8, 1 + (Int.bitWidth - 1 - chunks.byteCount.leadingZeroBitCount + 8) / 8) }

    /// An entry: address, and size and left out filters if there are any. `nil` for a chunk that is not there.
    func entry(_ cursor: inout HDF5Cursor) throws(FormatError) -> (address: Int, count: Int, mask: Int)? {
        let address = try cursor.address()
        let count = isFiltered ? try cursor.int(countSize) : chunks.byteCount
        let mask = isFiltered ? try cursor.int(4) : 0
        return address.map { ($0, count, mask) }
    }

    /// Entries of an array, of which the first is the chunk with this number.
    func readEntries(
        _ cursor: inout HDF5Cursor, _ count: Int, first: Int, _ found: inout [HDF5StoredChunk]
    ) throws(FormatError) {
        for i in 0..<count {
            guard let entry = try entry(&cursor), let place = place(number: first + i) else { continue }
            found.append(HDF5StoredChunk(place: place, address: entry.address, count: entry.count, mask: entry.mask))
        }
    }
}
