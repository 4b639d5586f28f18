public import ShinkeiCore
public import ShinkeiFormats

/// Thresholds, and the counts of right and wrong answers at each of them.
///
/// Keras: `_ConfusionMatrixConditionCount`, `Precision`, `Recall` and `AUC` share it.
struct Thresholds {
    let values: [Double]
    /// Whether they divide 0 ... 1 evenly. Predictions then are sorted into buckets by one multiplication, as in
    /// Keras, which decides what happens to a prediction that is a threshold.
    var isEven: Bool

    init(_ values: [Double], isEven: Bool? = nil) {
        self.values = values
        self.isEven = isEven ?? Thresholds.areEven(values)
    }

    static func areEven(_ values: [Double]) -> Bool {
        guard values.count >= 3 else { return false }
        return values.enumerated().allSatisfy {
            let even = Double($0) / Double(values.count - 1)
            return abs($1 - even) <= probabilityEpsilon + 1e-5 * even
        }
    }

    /// `count` thresholds from 0 to 1.
    static func even(_ count: Int) -> Thresholds {
        if count == 1 { return Thresholds([0.5], isEven: false) }
        let inner = (0..<Swift.max(count - 2, 0)).map { Double($0 + 1) / Double(count - 1) }
        return Thresholds([0] + inner + [1], isEven: true)
    }

    /// Counts of a batch, each `[thresholds]`, or `[thresholds, labels]` if labels are kept apart.
    struct Counts {
        var truePositives: Tensor
        var falsePositives: Tensor
        var trueNegatives: Tensor
        var falseNegatives: Tensor
    }

    func counts(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor?, topK: Int? = nil, classID: Int? = nil,
        isMultiLabel: Bool = false, labelWeights: [Double]? = nil
    ) -> Counts {
        var (prediction, target) = matchingRanks(yPred.cast(to: .float32), yTrue.number.cast(to: .float32))
        if let topK {
            let chosen = prediction.topK(topK).indices.oneHot(prediction.shape.last).sum(axis: -2)
            prediction = prediction * chosen - 1e10 * (1 - chosen)
        }
        if let classID {
            prediction = prediction[.ellipsis, classID..<classID + 1]
            target = target[.ellipsis, classID..<classID + 1]
        }
        var weight = Tensor.ones([], dtype: .float32).broadcast(to: prediction.shape.sizes)
        if let sampleWeight { weight = weight * withWeights(prediction, sampleWeight).weights }
        if let labelWeights { weight = weight * Tensor(labelWeights, dtype: .float32) }
        let isYes = (target .!= 0).cast(to: .float32)
        if isMultiLabel {
            let isPositive = above(prediction.expanded(0), rank: 3).cast(to: .float32)
            let (yes, no) = (isYes * weight, (1 - isYes) * weight)
            let (tp, fp) = ((isPositive * yes.expanded(0)).sum(axis: 1), (isPositive * no.expanded(0)).sum(axis: 1))
            return Counts(
                truePositives: tp, falsePositives: fp, trueNegatives: no.sum(axis: 0) - fp,
                falseNegatives: yes.sum(axis: 0) - tp)
        }
        let isPositive = above(prediction.reshaped([1, -1]), rank: 2).cast(to: .float32)
        let (yes, no) = ((isYes * weight).flattened(), ((1 - isYes) * weight).flattened())
        let both = isPositive.matmul(Tensor.stack([yes, no], axis: 1))
        let (tp, fp) = (both[.all, 0], both[.all, 1])
        return Counts(
            truePositives: tp, falsePositives: fp, trueNegatives: no.sum() - fp, falseNegatives: yes.sum() - tp)
    }

    /// Whether a prediction is above each threshold, which come along axis 0.
    private func above(_ prediction: Tensor, rank: Int) -> Tensor {
        let along = [values.count] + [Int](repeating: 1, count: rank - 1)
        guard isEven else { return prediction .> Tensor(values, shape: along, dtype: .float32) }
        var bucket = (prediction.clipped(0 as Double, 1 as Double) * Double(values.count - 1)).ceil() - 1
        if let first = values.first, let last = values.last, first < 0 || last > 1 { bucket = bucket.relu() }
        return bucket .>= Tensor.arange(values.count).cast(to: .float32).reshaped(along)
    }
}

/// The thresholds a metric was given: one, several, or none.
public struct ThresholdList: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral {
    var values: [Double]
    var isSingle: Bool
    public init(_ value: Double) { (values, isSingle) = ([value], true) }
    public init(_ values: [Double]) { (self.values, isSingle) = (values, false) }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(arrayLiteral values: Double...) { self.init(values) }
}

/// The number of answers of one kind: right or wrong, yes or no.
public class ConfusionCount: Metric {
    struct Config: Configuration {
        var thresholds: ThresholdList?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("thresholds", \.thresholds)]
        func check() throws(ConfigError) { try checkThresholds(thresholds) }
    }
    let config: Config
    private let thresholds: Thresholds
    private let accumulator: Weight

    fileprivate init(config: Config, name: String) {
        config.trapIfWrong(name)
        self.config = config
        thresholds = Thresholds(config.thresholds?.values ?? [0.5])
        accumulator = countWeight("accumulator", [thresholds.values.count])
        super.init(name: name)
    }

    public override var weights: [Weight] { [accumulator] }
    public override var isVector: Bool { thresholds.values.count > 1 }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        accumulator.add(chosen(thresholds.counts(yTrue, yPred, sampleWeight: sampleWeight)))
    }
    fileprivate func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.truePositives }
    public override func results() -> [Double] { accumulator.numbers }
    public override func result() -> Double { results().mean }
}

/// The number of answers that are yes and right.
///
/// Keras: `keras.metrics.TruePositives`.
public final class TruePositives: ConfusionCount, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - name: The key in the history.
    public init(thresholds: ThresholdList? = nil, name: String = "true_positives") {
        super.init(config: Config(thresholds: thresholds), name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(thresholds: config.thresholds, name: name ?? Self.defaultName)
    }
}

/// The number of answers that are no and right.
///
/// Keras: `keras.metrics.TrueNegatives`.
public final class TrueNegatives: ConfusionCount, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - name: The key in the history.
    public init(thresholds: ThresholdList? = nil, name: String = "true_negatives") {
        super.init(config: Config(thresholds: thresholds), name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(thresholds: config.thresholds, name: name ?? Self.defaultName)
    }
    fileprivate override func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.trueNegatives }
}

/// The number of answers that are yes and wrong.
///
/// Keras: `keras.metrics.FalsePositives`.
public final class FalsePositives: ConfusionCount, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - name: The key in the history.
    public init(thresholds: ThresholdList? = nil, name: String = "false_positives") {
        super.init(config: Config(thresholds: thresholds), name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(thresholds: config.thresholds, name: name ?? Self.defaultName)
    }
    fileprivate override func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.falsePositives }
}

/// The number of answers that are no and wrong.
///
/// Keras: `keras.metrics.FalseNegatives`.
public final class FalseNegatives: ConfusionCount, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - name: The key in the history.
    public init(thresholds: ThresholdList? = nil, name: String = "false_negatives") {
        super.init(config: Config(thresholds: thresholds), name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(thresholds: config.thresholds, name: name ?? Self.defaultName)
    }
    fileprivate override func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.falseNegatives }
}

/// What `Precision` and `Recall` share: a ratio of right yeses.
public class ConfusionRatio: Metric {
    struct Config: Configuration {
        var thresholds: ThresholdList?
        var topK: Int?
        var classID: Int?
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("thresholds", \.thresholds), .optional("top_k", \.topK), .optional("class_id", \.classID),
        ]
        func check() throws(ConfigError) { try checkThresholds(thresholds) }
    }
    let config: Config
    private let thresholds: Thresholds
    private let hits: Weight
    private let others: Weight

    fileprivate init(config: Config, others: String, name: String) {
        config.trapIfWrong(name)
        self.config = config
        // With the largest k, each of them is a yes.
        thresholds = Thresholds(config.thresholds?.values ?? [config.topK == nil ? 0.5 : -1e10])
        hits = countWeight("true_positives", [thresholds.values.count])
        self.others = countWeight(others, [thresholds.values.count])
        super.init(name: name)
    }

    public override var weights: [Weight] { [hits, others] }
    public override var isVector: Bool { thresholds.values.count > 1 }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let counts = thresholds.counts(
            yTrue, yPred, sampleWeight: sampleWeight, topK: config.topK, classID: config.classID)
        hits.add(counts.truePositives)
        others.add(chosen(counts))
    }
    fileprivate func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.falsePositives }
    public override func results() -> [Double] { zip(hits.numbers, others.numbers).map { ratio($0, $0 + $1) } }
    public override func result() -> Double { results().mean }
}

/// The share of the yeses that are right.
///
/// Keras: `keras.metrics.Precision`.
public final class Precision: ConfusionRatio, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - topK: Only this many of a row's largest predictions can be a yes.
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public init(
        thresholds: ThresholdList? = nil, topK: Int? = nil, classID: Int? = nil, name: String = "precision"
    ) {
        super.init(
            config: Config(thresholds: thresholds, topK: topK, classID: classID), others: "false_positives", name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(
            thresholds: config.thresholds, topK: config.topK, classID: config.classID, name: name ?? Self.defaultName)
    }
}

/// The share of what should be a yes that is one.
///
/// Keras: `keras.metrics.Recall`.
public final class Recall: ConfusionRatio, ConfiguredMetric {
    /// - Parameters:
    ///   - thresholds: Predictions above it are a yes; ½ by default.
    ///   - topK: Only this many of a row's largest predictions can be a yes.
    ///   - classID: Only this column counts.
    ///   - name: The key in the history.
    public init(
        thresholds: ThresholdList? = nil, topK: Int? = nil, classID: Int? = nil, name: String = "recall"
    ) {
        super.init(
            config: Config(thresholds: thresholds, topK: topK, classID: classID), others: "false_negatives", name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(
            thresholds: config.thresholds, topK: config.topK, classID: config.classID, name: name ?? Self.defaultName)
    }
    fileprivate override func chosen(_ counts: Thresholds.Counts) -> Tensor { counts.falseNegatives }
}

private func checkThresholds(_ list: ThresholdList?) throws(ConfigError) {
    for value in list?.values ?? [] where !(value >= 0 && value <= 1) {
        throw ConfigError("thresholds: must lie in 0 ... 1; got \(value)")
    }
}

extension ThresholdList: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        if config.array == nil {
            self.init(try Double(config: config))
        } else {
            self.init(try [Double](config: config))
        }
    }
    public var config: JSON { isSingle ? values[0].config : values.config }
}
