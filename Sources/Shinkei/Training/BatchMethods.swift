public import ShinkeiCore

extension Model {
    /// One training step with these rows. Loss and metrics are those of all batches since they were reset, by `fit`,
    /// `evaluate` or `resetMetrics`, as in Keras.
    ///
    /// - Throws: `TrainingError`, as `fit`.
    ///
    /// Keras: `keras.Model.train_on_batch`.
    @discardableResult
    public func trainOnBatch(
        _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, classWeight: [Int: Double] = [:]
    ) throws -> EvaluationResult {
        try trainOnBatch(
            [x], [y], sampleWeights: sampleWeight.map { [$0] } ?? [],
            classWeights: classWeight.isEmpty ? [] : [classWeight])
    }

    /// The same for several inputs and targets.
    @discardableResult
    public func trainOnBatch(
        _ x: [Tensor], _ y: [Tensor], sampleWeights: [Tensor] = [], classWeights: [[Int: Double]] = []
    ) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "trainOnBatch")
        let setup = try checks.setup()
        var data = try checks.data(setup, x, y, sampleWeights)
        try checks.argument(data.rowCount > 0, "there are no rows; x has the shape \(data.x[0].shape)")
        if !classWeights.isEmpty {
            try checks.argument(classWeights.count == data.y.count, "classWeights are one for each target")
            data = data.counting(classWeights)
        }
        let trained = trainableWeights
        setup.optimizer.build(trained)
        let result = runBatch(setup, data, isTraining: true)
        if setup.badRow.value.scalar(of: Int.self) >= 0 {
            setup.badRow.value = Tensor(Int32(-1))
            throw TrainingError.notFinite(
                epoch: 0, step: 0, place: findNotFinite(setup, trained: trained, batch: data))
        }
        return result
    }

    /// Measures these rows. Loss and metrics are those of all batches since they were reset, as in Keras.
    ///
    /// Keras: `keras.Model.test_on_batch`.
    @discardableResult
    public func testOnBatch(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws -> EvaluationResult {
        try testOnBatch([x], [y], sampleWeights: sampleWeight.map { [$0] } ?? [])
    }

    /// The same for several inputs and targets.
    @discardableResult
    public func testOnBatch(_ x: [Tensor], _ y: [Tensor], sampleWeights: [Tensor] = []) throws -> EvaluationResult {
        let checks = DataChecks(model: self, method: "testOnBatch")
        let setup = try checks.setup()
        let data = try checks.data(setup, x, y, sampleWeights)
        try checks.argument(data.rowCount > 0, "there are no rows; x has the shape \(data.x[0].shape)")
        return runBatch(setup, data, isTraining: false)
    }

    /// The outputs for these rows, computed at once.
    ///
    /// Keras: `keras.Model.predict_on_batch`.
    public func predictOnBatch(_ x: Tensor) throws -> Tensor {
        try predict(x, batchSize: max(1, x.rank > 0 ? x.shape[0] : 1))
    }

    /// Forgets what loss and metrics have gathered.
    ///
    /// Keras: `keras.Model.reset_metrics`.
    public func resetMetrics() { training?.resetMetrics() }

    private func runBatch(_ setup: TrainingSetup, _ data: TrainingData, isTraining: Bool) -> EvaluationResult {
        data.evaluate()
        batchStep(setup, data, isTraining: isTraining).run(data)
        return EvaluationResult(names: setup.names, values: setup.read(), vectors: setup.readVectors())
    }
}
