/// Reads JSON from front to back, without building values: formats with a JSON header read only what they know.
///
/// Time is linear in the text, the stack bounded by the limit on depth.
struct JSONScanner {
    private enum Step {
        case key(String)
        case index(Int)
    }

    /// Text that no program writes as one number; the time to round digits grows with their count.
    private static let longestNumber = 4300

    private let bytes: [UInt8]
    private let depth: Int
    private let file: String
    private let format: String
    private let context: String
    private(set) var position = 0
    /// The way from the root to here.
    private var path: [Step] = []

    /// - Parameters:
    ///   - name: What errors call the text.
    ///   - format: The format of the file it is in.
    ///   - context: What stands in errors before the place: `header: `.
    init(_ bytes: [UInt8], depth: Int, name: String, format: String = "json", context: String = "") {
        self.bytes = bytes
        self.depth = depth
        file = name
        self.format = format
        self.context = context
        // Python's json.loads skips the byte order mark too.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    // MARK: - Structure

    /// The first byte of what comes next, or `nil` at the end.
    mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    /// Reads any value.
    mutating func value() throws(FormatError) -> JSON {
        switch peek() {
        case UInt8(ascii: "{"):
            var result = JSON.Object()
            try object { scanner, key throws(FormatError) in result[key] = try scanner.value() }
            return .object(result)
        case UInt8(ascii: "["):
            var result: [JSON] = []
            try array { scanner throws(FormatError) in result.append(try scanner.value()) }
            return .array(result)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try scalar()
        }
    }

    /// Reads any value and forgets it.
    mutating func skip() throws(FormatError) {
        switch peek() {
        case UInt8(ascii: "{"): try object { scanner, _ throws(FormatError) in try scanner.skip() }
        case UInt8(ascii: "["): try array { scanner throws(FormatError) in try scanner.skip() }
        case UInt8(ascii: "\""): _ = try string()
        default: _ = try scalar()
        }
    }

    /// Reads an object: `member` is called with each key and reads the value.
    mutating func object(
        _ member: (inout JSONScanner, String) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard peek() == UInt8(ascii: "{") else { throw unexpected("an object") }
        try enter(.key(""))
        if peek() == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
                let key = try string()
                guard peek() == UInt8(ascii: ":") else { throw unexpected("':' after a key") }
                position += 1
                path[path.count - 1] = .key(key)
                try member(&self, key)
                if try !another(end: UInt8(ascii: "}")) { break }
            }
        }
        path.removeLast()
    }

    /// Reads an array: `element` is called once for each element and reads it.
    mutating func array(
        _ element: (inout JSONScanner) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard peek() == UInt8(ascii: "[") else { throw unexpected("a list") }
        try enter(.index(0))
        if peek() == UInt8(ascii: "]") {
            position += 1
        } else {
            var index = 0
            while true {
                try element(&self)
                if try !another(end: UInt8(ascii: "]")) { break }
                index += 1
                path[path.count - 1] = .index(index)
            }
        }
        path.removeLast()
    }

    /// Makes sure that nothing but space is left.
    mutating func end() throws(FormatError) {
        if peek() != nil { throw unexpected("the end of the text") }
    }

    private mutating func enter(_ step: Step) throws(FormatError) {
        guard path.count < depth else { throw error(.tooLarge, "nested more than \(depth) deep") }
        position += 1
        path.append(step)
    }

    private mutating func another(end: UInt8) throws(FormatError) -> Bool {
        let next = peek()
        guard next == UInt8(ascii: ",") || next == end else {
            throw unexpected("',' or '\(Character(UnicodeScalar(end)))'")
        }
        position += 1
        return next != end
    }

    // MARK: - Scalars

    private mutating func scalar() throws(FormatError) -> JSON {
        switch peek() ?? 0 {
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "N"): return try word("NaN", .number(.nan))
        case UInt8(ascii: "I"): return try word("Infinity", .number(.infinity))
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw unexpected("a value")
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(FormatError) -> JSON {
        guard bytes[position...].starts(with: text.utf8) else {
            // A word that is cut is no wrong one.
            if text.utf8.starts(with: bytes[position...]) { position = bytes.count }
            throw unexpected("a value")
        }
        position += text.utf8.count
        return value
    }

    /// Reads an integer, as it must be written for a size: no point, no exponent, not negative.
    mutating func size() throws(FormatError) -> Int {
        guard let next = peek(), 0x30...0x39 ~= next || next == UInt8(ascii: "-") else {
            throw unexpected("an integer")
        }
        let start = position
        guard case .int(let value) = try number(), value >= 0 else {
            position = start
            throw unexpected("an integer from 0 to \(Int.max)")
        }
        return value
    }

    /// `-`, digits without leading zeros, then perhaps a fraction and an exponent. An integer beyond 64 bits, which only
    /// Python can hold, becomes the nearest double.
    private mutating func number() throws(FormatError) -> JSON {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "I") {
                return try word("Infinity", .number(-.infinity))
            }
        }
        var magnitude = 0
        var isInteger = true
        let first = position
        while position < bytes.count, 0x30...0x39 ~= bytes[position] {
            let digit = Int(bytes[position] - 0x30)
            let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            // Downwards, since the least integer has no positive counterpart.
            let (next, overflowNext) = tens.subtractingReportingOverflow(digit)
            if overflow || overflowNext { isInteger = false }
            magnitude = next
            position += 1
        }
        guard position > first else { throw unexpected("a digit") }
        if bytes[first] == 0x30 && position > first + 1 {
            position = first
            throw error(.malformed, "a number that begins with 0")
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits()
        }
        if isInteger {
            if isNegative { return .int(magnitude) }
            if magnitude != .min { return .int(-magnitude) }
        }
        guard position - start <= Self.longestNumber else {
            throw error(.tooLarge, "a number of \(position - start) characters; at most \(Self.longestNumber) are read")
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw error(.malformed, "a number that cannot be read")
        }
        return .number(value)
    }

    private mutating func digits() throws(FormatError) {
        let first = position
        while position < bytes.count, 0x30...0x39 ~= bytes[position] { position += 1 }
        guard position > first else { throw unexpected("a digit") }
    }

    // MARK: - Strings

    /// Reads a string.
    mutating func string() throws(FormatError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a string") }
        position += 1
        var text = ""
        var start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let rest = try piece(start)
                position += 1
                return text.isEmpty ? rest : text + rest
            } else if byte == UInt8(ascii: "\\") {
                text += try piece(start)
                text.unicodeScalars.append(try escape())
                start = position
            } else if byte < 0x20 {
                throw error(.malformed, "a string with a control character, which must be escaped")
            } else {
                position += 1
            }
        }
        throw error(.truncated, "a string without an end")
    }

    /// The bytes from `start` to here, if they are valid UTF-8.
    private mutating func piece(_ start: Int) throws(FormatError) -> String {
        if let text = String(validating: bytes[start..<position], as: UTF8.self) { return text }
        throw error(.malformed, "a string that is not valid UTF-8")
    }

    private mutating func escape() throws(FormatError) -> Unicode.Scalar {
        position += 1
        guard position < bytes.count else { throw error(.truncated, "a string without an end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try escapedUnit()
        default:
            position -= 1
            throw unexpected("one of \"\\/bfnrtu after a backslash")
        }
    }

    /// Four hexadecimal digits, or two times four for what is beyond the first 65,536 characters.
    private mutating func escapedUnit() throws(FormatError) -> Unicode.Scalar {
        let start = position - 2
        let unit = try fourDigits()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if 0xD800..<0xDC00 ~= unit, bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let low = try fourDigits()
            if 0xDC00..<0xE000 ~= low,
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        position = start
        throw error(.malformed, "half of a surrogate pair, which is no character")
    }

    private mutating func fourDigits() throws(FormatError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    // MARK: - Errors

    /// An error at this place.
    func error(_ kind: FormatError.Kind, _ reason: String) -> FormatError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        // Continuation bytes are no characters of their own.
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        let place = "\(context)line \(line), column \(column) (byte \(position))"
        return FormatError(kind, file: file, format: format, reason: "\(place): \(reason)\(wayHere)")
    }

    private mutating func unexpected(_ expected: String) -> FormatError {
        guard peek() != nil else { return error(.truncated, "expected \(expected), got the end of the text") }
        let found = printable(String(decoding: bytes[position...].prefix(12), as: UTF8.self), limit: 12)
        return error(.malformed, "expected \(expected), got '\(found)'")
    }

    /// ` in config.layers[3]`, the last parts if there are many.
    private var wayHere: String {
        var text = ""
        for step in path.suffix(8) {
            switch step {
            case .key(""): break
            case .key(let key): text += (text.isEmpty ? "" : ".") + printable(key, limit: 24)
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "" : " in \(path.count > 8 ? "…" : "")\(text)"
    }
}
