public import ShinkeiCore

/// What comes into one input of a model.
public enum InputData: Sendable {
    /// Numbers, one row a sample.
    case numbers(Tensor)
    /// A string a row.
    case strings([String])
    /// Equally many strings a row.
    case rows([[String]])

    var rowCount: Int? {
        switch self {
        case .numbers(let tensor): tensor.rank > 0 ? tensor.shape[0] : nil
        case .strings(let strings): strings.count
        case .rows(let rows): rows.count
        }
    }

    /// Some of the rows.
    func slice(_ range: Range<Int>) -> InputData {
        switch self {
        case .numbers(let tensor): .numbers(tensor.copiedRows(range))
        case .strings(let strings): .strings(Array(strings[range]))
        case .rows(let rows): .rows(Array(rows[range]))
        }
    }
}

extension Model {
    /// Whether strings come to one of its inputs.
    public var hasStringInputs: Bool {
        guard let graph = try? layerGraph() else { return false }
        return graph.inputs.contains(where: \.holdsStrings)
    }

    /// The tensors that the model runs on for these inputs: numbers as they are, and what its layers make of strings.
    ///
    /// They can be handed to `fit`, `evaluate` and `predict` in the inputs' place, as often as they are needed.
    ///
    /// - Parameter inputs: One for each of the model's inputs, in their order.
    /// - Throws: `TrainingError` if strings come where numbers are needed, or there are too many or too few in a row; `LookupError`
    ///   for a string that a layer has no number for.
    public func tensors(for inputs: [InputData]) throws -> [Tensor] {
        try DataChecks(model: self, method: "tensors").tensors(inputs)
    }
}

extension DataChecks {
    /// What the model's layers make of these inputs.
    func tensors(_ inputs: [InputData], called name: String = "x") throws -> [Tensor] {
        let graph: LayerGraph?
        do throws(LayerError) { graph = try model.layerGraph() } catch {
            throw TrainingError.badArgument(method: method, error.description)
        }
        guard let graph else {
            // A model of its own making takes tensors only.
            return try inputs.enumerated().map { place, data in
                guard case .numbers(let tensor) = data else { throw takesNumbers(name, place) }
                return tensor
            }
        }
        try argument(
            graph.inputs.count == inputs.count, "the model has \(graph.inputs.count) inputs; got \(inputs.count)")
        if let first = inputs.first?.rowCount, let other = inputs.first(where: { $0.rowCount != first }) {
            throw TrainingError.badArgument(
                method: method,
                "all inputs must have the same number of rows; got \(first) and \(other.rowCount.map(String.init) ?? "none")"
            )
        }
        return try graph.feeds.map { feed in
            let place = feed.input
            switch (inputs[place], feed.encoder) {
            case (.numbers(let tensor), nil): return tensor
            case (.numbers, .some):
                throw TrainingError.badArgument(method: method, "input \(place) of \(name) takes strings; got numbers")
            case (_, nil): throw takesNumbers(name, place)
            case (.strings(let strings), .some(let layer)):
                return try encode(strings.map { [$0] }, layer, graph.inputs[place].shape, name)
            case (.rows(let rows), .some(let layer)):
                return try encode(rows, layer, graph.inputs[place].shape, name)
            }
        }
    }

    private func takesNumbers(_ name: String, _ place: Int) -> TrainingError {
        .badArgument(method: method, "input \(place) of \(name) takes numbers; got strings")
    }

    /// - Parameter shape: The input's, with the batch axis.
    private func encode(
        _ rows: [[String]], _ layer: any StringLayer, _ shape: SymbolicShape, _ name: String
    ) throws -> Tensor {
        let width = shape.rank == 1 ? 1 : shape[1] ?? rows.first?.count ?? 1
        if let row = rows.first(where: { $0.count != width }) {
            throw TrainingError.badArgument(
                method: method, "the model takes \(width) strings in a row of \(name); got \(row.count)")
        }
        return shape.rank == 1 ? try layer(rows.map { $0[0] }) : try layer(rows)
    }
}
