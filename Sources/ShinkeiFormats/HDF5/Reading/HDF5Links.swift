/// Where a member's name leads.
enum HDF5Link {
    case hard(Int)
    case soft(String)
    case external(String)
    case userDefined(Int)
}

/// The members of one group, from any of the three places where files keep them: a symbol table, messages in the
/// group's header, or a heap with a tree.
final class HDF5Links {
    /// In the order they were added if the file recorded it, else by name.
    private(set) var names: [String] = []
    private var table: [String: HDF5Link] = [:]

    subscript(name: String) -> HDF5Link? { table[name] }

    /// - Throws: `FormatError`, also if two members have one name.
    init(_ storage: HDF5Storage, _ header: HDF5ObjectHeader) throws(FormatError) {
        var found: [(name: String, link: HDF5Link, order: Int?)] = []
        for message in header.messages {
            switch message.type {
            case .symbolTable: try Self.readSymbolTable(storage, message.body, &found)
            case .link: found.append(try Self.link(message.body))
            case .linkInfo: try Self.readDense(storage, message.body, &found)
            default: break
            }
        }
        if found.allSatisfy({ $0.order != nil }) {
            found.sort { $0.order ?? 0 < $1.order ?? 0 }
        } else {
            found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
        for (name, link, _) in found {
            // Such a name would be a path to another group, or to this one.
            guard !name.isEmpty, name != ".", !name.utf8.contains(UInt8(ascii: "/")) else {
                throw storage.error(.malformed, "a member has the name '\(name)'")
            }
            guard table.updateValue(link, forKey: name) == nil else {
                throw storage.error(.malformed, "two members have the name '\(name)'")
            }
            names.append(name)
        }
    }

    private typealias Found = [(name: String, link: HDF5Link, order: Int?)]

    // MARK: - Symbol tables

    private static func readSymbolTable(
        _ storage: HDF5Storage, _ message: HDF5Cursor, _ found: inout Found
    ) throws(FormatError) {
        var message = message
        let tree = try message.definedAddress()
        let heap = try HDF5LocalHeap(storage, at: try message.definedAddress())
        var leaves: [Int] = []
        try storage.walkTree1(at: tree, type: 0, keySize: storage.lengthSize) { _, child in leaves.append(child) }
        for leaf in leaves {
            var prefix = try storage.cursor("symbol table node", at: leaf, count: 8)
            try prefix.expect("SNOD")
            try prefix.expect(version: 1)
            try prefix.skip(1)
            let count = try prefix.int(2)
            // The name's place has the size of a length in the library, whatever the specification says.
            let size = storage.lengthSize + storage.offsetSize + 24
            var entries = try storage.cursor("symbol table node", at: leaf + 8, count: count * size)
            for _ in 0..<count {
                var entry = try entries.part("symbol table entry", size)
                let name = try heap.text(at: try entry.length())
                let address = try entry.address()
                let type = try entry.int(4)
                try entry.skip(4)
                if type == 2 {
                    found.append((name, .soft(try heap.text(at: try entry.int(4))), nil))
                } else {
                    guard let address else { throw entry.malformed("'\(name)' has no address") }
                    found.append((name, .hard(address), nil))
                }
            }
        }
    }

    // MARK: - Link messages

    private static func readDense(
        _ storage: HDF5Storage, _ message: HDF5Cursor, _ found: inout Found
    ) throws(FormatError) {
        var message = message
        try message.expect(version: 0)
        let flags = try message.byte()
        if flags & 1 != 0 { try message.skip(8) }
        guard let heapAddress = try message.address() else { return }
        let tree = try message.definedAddress()
        let heap = try HDF5FractalHeap(storage, at: heapAddress)
        var identifiers: [HDF5Cursor] = []
        try storage.walkTree2(at: tree, type: 5) { (record: HDF5Cursor) throws(FormatError) in
            var record = record
            try record.skip(4)  // the name's hash
            identifiers.append(record)
        }
        for identifier in identifiers { found.append(try link(try heap.object(identifier, "link"))) }
    }

    private static func link(
        _ message: HDF5Cursor
    ) throws(FormatError) -> (name: String, link: HDF5Link, order: Int?) {
        var message = message
        try message.expect(version: 1)
        let flags = try message.byte()
        let type = flags & 0x08 != 0 ? try message.byte() : 0
        let order = flags & 0x04 != 0 ? try message.int(8) : nil
        if flags & 0x10 != 0 { try message.skip(1) }
        let name = try message.text(try message.int(1 << Int(flags & 3)))
        switch type {
        case 0: return (name, .hard(try message.definedAddress()), order)
        case 1: return (name, .soft(try message.text(try message.int(2))), order)
        case 64:
            var value = try message.part("external link", try message.int(2))
            try value.skip(1)
            let file = try value.text()
            return (name, .external("\(file):\(try value.text())"), order)
        default: return (name, .userDefined(Int(type)), order)
        }
    }
}

/// The names of an old group's members.
private struct HDF5LocalHeap {
    private let data: HDF5Cursor

    init(_ storage: HDF5Storage, at address: Int) throws(FormatError) {
        var header = try storage.cursor(
            "local heap", at: address, count: 8 + 2 * storage.lengthSize + storage.offsetSize)
        try header.expect("HEAP")
        try header.expect(version: 0)
        try header.skip(3)
        let size = try header.length()
        try header.skip(storage.lengthSize)
        data = try storage.cursor("local heap's data", at: try header.definedAddress(), count: size)
    }

    func text(at offset: Int) throws(FormatError) -> String {
        var cursor = data
        try cursor.skip(offset)
        let text = try cursor.text()
        // Many names may share their last letters, so that reading them is more work than the heap is long.
        try cursor.storage.chargeMetadata(text.utf8.count)
        return text
    }
}
