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
    body += finalValues(history, results)
    var count = 0
    func figure(_ drawing: Drawing) -> String {
        count += 1
        return drawing.figure(key: "figure\(count)clip")
    }
    if !history.epoch.isEmpty {
        let panels = try TrainingCurves(history).panelDrawings()
        body += "<h2>Curves</h2>\n<div class=\"row\">\n\(panels.map(figure).joined())</div>\n"
    }
    if !figures.isEmpty {
        body += "<h2>Pictures</h2>\n<div class=\"row\">\n\(figures.map(figure).joined())</div>\n"
    }
    var options = ModelPlotOptions()
    options.showShapes = true
    options.showLayerNames = true
    options.showLayerActivations = true
    body += "<h2>Model</h2>\n\(figure(try model.drawing(options)))"
    let longest = model.layers.map { textCells($0.name) + textCells(String(describing: type(of: $0))) }.max() ?? 0
    let summary = model.summaryText(lineLength: max(92, longest * 3), expandNested: true)
    body += "<h2>Summary</h2>\n<pre>\(inColumns(summary))</pre>\n"
    try AtomicFile.write(Array(page(title: title ?? "Training of \(model.name)", body: body).utf8), to: path)
}

/// The loss and metrics in rows, where they were measured in columns.
private func finalValues(_ history: History, _ results: KeyValuePairs<String, EvaluationResult>) -> String {
    let count = history.epoch.count
    var columns: [(name: String, value: (String) -> Double?)] = []
    func column(_ name: String, _ value: @escaping (String) -> Double?) { columns.append((name, value)) }
    let keys = history.keys
    if count > 0 { column("training") { history[$0]?.last } }
    if keys.contains(where: { $0.hasPrefix("val_") }) { column("validation") { history["val_" + $0]?.last } }
    for (name, result) in results { column(name) { result[$0] } }
    var names = keys.filter { !$0.hasPrefix("val_") }
    for (_, result) in results { names += result.names.filter { !names.contains($0) } }
    if let loss = names.firstIndex(of: "loss") { names.insert(names.remove(at: loss), at: 0) }

    var text = "<p>\(NumberText.grouped(count)) epoch\(count == 1 ? "" : "s")"
    guard !names.isEmpty, !columns.isEmpty else { return text + "</p>\n" }
    if count > 0 {
        text +=
            columns.contains { $0.name == "validation" }
            ? "; training and validation are the last one's" : "; training is the last one's"
    }
    text += "</p>\n<table>\n<tr><th></th>\(columns.map { "<th>\(shown($0.name))</th>" }.joined())</tr>\n"
    for name in names {
        let cells = columns.map { "<td>\($0.value(name).map(significantText) ?? "")</td>" }
        text += "<tr><th>\(shown(name))</th>\(cells.joined())</tr>\n"
    }
    return text + "</table>\n"
}

private func shown(_ text: String) -> String { escaped(Drawing.Text(text, at: .init(0, 0)).string) }
