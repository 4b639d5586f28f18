extension HDF5Storage {
    /// Visits the records of a version 2 B-tree.
    ///
    /// - Parameters:
    ///   - address: The tree's header.
    ///   - type: The kind of records it must hold.
    ///   - visit: Gets every record.
    func walkTree2(
        at address: Int, type: UInt8, visit: (HDF5Cursor) throws(FormatError) -> Void
    ) throws(FormatError) {
        var header = try cursor("B-tree", at: address, count: 22 + offsetSize + lengthSize)
        try header.expect("BTHD")
        try header.expect(version: 0)
        guard try header.byte() == type else { throw header.malformed("of another type than \(type)") }
        let nodeSize = try header.int(4)
        let recordSize = try header.int(2)
        let depth = try header.int(2)
        try header.skip(2)
        let root = try header.address()
        let count = try header.int(2)
        try header.skip(lengthSize)
        try header.expectChecksum()
        guard let root else { return }
        let tree = try Tree2(header, type, nodeSize, recordSize, depth, offsetSize)
        try walk(tree, at: root, depth: depth, count: count, visit)
    }

    private func walk(
        _ tree: Tree2, at address: Int, depth: Int, count: Int, _ visit: (HDF5Cursor) throws(FormatError) -> Void
    ) throws(FormatError) {
        let level = tree.levels[depth]
        guard count <= level.most else { throw error(.malformed, "B-tree node at \(address): \(count) records") }
        let size = 6 + count * tree.recordSize + (depth > 0 ? (count + 1) * level.pointerSize : 0)
        var node = try cursor("B-tree node", at: address, count: size + 4)
        try node.expect(depth > 0 ? "BTIN" : "BTLF")
        try node.expect(version: 0)
        guard try node.byte() == tree.type else { throw node.malformed("of another type than its tree") }
        var records = try node.part("record", count * tree.recordSize)
        var children = try node.part("children", size - 6 - count * tree.recordSize)
        try node.expectChecksum()
        for i in 0...count {
            if depth > 0 {
                var child = try children.part("child", level.pointerSize)
                let address = try child.definedAddress()
                let childCount = try child.int(tree.countSize)
                try walk(tree, at: address, depth: depth - 1, count: childCount, visit)
            }
            if i < count { try visit(try records.part("record", tree.recordSize)) }
        }
    }
}

/// How large the fields of a version 2 B-tree are, which follows from the sizes of nodes and records.
private struct Tree2 {
    struct Level {
        /// The most records in a node.
        var most: Int
        /// The most records in a node and all below it.
        var total: Int
        /// Bytes of an entry that leads to a child.
        var pointerSize: Int
    }

    let type: UInt8
    let recordSize: Int
    /// Bytes of a node's number of records.
    let countSize: Int
    private(set) var levels: [Level] = []

    init(
        _ header: HDF5Cursor, _ type: UInt8, _ nodeSize: Int, _ recordSize: Int, _ depth: Int, _ offsetSize: Int
    ) throws(FormatError) {
        self.type = type
        self.recordSize = recordSize
        guard recordSize > 0, depth < 32 else {
            throw header.malformed("depth \(depth), records of \(recordSize) bytes")
        }
        let most = max(0, nodeSize - 10) / recordSize
        countSize = Self.bytes(most)
        levels.append(Level(most: most, total: most, pointerSize: 0))
        for below in 0..<depth {
            let pointer = offsetSize + countSize + (below > 0 ? Self.bytes(levels[below].total) : 0)
            let most = max(0, nodeSize - 10 - pointer) / (recordSize + pointer)
            // (most + 1) * total + most: a tree that is fuller than Int.max is none.
            let (product, overflow) = (most + 1).multipliedReportingOverflow(by: levels[below].total)
            let (total, overflow2) = product.addingReportingOverflow(most)
            guard !overflow, !overflow2 else { throw header.malformed("depth \(depth)") }
            levels.append(Level(most: most, total: total, pointerSize: pointer))
        }
    }

    /// Bytes that numbers up to `limit` need.
    private static func bytes(_ limit: Int) -> Int {
        max(0, Int.bitWidth - 1 - max(1, limit).leadingZeroBitCount) / 8 + 1
    }
}
