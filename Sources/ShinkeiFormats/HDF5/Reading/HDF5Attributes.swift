/// The attributes of one object: where each is, not yet what.
struct HDF5Attributes {
    /// In the order they were added if the file recorded it, else as they stand in the file.
    private(set) var names: [String] = []
    private var table: [String: HDF5Cursor] = [:]

    subscript(name: String) -> HDF5Cursor? { table[name] }

    init(_ storage: HDF5Storage, _ header: HDF5ObjectHeader) throws(FormatError) {
        var found: [(name: String, body: HDF5Cursor, order: Int?)] = []
        for message in header.messages {
            switch message.type {
            case .attribute:
                let body = try storage.body(of: message)
                found.append((try HDF5AttributeMessage.name(body), body, message.order))
            case .attributeInfo: try Self.readDense(storage, message.body, &found)
            default: break
            }
        }
        if found.allSatisfy({ $0.order != nil }) { found.sort { $0.order ?? 0 < $1.order ?? 0 } }
        for (name, body, _) in found {
            guard table.updateValue(body, forKey: name) == nil else {
                throw storage.error(.malformed, "two attributes have the name '\(name)'")
            }
            names.append(name)
        }
    }

    private static func readDense(
        _ storage: HDF5Storage, _ message: HDF5Cursor, _ found: inout [(name: String, body: HDF5Cursor, order: Int?)]
    ) throws(FormatError) {
        var message = message
        try message.expect(version: 0)
        let flags = try message.byte()
        let hasOrder = flags & 1 != 0
        if hasOrder { try message.skip(2) }
        guard let heapAddress = try message.address() else { return }
        let tree = try message.definedAddress()
        let heap = try HDF5FractalHeap(storage, at: heapAddress)
        var records: [(HDF5Cursor, Int)] = []
        try storage.walkTree2(at: tree, type: 8) { (record: HDF5Cursor) throws(FormatError) in
            var record = record
            let identifier = try record.part("attribute's identifier", 8)
            guard try record.byte() & 2 == 0 else {
                throw record.unsupported("an attribute in the heap of shared messages")
            }
            records.append((identifier, try record.int(4)))
        }
        var dense: [(name: String, body: HDF5Cursor, order: Int?)] = []
        for (identifier, order) in records {
            let body = try heap.object(identifier, "attribute")
            dense.append((try HDF5AttributeMessage.name(body), body, hasOrder ? order : nil))
        }
        // The tree is sorted by hashes.
        if !hasOrder { dense.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
        found += dense
    }
}

/// An attribute's type, space and elements.
struct HDF5AttributeMessage {
    let type: HDF5Datatype
    let space: HDF5Dataspace
    let data: HDF5Cursor

    /// The parts that every version has in common.
    private struct Parts {
        var name: HDF5Cursor
        var type: HDF5Cursor
        var space: HDF5Cursor
        var data: HDF5Cursor
        var flags: UInt8
    }

    static func name(_ message: HDF5Cursor) throws(FormatError) -> String {
        var name = try parts(message).name
        return try name.text(name.remaining)
    }

    init(_ message: HDF5Cursor) throws(FormatError) {
        let parts = try Self.parts(message)
        guard parts.flags & 2 == 0 else { throw parts.space.unsupported("a shared dataspace") }
        let storage = message.storage
        let typeMessage = HDF5Message(type: .datatype, isShared: parts.flags & 1 != 0, order: nil, body: parts.type)
        type = try HDF5Datatype(try storage.body(of: typeMessage))
        space = try HDF5Dataspace(parts.space)
        data = parts.data
    }

    private static func parts(_ message: HDF5Cursor) throws(FormatError) -> Parts {
        var cursor = message
        let version = try cursor.byte()
        guard 1...3 ~= version else { throw cursor.unsupported("an attribute of version \(version); 1 to 3 are known") }
        let flags = version > 1 ? try cursor.byte() : 0
        if version == 1 { try cursor.skip(1) }
        let sizes = (try cursor.int(2), try cursor.int(2), try cursor.int(2))
        if version == 3 { try cursor.skip(1) }
        func padding(_ size: Int) -> Int { version == 1 ? (8 - size & 7) & 7 : 0 }
        let name = try cursor.part("attribute's name", sizes.0)
        try cursor.skip(padding(sizes.0))
        let type = try cursor.part("attribute's datatype", sizes.1)
        try cursor.skip(padding(sizes.1))
        let space = try cursor.part("attribute's dataspace", sizes.2)
        try cursor.skip(padding(sizes.2))
        return Parts(name: name, type: type, space: space, data: cursor, flags: flags)
    }
}
