import Shinkei
import ShinkeiFormats

/// Loss and metrics over epochs, to be drawn: one panel a metric, training and validation in it.
public struct TrainingCurves: Sendable {
    /// The epochs' numbers, from 0.
    public let epochs: [Int]
    /// Names and values in order; vectors are one curve for each element.
    public let curves: [(name: String, values: [Double])]

    /// What `fit` returned.
    public init(_ history: History) {
        epochs = history.epoch
        curves = history.keys.map { ($0, history[$0] ?? []) }
    }

    /// Numbers of a loop of one's own, by name: `["loss": losses]`.
    ///
    /// - Precondition: The curves have the same length.
    public init(_ curves: KeyValuePairs<String, [Double]>) {
        let count = curves.first?.value.count ?? 0
        for (name, values) in curves where values.count != count {
            trap("TrainingCurves: \(name) has \(values.count) values, \(curves[0].key) has \(count)")
        }
        epochs = Array(0..<count)
        self.curves = curves.map { ($0.key, $0.value) }
    }

    /// A file that `History.write(to:)`, `shinkei fit --history` or Keras's users write: one object of lists.
    ///
    /// - Throws: `FormatError` naming the file and what is wrong in it.
    public init(contentsOf path: String) throws {
        let bytes = try FileReader(path).readAll()
        try self.init(parsing: bytes, name: path)
    }

    /// Whether a file is a history rather than a model: it starts as a JSON text does, or its name ends in `.json`.
    ///
    /// - Throws: `FormatError` of kind `unreadable`.
    public static func isHistory(_ path: String) throws(FormatError) -> Bool {
        let start = try FileReader(path).read(upTo: 64)
        return path.lowercased().hasSuffix(".json") || start.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
    }

    /// The same from bytes.
    ///
    /// - Throws: `FormatError` with `name` and what is wrong.
    public init(parsing bytes: [UInt8], name: String = "data") throws(FormatError) {
        func wrong(_ reason: String) -> FormatError {
            FormatError(.malformed, file: name, format: "history", reason: reason)
        }
        guard let object = try JSON(parsing: bytes, name: name).object else {
            throw wrong("needs one object of lists, as {\"loss\": [0.5, 0.4]}")
        }
        var curves: [(String, [Double])] = []
        for (key, value) in object {
            guard let list = value.array else { throw wrong("\"\(key)\" must be a list, one value an epoch") }
            let width = list.first?.array?.count
            var columns = [[Double]](repeating: [], count: width ?? 1)
            for (epoch, entry) in list.enumerated() {
                let row = width == nil ? [entry] : entry.array ?? []
                guard row.count == columns.count else {
                    throw wrong("\"\(key)\", epoch \(epoch): expected \(width.map { "a list of \($0)" } ?? "a number")")
                }
                for (i, number) in row.enumerated() {
                    // Writers that may not write NaN write null.
                    guard let value = number.isNull ? Double.nan : number.double else {
                        throw wrong("\"\(key)\", epoch \(epoch): expected a number, not \(number.kind)")
                    }
                    columns[i].append(value)
                }
            }
            for (i, column) in columns.enumerated() { curves.append((width == nil ? key : "\(key)[\(i)]", column)) }
        }
        let count = curves.map(\.1.count).max() ?? 0
        if let short = curves.first(where: { $0.1.count != count }) {
            throw wrong("\"\(short.0)\" has \(short.1.count) epochs, others have \(count)")
        }
        if count == 0 { throw wrong("has no epochs") }
        epochs = Array(0..<count)
        self.curves = curves.map { (name: $0.0, values: $0.1) }
    }

    /// The panels, side by side as far as `columns` go.
    ///
    /// - Parameters:
    ///   - columns: Panels in a row.
    ///   - panelSize: The size of each, in points.
    /// - Throws: `PlotError` if there is no epoch.
    public func drawing(
        columns: Int = 2, panelSize: (width: Double, height: Double) = (430, 300)
    ) throws(PlotError) -> Drawing {
        let panels = try checkedPanels()
        let perRow = max(1, min(columns, panels.count))
        let rows = (panels.count + perRow - 1) / perRow
        let size = (width: max(200, panelSize.width), height: max(160, panelSize.height))
        var drawing = Drawing(
            width: Double(perRow) * size.width + 20, height: Double(rows) * size.height + 20, title: "Training curves")
        for (i, panel) in panels.enumerated() {
            let frame = Drawing.Rectangle(
                10 + Double(i % perRow) * size.width, 10 + Double(i / perRow) * size.height, size.width, size.height)
            drawing.elements.append(.group(panel.elements(in: frame)))
        }
        return drawing
    }

    /// Each panel as a picture of its own, which a page sets beside the next or below it as its width allows.
    func panelDrawings() throws(PlotError) -> [Drawing] {
        try checkedPanels().map { panel in
            Drawing(
                width: 430, height: 300, title: panel.title,
                elements: panel.elements(in: .init(0, 0, 430, 300)))
        }
    }

    private func checkedPanels() throws(PlotError) -> [LineChart] {
        let panels = panels
        guard !panels.isEmpty, !epochs.isEmpty else { throw PlotError(.nothingToDraw, "the history has no epochs") }
        guard panels.count <= 60 else {
            throw PlotError(.tooLarge, "\(panels.count) metrics are too many for a picture")
        }
        return panels
    }

    /// One a metric, the loss first; `lr` and the like as they come.
    private var panels: [LineChart] {
        func base(_ name: String) -> String {
            let whole = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
            return whole.hasSuffix("]") ? String(whole[..<(whole.firstIndex(of: "[") ?? whole.endIndex)]) : whole
        }
        var names: [String] = []
        var met = Set<String>()
        for curve in curves where met.insert(base(curve.name)).inserted { names.append(base(curve.name)) }
        if let loss = names.firstIndex(of: "loss") { names.insert(names.remove(at: loss), at: 0) }
        let x = epochs.map { Double($0 + 1) }
        return names.map { name in
            let own = curves.filter { base($0.name) == name }
            let training = own.filter { !$0.name.hasPrefix("val_") }
            let series = own.enumerated().map { i, curve -> LineChart.Series in
                let isValidation = curve.name.hasPrefix("val_")
                let twin = training.firstIndex { "val_" + $0.name == curve.name } ?? i
                // One metric: two colours. A vector: a colour for each element, validation dashed.
                let color = own.count <= 2 ? lineColor(isValidation ? 1 : 0) : lineColor(isValidation ? twin : i)
                // The panel's title says the name already.
                let element = curve.name.dropFirst((isValidation ? 4 : 0) + name.count)
                let dashes = own.count <= 2 ? [] : isValidation ? [5, 3] : lineDashes(i)
                return LineChart.Series(
                    name: own.count <= 2
                        ? (isValidation ? "validation" : "training") : (isValidation ? "val " : "") + element,
                    x: x, y: curve.values, color: color, dashes: dashes)
            }
            return LineChart(title: name, xLabel: "epoch", series: series, hasWholeX: true)
        }
    }
}

extension History {
    /// Draws loss and metrics over the epochs, into a file whose ending says how: `.svg`, `.png`, `.pdf`, `.html`.
    ///
    /// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
    public func plot(to path: String) throws { try TrainingCurves(self).drawing().write(to: path) }
}

/// Draws loss and metrics over the epochs.
///
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plotHistory(_ history: History, to path: String = "history.svg") throws { try history.plot(to: path) }

/// Draws the numbers of a loop of one's own, by name: `plotHistory(["loss": losses], to: "loss.svg")`.
///
/// - Precondition: The curves have the same length.
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plotHistory(_ curves: KeyValuePairs<String, [Double]>, to path: String = "history.svg") throws {
    try TrainingCurves(curves).drawing().write(to: path)
}
