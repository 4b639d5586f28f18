public import ShinkeiCore

/// The share of right answers, by the kind of target that the shapes show: yes or no (a prediction
/// of size 1), one-hot, or a class number.
///
/// What Keras makes of the string `"accuracy"`.
public final class ResolvedAccuracy: Mean {
    public override init(name: String = "accuracy") { super.init(name: name) }
    public override func update(yTrue: Tensor, yPred: Tensor) {
        guard yPred.rank > 0, yPred.shape.last > 1 else {
            return update(values: binaryMatches(yTrue, yPred, threshold: 0.5))
        }
        let isSparse = yTrue.rank < yPred.rank || yTrue.shape.last == 1
        update(values: isSparse ? sparseMatches(yTrue, yPred) : categoricalMatches(yTrue, yPred))
    }
}

/// The share of predictions on the right side of a threshold.
///
/// Keras: `keras.metrics.BinaryAccuracy`.
public final class BinaryAccuracy: Mean {
    /// Predictions above it count as yes.
    public let threshold: Double
    /// - Parameter name: The key in the history.
    public init(name: String = "binary_accuracy", threshold: Double = 0.5) {
        self.threshold = threshold
        super.init(name: name)
    }
    public override func update(yTrue: Tensor, yPred: Tensor) {
        update(values: binaryMatches(yTrue, yPred, threshold: threshold))
    }
}

/// The share of rows whose largest element is where the target's is.
///
/// Keras: `keras.metrics.CategoricalAccuracy`.
public final class CategoricalAccuracy: Mean {
    public override init(name: String = "categorical_accuracy") { super.init(name: name) }
    public override func update(yTrue: Tensor, yPred: Tensor) {
        update(values: categoricalMatches(yTrue, yPred))
    }
}

/// The share of rows whose largest element is at the place the target names.
///
/// Keras: `keras.metrics.SparseCategoricalAccuracy`.
public final class SparseCategoricalAccuracy: Mean {
    public override init(name: String = "sparse_categorical_accuracy") { super.init(name: name) }
    public override func update(yTrue: Tensor, yPred: Tensor) {
        update(values: sparseMatches(yTrue, yPred))
    }
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
    fileprivate var number: Tensor { dtype == .bool ? cast(to: .float32) : self }
}
