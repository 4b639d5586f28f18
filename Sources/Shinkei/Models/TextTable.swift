/// A table with lines between all rows, as Keras's summaries have it.
struct TextTable {
    enum Alignment { case left, right }
    var header: [String]
    var alignments: [Alignment]
    /// The widths wanted for the columns, one space of padding on either side not counted.
    var widths: [Int]
    var rows: [[String]] = []

    /// The lines of the table, `lineLength` columns wide.
    func lines(lineLength: Int) -> [String] {
        let widths = fitted(to: lineLength - header.count - 1)
        var lines = [rule("┏", "━", "┳", "┓", widths)]
        lines += row(header, widths, "┃")
        lines.append(rule("┡", "━", "╇", "┩", widths))
        for (i, cells) in rows.enumerated() {
            if i > 0 { lines.append(rule("├", "─", "┼", "┤", widths)) }
            lines += row(cells, widths, "│")
        }
        lines.append(rule("└", "─", "┴", "┘", widths))
        return lines
    }

    /// The column widths with padding. What is too much is taken from all columns evenly, half columns going to the even neighbour.
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

    private func rule(_ left: String, _ line: String, _ middle: String, _ right: String, _ widths: [Int]) -> String {
        left + widths.map { String(repeating: line, count: $0) }.joined(separator: middle) + right
    }

    private func row(_ cells: [String], _ widths: [Int], _ border: String) -> [String] {
        let wrapped = zip(cells, widths).map { TextTable.wrap($0, width: max(1, $1 - 2)) }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<height).map { line in
            let parts = wrapped.indices.map { column in
                let text = line < wrapped[column].count ? wrapped[column][line] : ""
                let space = String(repeating: " ", count: max(0, widths[column] - 2 - text.count))
                return " " + (alignments[column] == .left ? text + space : space + text) + " "
            }
            return border + parts.joined(separator: border) + border
        }
    }

    /// Broken at spaces; a word longer than a line ends in an ellipsis.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty && line.count + 1 + word.count <= width {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = word.count > width ? word.prefix(width - 1) + "…" : String(word)
        }
        lines.append(line)
        return lines
    }
}
