public import ShinkeiCore

/// How far a distribution is from the target's: `sum(yTrue · log(yTrue / yPred))` over the last axis, both held within
/// 1e-7 ... 1.
///
/// Keras: `keras.losses.KLDivergence`.
/// Source: Kullback & Leibler 1951.
public struct KLDivergence: ConfiguredLoss {
    public var name = "kl_divergence"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = yTrue.cast(to: yPred.dtype).clipped(probabilityEpsilon, 1)
        return (y * (y / yPred.clipped(probabilityEpsilon, 1)).log()).sum(axis: -1)
    }
}

/// For counts: `mean(yPred - yTrue · log(yPred + 1e-7))` over the last axis.
///
/// Keras: `keras.losses.Poisson`.
public struct Poisson: ConfiguredLoss {
    public var name = "poisson"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        lastAxisMean(yPred - yTrue.cast(to: yPred.dtype) * (yPred + probabilityEpsilon).log())
    }
}
