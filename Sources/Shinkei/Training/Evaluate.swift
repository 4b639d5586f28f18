public import ShinkeiCore

extension Model {
    /// Measures loss and metrics over data that is not learned from.
    ///
    /// - Parameter sampleWeight: What each row, or each place in it, counts.
    /// - Throws: `TrainingError` if the model is not compiled or the data do not fit.
    ///
    /// Keras: `keras.Model.evaluate`.
    @discardableResult
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, sampleWeight: Tensor? = nil, verbose: Verbosity = .auto
    ) throws -> EvaluationResult {
        try evaluate(
            [x], [y], batchSize: batchSize, sampleWeights: sampleWeight.map { [$0] } ?? [], verbose: verbose)
    }

    /// The same for several inputs and targets.
    ///
    /// - Parameter sampleWeights: One for each target, or one for all of them.
    @discardableResult
    public func evaluate(
        _ x: [Tensor], _ y: [Tensor], batchSize: Int = 32, sampleWeights: [Tensor] = [], verbose: Verbosity = .auto
    ) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "evaluate")
        let setup = try checks.setup()
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let data = try checks.data(setup, x, y, sampleWeights)
        try checks.argument(data.rowCount > 0, "there are no rows; x has the shape \(data.x[0].shape)")
        data.evaluate()
        let plan = evaluationPlan(setup, Validation(data: data, rows: 0..<data.rowCount), batchSize: batchSize)
        var display = EpochDisplay(verbose, steps: plan.stepCount)
        display.begin(nil)
        plan.run(data.tensors) { step in
            if !display.isSilent && display.isDue(step) {
                display.update(step, setup.names, setup.read())
            }
            return true
        }
        let values = setup.read()
        display.end(setup.names, values)
        return EvaluationResult(names: setup.names, values: values, vectors: setup.readVectors())
    }
}
