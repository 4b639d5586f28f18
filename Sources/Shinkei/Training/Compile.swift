import ShinkeiCore

extension Model {
    /// Makes the model ready to be trained.
    ///
    /// ```swift
    /// try model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    /// try model.compile(optimizer: "rmsprop", loss: "categorical_crossentropy", metrics: ["accuracy"])
    /// ```
    ///
    /// - Throws: `UnknownNameError` for a name that nobody knows; `LayerError` if the input shape
    ///   is known and the layers do not fit together.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), loss: some LossConvertible,
        metrics: [Metric] = []
    ) throws {
        training = TrainingSetup(
            optimizer: try optimizer.makeOptimizer(), loss: try loss.makeLoss(), metrics: metrics,
            seed: Session.current.seed)
        if let inputShapes { try buildModel(inputShapes) }
    }

    /// The same with the metrics' names.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), loss: some LossConvertible,
        metrics: [String]
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: try metrics.map { try Metric.named($0) })
    }
}
