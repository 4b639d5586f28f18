public import ShinkeiCore

/// `mean((yTrue - yPred)²)` over the last axis.
///
/// Keras: `keras.losses.MeanSquaredError`.
public struct MeanSquaredError: Loss {
    /// Keras's name.
    public let name = "mean_squared_error"
    /// There is nothing to choose.
    public init() {}
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        lastAxisMean((yTrue.cast(to: yPred.dtype) - yPred).square())
    }
}

/// `mean(|yTrue - yPred|)` over the last axis.
///
/// Keras: `keras.losses.MeanAbsoluteError`.
public struct MeanAbsoluteError: Loss {
    /// Keras's name.
    public let name = "mean_absolute_error"
    /// There is nothing to choose.
    public init() {}
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        lastAxisMean((yTrue.cast(to: yPred.dtype) - yPred).abs())
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
