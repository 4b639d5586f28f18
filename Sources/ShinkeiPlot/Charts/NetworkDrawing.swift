import Shinkei

/// A small network as circles and links: blue links have positive weights, red ones negative, and the thicker, the
/// greater.
///
/// Layers without weights, such as `Activation`, are passed over. Of a layer with many units the first and the last
/// are shown.
///
/// - Parameters:
///   - model: Dense layers in a row.
///   - maxUnits: How many circles a layer has at most.
/// - Throws: `PlotError` if the model has other layers with weights, or is not built.
public func networkDrawing(_ model: Model, maxUnits: Int = 16) throws(PlotError) -> Drawing {
    var columns: [NetworkColumn] = []
    for layer in model.layers where !layer.weights.isEmpty {
        guard let dense = layer as? Dense, let kernel = dense.weights.first, kernel.isInitialized,
            kernel.shape.rank == 2
        else {
            throw PlotError(
                .nothingToDraw, "\(layer.name): the drawing of a network is for Dense layers, not \(type(of: layer))")
        }
        if let last = columns.last, last.count != kernel.shape[0] {
            throw PlotError(.nothingToDraw, "\(layer.name): takes \(kernel.shape[0]) inputs, not \(last.count)")
        }
        if columns.isEmpty { columns.append(NetworkColumn(name: "input", count: kernel.shape[0], maxUnits: maxUnits)) }
        columns.append(
            NetworkColumn(
                name: dense.name, count: kernel.shape[1], maxUnits: maxUnits,
                kernel: kernel.value.array(of: Double.self)))
    }
    guard columns.count > 1 else {
        throw PlotError(.nothingToDraw, "\(model.name): has no Dense layer with weights; build it first")
    }
    guard columns.count <= 40 else {
        throw PlotError(.tooLarge, "\(columns.count - 1) layers are too many for this drawing")
    }

    let most = columns.map(\.slots).max() ?? 1
    let (gap, radius, step) = (170.0, 13.0, 42.0)
    let (left, top) = (60.0, 72.0)
    var drawing = Drawing(
        width: 2 * left + gap * Double(columns.count - 1), height: top + step * Double(most) + 44,
        title: "The network \(model.name)")
    // Colours and widths are shares of this.
    let greatest = columns.flatMap(\.kernel).filter(\.isFinite).reduce(1e-30) { max($0, abs($1)) }
    func place(_ column: Int, _ slot: Int) -> Drawing.Point {
        let start = top + step * (Double(most - columns[column].slots) / 2 + 0.5)
        return .init(left + gap * Double(column), start + step * Double(slot))
    }
    var links: [(weight: Double, element: Drawing.Element)] = []
    for c in columns.indices.dropFirst() {
        let (before, here) = (columns[c - 1], columns[c])
        for from in before.units {
            for to in here.units {
                let weight = here.kernel[from.unit * here.count + to.unit]
                let (a, b) = (place(c - 1, from.slot), place(c, to.slot))
                let share = weight.isFinite ? abs(weight) / greatest : 1
                let color =
                    weight.isFinite
                    ? signedColor((weight < 0 ? -1 : 1) * (0.15 + 0.85 * share)) : Drawing.Color(0xff00ff)
                let path = Drawing.Path([.init(a.x + radius, a.y), .init(b.x - radius, b.y)])
                let line = Drawing.Element.path(path, .init(stroke: color, lineWidth: 0.6 + 3.6 * share))
                let title = "\(before.name) \(from.unit) → \(here.name) \(to.unit): \(weight)"
                links.append((share, .group([line], title: title)))
            }
        }
    }
    // Great weights lie above small ones.
    drawing.elements = links.sorted { $0.weight < $1.weight }.map(\.element)
    let dark = Drawing.Color(0x1f2937)
    let hasLost = columns.contains { $0.kernel.contains { !$0.isFinite } }
    let key = "blue +, red −, up to \(significantText(greatest))" + (hasLost ? "; magenta NaN, ∞" : "")
    drawing.elements.append(
        .text(.init(key, at: .init(14, drawing.height - 14), size: 11, color: Drawing.Color(0x6b7280))))
    for (c, column) in columns.enumerated() {
        let middle = left + gap * Double(c)
        drawing.elements.append(
            .text(
                .init(
                    shortened(column.name, to: gap - 16, size: 12, isBold: true), at: .init(middle, 28), size: 12,
                    isBold: true, anchor: .middle, color: dark)))
        drawing.elements.append(
            .text(
                .init(
                    "\(column.count)", at: .init(middle, 45), size: 11, anchor: .middle, color: Drawing.Color(0x6b7280))
            ))
        for unit in column.units {
            let p = place(c, unit.slot)
            drawing.elements.append(
                .ellipse(
                    .init(p.x - radius, p.y - radius, 2 * radius, 2 * radius),
                    .init(fill: .white, stroke: dark, lineWidth: 1.4)))
        }
        if let slot = column.gapSlot {
            for i in -1...1 {
                let p = place(c, slot)
                drawing.elements.append(
                    .ellipse(.init(p.x - 2, p.y - 2 + Double(i) * 9, 4, 4), .init(fill: Drawing.Color(0x6b7280))))
            }
        }
    }
    return drawing
}

/// Draws a small network as circles and coloured links.
///
/// - Throws: `PlotError`, or `FormatError` of kind `unwritable`.
public func plot(network model: Model, to path: String, maxUnits: Int = 16) throws {
    try networkDrawing(model, maxUnits: maxUnits).write(to: path)
}

/// A layer's circles.
private struct NetworkColumn {
    var name: String
    var count: Int
    /// `[units before, units]`, row by row.
    var kernel: [Double] = []
    var units: [(unit: Int, slot: Int)]
    /// Where dots stand for those that are left out.
    var gapSlot: Int?
    var slots: Int

    init(name: String, count: Int, maxUnits: Int, kernel: [Double] = []) {
        self.name = name
        self.count = count
        self.kernel = kernel
        let most = max(3, maxUnits)
        if count <= most {
            units = (0..<count).map { ($0, $0) }
            slots = count
        } else {
            let first = (most - 1) / 2 + (most - 1) % 2
            units = (0..<first).map { ($0, $0) } + (first + 1..<most).map { (count - most + $0, $0) }
            gapSlot = first
            slots = most
        }
    }
}
