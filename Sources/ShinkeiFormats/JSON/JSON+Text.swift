extension JSON {
    /// Reads a JSON text, as Python's `json.loads` does: NaN and infinities are numbers, and of equal keys the last counts.
    ///
    /// An integer beyond 64 bits becomes the nearest double. Half of a surrogate pair, which Python lets pass, is refused,
    /// since it is no character.
    ///
    /// - Parameters:
    ///   - bytes: The whole text, in UTF-8.
    ///   - depth: The most lists and objects that may lie in one another.
    ///   - name: What errors call the text.
    /// - Throws: `FormatError` with line, column and the way to the value: `truncated` if the text ends too early,
    ///   `malformed` if it is no JSON, `tooLarge` beyond the depth.
    /// - Complexity: O(n) time and memory; a value takes 24 bytes besides its text, an object or a list that is not empty
    ///   about 50 more.
    package init(parsing bytes: [UInt8], depth: Int = 128, name: String = "data") throws(FormatError) {
        var scanner = JSONScanner(bytes, depth: depth, name: name)
        self = try scanner.value()
        try scanner.end()
    }

    /// How a JSON text is laid out.
    package enum Layout: Sendable {
        /// Without spaces, as `json.dumps(…, separators=(",", ":"))` writes.
        case compact
        /// In one line with spaces, as `json.dumps` writes unasked.
        case spaced
        /// A line for every value, indented by so many spaces a level, as `json.dumps(…, indent=n)` writes.
        case indented(Int)
    }

    /// The JSON text in UTF-8, as Python's `json.dumps(…, ensure_ascii=False)` writes it.
    package func encoded(_ layout: Layout = .spaced) -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, layout, level: 0)
        return bytes
    }

    /// The JSON text.
    package func text(_ layout: Layout = .spaced) -> String {
        String(decoding: encoded(layout), as: UTF8.self)
    }

    private func write(to bytes: inout [UInt8], _ layout: Layout, level: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .int(let value): bytes += String(value).utf8
        case .number(let value): bytes += Self.text(of: value).utf8
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let elements):
            Self.write(elements, "[", "]", to: &bytes, layout, level) { element, bytes in
                element.write(to: &bytes, layout, level: level + 1)
            }
        case .object(let members):
            Self.write(members, "{", "}", to: &bytes, layout, level) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                if case .compact = layout {} else { bytes.append(0x20) }
                member.value.write(to: &bytes, layout, level: level + 1)
            }
        }
    }

    private static func write<Items: Collection>(
        _ items: Items, _ open: String, _ close: String, to bytes: inout [UInt8], _ layout: Layout, _ level: Int,
        _ item: (Items.Element, inout [UInt8]) -> Void
    ) {
        bytes += open.utf8
        var isFirst = true
        for one in items {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            switch layout {
            case .compact: break
            case .spaced: if !isFirst { bytes.append(0x20) }
            case .indented(let width): newLine(width * (level + 1), &bytes)
            }
            isFirst = false
            item(one, &bytes)
        }
        if case .indented(let width) = layout, !isFirst { newLine(width * level, &bytes) }
        bytes += close.utf8
    }

    private static func newLine(_ indentation: Int, _ bytes: inout [UInt8]) {
        bytes.append(0x0A)
        bytes += repeatElement(0x20, count: indentation)
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case ..<0x20: bytes += ("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest text that reads as the same double, in the form of Python's `repr`: 1.0, 1e-07, 1e+16, NaN, Infinity.
    ///
    /// Swift writes the same digits, and differs only between 2⁵³ and 10¹⁶, where it has an exponent already.
    static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = value.description
        guard text.hasSuffix("e+15") else { return text }
        let digits = text.dropLast(4).filter { $0 != "." }
        let count = digits.first == "-" ? 17 : 16
        return digits + String(repeating: "0", count: count - digits.count) + ".0"
    }
}
