public import ShinkeiCore

/// `mean((yTrue - yPred)²)` over the last axis.
///
/// Keras: `keras.losses.MeanSquaredError`.
public struct MeanSquaredError: ConfiguredLoss {
    public var name = "mean_squared_error"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        lastAxisMean((yTrue.cast(to: yPred.dtype) - yPred).square())
    }
}

/// `mean(|yTrue - yPred|)` over the last axis.
///
/// Keras: `keras.losses.MeanAbsoluteError`.
public struct MeanAbsoluteError: ConfiguredLoss {
    public var name = "mean_absolute_error"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        lastAxisMean((yTrue.cast(to: yPred.dtype) - yPred).abs())
    }
}

/// `100 · mean(|yTrue - yPred| / max(|yTrue|, 1e-7))` over the last axis.
///
/// Keras: `keras.losses.MeanAbsolutePercentageError`.
public struct MeanAbsolutePercentageError: ConfiguredLoss {
    public var name = "mean_absolute_percentage_error"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = yTrue.cast(to: yPred.dtype)
        return 100 * lastAxisMean(((y - yPred) / y.abs().atLeast(probabilityEpsilon)).abs())
    }
}

/// `mean((log(1 + yTrue) - log(1 + yPred))²)` over the last axis; both are held at or above 1e-7.
///
/// Keras: `keras.losses.MeanSquaredLogarithmicError`.
public struct MeanSquaredLogarithmicError: ConfiguredLoss {
    public var name = "mean_squared_logarithmic_error"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        func logarithm(_ x: Tensor) -> Tensor { (x.atLeast(probabilityEpsilon) + 1).log() }
        return lastAxisMean((logarithm(yPred) - logarithm(yTrue.cast(to: yPred.dtype))).square())
    }
}

/// `-sum(yTrue · yPred)` along an axis, both scaled to norm 1 before: -1 for the same direction, 1 for opposite ones.
///
/// Keras: `keras.losses.CosineSimilarity`.
public struct CosineSimilarity: ConfiguredLoss {
    public var name = "cosine_similarity"
    public var reduction = LossReduction.sumOverBatchSize
    /// The axis along which the vectors lie.
    public var axis: Int
    /// Keras's defaults.
    public init(axis: Int = -1, reduction: LossReduction = .sumOverBatchSize) {
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields = commonFields + [.optional("axis", \.axis)]
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        -(yTrue.cast(to: yPred.dtype).normalized(axis: axis) * yPred.normalized(axis: axis)).sum(axis: axis)
    }
}

/// `½ e²` for errors up to `delta`, `delta · |e| - ½ delta²` beyond; the mean over the last axis.
///
/// Keras: `keras.losses.Huber`.
/// Source: Huber 1964.
public struct Huber: ConfiguredLoss {
    public var name = "huber_loss"
    public var reduction = LossReduction.sumOverBatchSize
    /// Where the parabola ends.
    public var delta: Double
    /// Keras's defaults.
    public init(delta: Double = 1, reduction: LossReduction = .sumOverBatchSize) {
        self.delta = delta
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields = commonFields + [.optional("delta", \.delta)]
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let error = yPred - yTrue.cast(to: yPred.dtype)
        let size = error.abs()
        let isSmall = size .<= Tensor.constant(delta, dtype: size.dtype)
        return lastAxisMean(Tensor.where(isSmall, 0.5 * error.square(), delta * size - 0.5 * delta * delta))
    }
}

/// `log(cosh(yPred - yTrue))`, the mean over the last axis: a parabola near 0, the absolute error further out.
///
/// Keras: `keras.losses.LogCosh`.
public struct LogCosh: ConfiguredLoss {
    public var name = "log_cosh"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let error = yPred - yTrue.cast(to: yPred.dtype)
        return lastAxisMean(error + (error * -2).softplus() - 0.693147180559945309)
    }
}

/// A scalar's only element is its own mean.
func lastAxisMean(_ x: Tensor) -> Tensor { x.rank == 0 ? x : x.mean(axis: -1) }

/// The mean of `(prediction - target)²`, a scalar. Ranks are matched as in `Loss`.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
    MeanSquaredError()(yTrue: target, yPred: prediction)
}

/// The mean of `|prediction - target|`, a scalar. Ranks are matched as in `Loss`.
public func meanAbsoluteError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
    MeanAbsoluteError()(yTrue: target, yPred: prediction)
}
