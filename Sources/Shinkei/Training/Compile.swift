import ShinkeiCore

extension Model {
    /// Makes the model ready to be trained.
    ///
    /// ```swift
    /// try model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    /// try model.compile(optimizer: "rmsprop", loss: "categorical_crossentropy", metrics: ["accuracy"])
    /// ```
    ///
    /// A model with several outputs gets the loss for each of them.
    ///
    /// - Parameters:
    ///   - lossWeight: What the loss is multiplied by.
    ///   - weightedMetrics: Metrics that take sample weights into account.
    ///   - runEagerly: Whether steps are run as they stand instead of compiled: slow, but values can be looked at on
    ///     the way.
    /// - Throws: `UnknownNameError` for a name that nobody knows; `LayerError` if the input shape
    ///   is known and the layers do not fit together.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), loss: some LossConvertible,
        metrics: [Metric] = [], weightedMetrics: [Metric] = [], lossWeight: Double? = nil, runEagerly: Bool = false
    ) throws {
        let made = try loss.makeLoss()
        if let names = try outputNames(), names.count > 1 {
            guard metrics.isEmpty && weightedMetrics.isEmpty else {
                throw TrainingError.badArgument(
                    method: "compile", "the model has \(names.count) outputs: metrics must be given for each of them")
            }
            let output = OutputTraining(loss, weight: lossWeight)
            return try compile(optimizer: optimizer, outputs: names.map { _ in output }, runEagerly: runEagerly)
        }
        try compile(
            try optimizer.makeOptimizer(),
            [
                TrainingSetup.Output(
                    loss: made, lossName: loss as? String, lossWeight: lossWeight, metrics: metrics,
                    weightedMetrics: weightedMetrics)
            ], runEagerly: runEagerly)
    }

    /// The same with the metrics' names.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), loss: some LossConvertible,
        metrics: [String], weightedMetrics: [String] = []
    ) throws {
        try compile(
            optimizer: optimizer, loss: loss, metrics: try metrics.map { try Metric.named($0) },
            weightedMetrics: try weightedMetrics.map { try Metric.named($0) })
    }

    /// Makes a model with several outputs ready to be trained.
    ///
    /// - Parameter outputs: What each output is trained on, in their order.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), outputs: [OutputTraining], runEagerly: Bool = false
    ) throws {
        let names = try outputNames()
        if let names, names.count != outputs.count {
            throw TrainingError.badArgument(
                method: "compile", "the model has \(names.count) outputs; losses were given for \(outputs.count)")
        }
        let isOne = outputs.count == 1
        try compile(
            try optimizer.makeOptimizer(),
            try outputs.enumerated().map { i, output in
                TrainingSetup.Output(
                    name: isOne ? nil : names?[i] ?? "output_\(i)", loss: try output.loss?.makeLoss(),
                    lossName: output.loss as? String, lossWeight: output.weight, metrics: output.metrics,
                    weightedMetrics: output.weightedMetrics)
            }, runEagerly: runEagerly)
    }

    /// The same by the names of the layers that the outputs come from.
    public func compile(
        optimizer: some OptimizerConvertible = .rmsprop(), outputs: [String: OutputTraining]
    ) throws {
        guard let names = try outputNames() else {
            throw TrainingError.badArgument(method: "compile", "the model's outputs have no names; give a list")
        }
        for name in outputs.keys where !names.contains(name) {
            throw TrainingError.badArgument(
                method: "compile", "there is no output \"\(name)\"; the model has \(names.joined(separator: ", "))")
        }
        try compile(optimizer: optimizer, outputs: names.map { outputs[$0] ?? OutputTraining(nil) })
    }

    func compile(_ optimizer: Optimizer, _ outputs: [TrainingSetup.Output], runEagerly: Bool = false) throws {
        guard outputs.contains(where: { $0.loss != nil }) else {
            throw TrainingError.badArgument(method: "compile", "no output has a loss")
        }
        training = TrainingSetup(
            optimizer: optimizer, outputs: outputs, seed: Session.current.seed, runEagerly: runEagerly)
        if let inputShapes { try buildModel(inputShapes) }
    }

    /// The names of the layers that the outputs come from, if the model is a graph of layers.
    func outputNames() throws -> [String]? { try layerGraph()?.outputs.map(\.call.layer.name) }
}

/// What one output of a model is trained on.
///
/// Keras: the entries of `loss`, `loss_weights`, `metrics` and `weighted_metrics`.
public struct OutputTraining {
    /// `nil` if the output has no target.
    public var loss: (any LossConvertible)?
    /// What the loss counts in the sum of all.
    public var weight: Double?
    /// Measured without sample weights.
    public var metrics: [Metric]
    /// Measured with sample weights.
    public var weightedMetrics: [Metric]

    public init(
        _ loss: (any LossConvertible)?, weight: Double? = nil, metrics: [Metric] = [], weightedMetrics: [Metric] = []
    ) {
        self.loss = loss
        self.weight = weight
        self.metrics = metrics
        self.weightedMetrics = weightedMetrics
    }
}
