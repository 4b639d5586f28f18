/// Reads a dataset's elements as they are stored, in row-major order.
struct HDF5DataReader {
    let storage: HDF5Storage
    let header: HDF5ObjectHeader
    let type: HDF5Datatype
    let space: HDF5Dataspace

    /// The stored elements.
    ///
    /// - Parameter count: How many there are, already known to fit into memory.
    func bytes(count: Int) throws(FormatError) -> [UInt8] {
        let size = count * type.size
        if header.first(.externalFiles) != nil {
            throw storage.error(.unsupported, "external storage is refused: its data would be in other files")
        }
        guard let message = header.first(.layout) else { throw storage.error(.malformed, "the dataset has no layout") }
        switch try HDF5Layout(try storage.body(of: message)) {
        case .virtual: throw storage.error(.unsupported, "a virtual dataset is refused: its data would be in others")
        case .compact(var data):
            guard data.remaining >= size else {
                throw data.malformed("needs \(size) bytes of data, has \(data.remaining)")
            }
            return try data.bytes(size)
        case .contiguous(nil, _): return try filled(size)
        case .contiguous(let address?, let stored):
            guard stored >= size else {
                throw storage.error(.malformed, "needs \(size) bytes of data, has \(stored)")
            }
            return try storage.data(at: address, count: size)
        case .chunked(let chunks): return try chunked(chunks, size)
        }
    }

    /// Elements that were never written.
    private func filled(_ size: Int) throws(FormatError) -> [UInt8] {
        var fill = HDF5FillValue()
        if let message = header.first(.fillValue) {
            fill = try HDF5FillValue(try storage.body(of: message), isOld: false)
        } else if let message = header.first(.oldFillValue) {
            fill = try HDF5FillValue(try storage.body(of: message), isOld: true)
        }
        guard fill.bytes.contains(where: { $0 != 0 }) else { return [UInt8](repeating: 0, count: size) }
        guard fill.bytes.count == type.size else {
            throw storage.error(.malformed, "a fill value of \(fill.bytes.count) bytes for elements of \(type.size)")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        if size > 0 { bytes += fill.bytes }
        while bytes.count < size { bytes += bytes.prefix(size - bytes.count) }
        return bytes
    }

    // MARK: - Chunks

    private func chunked(_ chunks: HDF5Chunks, _ size: Int) throws(FormatError) -> [UInt8] {
        guard chunks.shape.count == space.shape.count, chunks.elementSize == type.size else {
            throw storage.error(
                .malformed, "chunks \(chunks.shape) of \(chunks.elementSize) bytes in \(space.shape) of \(type.size)")
        }
        guard size > 0 else { return [] }
        var filters = HDF5Filters()
        if let message = header.first(.filters) { filters = try HDF5Filters(try storage.body(of: message)) }
        let index = try HDF5ChunkIndex(storage, chunks, space, isFiltered: !filters.isEmpty)
        let stored = try index.stored()
        var bytes = try filled(size)
        for chunk in stored {
            let box = Box(chunk.place, chunks.shape, space.shape, index.grid)
            let isRaw = filters.isEmpty || (chunks.leavesEdgesRaw && box.shape != chunks.shape)
            guard !isRaw || chunk.count == chunks.byteCount else {
                throw storage.error(.malformed, "a chunk has \(chunk.count) bytes instead of \(chunks.byteCount)")
            }
            try storage.chargeData(max(chunks.byteCount, chunk.count))
            var data = try storage.data(at: chunk.address, count: chunk.count)
            if !isRaw {
                data = try filters.undone(data, mask: chunk.mask, count: chunks.byteCount, storage)
            }
            box.copy(data, chunks.shape, to: &bytes, space.shape, elementSize: type.size)
        }
        return bytes
    }

    /// The part of a dataset that a chunk stands for.
    private struct Box {
        var start: [Int]
        var shape: [Int]

        init(_ place: Int, _ chunk: [Int], _ whole: [Int], _ grid: [Int]) {
            start = chunk
            shape = chunk
            var rest = place
            for axis in grid.indices.reversed() {
                // Less than the dataset's size, since the chunk begins within it.
                start[axis] = rest % grid[axis] * chunk[axis]
                shape[axis] = min(chunk[axis], whole[axis] - start[axis])
                rest /= grid[axis]
            }
        }

        /// Copies a chunk's elements, row by row, without those beyond the dataset.
        func copy(_ data: [UInt8], _ chunk: [Int], to bytes: inout [UInt8], _ whole: [Int], elementSize: Int) {
            let last = shape.count - 1
            let row = shape[last] * elementSize
            var index = [Int](repeating: 0, count: shape.count)
            data.withUnsafeBytes { source in
                bytes.withUnsafeMutableBytes { target in
                    while true {
                        var from = 0
                        var to = 0
                        for axis in 0...last {
                            from = from * chunk[axis] + index[axis]
                            to = to * whole[axis] + start[axis] + index[axis]
                        }
                        from *= elementSize
                        to *= elementSize
                        target[to..<to + row].copyBytes(from: source[from..<from + row])
                        var axis = last - 1
                        while axis >= 0 {
                            index[axis] += 1
                            if index[axis] < shape[axis] { break }
                            index[axis] = 0
                            axis -= 1
                        }
                        if axis < 0 { return }
                    }
                }
            }
        }
    }
}
