/// A table with lines between all rows, as Keras's summaries have it.
struct TextTable {
    enum Alignment { case left, right, center }
    var header: [String]
    var alignments: [Alignment]
    /// The widths wanted for the columns, one space of padding on either side not counted.
    var widths: [Int]
    var rows: [[String]] = []

    /// The lines of the table, `lineLength` columns wide.
    func lines(lineLength: Int) -> [String] {
        let widths = fitted(to: lineLength - header.count - 1)
        var lines = [rule("┏", "━", "┳", "┓", widths)]
        lines += row(header, widths, "┃", isHeader: true)
        lines.append(rule("┡", "━", "╇", "┩", widths))
        for (i, cells) in rows.enumerated() {
            if i > 0 { lines.append(rule("├", "─", "┼", "┤", widths)) }
            lines += row(cells, widths, "│")
        }
        lines.append(rule("└", "─", "┴", "┘", widths))
        return lines
    }

    /// The column widths with padding. What is too much is taken from all columns evenly, half
    /// columns going to the even neighbour.
    private func fitted(to total: Int) -> [Int] {
        let wanted = widths.map { $0 + 2 }
        var excess = wanted.reduce(0, +) - total
        guard excess > 0 else { return wanted }
        var left = wanted.count
        return wanted.map { width in
            let share = min(width, Int((Double(excess) / Double(left)).rounded(.toNearestOrEven)))
            excess -= share
            left -= 1
            return width - share
        }
    }

    private func rule(
        _ left: String, _ line: String, _ middle: String, _ right: String, _ widths: [Int]
    ) -> String {
        left + widths.map { String(repeating: line, count: $0) }.joined(separator: middle) + right
    }

    /// Headers stand at the bottom of their row, other cells at the top.
    private func row(_ cells: [String], _ widths: [Int], _ border: String, isHeader: Bool = false) -> [String] {
        let wrapped = zip(cells, widths).map { TextTable.wrap($0, width: max(1, $1 - 2)) }
        let height = wrapped.map(\.count).max() ?? 1
        let cells = wrapped.map { isHeader ? Array(repeating: "", count: height - $0.count) + $0 : $0 }
        return (0..<height).map { line in
            let parts = cells.indices.map { column in
                var text = line < cells[column].count ? cells[column][line] : ""
                if alignments[column] != .left { while text.last == " " { text.removeLast() } }
                let space = max(0, widths[column] - 2 - textCells(text))
                let before =
                    switch alignments[column] {
                    case .left: 0
                    case .right: space
                    case .center: space / 2
                    }
                return String(repeating: " ", count: before + 1) + text
                    + String(repeating: " ", count: space - before + 1)
            }
            return border + parts.joined(separator: border) + border
        }
    }

    /// Broken at spaces; a word longer than a line ends in an ellipsis. A wide character counts as two.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in words(of: text) {
            let isLonger = textCells(line) + textCells(trimmed(word)) > width
            if isLonger && !line.isEmpty {
                lines.append(line)
                line = ""
            }
            line += word
        }
        lines.append(line)
        return lines.map { cut($0, to: width) }
    }

    /// Each with the spaces behind it; the first with those before it too.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            if character != " " && word.last == " " && word.contains(where: { $0 != " " }) {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        return words + (word.isEmpty ? [] : [word])
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func cut(_ line: String, to width: Int) -> String {
        var line = line
        // The library that Keras prints with counts characters here, not columns: a word of wide characters that just
        // fits keeps the space behind it, and is cut for that.
        while line.last == " " && line.unicodeScalars.count > width { line.removeLast() }
        guard textCells(line) > width else { return line }
        while !line.isEmpty && textCells(line) > width - 1 { line.removeLast() }
        // Half of a wide character is a space.
        return line + String(repeating: " ", count: max(0, width - 1 - textCells(line))) + "…"
    }
}
