/// Reads the few Python literals of a .npy header. Nothing is evaluated.
struct PythonLiteral {
    private let text: [UInt8]
    private let file: String
    private var position = 0

    init(_ text: [UInt8], file: String) {
        self.text = text
        self.file = file
    }

    func error(_ reason: String) -> FormatError {
        FormatError(.malformed, file: file, format: "npy", reason: "header: \(reason)")
    }

    private func mismatch(_ expected: String) -> FormatError {
        let found =
            position < text.count
            ? "'\(printable(String(decoding: text[position...].prefix(12), as: UTF8.self)))'" : "its end"
        return error("expected \(expected) at byte \(position), got \(found)")
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) {
            position += 1
        }
    }

    /// Skips a mark if it comes next.
    mutating func skip(_ mark: String) -> Bool {
        skipSpace()
        guard text[position...].starts(with: mark.utf8) else { return false }
        position += mark.utf8.count
        return true
    }

    mutating func expect(_ mark: String) throws(FormatError) {
        guard skip(mark) else { throw mismatch("'\(mark)'") }
    }

    mutating func expectEnd() throws(FormatError) {
        skipSpace()
        guard position == text.count else { throw mismatch("nothing more") }
    }

    /// A string in single or double quotes. No escapes: no key or type of NumPy's needs one.
    mutating func string() throws(FormatError) -> String {
        skipSpace()
        guard position < text.count, text[position] == 0x22 || text[position] == 0x27 else {
            throw mismatch("a string")
        }
        let quote = text[position]
        let start = position + 1
        var end = start
        while end < text.count, text[end] != quote {
            guard 0x20..<0x7F ~= text[end], text[end] != UInt8(ascii: "\\") else {
                throw error("a string with escapes, control or non-ASCII characters")
            }
            end += 1
        }
        guard end < text.count else { throw error("a string without an end") }
        position = end + 1
        return String(decoding: text[start..<end], as: UTF8.self)
    }

    /// The type of plain elements. A list describes records, which tensors do not have.
    mutating func typeDescription() throws(FormatError) -> String {
        if skip("[") {
            throw FormatError(
                .unsupported, file: file, format: "npy", reason: "an array of records")
        }
        return try string()
    }

    mutating func boolean() throws(FormatError) -> Bool {
        if skip("True") { return true }
        if skip("False") { return false }
        throw mismatch("True or False")
    }

    /// `()`, `(3,)`, `(2, 3)`, and `(2L, 3L)` as Python 2 wrote it.
    mutating func tuple(limit: Int) throws(FormatError) -> [Int] {
        try expect("(")
        var numbers: [Int] = []
        while !skip(")") {
            guard numbers.count < limit else { throw error("more than \(limit) axes") }
            numbers.append(try number())
            if skip(",") { continue }
            guard numbers.count > 1 else { throw mismatch("','") }
            try expect(")")
            break
        }
        return numbers
    }

    private mutating func number() throws(FormatError) -> Int {
        skipSpace()
        let digits = text[position...].prefix { 0x30...0x39 ~= $0 }
        guard !digits.isEmpty else { throw mismatch("a shape with sizes of 0 or more") }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw FormatError(
                .tooLarge, file: file, format: "npy",
                reason: "header: a size of \(digits.count) digits")
        }
        position += digits.count
        if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }
}
