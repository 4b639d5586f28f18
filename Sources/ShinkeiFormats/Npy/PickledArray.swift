import ShinkeiCore

/// What NumPy pickles when an array's elements are Python objects: lists of whole numbers, read without running anything.
///
/// A pickle is a program for a small machine with a stack. Only the instructions that put together lists, tuples, numbers and
/// arrays of them are known here, and of all things a pickle may call, the three that rebuild an array. Those are not called
/// either: they stand for "an array". Anything else is refused.
///
/// Source: Python's `pickletools`, protocols 2 to 5.
struct PickledArray {
    /// What the machine holds.
    private indirect enum Value {
        case none
        case int(Int)
        case text(String)
        case bytes
        case tuple([Value], depth: Int)
        case list(List)
        case global(String)
        case array(Elements)
        case type

        /// The depth of a list or tuple; `nil` for anything else.
        var innerDepth: Int? {
            switch self {
            case .list(let list): list.depth
            case .tuple(_, let depth): depth
            default: nil
            }
        }
    }
    private final class List {
        private(set) var values: [Value] = []
        /// How deep lists and tuples lie in each other, this one counted.
        private(set) var depth = 1
        /// Whether it is part of something else. What it holds then stays as flat as it is: the other knows its depth, and a list
        /// that came to hold itself would never be freed.
        var isHeld = false

        /// - Returns: Whether the values could be taken.
        func append(_ more: some Collection<Value>) -> Bool {
            for value in more {
                if let inner = value.innerDepth {
                    guard !isHeld, inner < PickledArray.deepest else { return false }
                    if case .list(let list) = value {
                        guard list !== self else { return false }
                        list.isHeld = true
                    }
                    depth = max(depth, inner + 1)
                }
                if case .array = value { return false }
                values.append(value)
            }
            return true
        }
    }
    private final class Elements { var values: [Value]? }

    /// The most that lists and tuples lie in each other: an array's state, a tuple, holds a list of lists.
    private static let deepest = 4

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [Int: Value] = [:]
    private var hasArray = false

    /// The lists of a pickled array of lists of whole numbers.
    ///
    /// - Throws: `FormatError` of kind `unsupported` for anything else.
    static func lists(_ bytes: [UInt8], file: String) throws(FormatError) -> [[Int]] {
        var reader = PickledArray(bytes: bytes, file: file)
        let value = try reader.run()
        guard case .array(let elements) = value, let rows = elements.values else {
            throw reader.refused("no array of lists")
        }
        var lists: [[Int]] = []
        lists.reserveCapacity(rows.count)
        var total = 0
        for row in rows {
            let values: [Value]
            switch row {
            case .list(let list): values = list.values
            case .tuple(let members, _): values = members
            default: throw reader.refused("element \(lists.count) is no list")
            }
            // A few bytes can refer to one long list again and again; every number of ours takes two bytes of its own.
            total += values.count
            guard total <= bytes.count else { throw reader.refused("the same list many times") }
            var numbers: [Int] = []
            numbers.reserveCapacity(values.count)
            for value in values {
                guard case .int(let number) = value else {
                    throw reader.refused("element \(lists.count) holds something else than whole numbers")
                }
                numbers.append(number)
            }
            lists.append(numbers)
        }
        return lists
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private func refused(_ reason: String) -> FormatError {
        FormatError(
            .unsupported, file: file, format: "npy",
            reason: "Python objects: \(reason); lists of whole numbers are read")
    }

    private func damaged(_ reason: String) -> FormatError {
        FormatError(.malformed, file: file, format: "npy", reason: "Python objects: \(reason) at byte \(position)")
    }

    // MARK: Bytes

    private mutating func take(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else {
            throw FormatError(.truncated, file: file, format: "npy", reason: "ends within its Python objects")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func byte() throws(FormatError) -> UInt8 {
        guard position < bytes.count else {
            throw FormatError(.truncated, file: file, format: "npy", reason: "ends within its Python objects")
        }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func number(_ width: Int) throws(FormatError) -> Int {
        var value: UInt64 = 0
        for (i, byte) in try take(width).enumerated() { value |= UInt64(byte) << (8 * UInt64(i)) }
        guard let number = Int(exactly: value) else { throw damaged("a length that cannot be") }
        return number
    }

    private mutating func line() throws(FormatError) -> String {
        guard let end = bytes[position...].prefix(256).firstIndex(of: 0x0A) else {
            throw damaged("a name without an end")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    // MARK: Stack

    private mutating func pop() throws(FormatError) -> Value {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw damaged("an empty stack") }
        return value
    }

    private mutating func popToMark() throws(FormatError) -> [Value] {
        guard let mark = marks.popLast() else { throw damaged("a missing mark") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func global(_ module: String, _ name: String) throws(FormatError) {
        let full = "\(module).\(name)"
        switch full {
        case "numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray._reconstruct":
            stack.append(.global(name))
        default: throw refused("the file asks for \(printable(full))")
        }
    }

    private mutating func run() throws(FormatError) -> Value {
        while true {
            let code = try byte()
            switch code {
            case 0x80:  // PROTO
                let version = try byte()
                guard 2...5 ~= version else { throw refused("pickle protocol \(version)") }
            case 0x95: _ = try take(8)  // FRAME
            case 0x2E: return try pop()  // STOP
            case 0x28: marks.append(stack.count)  // MARK
            case 0x4E: stack.append(.none)
            case 0x88: stack.append(.int(1))  // NEWTRUE
            case 0x89: stack.append(.int(0))  // NEWFALSE
            case 0x4A: stack.append(.int(Int(Int32(truncatingIfNeeded: try number(4)))))  // BININT
            case 0x4B: stack.append(.int(Int(try byte())))  // BININT1
            case 0x4D: stack.append(.int(try number(2)))  // BININT2
            case 0x8A:  // LONG1
                let width = Int(try byte())
                guard width <= 8 else { throw refused("a number of \(width) bytes") }
                let digits = try take(width)
                var value: UInt64 = (digits.last ?? 0) >= 0x80 ? .max : 0
                for byte in digits.reversed() { value = value << 8 | UInt64(byte) }
                stack.append(.int(Int(Int64(bitPattern: value))))
            case 0x58: stack.append(.text(String(decoding: try take(try number(4)), as: UTF8.self)))  // BINUNICODE
            case 0x8C: stack.append(.text(String(decoding: try take(Int(try byte())), as: UTF8.self)))
            case 0x42, 0x54:  // BINBYTES, BINSTRING
                _ = try take(try number(4))
                stack.append(.bytes)
            case 0x43, 0x55:  // SHORT_BINBYTES, SHORT_BINSTRING
                _ = try take(Int(try byte()))
                stack.append(.bytes)
            case 0x5D: stack.append(.list(List()))  // EMPTY_LIST
            case 0x29: stack.append(.tuple([], depth: 1))  // EMPTY_TUPLE
            case 0x85: try pushTuple([try pop()])
            case 0x86, 0x87:  // TUPLE2, TUPLE3
                var members: [Value] = []
                for _ in 0..<(code == 0x86 ? 2 : 3) { members.insert(try pop(), at: 0) }
                try pushTuple(members)
            case 0x74: try pushTuple(try popToMark())
            case 0x6C:  // LIST
                let values = try popToMark()
                stack.append(.list(List()))
                try append(values)
            case 0x61: try append([try pop()])  // APPEND
            case 0x65: try append(try popToMark())  // APPENDS
            case 0x63:  // GLOBAL
                let module = try line()
                try global(module, try line())
            case 0x93:  // STACK_GLOBAL
                guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                    throw damaged("no name")
                }
                try global(module, name)
            case 0x52:  // REDUCE
                _ = try pop()
                guard case .global(let name) = try pop() else { throw refused("a call") }
                switch name {
                case "_reconstruct":
                    guard !hasArray else { throw refused("several arrays") }
                    hasArray = true
                    stack.append(.array(Elements()))
                case "dtype": stack.append(.type)
                default: throw refused("a call of \(printable(name))")
                }
            case 0x62: try build()
            case 0x71: memo[Int(try byte())] = stack.last  // BINPUT
            case 0x72: memo[try number(4)] = stack.last
            case 0x94: memo[memo.count] = stack.last  // MEMOIZE
            case 0x68: try recall(Int(try byte()))  // BINGET
            case 0x6A: try recall(try number(4))
            case 0x30: _ = try pop()  // POP
            default: throw refused("the instruction 0x\(String(code, radix: 16))")
            }
        }
    }

    private mutating func append(_ values: [Value]) throws(FormatError) {
        guard case .list(let list)? = stack.last else { throw damaged("no list to append to") }
        guard list.append(values) else { throw refused("lists within lists") }
    }

    private mutating func pushTuple(_ members: [Value]) throws(FormatError) {
        var depth = 1
        for member in members {
            depth = max(depth, 1 + (member.innerDepth ?? 0))
            guard depth <= Self.deepest else { throw refused("tuples within tuples") }
            if case .array = member { throw refused("an array within a tuple") }
            if case .list(let list) = member { list.isHeld = true }
        }
        stack.append(.tuple(members, depth: depth))
    }

    private mutating func recall(_ place: Int) throws(FormatError) {
        guard let value = memo[place] else { throw damaged("a reference to nothing") }
        stack.append(value)
    }

    /// Gives an array its state: version, shape, type, order and elements; a type has nothing that matters here.
    private mutating func build() throws(FormatError) {
        let state = try pop()
        switch stack.last {
        case .type: return
        case .array(let elements):
            guard elements.values == nil else { throw refused("an array made twice") }
            guard case .tuple(let parts, _) = state, parts.count == 5, case .tuple(let sizes, _) = parts[1],
                sizes.count == 1, case .int(let size) = sizes[0], case .list(let list) = parts[4]
            else { throw refused("an array of something else") }
            guard list.values.count == size else { throw damaged("\(list.values.count) elements instead of \(size)") }
            elements.values = list.values
        default: throw refused("an object with a state")
        }
    }
}

extension Npz {
    /// Reads an array of lists of whole numbers, as Keras's `imdb.npz` and `reuters.npz` hold them. They are stored as Python
    /// objects, of which nothing but such lists is accepted; nothing a file says is run.
    ///
    /// - Throws: `FormatError` if there is no such array, or it holds anything else.
    public func readLists(_ name: String) throws(FormatError) -> [[Int]] {
        let source = try self.source(name)
        let header = try NpyHeader(source)
        if header.elements == .objects {
            return try PickledArray.lists(try source.read(header.dataOffset..<source.count), file: source.name)
        }
        let array = try Npy.read(source)
        guard array.shape.rank == 2, !array.dtype.isFloating, array.shape.count > 0 || array.shape.sizes[0] == 0 else {
            throw FormatError(
                .unsupported, file: source.name, format: "npy",
                reason: "\(array.dtype) \(array.shape); lists of whole numbers are read")
        }
        // Lists of one length became a matrix.
        let numbers = Tensor(array).array(of: Int.self)
        let width = array.shape.sizes[1]
        return (0..<array.shape.sizes[0]).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
    }
}
