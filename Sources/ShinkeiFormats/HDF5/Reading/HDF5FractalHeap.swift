/// Where newer files keep many links or attributes: pieces of any size, found by an identifier.
///
/// The heap's addresses are those of one long stretch, which is cut into blocks: rows of `width` blocks, of which the
/// first two rows have blocks of the smallest size and each further one blocks of twice the size. Blocks beyond a
/// limit are tables of blocks themselves.
final class HDF5FractalHeap {
    private let storage: HDF5Storage
    private let address: Int
    private let hasChecksums: Bool
    private let identifierSize: Int
    private let hugeTree: Int?
    private let width: Int
    private let smallest: Int
    private let directRows: Int
    private let offsetBytes: Int
    private let lengthBytes: Int
    private let root: Int?
    private let rootRows: Int
    private var direct: [Int: HDF5Cursor] = [:]
    private var tables: [Int: [Int?]] = [:]
    private var huge: [Int: (address: Int, count: Int)]?

    init(_ storage: HDF5Storage, at address: Int) throws(FormatError) {
        self.storage = storage
        self.address = address
        var cursor = try storage.cursor(
            "fractal heap", at: address, count: 22 + 3 * storage.offsetSize + 12 * storage.lengthSize + 4)
        try cursor.expect("FRHP")
        try cursor.expect(version: 0)
        identifierSize = try cursor.int(2)
        guard try cursor.int(2) == 0 else { throw cursor.unsupported("it is compressed") }
        hasChecksums = try cursor.byte() & 2 != 0
        let largestObject = try cursor.int(4)
        try cursor.skip(storage.lengthSize)
        hugeTree = try cursor.address()
        try cursor.skip(storage.lengthSize + storage.offsetSize + 8 * storage.lengthSize)
        width = try cursor.int(2)
        smallest = try cursor.length()
        let largest = try cursor.length()
        let bits = try cursor.int(2)
        try cursor.skip(2)
        root = try cursor.address()
        rootRows = try cursor.int(2)
        try cursor.expectChecksum()
        let sizes = [width, smallest, largest]
        guard sizes.allSatisfy({ $0 > 0 && $0.nonzeroBitCount == 1 }), largest >= smallest, largest < 1 << 40,
            (1...60).contains(bits), rootRows < 64
        else { throw cursor.malformed("\(rootRows) rows of \(width) blocks of \(smallest) to \(largest) bytes") }
        directRows = largest.trailingZeroBitCount - smallest.trailingZeroBitCount + 2
        offsetBytes = (bits + 7) / 8
        let mostBits = Int.bitWidth - 1 - max(1, largestObject).leadingZeroBitCount
        lengthBytes = min((largest.trailingZeroBitCount + 7) / 8, (mostBits + 7) / 8)
    }

    /// The piece with an identifier.
    func object(_ identifier: HDF5Cursor, _ what: StaticString) throws(FormatError) -> HDF5Cursor {
        var cursor = identifier
        let available = cursor.remaining
        guard available >= identifierSize else { throw cursor.malformed("is shorter than \(identifierSize) bytes") }
        let first = try cursor.byte()
        guard first >> 6 == 0 else { throw cursor.unsupported("an identifier of version \(first >> 6)") }
        switch first >> 4 & 3 {
        case 0:
            let offset = try cursor.int(offsetBytes)
            return try managed(what, offset, try cursor.int(lengthBytes))
        case 1:
            let place = try hugePlace(&cursor)
            return try storage.cursor(what, at: place.address, count: place.count)
        case 2:
            let isLong = identifierSize > 18
            let size = Int(first & 15) << (isLong ? 8 : 0) + (isLong ? Int(try cursor.byte()) : 0) + 1
            return try cursor.part(what, size)
        default: throw cursor.malformed("an identifier of an unknown kind")
        }
    }

    // MARK: - Pieces in blocks

    /// Bytes of a block in a row.
    private func blockSize(_ row: Int) throws(FormatError) -> Int {
        let shift = max(0, row - 1)
        guard shift < 60 - smallest.trailingZeroBitCount - width.trailingZeroBitCount else {
            throw storage.error(.malformed, "fractal heap at \(address): a row beyond any file")
        }
        return smallest << shift
    }

    private func managed(_ what: StaticString, _ offset: Int, _ count: Int) throws(FormatError) -> HDF5Cursor {
        guard var block = root else { throw storage.error(.malformed, "fractal heap at \(address): is empty") }
        var rows = rootRows
        var place = offset
        var size = smallest
        // A table's rows are fewer than the row it stands in, so this ends.
        while rows > 0 {
            var row = 0
            var rowStart = 0
            while true {
                guard row < rows else {
                    throw storage.error(.malformed, "fractal heap at \(address): no place \(offset)")
                }
                size = try blockSize(row)
                if place - rowStart < size * width { break }
                rowStart += size * width
                row += 1
            }
            let column = (place - rowStart) / size
            guard let child = try table(block, rows)[row * width + column] else {
                throw storage.error(.malformed, "fractal heap at \(address): nothing at \(offset)")
            }
            place -= rowStart + column * size
            block = child
            rows = row < directRows ? 0 : max(1, row - width.trailingZeroBitCount)
            if row < directRows { break }
        }
        var cursor = try directBlock(block, size)
        try cursor.skip(place)
        return try cursor.part(what, count)
    }

    /// The addresses in a table of blocks.
    private func table(_ block: Int, _ rows: Int) throws(FormatError) -> [Int?] {
        if let known = tables[block], known.count == rows * width { return known }
        let prefix = 5 + storage.offsetSize + offsetBytes
        var cursor = try storage.cursor(
            "fractal heap's table", at: block, count: prefix + rows * width * storage.offsetSize + 4)
        try cursor.expect("FHIB")
        try cursor.expect(version: 0)
        guard try cursor.address() == address else { throw cursor.malformed("belongs to another heap") }
        try cursor.skip(offsetBytes)
        var children: [Int?] = []
        for _ in 0..<rows * width { children.append(try cursor.address()) }
        try cursor.expectChecksum()
        tables[block] = children
        return children
    }

    private func directBlock(_ block: Int, _ size: Int) throws(FormatError) -> HDF5Cursor {
        if let known = direct[block], known.remaining == size { return known }
        let whole = try storage.cursor("fractal heap's block", at: block, count: size)
        var cursor = whole
        try cursor.expect("FHDB")
        try cursor.expect(version: 0)
        guard try cursor.address() == address else { throw cursor.malformed("belongs to another heap") }
        try cursor.skip(offsetBytes)
        if hasChecksums { try cursor.expectInnerChecksum() }
        direct[block] = whole
        return whole
    }

    // MARK: - Pieces too large for blocks

    private func hugePlace(_ cursor: inout HDF5Cursor) throws(FormatError) -> (address: Int, count: Int) {
        if storage.offsetSize + storage.lengthSize <= identifierSize - 1 {
            return (try cursor.definedAddress(), try cursor.length())
        }
        let key = try cursor.int(min(identifierSize - 1, 8))
        if huge == nil {
            var found: [Int: (address: Int, count: Int)] = [:]
            guard let hugeTree else { throw cursor.malformed("there are no large pieces") }
            try storage.walkTree2(at: hugeTree, type: 1) { (record: HDF5Cursor) throws(FormatError) in
                var record = record
                let place = (try record.definedAddress(), try record.length())
                found[try record.length()] = place
            }
            huge = found
        }
        guard let place = huge?[key] else { throw cursor.malformed("there is no large piece \(key)") }
        return place
    }
}
