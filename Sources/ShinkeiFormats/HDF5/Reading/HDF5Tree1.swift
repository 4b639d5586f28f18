extension HDF5Storage {
    /// Visits the leaves of a version 1 B-tree, in the order of their keys.
    ///
    /// - Parameters:
    ///   - address: The tree's root.
    ///   - type: 0 for groups, 1 for chunks.
    ///   - keySize: Bytes of a key.
    ///   - visit: Gets the key on a leaf's left and the leaf's address.
    func walkTree1(
        at address: Int, type: UInt8, keySize: Int,
        visit: (HDF5Cursor, Int) throws(FormatError) -> Void
    ) throws(FormatError) {
        try walk(at: address, type, keySize, level: nil, visit)
    }

    private func walk(
        at address: Int, _ type: UInt8, _ keySize: Int, level expected: Int?,
        _ visit: (HDF5Cursor, Int) throws(FormatError) -> Void
    ) throws(FormatError) {
        let prefixSize = 8 + 2 * offsetSize
        var prefix = try cursor("B-tree node", at: address, count: prefixSize)
        try prefix.expect("TREE")
        guard try prefix.byte() == type else { throw prefix.malformed("of another type than \(type)") }
        let level = Int(try prefix.byte())
        let count = try prefix.int(2)
        // Levels go down by one, so that no path is endless; a tree of 32 levels has more leaves than any file.
        guard level == expected ?? level, level < 32 else { throw prefix.malformed("level \(level) in a wrong place") }
        let size = count * (keySize + offsetSize)
        var entries = try cursor("B-tree node", at: address + prefixSize, count: size)
        for _ in 0..<count {
            let key = try entries.part("key", keySize)
            let child = try entries.definedAddress()
            if level == 0 {
                try visit(key, child)
            } else {
                try walk(at: child, type, keySize, level: level - 1, visit)
            }
        }
    }
}
