public import ShinkeiCore
public import ShinkeiData

extension Model {
    /// Measures loss and metrics over data that is not learned from.
    ///
    /// - Parameters:
    ///   - sampleWeight: What each row, or each place in it, counts.
    ///   - callbacks: Are told that measuring begins and ends.
    /// - Throws: `TrainingError` if the model is not compiled or the data do not fit.
    ///
    /// Keras: `keras.Model.evaluate`.
    @discardableResult
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, sampleWeight: Tensor? = nil, verbose: Verbosity = .auto,
        callbacks: [any Callback] = []
    ) throws -> EvaluationResult {
        try evaluate(
            [x], [y], batchSize: batchSize, sampleWeights: sampleWeight.map { [$0] } ?? [], verbose: verbose,
            callbacks: callbacks)
    }

    /// The same for several inputs and targets.
    ///
    /// - Parameter sampleWeights: One for each target, or one for all of them.
    @discardableResult
    public func evaluate(
        _ x: [Tensor], _ y: [Tensor], batchSize: Int = 32, sampleWeights: [Tensor] = [], verbose: Verbosity = .auto,
        callbacks: [any Callback] = []
    ) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "evaluate")
        let setup = try checks.setup()
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let data = try checks.data(setup, x, y, sampleWeights)
        try checks.argument(data.rowCount > 0, "there are no rows; x has the shape \(data.x[0].shape)")
        data.evaluate()
        let plan = evaluationPlan(setup, Validation(data: data, rows: 0..<data.rowCount), batchSize: batchSize)
        return try measure(ArraySteps(data) { plan }, setup, steps: nil, verbose, callbacks)
    }

    /// Measures loss and metrics over batches as they come: a `Dataset`, or any sequence.
    ///
    /// - Parameter steps: How many batches are taken. All unless given.
    /// - Throws: `TrainingError` if the model is not compiled or a batch does not fit; what a `Dataset` throws.
    ///
    /// Keras: `keras.Model.evaluate`.
    @discardableResult
    public func evaluate(
        _ batches: any Sequence<Example>, steps: Int? = nil, verbose: Verbosity = .auto,
        callbacks: [any Callback] = []
    ) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "evaluate")
        let setup = try checks.setup()
        if let steps { try checks.argument(steps >= 1, "steps must be at least 1; got \(steps)") }
        let stream = BatchStream(self, setup, checks, batches, isTraining: false)
        defer { stream.close() }
        try stream.begin()
        return try measure(stream, setup, steps: steps, verbose, callbacks)
    }

    private func measure(
        _ source: any StepSource, _ setup: TrainingSetup, steps: Int?, _ verbose: Verbosity,
        _ callbacks: [any Callback]
    ) throws -> EvaluationResult {
        var display = EpochDisplay(verbose)
        display.begin(nil, steps: steps ?? source.stepCount)
        for callback in callbacks { callback.validationWillBegin(self) }
        var done = 0
        try source.run(from: 0, to: steps ?? source.stepCount, beforeStep: {}) { step in
            done = step
            if display.isDue(step) { display.update(step, setup.names, setup.read()) }
            return true
        }
        let values = setup.read()
        display.know(steps: done)
        display.end(setup.names, values)
        let result = EvaluationResult(names: setup.names, values: values, vectors: setup.readVectors())
        let logs = Dictionary(uniqueKeysWithValues: zip(setup.names, values))
        for callback in callbacks { callback.validationDidEnd(logs: logs, self) }
        return result
    }
}
