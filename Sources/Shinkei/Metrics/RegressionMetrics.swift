public import ShinkeiCore

/// A loss as a metric: its mean over samples.
///
/// Keras: `keras.metrics.MeanMetricWrapper`, `MeanSquaredError`, `Hinge` and the others named like losses.
public final class LossMetric: Mean {
    let loss: any Loss
    /// - Parameter name: The key in the history; the loss's name by default.
    public init(_ loss: any Loss, name: String? = nil) {
        self.loss = loss
        super.init(name: name ?? loss.name)
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(
            yTrue, yPred.dtype.isFloating ? yPred : yPred.cast(to: .float32))
        let values = loss.values(yTrue: target, yPred: prediction)
        var weight = sampleWeight
        // As in Keras, what the loss itself masks out counts as 0 if there are no weights.
        if let given = sampleWeight, let mask = loss.mask(yTrue: target, values: values) {
            weight = LossReduction.sum.weight(given, mask: mask, dtype: values.dtype)
        }
        update(values: values, sampleWeight: weight)
    }
}

/// The root of the mean squared error over all elements.
///
/// Keras: `keras.metrics.RootMeanSquaredError`.
public final class RootMeanSquaredError: Mean, ConfiguredMetric {
    let config = NoArguments()
    public override init(name: String = "root_mean_squared_error") { super.init(name: name) }
    convenience init(_ config: NoArguments, name: String?) { self.init(name: name ?? Self.defaultName) }
    public override var usesMask: Bool { false }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(yTrue.cast(to: yPred.floating.dtype), yPred.floating)
        update(values: (prediction - target).square(), sampleWeight: sampleWeight)
    }
    public override func result() -> Double { super.result().squareRoot() }
}

/// The cosine of the angle between target and prediction: 1 for the same direction.
///
/// Keras: `keras.metrics.CosineSimilarity`. The loss of this name has the other sign.
public final class CosineSimilarityMetric: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var axis = -1
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("axis", \.axis)]
    }
    static let className = "CosineSimilarity"
    let config: Config
    /// - Parameter name: The key in the history.
    public init(axis: Int = -1, name: String = "cosine_similarity") {
        config = Config(axis: axis)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) { self.init(axis: config.axis, name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(yTrue, yPred.floating)
        update(
            values: -CosineSimilarity(axis: config.axis).values(yTrue: target, yPred: prediction),
            sampleWeight: sampleWeight)
    }
}

/// Pearson's correlation of target and prediction along an axis, the mean over samples.
///
/// Keras: `keras.metrics.PearsonCorrelation`.
public final class PearsonCorrelation: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var axis = -1
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("axis", \.axis)]
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public init(axis: Int = -1, name: String = "pearson_correlation") {
        config = Config(axis: axis)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) { self.init(axis: config.axis, name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(yTrue.cast(to: yPred.floating.dtype), yPred.floating)
        let axes = [config.axis]
        func standard(_ x: Tensor) -> Tensor {
            let centered = x - x.mean(axes: axes, keepDims: true)
            return centered / centered.standardDeviation(axes: axes, keepDims: true)
        }
        update(values: (standard(target) * standard(prediction)).mean(axes: axes), sampleWeight: sampleWeight)
    }
}

/// How closely target and prediction lie on the line `y = x`, along an axis; the mean over samples.
///
/// Keras: `keras.metrics.ConcordanceCorrelation`, which takes the prediction's mean off both.
public final class ConcordanceCorrelation: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var axis = -1
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("axis", \.axis)]
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public init(axis: Int = -1, name: String = "concordance_correlation") {
        config = Config(axis: axis)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) { self.init(axis: config.axis, name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(yTrue.cast(to: yPred.floating.dtype), yPred.floating)
        let axes = [config.axis]
        let (targetMean, mean) = (target.mean(axes: axes, keepDims: true), prediction.mean(axes: axes, keepDims: true))
        let spread =
            target.variance(axes: axes, keepDims: true) + prediction.variance(axes: axes, keepDims: true)
            + (targetMean - mean).square()
        let products = (target - mean) * (prediction - mean)
        update(
            values: (2 * products / (spread + probabilityEpsilon)).mean(axes: axes), sampleWeight: sampleWeight)
    }
}

/// The share of the targets' variance that the predictions explain, `1 - residual / total`: 1 is perfect.
///
/// Predictions: `[n, outputs]`.
/// Keras: `keras.metrics.R2Score`.
public final class R2Score: Metric, ConfiguredMetric {
    /// How the outputs' scores become one.
    public enum Aggregation: String, ConfigWord, Sendable {
        /// Their mean.
        case uniformAverage = "uniform_average"
        /// Their mean, weighted by the targets' variances.
        case varianceWeightedAverage = "variance_weighted_average"
    }
    struct Config: Configuration {
        var classAggregation: Aggregation? = .uniformAverage
        var regressorCount = 0
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("class_aggregation", \.classAggregation), .optional("num_regressors", \.regressorCount),
        ]
        func check() throws(ConfigError) {
            guard regressorCount >= 0 else {
                throw ConfigError("num_regressors: must be at least 0; got \(regressorCount)")
            }
        }
    }
    let config: Config
    private var state: [Weight] = []
    private let samples = countWeight("num_samples")

    /// - Parameters:
    ///   - classAggregation: How the outputs' scores become one; `nil` leaves them apart.
    ///   - regressorCount: For the adjusted score: on how many numbers a prediction depends.
    ///   - name: The key in the history.
    public convenience init(
        classAggregation: Aggregation? = .uniformAverage, regressorCount: Int = 0, name: String = "r2_score"
    ) {
        self.init(Config(classAggregation: classAggregation, regressorCount: regressorCount), name: name)
    }
    init(_ config: Config, name: String?) {
        config.trapIfWrong("R2Score")
        self.config = config
        super.init(name: name ?? Self.defaultName)
    }

    public override var weights: [Weight] { [samples] + state }
    public override var isVector: Bool { config.classAggregation == nil }
    public override func build(target: SymbolicShape, prediction: SymbolicShape) {
        guard state.isEmpty, let count = prediction.last else { return }
        state = ["squared_sum", "sum", "residual", "count"].map { countWeight($0, [count]) }
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        build(target: SymbolicShape(yTrue.shape), prediction: SymbolicShape(yPred.shape))
        let (y, prediction) = matchingRanks(yTrue.cast(to: yPred.floating.dtype), yPred.floating)
        let weight = (sampleWeight.map { withWeights(y, $0).weights } ?? Tensor.ones([1, 1], dtype: y.dtype))
            .broadcast(to: y.shape.sizes)
        let weighted = y * weight
        state[0].add((y * weighted).sum(axis: 0))
        state[1].add(weighted.sum(axis: 0))
        state[2].add(((y - prediction).square() * weight).sum(axis: 0))
        state[3].add(weight.sum(axis: 0))
        samples.add(Tensor.constant(Double(y.count), dtype: .float64))
    }
    public override func results() -> [Double] {
        if state.isEmpty { return [0] }
        let (squares, sums, residuals, counts) = (
            state[0].numbers, state[1].numbers, state[2].numbers, state[3].numbers
        )
        let totals = zip(squares, zip(sums, counts)).map { $0 - $1.0 * ($1.0 / $1.1) }
        let scores = zip(residuals, totals).map { residual, total in
            let score = 1 - residual / total
            return score.isInfinite ? 0 : score
        }
        let result: [Double] =
            switch config.classAggregation {
            case nil: scores
            case .uniformAverage: [scores.reduce(0, +) / Double(scores.count)]
            case .varianceWeightedAverage:
                [zip(scores, totals).reduce(0) { $0 + $1.0 * $1.1 } / totals.reduce(0, +)]
            }
        let (n, p) = (samples.value.scalar(of: Double.self), Double(config.regressorCount))
        guard config.regressorCount != 0, p < n - 1 else { return result }
        return result.map { 1 - (1 - $0) * (n - 1) / (n - p - 1) }
    }
    public override func result() -> Double { results().mean }
}

extension [Double] {
    /// The mean.
    var mean: Double { reduce(0, +) / Double(count) }
}
