import Shinkei
import ShinkeiFormats

/// Writes one page about a training that needs no other file: summary, picture of the model, curves, final values.
///
/// ```swift
/// let history = try model.fit(x, y, epochs: 5)
/// try trainingReport(model, history, results: ["test": model.evaluate(testX, testY)], to: "report.html")
/// ```
///
/// - Parameters:
///   - results: What `evaluate` returned, by the name of the data, in order.
///   - figures: More pictures, such as a confusion matrix.
/// - Throws: `PlotError`, `LayerError` if the model's layers do not fit, or `FormatError` of kind `unwritable`.
public func trainingReport(
    _ model: Model, _ history: History, results: KeyValuePairs<String, EvaluationResult> = [:],
    figures: [Drawing] = [], title: String? = nil, to path: String
) throws {
    var body = "<h1>\(shown(title ?? "Training of \(model.name)"))</h1>\n"
    body += try finalValues(history, results)
    if !history.epoch.isEmpty {
        body +=
            "<h2>Curves</h2>\n<figure>\n\(try TrainingCurves(history).drawing().svgElement(key: "curves"))</figure>\n"
    }
    for (i, figure) in figures.enumerated() {
        body += "<h2>\(shown(figure.title))</h2>\n<figure>\n\(figure.svgElement(key: "figure\(i)clip"))</figure>\n"
    }
    var options = ModelPlotOptions()
    options.showShapes = true
    options.showLayerNames = true
    options.showLayerActivations = true
    body += "<h2>Model</h2>\n<figure>\n\(try model.drawing(options).svgElement(key: "model"))</figure>\n"
    let longest = model.layers.map { textCells($0.name) + textCells(String(describing: type(of: $0))) }.max() ?? 0
    let summary = model.summaryText(lineLength: max(92, longest * 3), expandNested: true)
    body += "<h2>Summary</h2>\n<pre>\(escaped(summary))</pre>\n"
    try AtomicFile.write(Array(page(title: title ?? "Training of \(model.name)", body: body).utf8), to: path)
}

private func finalValues(
    _ history: History, _ results: KeyValuePairs<String, EvaluationResult>
) throws -> String {
    var rows = ""
    func row(_ label: String, _ value: Double) {
        rows += "<tr><td>\(shown(label))</td><td class=\"number\">\(numberText(value))</td></tr>\n"
    }
    for key in history.keys { if let value = history[key]?.last { row("\(key), last epoch", value) } }
    for (name, result) in results {
        for (key, value) in zip(result.names, result.values) { row("\(key), \(name)", value) }
    }
    let epochs = "<p>\(history.epoch.count) epoch\(history.epoch.count == 1 ? "" : "s")</p>\n"
    return rows.isEmpty ? epochs : epochs + "<table>\n\(rows)</table>\n"
}

/// Four digits that matter.
private func numberText(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    return abs(value) >= 1000 || (abs(value) < 1e-3 && value != 0)
        ? tickText(value, exponent: exponent(value) - 3) : fixedText(value, 4)
}

private func exponent(_ value: Double) -> Int {
    var (rest, power) = (abs(value), 0)
    while rest >= 10 { (rest, power) = (rest / 10, power + 1) }
    while rest < 1 && power > -330 { (rest, power) = (rest * 10, power - 1) }
    return power
}

private func shown(_ text: String) -> String { escaped(Drawing.Text(text, at: .init(0, 0)).string) }
