public import ShinkeiCore

/// For yes-or-no targets: `-(y log p + (1 - y) log(1 - p))`, the mean over the last axis.
///
/// Computed from the logits where the prediction comes straight from a sigmoid, which loses no
/// digits; elsewhere probabilities are held within 1e-7 of 0 and 1.
/// Keras: `keras.losses.BinaryCrossentropy`.
public struct BinaryCrossentropy: Loss, Hashable {
    /// Keras's name.
    public let name = "binary_crossentropy"
    /// Whether predictions are logits (before the sigmoid).
    public var fromLogits: Bool
    /// Targets are drawn towards ½ by this fraction.
    public var labelSmoothing: Double

    /// Keras's defaults.
    public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        var y = yTrue.cast(to: yPred.dtype)
        if labelSmoothing != 0 { y = y * (1 - labelSmoothing) + 0.5 * labelSmoothing }
        if let logits = fromLogits ? yPred : yPred.sigmoidLogits {
            // -log(sigmoid(x)) = softplus(-x) and -log(1 - sigmoid(x)) = softplus(x): exact far
            // out, smooth at 0.
            let x = logits.reshaped(yPred.shape.sizes)
            return lastAxisMean(y * (-x).softplus() + (1 - y) * x.softplus())
        }
        let p = yPred.clippedProbabilities
        return lastAxisMean(-(y * p.log() + (1 - y) * (1 - p).log()))
    }
}

/// For one class of several, targets one-hot: `-sum(y log p)` over the last axis.
///
/// Computed from the logits where the prediction comes straight from a softmax; elsewhere
/// predictions are scaled to sum 1 and held within 1e-7 of 0 and 1.
/// Keras: `keras.losses.CategoricalCrossentropy`.
public struct CategoricalCrossentropy: Loss, Hashable {
    /// Keras's name.
    public let name = "categorical_crossentropy"
    /// Whether predictions are logits (before the softmax).
    public var fromLogits: Bool
    /// Targets are drawn towards even shares by this fraction.
    public var labelSmoothing: Double

    /// Keras's defaults.
    public init(fromLogits: Bool = false, labelSmoothing: Double = 0) {
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        var y = yTrue.cast(to: yPred.dtype)
        if labelSmoothing != 0 {
            y = y * (1 - labelSmoothing) + labelSmoothing / Double(yPred.shape.last)
        }
        return -(y * logProbabilities(yPred, fromLogits: fromLogits)).sum(axis: -1)
    }
}

/// For one class of several, targets its number: `-log p[y]`.
///
/// Target shape: the prediction's without the last axis, or with a last axis of 1.
/// Keras: `keras.losses.SparseCategoricalCrossentropy`.
public struct SparseCategoricalCrossentropy: Loss, Hashable {
    /// Keras's name.
    public let name = "sparse_categorical_crossentropy"
    /// Whether predictions are logits (before the softmax).
    public var fromLogits: Bool

    /// Keras's defaults.
    public init(fromLogits: Bool = false) { self.fromLogits = fromLogits }

    /// Whether a target of this shape fits such a prediction.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        guard prediction.rank >= 1 else { return false }
        let classless = SymbolicShape(Array(prediction.sizes.dropLast()))
        return classless.accepts(target)
            || (target.rank == prediction.rank && prediction.replacingLast(1).accepts(target))
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let labels = yTrue.rank == yPred.rank ? yTrue.squeezed(-1) : yTrue
        let classes = labels.cast(to: .int32).oneHot(yPred.shape.last, dtype: yPred.dtype)
        return -(classes * logProbabilities(yPred, fromLogits: fromLogits)).sum(axis: -1)
    }
}

private func logProbabilities(_ yPred: Tensor, fromLogits: Bool) -> Tensor {
    if let logits = fromLogits ? yPred : yPred.softmaxLogits { return logits.logSoftmax(axis: -1) }
    let p = yPred / yPred.sum(axis: -1, keepDims: true)
    return p.clippedProbabilities.log()
}

/// The mean of `-(y log p + (1 - y) log(1 - p))`, a scalar.
public func binaryCrossentropy(_ prediction: Tensor, _ target: Tensor, fromLogits: Bool = false)
    -> Tensor
{
    BinaryCrossentropy(fromLogits: fromLogits)(yTrue: target, yPred: prediction)
}

/// The mean over rows of `-sum(y log p)`, a scalar; targets one-hot.
public func categoricalCrossentropy(
    _ prediction: Tensor, _ target: Tensor, fromLogits: Bool = false
) -> Tensor {
    CategoricalCrossentropy(fromLogits: fromLogits)(yTrue: target, yPred: prediction)
}

/// The mean over rows of `-log p[y]`, a scalar; targets are class numbers.
public func sparseCategoricalCrossentropy(
    _ prediction: Tensor, _ target: Tensor, fromLogits: Bool = false
) -> Tensor {
    SparseCategoricalCrossentropy(fromLogits: fromLogits)(yTrue: target, yPred: prediction)
}
