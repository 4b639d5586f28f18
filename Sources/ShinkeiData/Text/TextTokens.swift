/// What is done to a text before it is cut into tokens. As TensorFlow does it: to ASCII letters and ASCII punctuation only.
package struct TextCleaning: Sendable {
    package var isLowered: Bool
    package var isStripped: Bool
    package init(isLowered: Bool, isStripped: Bool) { (self.isLowered, self.isStripped) = (isLowered, isStripped) }

    package func callAsFunction(_ text: String) -> String {
        var bytes = Array(text.utf8)
        if isLowered { bytes = bytes.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 } }
        if isStripped { bytes.removeAll { Self.isPunctuation($0) } }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: true
        default: false
        }
    }
}

/// Tokens of a text, as TensorFlow cuts them.
package enum TextTokens {
    /// What stands between ASCII white space.
    package static func words(_ text: String) -> [String] {
        text.utf8.split { $0 == 0x20 || (0x09...0x0d).contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Unicode scalars, each by itself: an accent that is one of its own stays so.
    package static func characters(_ text: String) -> [String] { text.unicodeScalars.map { String($0) } }

    /// Runs of neighbouring tokens with a space between them: all of the first width, then all of the next.
    package static func runs(_ tokens: [String], widths: [Int]) -> [String] {
        widths.flatMap { width -> [String] in
            guard width <= tokens.count else { return [] }
            return (0...tokens.count - width).map { tokens[$0..<$0 + width].joined(separator: " ") }
        }
    }
}
