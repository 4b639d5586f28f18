public import ShinkeiCore

extension Model {
    /// Measures loss and metrics over data that is not learned from.
    ///
    /// - Throws: `TrainingError` if the model is not compiled or the data do not fit.
    ///
    /// Keras: `keras.Model.evaluate`.
    @discardableResult
    public func evaluate(
        _ x: Tensor, _ y: Tensor, batchSize: Int = 32, verbose: Verbosity = .auto
    ) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "evaluate")
        let setup = try checks.setup()
        try checks.argument(batchSize >= 1, "batchSize must be at least 1; got \(batchSize)")
        let prediction = try checks.input(x)
        try checks.target(y, x: x, prediction: prediction, loss: setup.loss)
        try checks.argument(x.shape[0] > 0, "there are no rows; x has the shape \(x.shape)")
        x.evaluate()
        y.evaluate()
        let plan = evaluationPlan(
            setup, Validation(x: x, y: y, rows: 0..<x.shape[0]), batchSize: batchSize)
        var display = EpochDisplay(verbose, steps: plan.stepCount)
        display.begin(nil)
        plan.run(x, y) { step in
            if !display.isSilent && display.isDue(step) {
                display.update(step, setup.names, setup.read())
            }
        }
        let values = setup.read()
        display.end(setup.names, values)
        return EvaluationResult(names: setup.names, values: values)
    }
}
