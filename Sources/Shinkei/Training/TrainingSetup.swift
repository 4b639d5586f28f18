import ShinkeiCore

/// What `compile` makes of its arguments, and what training keeps between calls of `fit`.
final class TrainingSetup {
    /// What one output of the model is measured by.
    struct Output {
        /// The name of the layer it comes from, if the model has several outputs.
        var name: String?
        /// `nil` if the output has no target.
        var loss: (any Loss)?
        /// What the user wrote for the loss, if it was a name.
        var lossName: String?
        var lossWeight: Double?
        /// Measured without sample weights.
        var metrics: [Metric] = []
        /// Measured with sample weights.
        var weightedMetrics: [Metric] = []
    }
    let optimizer: Optimizer
    let outputs: [Output]
    let lossMean = Mean(name: "loss")
    /// The losses of the outputs, if several have one.
    private let outputMeans: [Mean?]
    /// The seed of everything random in training. Compiled steps hold it.
    var seed: Int { didSet { if seed != oldValue { forgetPlans() } } }
    /// Training steps done, by which random layers draw other numbers in each.
    let counter = Weight("step", Tensor(Int64(0)), isTrainable: false)
    /// Shuffles done.
    let shuffles = Weight("shuffles", Tensor(Int64(0)), isTrainable: false)
    /// The first row of the first batch whose loss or gradient was not finite; -1 while there is
    /// none.
    let badRow = Weight("bad_row", Tensor(Int32(-1)), isTrainable: false)

    /// The keys of the history, sorted as Keras sorts them.
    let names: [String]
    private let trackers: [Metric]
    private let hasVectors: Bool

    /// Plans of the last `fit` and of the last few data sets measured.
    var fitPlan: EpochPlan?
    var evaluationPlans: [EpochPlan] = []
    /// The paths of the trained weights that the loss does not depend on.
    var unreached: [String] = []
    /// Those that have been told of.
    var toldUnreached: [String] = []
    /// Steps over batches that were handed in, the last used last.
    var batchSteps: [BatchStep] = []
    /// Whether steps are run as they stand.
    let runEagerly: Bool

    init(optimizer: Optimizer, outputs: [Output], seed: Int, runEagerly: Bool = false) {
        self.optimizer = optimizer
        self.runEagerly = runEagerly
        self.outputs = outputs
        self.seed = seed
        let hasSeveral = outputs.count(where: { $0.loss != nil }) > 1
        outputMeans = outputs.map { hasSeveral && $0.loss != nil ? Mean(name: "\($0.name ?? "output")_loss") : nil }

        var named: [(name: String, metric: Metric)] = [("loss", lossMean)]
        named += outputMeans.compactMap { mean in mean.map { ($0.name, $0) } }
        var uses: [String: Int] = [:]
        func add(_ metric: Metric, prefix: String?, isWeighted: Bool) {
            func full(_ name: String) -> String { prefix.map { "\($0)_\(name)" } ?? name }
            var name = full(metric.name)
            if isWeighted && uses[name] != nil { name = full("weighted_\(metric.name)") }
            let count = uses[name, default: 0]
            uses[name] = count + 1
            named.append((count == 0 ? name : "\(name)_\(count)", metric))
        }
        let isOne = outputs.count == 1
        for output in outputs {
            for metric in output.metrics { add(metric, prefix: isOne ? nil : output.name, isWeighted: false) }
        }
        for output in outputs {
            for metric in output.weightedMetrics { add(metric, prefix: isOne ? nil : output.name, isWeighted: true) }
        }
        named.sort { $0.name < $1.name }
        trackers = named.map(\.metric)
        names = named.map(\.name)
        hasVectors = trackers.contains(where: \.isVector)
    }

    /// Says once that weights get no gradient: nothing leads from them to the loss.
    ///
    /// - Throws: `TrainingError` if that is so for all of them: nothing would be learnt.
    func tellUnreached(among trained: [Weight]) throws(TrainingError) {
        toldUnreached = unreached
        if unreached.isEmpty { return }
        guard unreached.count < trained.count else {
            throw .badArgument(method: "fit", "no gradient reaches any weight: the loss does not depend on them")
        }
        Terminal.warn("fit: no gradient reaches \(unreached.joined(separator: ", ")): the loss does not depend on them")
    }

    /// The outputs that have a loss, and so a target.
    var trainedOutputs: [Int] { outputs.indices.filter { outputs[$0].loss != nil } }

    /// Loss and metrics since the last reset, in the order of `names`.
    func read() -> [Double] { trackers.map { $0.result() } }

    /// Those that are more than a number, by their place in `names`.
    func readVectors() -> [Int: [Double]] {
        guard hasVectors else { return [:] }
        var vectors: [Int: [Double]] = [:]
        for (i, tracker) in trackers.enumerated() where tracker.isVector { vectors[i] = tracker.results() }
        return vectors
    }

    /// What the metrics have gathered.
    var metricWeights: [Weight] { trackers.flatMap(\.weights) }

    private func forgetPlans() { (fitPlan, evaluationPlans, batchSteps) = (nil, [], []) }

    func resetMetrics() { for tracker in trackers { tracker.reset() } }

    /// Makes the metrics' state, which may depend on shapes.
    func buildMetrics(targets: [SymbolicShape], predictions: [SymbolicShape]) {
        for (target, i) in zip(targets, trainedOutputs) {
            for metric in outputs[i].metrics + outputs[i].weightedMetrics {
                metric.build(target: target, prediction: predictions[i])
            }
        }
    }

    /// What a batch comes to.
    struct Losses {
        /// What is made smaller.
        var total: Tensor
        /// Each output's own, before its weight.
        var each: [Tensor]
    }

    /// The losses of a batch, those of the outputs weighed and added.
    func losses(_ batch: TrainingData, _ predictions: [Tensor], _ context: CallContext) -> Losses {
        var total: Tensor?
        var each: [Tensor] = []
        for (place, i) in trainedOutputs.enumerated() {
            guard let loss = outputs[i].loss else { continue }
            var value = loss.reduced(
                yTrue: batch.y[place], yPred: predictions[i],
                sampleWeight: batch.weights.isEmpty ? nil : batch.weights[place], mask: context.mask(of: predictions[i])
            )
            if value.rank > 0 { value = value.sum() }
            each.append(value)
            let weighted = outputs[i].lossWeight.map { value * $0 } ?? value
            total = total.map { $0 + weighted } ?? weighted
        }
        return Losses(total: total ?? Tensor(0.0, dtype: .float32), each: each)
    }

    /// Takes a batch into loss and metrics.
    func updateMetrics(_ losses: Losses, _ batch: TrainingData, _ predictions: [Tensor], _ context: CallContext) {
        let samples = batch.rowCount
        lossMean.update(mean: losses.total, samples: samples)
        // A step of one's own need not have shown its predictions.
        if predictions.isEmpty { return }
        for (place, i) in trainedOutputs.enumerated() {
            outputMeans[i]?.update(mean: losses.each[place], samples: samples)
            let output = outputs[i]
            if output.metrics.isEmpty && output.weightedMetrics.isEmpty { continue }
            let (y, prediction) = (batch.y[place], predictions[i])
            let mask = context.mask(of: prediction)
            for metric in output.metrics { metric.update(yTrue: y, yPred: prediction, sampleWeight: nil, mask: mask) }
            let weight = batch.weights.isEmpty ? nil : batch.weights[place]
            for metric in output.weightedMetrics {
                metric.update(yTrue: y, yPred: prediction, sampleWeight: weight, mask: mask)
            }
        }
    }
}
