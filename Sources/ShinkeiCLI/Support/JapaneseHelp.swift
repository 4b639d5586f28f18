import Shinkei

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Japanese {
    /// The headings and the fixed words of the parser's help.
    private static let headings = [
        "ARGUMENTS:": "引数:", "OPTIONS:": "オプション:", "SUBCOMMANDS:": "サブコマンド:",
    ]
    /// The column that the text of an argument begins in, in the parser's help.
    private static let indent = 26

    /// The parser's help in Japanese. What is no help, such as a version, stays as it is.
    ///
    /// - Parameters:
    ///   - english: The help with one line a paragraph, however long.
    ///   - columns: The width in cells, of which a Japanese character takes two.
    static func help(_ english: String, columns: Int) -> String {
        guard english.hasPrefix("OVERVIEW: ") else { return english }
        return english.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { line(String($0), columns: columns) }.joined(separator: "\n")
    }

    private static func line(_ line: String, columns: Int) -> [String] {
        if let heading = headings[line] { return [heading] }
        if let abstract = rest(of: line, after: "OVERVIEW: ") {
            return wrap("概要: " + text(abstract), columns, indent: 0)
        }
        if let usage = rest(of: line, after: "USAGE: ") { return wrap("使い方: " + usage, columns, indent: 8) }
        if let values = match(line, "  See '{1}' for detailed help.") { return ["  詳しくは '\(values[0])' をご覧ください。"] }
        guard line.hasPrefix("  ") else { return line.isEmpty ? [""] : wrap(text(line), columns, indent: 0) }

        // An argument: its name in the first columns, or alone if it is longer, and its text.
        let name = line.prefix(indent)
        guard line.count > indent, name.last == " " else { return [line] }
        let lines = wrap(text(String(line.dropFirst(indent))), columns - indent, indent: 0)
        let space = String(repeating: " ", count: indent)
        return lines.enumerated().map { ($0 == 0 ? String(name) : space) + $1 }
    }

    private static func rest(of line: String, after start: String) -> String? {
        line.hasPrefix(start) ? String(line.dropFirst(start.count)) : nil
    }

    /// A text of the catalog, with the parser's own words behind it: `(default: 5)`.
    private static func text(_ english: String) -> String {
        if let japanese = helpTexts[english] { return japanese }
        guard let place = english.ranges(of: " (").last, english.hasSuffix(")") else { return english }
        guard let japanese = helpTexts[String(english[..<place.lowerBound])] else { return english }
        let words = english[place.upperBound...]
            .replacing("values: ", with: "値: ").replacing("default: ", with: "既定値: ")
        return "\(japanese)(\(words)"
    }

    // MARK: - Lines

    /// What no line may begin with.
    private static let closing = Set("、。，．・：；！？)]}」』）】ー,.:;")

    /// Lines of at most `columns` cells. Between Japanese characters a line may end anywhere, in other text at spaces.
    private static func wrap(_ text: String, _ columns: Int, indent: Int) -> [String] {
        var lines: [String] = []
        var (line, cells) = ("", 0)
        for piece in wordsOf(text) {
            let width = piece.unicodeScalars.reduce(0) { $0 + textCells($1) }
            if cells + width > columns, !line.isEmpty, piece != " " {
                lines.append(line)
                (line, cells) = (String(repeating: " ", count: indent), indent)
            }
            line += piece
            cells += width
        }
        return (lines + [line]).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The pieces that stay together: words, single Japanese characters, each with the closing marks behind it.
    private static func wordsOf(_ text: String) -> [String] {
        var pieces: [String] = []
        for character in text {
            let isWide = character.unicodeScalars.contains { textCells($0) > 1 }
            let joins =
                character != " " && pieces.last.map { $0 != " " } ?? false
                && (closing.contains(character) || (!isWide && pieces.last?.last.map(isNarrow) ?? false))
            if joins { pieces[pieces.count - 1].append(character) } else { pieces.append(String(character)) }
        }
        return pieces
    }

    private static func isNarrow(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { textCells($0) < 2 }
    }

    /// The width of the terminal, as `COLUMNS` or the terminal itself has it; 80 if nothing does.
    static var terminalColumns: Int {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
