/// A piece of information about an object.
struct HDF5Message {
    /// The kinds of messages.
    enum Kind: UInt16 {
        case none = 0x00
        case dataspace = 0x01
        case linkInfo = 0x02
        case datatype = 0x03
        case oldFillValue = 0x04
        case fillValue = 0x05
        case link = 0x06
        case externalFiles = 0x07
        case layout = 0x08
        case groupInfo = 0x0A
        case filters = 0x0B
        case attribute = 0x0C
        case comment = 0x0D
        case oldModificationTime = 0x0E
        case sharedMessages = 0x0F
        case continuation = 0x10
        case symbolTable = 0x11
        case modificationTime = 0x12
        case treeSizes = 0x13
        case driverInformation = 0x14
        case attributeInfo = 0x15
        case referenceCount = 0x16
        case freeSpace = 0x17
        case cacheImage = 0x18
        case unknown = 0xFFFF
    }

    let type: Kind
    /// Whether the body says only where the message is.
    let isShared: Bool
    /// When it was added, if the object keeps count of that.
    let order: Int?
    let body: HDF5Cursor
}

/// What stands at an object's address: its messages, of all the blocks that they are spread over.
final class HDF5ObjectHeader {
    let address: Int
    private(set) var messages: [HDF5Message] = []
    private var firsts: [HDF5Message.Kind: Int] = [:]

    init(_ storage: HDF5Storage, at address: Int) throws(FormatError) {
        self.address = address
        // What comes first tells the version: 1, or the signature of version 2.
        var start = try storage.cursor("object header", at: address, upTo: 34)
        let first = try start.byte()
        if first == UInt8(ascii: "O") {
            try readVersion2(storage)
        } else {
            guard first == 1 else { throw start.malformed("there is no object header") }
            try start.skip(7)
            let size = try start.int(4)
            try readVersion1(storage, size)
        }
    }

    func first(_ type: HDF5Message.Kind) -> HDF5Message? { firsts[type].map { messages[$0] } }

    var isGroup: Bool {
        [.symbolTable, .linkInfo, .link, .groupInfo].contains { firsts[$0] != nil }
    }

    // MARK: - Blocks

    private func readVersion1(_ storage: HDF5Storage, _ size: Int) throws(FormatError) {
        var blocks = Blocks()
        var block = try storage.cursor("object header", at: address + 16, count: size)
        while true {
            while block.remaining >= 8 {
                let type = try block.int(2)
                let size = try block.int(2)
                let flags = try block.byte()
                try block.skip(3)
                try add(type, flags, nil, try block.part("message", size), &blocks)
            }
            guard let next = blocks.next() else { return }
            block = try storage.cursor("object header", at: next.address, count: next.count)
        }
    }

    private func readVersion2(_ storage: HDF5Storage) throws(FormatError) {
        var prefix = try storage.cursor("object header", at: address, upTo: 34)
        try prefix.expect("OHDR")
        try prefix.expect(version: 2)
        let flags = try prefix.byte()
        try prefix.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
        let size = try prefix.int(1 << Int(flags & 3))
        let before = prefix.taken
        // Checked before the sum is made.
        try storage.check("object header", at: address, size)
        var block = try storage.cursor("object header", at: address, count: before + size + 4)
        try block.skip(before)

        var blocks = Blocks()
        let hasOrder = flags & 4 != 0
        while true {
            // What is too short for a message is a gap.
            while block.remaining >= 4 + (hasOrder ? 6 : 4) {
                let type = Int(try block.byte())
                let size = try block.int(2)
                let flags = try block.byte()
                let order = hasOrder ? try block.int(2) : nil
                guard size <= block.remaining - 4 else {
                    throw block.malformed("a message of \(size) bytes does not fit")
                }
                try add(type, flags, order, try block.part("message", size), &blocks)
            }
            try block.skip(block.remaining - 4)
            try block.expectChecksum()
            guard let next = blocks.next() else { return }
            guard next.count >= 8 else { throw block.malformed("continues in \(next.count) bytes") }
            block = try storage.cursor("object header", at: next.address, count: next.count)
            try block.expect("OCHK")
        }
    }

    /// Blocks still to be read. Every block is read once.
    private struct Blocks {
        private var waiting: [(address: Int, count: Int)] = []
        private var seen: Set<Int> = []

        mutating func add(_ address: Int, _ count: Int) -> Bool {
            waiting.append((address, count))
            return seen.insert(address).inserted
        }

        mutating func next() -> (address: Int, count: Int)? { waiting.isEmpty ? nil : waiting.removeFirst() }
    }

    private func add(
        _ type: Int, _ flags: UInt8, _ order: Int?, _ body: HDF5Cursor, _ blocks: inout Blocks
    ) throws(FormatError) {
        let kind = HDF5Message.Kind(rawValue: UInt16(type)) ?? .unknown
        if kind == .unknown, flags & 0x80 != 0 {
            throw body.unsupported("a message of type \(type), which readers must know")
        }
        switch kind {
        case .none, .unknown: return
        case .continuation:
            var body = body
            guard blocks.add(try body.definedAddress(), try body.length()) else {
                throw body.malformed("the object header continues in itself")
            }
        default:
            if firsts[kind] == nil { firsts[kind] = messages.count }
            messages.append(HDF5Message(type: kind, isShared: flags & 2 != 0, order: order, body: body))
        }
    }
}

extension HDF5Storage {
    /// A message's body. If it is shared, that of the message in the object header it names: a committed type.
    func body(of message: HDF5Message) throws(FormatError) -> HDF5Cursor {
        guard message.isShared else { return message.body }
        var cursor = message.body
        let version = try cursor.byte()
        let type = try cursor.byte()
        switch version {
        case 1: try cursor.skip(6 + lengthSize)
        case 2: break
        case 3:
            guard type == 2 else { throw cursor.unsupported("a message in the heap of shared messages") }
        default: throw cursor.unsupported("a shared message of version \(version)")
        }
        let header = try header(at: try cursor.definedAddress())
        guard let target = header.first(message.type), !target.isShared else {
            throw cursor.malformed("a shared message leads to none of its kind")
        }
        return target.body
    }
}
