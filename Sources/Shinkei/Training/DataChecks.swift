import ShinkeiCore

/// The checks at a model's edge, before anything runs.
struct DataChecks {
    let model: Model
    let method: String

    /// What `compile` set.
    func setup() throws(TrainingError) -> TrainingSetup {
        guard let setup = model.training else {
            throw .notCompiled(method: method, model: model.name)
        }
        return setup
    }

    func argument(_ isGood: Bool, _ text: @autoclosure () -> String) throws(TrainingError) {
        if !isGood { throw .badArgument(method: method, text()) }
    }

    /// Builds the model if need be, and checks that the inputs fit its layers and have the same number of rows.
    /// - Returns: The outputs' shapes.
    func inputs(_ x: [Tensor], called name: String = "x") throws(TrainingError) -> [SymbolicShape] {
        if let expected = model.inputShapes?.count, expected != x.count {
            throw .badArgument(method: method, "the model has \(expected) inputs; got \(x.count)")
        }
        for (i, x) in x.enumerated() where x.rank < 1 {
            throw .badArgument(method: method, "\(x.shape) of input \(i) needs a batch axis; got a scalar")
        }
        for other in x.dropFirst() where other.shape[0] != x[0].shape[0] {
            throw .badArgument(
                method: method, "all inputs must have the same number of rows; got \(x[0].shape) and \(other.shape)")
        }
        let shapes: [SymbolicShape]
        do {
            shapes = try model.prepare(x.map { SymbolicShape($0.shape).anyRows }, parent: nil)
        } catch {
            throw .layer(error, method: method, argument: name, data: x[0].shape)
        }
        try indices(x)
        return shapes
    }

    /// Checks that inputs, targets and weights fit the model and one another, and makes the metrics' state.
    func data(
        _ setup: TrainingSetup, _ x: [Tensor], _ y: [Tensor], _ weights: [Tensor], called name: String = "x"
    ) throws(TrainingError) -> TrainingData {
        try argument(!x.isEmpty, "there are no inputs")
        let predictions = try inputs(x, called: name)
        guard predictions.count == setup.outputs.count else {
            throw .badArgument(
                method: method, "the model has \(predictions.count) outputs; it was compiled for \(setup.outputs.count)"
            )
        }
        let trained = setup.trainedOutputs
        guard y.count == trained.count else {
            throw .badArgument(
                method: method, "the model is trained on \(trained.count) outputs; targets y were given for \(y.count)")
        }
        for (y, i) in zip(y, trained) {
            guard let loss = setup.outputs[i].loss else { continue }
            try target(y, x: x[0], prediction: predictions[i], loss: loss)
        }
        setup.buildMetrics(targets: y.map { SymbolicShape($0.shape).anyRows }, predictions: predictions)
        try argument(
            weights.isEmpty || weights.count == y.count || weights.count == 1,
            "sample weights were given for \(weights.count) outputs; the model is trained on \(y.count)")
        for weight in weights where weight.rank == 0 || weight.shape[0] != x[0].shape[0] {
            throw .badArgument(
                method: method,
                "sample weights and x must have the same number of rows; got the shapes \(weight.shape) and \(x[0].shape)"
            )
        }
        return matched(x, y, weights)
    }

    /// The parts, which fit, with a weight for each target.
    func matched(_ x: [Tensor], _ y: [Tensor], _ weights: [Tensor]) -> TrainingData {
        guard let first = weights.first else { return TrainingData(x: x, y: y) }
        let each = weights.count == y.count ? weights : y.map { _ in first }
        return TrainingData(x: x, y: y, weights: each.map { $0.dtype.isFloating ? $0 : $0.cast(to: .float32) })
    }

    /// Checks that the targets have as many rows as `x` and fit the output.
    func target(_ y: Tensor, x: Tensor, prediction: SymbolicShape, loss: any Loss)
        throws(TrainingError)
    {
        guard y.rank >= 1, x.shape[0] == y.shape[0] else {
            throw .rowsDiffer(method: method, x: x.shape, y: y.shape)
        }
        let (target, output) = matchingRanks(SymbolicShape(y.shape).anyRows, prediction)
        guard loss.accepts(target: target, prediction: output) else {
            throw .target(method: method, loss: loss.name, target: y.shape, prediction: prediction)
        }
        try labels(y, prediction: prediction, loss: loss)
    }

    /// Checks that numbers of classes are numbers of classes that the output has.
    func labels(_ y: Tensor, prediction: SymbolicShape, loss: any Loss) throws(TrainingError) {
        let (_, output) = matchingRanks(SymbolicShape(y.shape).anyRows, prediction)
        guard let range = loss.labels(prediction: output), y.count > 0 else { return }
        var labels = y
        if let ignored = range.ignored {
            let number = Tensor.constant(Double(ignored), dtype: .float64).cast(to: y.dtype)
            labels = Tensor.where(y .== number, Tensor.zeros([], dtype: y.dtype), y)
        }
        let (least, most) = (labels.min(), labels.max())
        evaluate([least, most])
        let (smallest, largest) = (least.scalar(of: Int.self), most.scalar(of: Int.self))
        if smallest < 0 || largest >= range.count {
            throw .label(method: method, smallest: smallest, largest: largest, classes: range.count)
        }
    }
}
