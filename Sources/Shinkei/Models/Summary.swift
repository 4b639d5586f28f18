import ShinkeiCore

extension Model {
    /// Prints the table of layers, output shapes and parameter counts, as Keras does.
    ///
    /// - Parameter lineLength: Columns; by default the terminal's width less 4, at most 88.
    public func summary(lineLength: Int? = nil) {
        print(summaryText(lineLength: lineLength))
    }

    /// The text that `summary` prints: Keras 3's, cell for cell.
    ///
    /// Layers that are not built show `?` and `0 (unbuilt)`; the optimizer's line appears once it
    /// has its slots.
    public func summaryText(lineLength: Int? = nil) -> String {
        let length = max(20, lineLength ?? min(88, Terminal.columns - 4))
        let stops = [0.45, 0.8, 1].map { Int($0 * Double(length)) }
        var table = TextTable(
            header: ["Layer (type)", "Output Shape", "Param #"],
            alignments: [.left, .left, .right],
            widths: [stops[0], stops[1] - stops[0], stops[2] - stops[1]])
        table.rows = layers.map { layer in
            let shapes = layer.builtOutputShapes.map { $0.map(\.kerasText) }
            let shape =
                shapes.map { $0.count == 1 ? $0[0] : "[" + $0.joined(separator: ", ") + "]" } ?? "?"
            let count = layer.isBuilt ? NumberText.grouped(layer.parameterCount) : "0 (unbuilt)"
            return ["\(layer.name) (\(layer.className))", shape, count]
        }
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
