public import ShinkeiCore

/// For yes-or-no targets: `-(y log p + (1 - y) log(1 - p))`, the mean over the last axis.
///
/// Computed from the logits where the prediction comes straight from a sigmoid, which loses no
/// digits; elsewhere probabilities are held within 1e-7 of 0 and 1.
/// Keras: `keras.losses.BinaryCrossentropy`.
public struct BinaryCrossentropy: ConfiguredLoss {
    public var name = "binary_crossentropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// Whether predictions are logits (before the sigmoid).
    public var fromLogits: Bool
    /// Targets are drawn towards ½ by this fraction.
    public var labelSmoothing: Double
    /// The axis over which the mean is taken.
    public var axis: Int

    /// Keras's defaults.
    public init(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: LossReduction = .sumOverBatchSize
    ) {
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("from_logits", \.fromLogits), .optional("label_smoothing", \.labelSmoothing),
            .optional("axis", \.axis),
        ]

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let each = binaryCrossentropies(smoothed(yTrue, yPred, labelSmoothing), yPred, fromLogits: fromLogits)
        return each.rank == 0 ? each : each.mean(axis: axis)
    }
}

/// For one class of several, targets one-hot: `-sum(y log p)` over the last axis.
///
/// Computed from the logits where the prediction comes straight from a softmax or, as in Keras, from a sigmoid;
/// elsewhere predictions are scaled to sum 1 and held within 1e-7 of 0 and 1.
/// Keras: `keras.losses.CategoricalCrossentropy`.
public struct CategoricalCrossentropy: ConfiguredLoss {
    public var name = "categorical_crossentropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// Whether predictions are logits (before the softmax).
    public var fromLogits: Bool
    /// Targets are drawn towards even shares by this fraction.
    public var labelSmoothing: Double
    /// The axis of the classes.
    public var axis: Int

    /// Keras's defaults.
    public init(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: LossReduction = .sumOverBatchSize
    ) {
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("from_logits", \.fromLogits), .optional("label_smoothing", \.labelSmoothing),
            .optional("axis", \.axis),
        ]

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = evenlySmoothed(yTrue, yPred, labelSmoothing)
        if let logits = (axis.isLast(of: yPred) ? yPred.activationLogits : nil) ?? (fromLogits ? yPred : nil) {
            return -(y * logits.logSoftmax(axis: axis)).sum(axis: axis)
        }
        let p = yPred / yPred.sum(axis: axis, keepDims: true)
        return -(y * p.clippedProbabilities.log()).sum(axis: axis)
    }
}

/// For one class of several, targets its number: `-log p[y]`.
///
/// Target shape: the prediction's without the last axis, or with a last axis of 1. Computed from the logits where the
/// prediction comes straight from a softmax; elsewhere predictions are held within 1e-7 of 0 and 1 and then scaled to
/// sum 1.
/// Keras: `keras.losses.SparseCategoricalCrossentropy`.
public struct SparseCategoricalCrossentropy: ConfiguredLoss {
    public var name = "sparse_categorical_crossentropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// Whether predictions are logits (before the softmax).
    public var fromLogits: Bool
    /// A class number whose samples do not count.
    public var ignoreClass: Int?
    /// The axis of the classes.
    public var axis: Int

    /// Keras's defaults.
    public init(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1,
        reduction: LossReduction = .sumOverBatchSize
    ) {
        self.fromLogits = fromLogits
        self.ignoreClass = ignoreClass
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("from_logits", \.fromLogits), .optional("ignore_class", \.ignoreClass), .optional("axis", \.axis),
        ]

    /// Whether a target of this shape fits such a prediction.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        guard let place = axis.place(rank: prediction.rank) else { return false }
        var classless = prediction.sizes
        classless.remove(at: place)
        var single = prediction
        single.sizes[place] = 1
        return SymbolicShape(classless).accepts(target) || single.accepts(target)
    }

    /// The classes 0 to the last, and the one that is ignored.
    public func labels(prediction: SymbolicShape) -> LabelRange? {
        guard let place = axis.place(rank: prediction.rank), let count = prediction.sizes[place] else { return nil }
        return LabelRange(count: count, ignored: ignoreClass)
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        var classes = self.classes(yTrue, yPred.rank)
        var prediction = yPred
        var counts: Tensor?
        if let ignoreClass {
            let isCounted = classes .!= Tensor.constant(integer: Int64(ignoreClass), dtype: .int32)
            classes = Tensor.where(isCounted, classes, Tensor.constant(integer: 0, dtype: .int32))
            prediction = Tensor.where(isCounted.expanded(axis), prediction, Tensor.constant(0, dtype: prediction.dtype))
            counts = isCounted
        }
        let logits: Tensor
        if let own = (axis.isLast(of: yPred) ? prediction.activationLogits : nil) ?? (fromLogits ? prediction : nil) {
            logits = own
        } else {
            logits = prediction.clippedProbabilities.log()
        }
        let size = prediction.shape[axis.place(rank: prediction.rank) ?? 0]
        var oneHot = classes.oneHot(size, dtype: yPred.dtype)
        if !axis.isLast(of: yPred), let place = axis.place(rank: yPred.rank) {
            let others = Array(0..<place) + [yPred.rank - 1] + Array(place..<yPred.rank - 1)
            oneHot = oneHot.transposed(others)
        }
        let values = -(oneHot * logits.logSoftmax(axis: axis)).sum(axis: axis)
        return counts.map { Tensor.where($0, values, Tensor.constant(0, dtype: values.dtype)) } ?? values
    }

    /// Samples of the ignored class do not count.
    public func mask(yTrue: Tensor, values: Tensor) -> Tensor? {
        ignoreClass.map {
            classes(yTrue, values.rank + 1) .!= Tensor.constant(integer: Int64($0), dtype: .int32)
        }
    }

    /// The targets as numbers, without an axis of size 1 in place of the classes.
    private func classes(_ yTrue: Tensor, _ rank: Int) -> Tensor {
        (yTrue.rank == rank ? yTrue.squeezed(axis) : yTrue).cast(to: .int32)
    }
}

/// Chooses among the three by the shapes: what Keras makes of the strings `"crossentropy"` and `"ce"`.
struct ResolvedCrossentropy: Loss {
    let name = "crossentropy"
    private func chosen(target: SymbolicShape, prediction: SymbolicShape) -> any Loss {
        if prediction.last == 1 { return BinaryCrossentropy() }
        let isSparse = target.rank < prediction.rank || target.last == 1
        return isSparse ? SparseCategoricalCrossentropy() : CategoricalCrossentropy()
    }
    func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        chosen(target: target, prediction: prediction).accepts(target: target, prediction: prediction)
    }
    func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        chosen(target: SymbolicShape(yTrue.shape), prediction: SymbolicShape(yPred.shape))
            .values(yTrue: yTrue, yPred: yPred)
    }
}

/// `-(y log p + (1 - y) log(1 - p))` of each element.
func binaryCrossentropies(_ y: Tensor, _ yPred: Tensor, fromLogits: Bool) -> Tensor {
    if let logits = yPred.activationLogits ?? (fromLogits ? yPred : nil) {
        // -log(sigmoid(x)) = softplus(-x) and -log(1 - sigmoid(x)) = softplus(x): exact far
        // out, smooth at 0.
        let x = logits.reshaped(yPred.shape.sizes)
        return y * (-x).softplus() + (1 - y) * x.softplus()
    }
    let p = yPred.clippedProbabilities
    return -(y * p.log() + (1 - y) * (1 - p).log())
}

/// Targets in the prediction's type, drawn towards ½.
func smoothed(_ yTrue: Tensor, _ yPred: Tensor, _ amount: Double) -> Tensor {
    let y = yTrue.cast(to: yPred.dtype)
    return amount == 0 ? y : y * (1 - amount) + 0.5 * amount
}

/// Targets in the prediction's type, drawn towards even shares.
func evenlySmoothed(_ yTrue: Tensor, _ yPred: Tensor, _ amount: Double) -> Tensor {
    let y = yTrue.cast(to: yPred.dtype)
    return amount == 0 ? y : y * (1 - amount) + amount / Double(yPred.shape.last)
}

extension Int {
    /// The axis of this number, which may count from the end, if there is one.
    func place(rank: Int) -> Int? {
        let place = self < 0 ? rank + self : self
        return place >= 0 && place < rank ? place : nil
    }

    fileprivate func isLast(of tensor: Tensor) -> Bool { self == -1 || self == tensor.rank - 1 }
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
