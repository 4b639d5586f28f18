extension HDF5ChunkIndex {
    /// The index of datasets that cannot grow: one array, in pages if it is long.
    func readFixedArray(_ address: Int, _ found: inout [HDF5StoredChunk]) throws(FormatError) {
        var header = try storage.cursor("fixed array", at: address, count: 12 + storage.lengthSize + storage.offsetSize)
        try header.expect("FAHD")
        try checkHeader(&header)
        let pageBits = Int(try header.byte())
        let count = try header.length()
        let block = try header.address()
        try header.expectChecksum()
        guard let block else { return }
        guard pageBits < 32, count <= storage.count else { throw header.malformed("\(count) chunks") }

        let pageCount = count >> pageBits > 0 && count != 1 << pageBits ? (count - 1) >> pageBits + 1 : 0
        let bitmapSize = (pageCount + 7) / 8
        let prefixSize = 6 + storage.offsetSize + bitmapSize
        let size = prefixSize + (pageCount == 0 ? count * entrySize : 0) + 4
        var data = try storage.cursor("fixed array's data", at: block, count: size)
        try data.expect("FADB")
        try data.skip(2)
        guard try data.address() == address else { throw data.malformed("belongs to another array") }
        if pageCount == 0 {
            try readEntries(&data, count, first: 0, &found)
            return try data.expectChecksum()
        }
        let bitmap = try data.bytes(bitmapSize)
        try data.expectChecksum()
        try readPages(at: block + size, count, first: 0, pageBits, bitmap[...], &found)
    }

    /// The index of datasets that grow along one axis: blocks that become larger and larger.
    func readExtensibleArray(_ address: Int, _ found: inout [HDF5StoredChunk]) throws(FormatError) {
        var header = try storage.cursor(
            "extensible array", at: address, count: 16 + 6 * storage.lengthSize + storage.offsetSize)
        try header.expect("EAHD")
        try checkHeader(&header)
        let countBits = Int(try header.byte())
        let inIndex = Int(try header.byte())
        let smallest = Int(try header.byte())
        let pointers = Int(try header.byte())
        let pageBits = Int(try header.byte())
        try header.skip(6 * storage.lengthSize)
        let indexBlock = try header.address()
        try header.expectChecksum()
        guard smallest.nonzeroBitCount == 1, pointers.nonzeroBitCount == 1, pageBits < 32, countBits <= 62,
            countBits >= smallest.trailingZeroBitCount
        else { throw header.malformed("blocks of \(smallest) chunks, \(pointers) pointers") }
        guard let indexBlock else { return }

        let superCount = 1 + countBits - smallest.trailingZeroBitCount
        let superInIndex = min(superCount, 2 * pointers.trailingZeroBitCount)
        let blockCount = 2 * (pointers - 1)
        let array = ExtensibleArray(header: address, offsetBytes: (countBits + 7) / 8, pageBits: pageBits)
        let pointerCount = blockCount + superCount - superInIndex
        var index = try storage.cursor(
            "extensible array's index", at: indexBlock,
            count: 6 + storage.offsetSize + inIndex * entrySize + pointerCount * storage.offsetSize + 4)
        try index.expect("EAIB")
        try index.skip(2)
        guard try index.address() == address else { throw index.malformed("belongs to another array") }
        try readEntries(&index, inIndex, first: 0, &found)

        // Super block n stands for 2^(n/2) data blocks of smallest * 2^((n + 1)/2) chunks.
        var first = inIndex
        for n in 0..<superCount {
            let blocks = 1 << (n / 2)
            let (size, overflow) = smallest.multipliedReportingOverflow(by: 1 << ((n + 1) / 2))
            let (all, overflow2) = size.multipliedReportingOverflow(by: blocks)
            let (next, overflow3) = first.addingReportingOverflow(all)
            if n < superInIndex {
                for i in 0..<blocks {
                    guard let block = try index.address() else { continue }
                    try readBlock(array, at: block, size, first: first + i * size, nil, &found)
                }
            } else if let block = try index.address() {
                guard !overflow, !overflow2, !overflow3 else { throw index.malformed("more chunks than any file has") }
                try readSuperBlock(array, at: block, blocks, size, first: first, &found)
            }
            // Only what is beyond any file comes after that, and throws above.
            first = overflow3 || overflow2 || overflow ? .max : next
        }
        try index.expectChecksum()
    }

    private struct ExtensibleArray {
        let header: Int
        /// Bytes of a place in the array.
        let offsetBytes: Int
        let pageBits: Int

        func pages(_ size: Int) -> Int { size > 1 << pageBits ? size >> pageBits : 0 }
    }

    private func readSuperBlock(
        _ array: ExtensibleArray, at address: Int, _ blocks: Int, _ size: Int, first: Int,
        _ found: inout [HDF5StoredChunk]
    ) throws(FormatError) {
        let bitmapSize = (array.pages(size) + 7) / 8
        guard blocks <= storage.count, bitmapSize <= storage.count else {
            throw storage.error(.malformed, "extensible array: \(blocks) blocks")
        }
        let (bitmaps, overflow) = blocks.multipliedReportingOverflow(by: bitmapSize + storage.offsetSize)
        guard !overflow, bitmaps <= storage.count else {
            throw storage.error(.malformed, "extensible array: \(blocks) blocks")
        }
        var cursor = try storage.cursor(
            "extensible array's super block", at: address,
            count: 6 + storage.offsetSize + array.offsetBytes + bitmaps + 4)
        try cursor.expect("EASB")
        try cursor.skip(2)
        guard try cursor.address() == array.header else { throw cursor.malformed("belongs to another array") }
        try cursor.skip(array.offsetBytes)
        let bitmap = try cursor.bytes(blocks * bitmapSize)
        for i in 0..<blocks {
            guard let block = try cursor.address() else { continue }
            let bits = bitmap[i * bitmapSize..<(i + 1) * bitmapSize]
            try readBlock(array, at: block, size, first: first + i * size, bits, &found)
        }
        try cursor.expectChecksum()
    }

    private func readBlock(
        _ array: ExtensibleArray, at address: Int, _ size: Int, first: Int, _ bitmap: ArraySlice<UInt8>?,
        _ found: inout [HDF5StoredChunk]
    ) throws(FormatError) {
        guard size <= storage.count else { throw storage.error(.malformed, "extensible array: a block of \(size)") }
        let isPaged = array.pages(size) > 0
        let prefix = 6 + storage.offsetSize + array.offsetBytes
        let count = prefix + (isPaged ? 0 : size * entrySize) + 4
        var cursor = try storage.cursor("extensible array's block", at: address, count: count)
        try cursor.expect("EADB")
        try cursor.skip(2)
        guard try cursor.address() == array.header else { throw cursor.malformed("belongs to another array") }
        try cursor.skip(array.offsetBytes)
        if !isPaged { try readEntries(&cursor, size, first: first, &found) }
        try cursor.expectChecksum()
        if isPaged {
            guard let bitmap else { throw cursor.malformed("has pages, but is not in a super block") }
            try readPages(at: address + count, size, first: first, array.pageBits, bitmap, &found)
        }
    }

    // MARK: - What both have

    /// Version, kind of entries and their size.
    private func checkHeader(_ header: inout HDF5Cursor) throws(FormatError) {
        try header.expect(version: 0)
        guard try header.byte() == (isFiltered ? 1 : 0), Int(try header.byte()) == entrySize else {
            throw header.malformed("its entries are not those of the dataset")
        }
    }

    /// Pages of entries, each with a checksum. A page whose bit is not set was never written.
    private func readPages(
        at address: Int, _ count: Int, first: Int, _ pageBits: Int, _ bitmap: ArraySlice<UInt8>,
        _ found: inout [HDF5StoredChunk]
    ) throws(FormatError) {
        var done = 0
        var page = 0
        while done < count {
            let size = min(1 << pageBits, count - done)
            let isWritten = bitmap[bitmap.startIndex + page / 8] & 0x80 >> UInt8(page % 8) != 0
            if isWritten {
                // Pages before the last are full; the address cannot overflow, since `count` is less than the file's.
                let place = address + page * ((1 << pageBits) * entrySize + 4)
                var cursor = try storage.cursor("page of chunks", at: place, count: size * entrySize + 4)
                try readEntries(&cursor, size, first: first + done, &found)
                try cursor.expectChecksum()
            }
            done += size
            page += 1
        }
    }
}
