import Shinkei

/// How often a class was taken for another.
public struct ConfusionMatrix: Hashable, Sendable {
    /// Rows are the true classes, columns the predicted ones.
    public let counts: [[Int]]
    /// The classes' names.
    public let classNames: [String]

    /// - Parameters:
    ///   - labels: Numbers of classes, `[count]` or `[count, 1]`, or one-hot rows.
    ///   - predictions: The same, or a model's probabilities, of which the greatest counts; of one column, those from
    /// 0.5 are class 1.
    ///   - classNames: In the order of the numbers; the numbers themselves if there are none.
    /// - Throws: `PlotError` if the counts differ, a number names no class, or there is nothing.
    public init(labels: Tensor, predictions: Tensor, classNames: [String] = []) throws(PlotError) {
        let truth = try classNumbers(labels, what: "labels")
        let found = try classNumbers(predictions, what: "predictions")
        guard truth.count == found.count, !truth.isEmpty else {
            throw PlotError(
                .nothingToDraw, "\(truth.count) labels and \(found.count) predictions: need as many, and some")
        }
        let columns = [labels, predictions].map { $0.shape.rank == 2 ? $0.shape[1] : 0 }.max() ?? 0
        let count = max(max(truth.max() ?? 0, found.max() ?? 0) + 1, classNames.count, columns)
        guard count <= 200 else { throw PlotError(.tooLarge, "\(count) classes are too many for a picture") }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
        for (row, column) in zip(truth, found) { counts[row][column] += 1 }
        self.init(counts: counts, classNames: classNames)
    }

    /// - Parameters:
    ///   - counts: A row for each true class, of as many columns as there are rows.
    init(counts: [[Int]], classNames: [String]) {
        self.counts = counts
        self.classNames = counts.indices.map { $0 < classNames.count ? classNames[$0] : "\($0)" }
    }

    /// The part that was right.
    public var accuracy: Double {
        let all = counts.reduce(0) { $0 + $1.reduce(0, +) }
        return Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(all)
    }

    /// To four digits; where anything is wrong, that does not round to 1.
    private var accuracyText: String { fixedText(accuracy < 1 ? min(accuracy, 0.9999) : 1, 4) }

    /// The counts in squares, darker for a greater part of the row.
    public func drawing() -> Drawing {
        let n = counts.count
        let widest = counts.joined().reduce(0) { max($0, textWidth(NumberText.grouped($1), size: 11)) }
        let cell = n > 40 ? 12 : n > 24 ? max(18, widest + 4) : max(n > 5 ? 34 : 56, widest + 10)
        let names = classNames.map { shortened($0, to: 130, size: 11) }
        let longest = names.reduce(0) { max($0, textWidth($1, size: 11)) }
        let isTurned = longest > cell - 4
        let left = 40 + longest
        let top = 72 + (isTurned ? longest : 12)
        let side = cell * Double(n)
        var drawing = Drawing(
            width: max(left + side + 24, 260), height: top + side + 24, title: "Confusion matrix")
        let dark = Drawing.Color(0x1f2937)
        var parts: [Drawing.Element] = [
            .text(.init("Confusion matrix", at: .init(14, 24), size: 14, isBold: true, color: dark)),
            .text(
                .init("accuracy \(accuracyText)", at: .init(14, 42), size: 11, color: Drawing.Color(0x6b7280))
            ),
            .text(.init("predicted", at: .init(left + side / 2, 60), size: 11, anchor: .middle, color: dark)),
            .text(.init("true", at: .init(20, top + side / 2), size: 11, anchor: .middle, color: dark, isTurned: true)),
        ]
        for row in 0..<n {
            let sum = counts[row].reduce(0, +)
            let middle = top + (Double(row) + 0.5) * cell
            parts.append(.text(.init(names[row], at: .init(left - 7, middle + 4), size: 11, anchor: .end, color: dark)))
            let across = left + (Double(row) + 0.5) * cell
            parts.append(
                .text(
                    .init(
                        names[row], at: .init(across + (isTurned ? 4 : 0), top - 7), size: 11,
                        anchor: isTurned ? .start : .middle, color: dark, isTurned: isTurned)))
            for column in 0..<n {
                let count = counts[row][column]
                let share = sum == 0 ? 0 : Double(count) / Double(sum)
                let color = row == column ? Drawing.Color(0x08519c) : Drawing.Color(0xa50f15)
                // A single mistake among thousands is still seen.
                let shade = count == 0 ? 0 : 0.06 + 0.94 * share
                let fill = Drawing.Color.white.mixed(color, shade)
                let square = Drawing.Rectangle(left + Double(column) * cell, top + Double(row) * cell, cell, cell)
                var own: [Drawing.Element] = [
                    .rectangle(square, .init(fill: fill, stroke: Drawing.Color(0xe5e7eb), lineWidth: 0.5))
                ]
                if n <= 40 {
                    let ink = count == 0 ? Drawing.Color(0xc4c9d1) : fill.lightness < 0.55 ? .white : dark
                    own.append(
                        .text(
                            .init(
                                NumberText.grouped(count), at: .init(square.center.x, square.center.y + 4),
                                size: n > 24 ? 9 : 11,
                                anchor: .middle, color: ink)))
                }
                parts.append(.group(own, title: "\(classNames[row]) taken for \(classNames[column]): \(count)"))
            }
        }
        parts.append(.rectangle(.init(left, top, side, side), .init(stroke: Drawing.Color(0x9ca3af))))
        drawing.elements = parts
        return drawing
    }
}

/// Draws how often each class was taken for another.
///
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plotConfusionMatrix(
    labels: Tensor, predictions: Tensor, classNames: [String] = [], to path: String
) throws {
    try ConfusionMatrix(labels: labels, predictions: predictions, classNames: classNames).drawing().write(to: path)
}

/// The number of each row's class.
func classNumbers(_ values: Tensor, what: String) throws(PlotError) -> [Int] {
    let isColumn = values.shape.rank == 2 && values.shape[1] == 1
    guard values.shape.rank == 1 || values.shape.rank == 2, values.shape.sizes.last != 0 else {
        throw PlotError(.nothingToDraw, "\(what): need [count] or [count, classes], not \(values.shape)")
    }
    let numbers = values.array(of: Double.self)
    if let wrong = numbers.first(where: { !$0.isFinite }) {
        throw PlotError(.nothingToDraw, "\(what): \(wrong) names no class")
    }
    if values.shape.rank == 1 || isColumn {
        let isProbability = values.dtype.isFloating && numbers.contains { $0 != $0.rounded() }
        if isProbability { return numbers.map { $0 >= 0.5 ? 1 : 0 } }
        if let wrong = numbers.first(where: { $0 < 0 || $0 > 1e6 }) {
            throw PlotError(.nothingToDraw, "\(what): \(short(wrong)) names no class")
        }
        return numbers.map { Int($0) }
    }
    let width = values.shape[1]
    return (0..<values.shape[0]).map { row in
        let part = numbers[row * width..<(row + 1) * width]
        return (part.indices.max { part[$0] < part[$1] } ?? part.startIndex) - part.startIndex
    }
}
