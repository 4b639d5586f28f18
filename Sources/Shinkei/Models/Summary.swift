import ShinkeiCore

extension Model {
    /// Prints the table of layers, output shapes and parameter counts, as Keras does.
    ///
    /// - Parameters:
    ///   - lineLength: Columns; by default the terminal's width less 4, at most 88, or 108 for models that are no row.
    ///   - expandNested: Whether the layers of models inside follow these, indented.
    ///   - showTrainable: Whether a column says which layers with weights are trained.
    public func summary(lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false) {
        print(summaryText(lineLength: lineLength, expandNested: expandNested, showTrainable: showTrainable))
    }

    /// The text that `summary` prints: Keras 3's, cell for cell.
    ///
    /// Layers that are not built show `?` and `0 (unbuilt)`; the optimizer's line appears once it
    /// has its slots.
    public func summaryText(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false
    ) -> String {
        // A row of layers needs no word on what feeds what.
        let graph = self is Sequential ? nil : try? layerGraph()
        let connections = graph.flatMap { $0.isRow ? nil : $0.connections }
        let most = (connections == nil ? 88 : 108) + (showTrainable ? 12 : 0)
        let length = max(20, lineLength ?? min(most, Terminal.columns - 4))
        var parts = connections == nil ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]
        if showTrainable { parts = parts.map { $0 * 0.9 } + [1] }
        let stops = parts.map { Int($0 * Double(length)) }
        var table = TextTable(
            header: ["Layer (type)", "Output Shape", "Param #"] + (connections == nil ? [] : ["Connected to"]),
            alignments: [.left, .left, .right] + (connections == nil ? [] : [.left]),
            widths: zip(stops, [0] + stops).map { $0 - $1 })
        if showTrainable {
            table.header.append("Trainable")
            table.alignments.append(.center)
        }
        func add(_ layer: Layer, level: Int) {
            let prefix = level == 0 ? "" : String(repeating: "   ", count: level) + "└ "
            let shapes = layer.builtOutputShapes.map { $0.map(\.kerasText) }
            let shape = shapes.map { $0.count == 1 ? $0[0] : "[" + $0.joined(separator: ", ") + "]" } ?? "?"
            let count = layer.isBuilt ? NumberText.grouped(layer.parameterCount) : "0 (unbuilt)"
            var cells = ["\(prefix)\(layer.name) (\(layer.className))", shape, count]
            if let connections { cells.append(connections[ObjectIdentifier(layer)] ?? "-") }
            if showTrainable { cells.append(layer.weights.isEmpty ? "-" : layer.isTrainable ? "Y" : "N") }
            table.rows.append(cells)
            guard expandNested, let model = layer as? Model else { return }
            for inner in model.layers { add(inner, level: level + 1) }
        }
        for layer in layers { add(layer, level: 0) }
        let trainable = Size(trainableWeights.filter(\.isInitialized))
        let frozen = Size(nonTrainableWeights.filter(\.isInitialized))
        var total = Size(
            count: trainable.count + frozen.count, bytes: trainable.bytes + frozen.bytes)
        var lines = ["Model: \"\(name)\""] + table.lines(lineLength: length)
        var optimizerLine: [String] = []
        if let optimizer, optimizer.builtWeights != nil {
            let size = Size(optimizer.weights)
            total = Size(count: total.count + size.count, bytes: total.bytes + size.bytes)
            optimizerLine = [" Optimizer params: \(size)"]
        }
        lines += [
            " Total params: \(total)", " Trainable params: \(trainable)",
            " Non-trainable params: \(frozen)",
        ]
        return (lines + optimizerLine).joined(separator: "\n")
    }
}

extension LayerGraph {
    /// Whether each layer is called once, by the one before.
    fileprivate var isRow: Bool {
        let feeds = calls.flatMap { $0.inputs.map { ObjectIdentifier($0.call) } }
        return inputs.count == 1 && calls.count == layers.count && calls.allSatisfy { $0.inputs.count <= 1 }
            && Set(feeds).count == feeds.count
    }

    /// By layer, what its calls are given: `dense[0][0], input[0][0]`: layer, call, output.
    fileprivate var connections: [ObjectIdentifier: String] {
        var texts: [ObjectIdentifier: [String]] = [:]
        for call in calls.sorted(by: { $0.number < $1.number }) {
            texts[ObjectIdentifier(call.layer), default: []] += call.inputs.map {
                "\($0.call.layer.name)[\($0.call.number)][\($0.index)]"
            }
        }
        return texts.compactMapValues { $0.isEmpty ? nil : $0.joined(separator: ", ") }
    }
}

/// How many numbers some weights hold, and in how many bytes.
private struct Size: CustomStringConvertible {
    var count: Int
    var bytes: Int

    init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
    }
    init(_ weights: [Weight]) {
        count = weights.reduce(0) { $0 + $1.shape.count }
        bytes = weights.reduce(0) { $0 + $1.shape.count * $1.dtype.byteCount }
    }
    var description: String { "\(NumberText.grouped(count)) (\(NumberText.memory(bytes)))" }
}
