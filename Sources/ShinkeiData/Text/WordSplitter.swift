/// Cuts texts into words as Keras does: filtered characters become the separator, and what lies between separators are words.
struct WordSplitter: Sendable {
    private let filters: Set<Unicode.Scalar>
    private let lower: Bool
    private let split: String
    private let splitScalars: [Unicode.Scalar]
    /// For ASCII: whether a byte ends a word. Only where the separator is one ASCII character.
    private let ends: [Bool]?

    init(filters: String, lower: Bool, split: String) {
        self.filters = Set(filters.unicodeScalars)
        self.lower = lower
        self.split = split
        splitScalars = Array(split.unicodeScalars)
        guard split.utf8.count == 1, let separator = split.utf8.first else {
            ends = nil
            return
        }
        var ends = [Bool](repeating: false, count: 128)
        ends[Int(separator)] = true
        for scalar in filters.unicodeScalars where scalar.isASCII { ends[Int(scalar.value)] = true }
        self.ends = ends
    }

    func words(_ text: String) -> [String] {
        if let ends, let words = asciiWords(text, ends) { return words }
        var words: [String] = []
        var current = String.UnicodeScalarView()
        func finish() {
            if !current.isEmpty { words.append(String(current)) }
            current = String.UnicodeScalarView()
        }
        let scalars = (lower ? lowercased(text) : text).unicodeScalars
        if splitScalars.count == 1 {
            for scalar in scalars {
                if scalar == splitScalars[0] || filters.contains(scalar) { finish() } else { current.append(scalar) }
            }
            finish()
            return words
        }
        var replaced: [Unicode.Scalar] = []
        for scalar in scalars {
            if filters.contains(scalar) { replaced += splitScalars } else { replaced.append(scalar) }
        }
        var i = 0
        while i < replaced.count {
            if replaced[i...].starts(with: splitScalars) {
                finish()
                i += splitScalars.count
            } else {
                current.append(replaced[i])
                i += 1
            }
        }
        finish()
        return words
    }

    /// Most texts are ASCII, where a byte is a character.
    private func asciiWords(_ text: String, _ ends: [Bool]) -> [String]? {
        var text = text
        return text.withUTF8 { bytes -> [String]? in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
            var words: [String] = []
            var start = 0
            for i in 0...bytes.count where i == bytes.count || ends[Int(bytes[i])] {
                if i > start {
                    let (first, count) = (start, i - start)
                    words.append(
                        String(unsafeUninitializedCapacity: count) { target in
                            for j in 0..<count {
                                let byte = bytes[first + j]
                                target[j] = lower && 0x41...0x5A ~= byte ? byte | 0x20 : byte
                            }
                            return count
                        })
                }
                start = i + 1
            }
            return words
        }
    }
}

/// The text in lower case as Python has it: a capital sigma at the end of a word becomes the final one.
func lowercased(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{3A3}") else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    func isCased(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isCased }
    func isIgnored(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isCaseIgnorable }
    var result = ""
    for (i, scalar) in scalars.enumerated() {
        guard scalar == "\u{3A3}" else {
            result += scalar.properties.lowercaseMapping
            continue
        }
        let before = scalars[..<i].last { !isIgnored($0) }
        let after = scalars[(i + 1)...].first { !isIgnored($0) }
        result += before.map(isCased) == true && after.map(isCased) != true ? "\u{3C2}" : "\u{3C3}"
    }
    return result
}

/// Kinds of letters.
enum Script: Equatable {
    case kanji, hiragana, katakana, latin, digit, thai, other

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x3041...0x309F: self = .hiragana
        case 0x30A1...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: self = .katakana
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF, 0x3005, 0x3007: self = .kanji
        case 0x30...0x39, 0xFF10...0xFF19: self = .digit
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0xFF21...0xFF3A, 0xFF41...0xFF5A: self = .latin
        case 0x0E01...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: self = .thai
        default: self = .other
        }
    }

    /// Whether a text has at least two letters of scripts that put no spaces between words.
    static func isWrittenWithoutSpaces(_ text: String) -> Bool {
        var count = 0
        for scalar in text.unicodeScalars {
            switch Script(scalar) {
            case .kanji, .hiragana, .katakana, .thai: count += 1
            default: break
            }
            if count == 2 { return true }
        }
        return false
    }
}
