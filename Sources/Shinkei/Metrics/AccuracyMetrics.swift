public import ShinkeiCore

/// The share of right answers, by the kind of target that the shapes show: yes or no (a prediction
/// of size 1), one-hot, or a class number.
///
/// What Keras makes of the string `"accuracy"`.
public final class ResolvedAccuracy: Mean {
    public override init(name: String = "accuracy") { super.init(name: name) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        guard yPred.rank > 0, yPred.shape.last > 1 else {
            return update(values: binaryMatches(yTrue, yPred, threshold: 0.5), sampleWeight: sampleWeight)
        }
        let isSparse = yTrue.rank < yPred.rank || yTrue.shape.last == 1
        update(
            values: isSparse ? sparseMatches(yTrue, yPred) : categoricalMatches(yTrue, yPred),
            sampleWeight: sampleWeight)
    }
}

/// The share of elements equal to the target's.
///
/// Keras: `keras.metrics.Accuracy`.
public final class Accuracy: Mean, ConfiguredMetric {
    let config = NoArguments()
    public override init(name: String = "accuracy") { super.init(name: name) }
    convenience init(_ config: NoArguments, name: String?) { self.init(name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let (target, prediction) = matchingRanks(yTrue.number.cast(to: yPred.dtype), yPred)
        update(values: (target .== prediction).cast(to: .float32), sampleWeight: sampleWeight)
    }
}

/// The share of predictions on the right side of a threshold.
///
/// Keras: `keras.metrics.BinaryAccuracy`.
public final class BinaryAccuracy: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var threshold = 0.5
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("threshold", \.threshold)]
    }
    let config: Config
    /// Predictions above it count as yes.
    public var threshold: Double { config.threshold }
    /// - Parameter name: The key in the history.
    public init(name: String = "binary_accuracy", threshold: Double = 0.5) {
        config = Config(threshold: threshold)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(name: name ?? Self.defaultName, threshold: config.threshold)
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        update(values: binaryMatches(yTrue, yPred, threshold: threshold), sampleWeight: sampleWeight)
    }
}

/// The share of rows whose largest element is where the target's is.
///
/// Keras: `keras.metrics.CategoricalAccuracy`.
public final class CategoricalAccuracy: Mean, ConfiguredMetric {
    let config = NoArguments()
    public override init(name: String = "categorical_accuracy") { super.init(name: name) }
    convenience init(_ config: NoArguments, name: String?) { self.init(name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        update(values: categoricalMatches(yTrue, yPred), sampleWeight: sampleWeight)
    }
}

/// The share of rows whose largest element is at the place the target names.
///
/// Keras: `keras.metrics.SparseCategoricalAccuracy`.
public final class SparseCategoricalAccuracy: Mean, ConfiguredMetric {
    let config = NoArguments()
    public override init(name: String = "sparse_categorical_accuracy") { super.init(name: name) }
    convenience init(_ config: NoArguments, name: String?) { self.init(name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        update(values: sparseMatches(yTrue, yPred), sampleWeight: sampleWeight)
    }
}

/// The share of rows in which the target's largest element is among the prediction's `k` largest.
///
/// Keras: `keras.metrics.TopKCategoricalAccuracy`.
public final class TopKCategoricalAccuracy: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var k = 5
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [.optional("k", \.k)]
    }
    let config: Config
    /// - Parameter name: The key in the history.
    public init(k: Int = 5, name: String = "top_k_categorical_accuracy") {
        config = Config(k: k)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) { self.init(k: config.k, name: name ?? Self.defaultName) }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        update(values: isAmongLargest(yTrue.number.argmax(axis: -1), yPred, config.k), sampleWeight: sampleWeight)
    }
}

/// The share of rows in which the class the target names is among the prediction's `k` largest.
///
/// Keras: `keras.metrics.SparseTopKCategoricalAccuracy`.
public final class SparseTopKCategoricalAccuracy: Mean, ConfiguredMetric {
    struct Config: Configuration {
        var k = 5
        var fromSortedIDs = false
        static let defaults = Config()
        static let fields: [ConfigField<Config>] = [
            .optional("k", \.k), .optional("from_sorted_ids", \.fromSortedIDs),
        ]
    }
    let config: Config
    /// - Parameters:
    ///   - fromSortedIDs: Whether predictions are class numbers, the best first.
    ///   - name: The key in the history.
    public init(k: Int = 5, fromSortedIDs: Bool = false, name: String = "sparse_top_k_categorical_accuracy") {
        config = Config(k: k, fromSortedIDs: fromSortedIDs)
        super.init(name: name)
    }
    convenience init(_ config: Config, name: String?) {
        self.init(k: config.k, fromSortedIDs: config.fromSortedIDs, name: name ?? Self.defaultName)
    }
    public override func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {
        let labels = yTrue.rank == yPred.rank ? yTrue.squeezed(-1) : yTrue
        if config.fromSortedIDs {
            let first = yPred[.ellipsis, 0..<Swift.min(config.k, yPred.shape.last)]
            let hits = (labels.cast(to: yPred.dtype).expanded(-1) .== first).any(axes: [-1])
            return update(values: hits.cast(to: .float32), sampleWeight: sampleWeight)
        }
        update(values: isAmongLargest(labels, yPred, config.k), sampleWeight: sampleWeight)
    }
}

/// Whether fewer than `k` elements are larger than the one the label names, which must be finite.
private func isAmongLargest(_ labels: Tensor, _ yPred: Tensor, _ k: Int) -> Tensor {
    let chosen = yPred.takingAlong(labels.cast(to: .int32).expanded(-1), axis: -1)
    let larger = (yPred .> chosen).cast(to: .int32).sum(axis: -1)
    let isHit = (larger .< Tensor.constant(integer: Int64(k), dtype: .int32)) & chosen.isFinite().squeezed(-1)
    return isHit.cast(to: .float32)
}

private func binaryMatches(_ yTrue: Tensor, _ yPred: Tensor, threshold: Double) -> Tensor {
    let (target, prediction) = matchingRanks(yTrue.number, yPred)
    let answer = (prediction .> Tensor.constant(threshold, dtype: prediction.dtype)).cast(
        to: target.dtype)
    return (target .== answer).cast(to: .float32)
}

private func categoricalMatches(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
    (yTrue.number.argmax(axis: -1) .== yPred.argmax(axis: -1)).cast(to: .float32)
}

private func sparseMatches(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
    let labels = yTrue.rank == yPred.rank ? yTrue.squeezed(-1) : yTrue
    return (labels.cast(to: .int32) .== yPred.argmax(axis: -1)).cast(to: .float32)
}

extension Tensor {
    /// Truth values as numbers.
    var number: Tensor { dtype == .bool ? cast(to: .float32) : self }
}
