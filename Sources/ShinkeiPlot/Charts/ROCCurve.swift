import Shinkei

/// How many of the positives are found (true positive rate) for how many false alarms (false positive rate), over all
/// thresholds.
public struct ROCCurve: Hashable, Sendable {
    /// From 0 to 1.
    public let falsePositiveRate: [Double]
    /// From 0 to 1.
    public let truePositiveRate: [Double]
    /// The area under the curve: 1 is perfect, 0.5 is chance.
    public let area: Double

    /// - Parameters:
    ///   - labels: 1 for what is to be found, else 0.
    ///   - scores: The greater, the more likely it is to be found. Equal scores are one threshold.
    /// - Throws: `PlotError` if the counts differ, a score is NaN, or one of the classes is missing.
    public init(labels: [Int], scores: [Double]) throws(PlotError) {
        guard labels.count == scores.count else {
            throw PlotError(.nothingToDraw, "\(labels.count) labels, \(scores.count) scores")
        }
        if scores.contains(where: \.isNaN) { throw PlotError(.nothingToDraw, "a score is NaN") }
        let positives = labels.count { $0 > 0 }
        let negatives = labels.count - positives
        guard positives > 0, negatives > 0 else {
            throw PlotError(
                .nothingToDraw, "a ROC curve needs both classes; all labels are \(positives > 0 ? "1" : "0")")
        }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        var (found, alarms) = (0, 0)
        var (x, y, sum) = ([0.0], [0.0], 0.0)
        for (i, place) in order.enumerated() {
            if labels[place] > 0 { found += 1 } else { alarms += 1 }
            if i + 1 < order.count && scores[order[i + 1]] == scores[place] { continue }
            let (a, b) = (Double(alarms) / Double(negatives), Double(found) / Double(positives))
            sum += (a - x[x.count - 1]) * (b + y[y.count - 1]) / 2
            x.append(a)
            y.append(b)
        }
        (falsePositiveRate, truePositiveRate, area) = (x, y, sum)
    }
}

/// The ROC curve of a two-class model, or one for each class against all others.
///
/// - Parameters:
///   - labels: Numbers of classes or one-hot rows.
///   - scores: A model's output: `[count]`, `[count, 1]` or `[count, classes]`.
/// - Throws: `PlotError` if the shapes do not fit, a score is NaN, or a class is missing.
public func rocDrawing(labels: Tensor, scores: Tensor, classNames: [String] = []) throws(PlotError) -> Drawing {
    let truth = try classNumbers(labels, what: "labels")
    let columns = scores.shape.rank == 2 ? scores.shape[1] : 1
    guard scores.shape.rank == 1 || scores.shape.rank == 2, columns > 0, scores.shape[0] == truth.count else {
        throw PlotError(.nothingToDraw, "scores \(scores.shape) do not fit \(truth.count) labels")
    }
    guard columns <= 50 else { throw PlotError(.tooLarge, "\(columns) classes are too many for one picture") }
    let values = scores.array(of: Double.self)
    var series: [LineChart.Series] = []
    for column in 0..<columns {
        let own = truth.indices.map { values[$0 * columns + column] }
        let curve = try ROCCurve(labels: truth.map { columns == 1 ? $0 : $0 == column ? 1 : 0 }, scores: own)
        let name = columns == 1 ? "" : (column < classNames.count ? classNames[column] : "\(column)") + ", "
        series.append(
            .init(
                name: "\(name)area \(fixedText(curve.area, 4))", x: curve.falsePositiveRate, y: curve.truePositiveRate,
                color: lineColor(column), dashes: lineDashes(column)))
    }
    let chance = LineChart.Series(
        name: "chance", x: [0, 1], y: [0, 1], color: Drawing.Color(0x9ca3af), dashes: [4, 4])
    let chart = LineChart(
        title: "ROC curve", xLabel: "false positive rate", yLabel: "true positive rate", series: [chance] + series,
        xRange: 0...1, yRange: 0...1, alwaysNames: true)
    let rows = Double(min(13, series.count + 1) / 3)
    var drawing = Drawing(width: 440, height: 440 + 16 * rows, title: "ROC curve")
    drawing.elements = chart.elements(in: .init(4, 4, 432, 432 + 16 * rows))
    return drawing
}

/// Draws the ROC curve.
///
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plotROC(labels: Tensor, scores: Tensor, classNames: [String] = [], to path: String) throws {
    try rocDrawing(labels: labels, scores: scores, classNames: classNames).write(to: path)
}
