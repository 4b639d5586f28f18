import ShinkeiCore

/// Puts the structures of a file one after the other; elements follow behind them.
struct HDF5WriteLayout {
    private(set) var encoder = HDF5Encoder()
    /// The elements to be written, in their order in the file.
    private(set) var data: [(path: String, size: Int, content: HDF5Tree.Dataset.Content)] = []
    /// The size of the whole file.
    private(set) var count = 0

    /// Places where the address of elements is still to be filled in, in the order of `data`.
    private var dataAddresses: [Int] = []
    private var heap = HDF5WriteHeap()

    /// Sizes of group trees, the library's own defaults: half the members of a leaf, half the children of a node.
    static let leafK = 4
    static let nodeK = 16

    private static let superblockSize = 96

    mutating func build(_ tree: HDF5Tree) throws(FormatError) {
        encoder.pad(to: Self.superblockSize)
        let root = try add(tree, at: "/")
        let heapStart = encoder.bytes.count
        encoder.add(heap.encoded(at: heapStart))
        // References to texts became known with the heap's place.
        for (place, text) in heap.references { set(heap.address(of: text), at: place) }

        count = encoder.bytes.count
        for (place, one) in zip(dataAddresses, data) {
            set(count, at: place)
            let (next, overflow) = count.addingReportingOverflow((one.size + 7) / 8 * 8)
            guard !overflow else { throw Self.error(.tooLarge, one.path, "the file exceeds what can be addressed") }
            count = next
        }
        writeSuperblock(root)
    }

    static func error(_ kind: FormatError.Kind, _ path: String, _ reason: String) -> FormatError {
        FormatError(kind, file: path, format: "hdf5", reason: reason)
    }

    private mutating func set(_ value: Int, at place: Int) {
        for i in 0..<8 { encoder.bytes[place + i] = UInt8(truncatingIfNeeded: value >> (8 * i)) }
    }

    /// Appends a structure at a multiple of 8.
    private mutating func place(_ bytes: [UInt8]) -> Int {
        encoder.align()
        let address = encoder.bytes.count
        encoder.add(bytes)
        encoder.align()
        return address
    }

    private mutating func writeSuperblock(_ root: Group) {
        var block = HDF5Encoder()
        block.add(HDF5Superblock.signature)
        block.add([0, 0, 0, 0, 0, 8, 8, 0])
        block.add(Self.leafK, 2)
        block.add(Self.nodeK, 2)
        block.add(0, 4)
        block.add(0, 8)
        block.add(HDF5Encoder.undefined, 8)
        block.add(count, 8)
        block.add(HDF5Encoder.undefined, 8)
        block.add(root.entry(nameOffset: 0))
        encoder.bytes.replaceSubrange(0..<Self.superblockSize, with: block.bytes)
    }

    // MARK: - Groups

    private struct Group {
        var header: Int
        var tree: Int
        var heap: Int

        /// A symbol table's entry, with what the library wants to find without opening the group.
        func entry(nameOffset: Int) -> [UInt8] {
            var encoder = HDF5Encoder()
            encoder.add(nameOffset, 8)
            encoder.add(header, 8)
            encoder.add(1, 8)
            encoder.add(tree, 8)
            encoder.add(heap, 8)
            return encoder.bytes
        }
    }

    private mutating func add(_ tree: HDF5Tree, at path: String) throws(FormatError) -> Group {
        let names = tree.members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        // Names: an empty one first, then each at a multiple of 8.
        var heapData = HDF5Encoder()
        heapData.add(0, 8)
        var entries: [(nameOffset: Int, bytes: [UInt8])] = []
        for name in names {
            guard let member = tree.members[name] else { continue }
            let inner = path == "/" ? "/\(name)" : "\(path)/\(name)"
            guard !name.isEmpty, name != ".", !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0) else {
                throw Self.error(.unwritable, inner, "'\(name)' cannot be a name")
            }
            let offset = heapData.bytes.count
            heapData.add(Array(name.utf8) + [0])
            heapData.align()
            switch member {
            case .group(let group): entries.append((offset, try add(group, at: inner).entry(nameOffset: offset)))
            case .dataset(let dataset):
                var entry = HDF5Encoder()
                entry.add(offset, 8)
                entry.add(try add(dataset, at: inner), 8)
                entry.pad(to: 40)
                entries.append((offset, entry.bytes))
            }
        }
        let heapDataAddress = place(heapData.bytes)
        var heapHeader = HDF5Encoder()
        heapHeader.add("HEAP")
        heapHeader.add(0, 4)
        heapHeader.add(heapData.bytes.count, 8)
        heapHeader.add(1, 8)  // nothing is free
        heapHeader.add(heapDataAddress, 8)
        let heapAddress = place(heapHeader.bytes)
        let treeAddress = addTree(entries)

        var message = HDF5Encoder()
        message.add(treeAddress, 8)
        message.add(heapAddress, 8)
        let header = try addHeader([(0x11, message.bytes)], tree.attributes, path)
        return Group(header: header, tree: treeAddress, heap: heapAddress)
    }

    /// The leaves of a group and the tree above them, every node as full as possible.
    private mutating func addTree(_ entries: [(nameOffset: Int, bytes: [UInt8])]) -> Int {
        // The nodes of one level, each with the last name in it.
        var nodes: [(address: Int, last: Int)] = []
        for first in stride(from: 0, to: entries.count, by: 2 * Self.leafK) {
            let some = entries[first..<min(first + 2 * Self.leafK, entries.count)]
            var leaf = HDF5Encoder()
            leaf.add("SNOD")
            leaf.add(1, 2)
            leaf.add(some.count, 2)
            for entry in some { leaf.add(entry.bytes) }
            leaf.pad(to: 8 + 2 * Self.leafK * 40)
            nodes.append((place(leaf.bytes), some.last?.nameOffset ?? 0))
        }
        var level = 0
        repeat {
            let size = 24 + (4 * Self.nodeK + 1) * 8
            encoder.align()
            let start = encoder.bytes.count
            let starts = Array(stride(from: 0, to: max(1, nodes.count), by: 2 * Self.nodeK))
            var above: [(address: Int, last: Int)] = []
            for (i, first) in starts.enumerated() {
                let some = nodes[first..<min(first + 2 * Self.nodeK, nodes.count)]
                var node = HDF5Encoder()
                node.add("TREE")
                node.add(0, 1)
                node.add(level, 1)
                node.add(some.count, 2)
                node.add(i == 0 ? HDF5Encoder.undefined : UInt64(start + (i - 1) * size), 8)
                node.add(i == starts.count - 1 ? HDF5Encoder.undefined : UInt64(start + (i + 1) * size), 8)
                node.add(first == 0 ? 0 : nodes[first - 1].last, 8)
                for child in some {
                    node.add(child.address, 8)
                    node.add(child.last, 8)
                }
                node.pad(to: size)
                above.append((place(node.bytes), some.last?.last ?? 0))
            }
            nodes = above
            level += 1
        } while nodes.count > 1
        return nodes[0].address
    }

    // MARK: - Datasets and attributes

    private mutating func add(_ dataset: HDF5Tree.Dataset, at path: String) throws(FormatError) -> Int {
        var messages: [(type: Int, body: [UInt8])] = [(0x01, HDF5Messages.dataspace(dataset.shape))]
        let size: Int
        var stored: [UInt8]?
        var references: [(Int, Int)] = []
        switch dataset.content {
        case .numbers(let type, _):
            messages.append((0x03, HDF5Messages.datatype(type)))
            size = (checkedCount(dataset.shape, elementSize: 8) ?? 0) * type.byteCount
        case .fixedStrings(let texts):
            let (type, bytes) = try Self.fixed(texts, path)
            messages.append((0x03, type))
            stored = bytes
            size = bytes.count
        case .strings(let texts):
            messages.append((0x03, HDF5Messages.string))
            let bytes = try reference(texts, path, &references)
            stored = bytes
            size = bytes.count
        }
        messages.append((0x05, HDF5Messages.fillValue))
        var address = HDF5Encoder.undefined
        if let stored, !stored.isEmpty {
            let place = place(stored)
            address = UInt64(place)
            for (offset, text) in references { heap.references.append((place + offset, text)) }
        }
        messages.append((0x08, HDF5Messages.contiguous(address: address, count: size)))
        let header = try addHeader(messages, dataset.attributes, path)
        if stored == nil, size > 0 {
            // Prefix, then the messages before the layout, each with 8 bytes of its own, then the layout's first two.
            let before = messages.dropLast().reduce(16) { $0 + 8 + ($1.body.count + 7) / 8 * 8 }
            dataAddresses.append(header + before + 8 + 2)
            data.append((path, size, dataset.content))
        }
        return header
    }

    private mutating func addHeader(
        _ messages: [(type: Int, body: [UInt8])], _ attributes: [HDF5Tree.Attribute], _ path: String
    ) throws(FormatError) -> Int {
        var messages = messages
        var references: [(Int, Int)] = []
        var place = messages.reduce(16) { $0 + 8 + ($1.body.count + 7) / 8 * 8 }
        var names: Set<String> = []
        for attribute in attributes {
            let here = "\(path)@\(attribute.name)"
            guard !attribute.name.isEmpty, !attribute.name.utf8.contains(0), names.insert(attribute.name).inserted
            else {
                throw Self.error(.unwritable, here, "the name is empty, has a zero byte, or is there twice")
            }
            var type = HDF5Messages.string
            var space = HDF5Messages.dataspace([])
            var bytes: [UInt8]
            var inside: [(Int, Int)] = []
            switch attribute.value {
            case .string(let text): bytes = try reference([text], here, &inside)
            case .strings(let texts, let shape):
                guard checkedCount(shape, elementSize: 1) == texts.count else {
                    throw Self.error(.unwritable, here, "\(texts.count) texts in shape \(shape)")
                }
                (type, bytes) = try Self.fixed(texts, here)
                space = HDF5Messages.dataspace(shape)
            case .array(let array):
                type = HDF5Messages.datatype(StoredType(array.dtype))
                space = HDF5Messages.dataspace(array.shape.sizes)
                bytes = array.bytes
            case .empty:
                type = HDF5Messages.datatype(.float32)
                space = HDF5Messages.nullDataspace
                bytes = []
            }
            let message = HDF5Messages.attribute(attribute.name, type: type, space: space, data: bytes)
            guard message.count <= 65_528, messages.count < 65_535 else {
                throw Self.error(
                    .tooLarge, here,
                    "an attribute of \(message.count) bytes; at most 65528 fit, so split it, as Keras does")
            }
            for (offset, text) in inside { references.append((place + 8 + message.count - bytes.count + offset, text)) }
            place += 8 + (message.count + 7) / 8 * 8
            messages.append((0x0C, message))
        }
        let header = self.place(HDF5Messages.header(messages))
        for (offset, text) in references { heap.references.append((header + offset, text)) }
        return header
    }

    /// Texts that all take as many bytes as the longest.
    private static func fixed(_ texts: [String], _ path: String) throws(FormatError) -> (type: [UInt8], data: [UInt8]) {
        let size = max(1, texts.map(\.utf8.count).max() ?? 0)
        var encoder = HDF5Encoder()
        for (i, text) in texts.enumerated() {
            guard !text.utf8.contains(0) else { throw error(.unwritable, path, "a text has a zero byte") }
            encoder.add(Array(text.utf8))
            encoder.pad(to: (i + 1) * size)
        }
        let isASCII = texts.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
        return (HDF5Messages.fixedString(size: size, isASCII: isASCII), encoder.bytes)
    }

    /// References to texts in the global heap, of which the addresses are still missing.
    private mutating func reference(
        _ texts: [String], _ path: String, _ references: inout [(Int, Int)]
    ) throws(FormatError) -> [UInt8] {
        var encoder = HDF5Encoder()
        for text in texts {
            guard !text.utf8.contains(0) else { throw Self.error(.unwritable, path, "a text has a zero byte") }
            guard text.utf8.count <= Int(UInt32.max) else { throw Self.error(.tooLarge, path, "a text of 4 GB") }
            encoder.add(text.utf8.count, 4)
            if text.isEmpty {
                encoder.add(0, 12)
            } else {
                let (number, index) = heap.add(Array(text.utf8))
                references.append((encoder.bytes.count, number))
                encoder.add(0, 8)
                encoder.add(index, 4)
            }
        }
        return encoder.bytes
    }
}
