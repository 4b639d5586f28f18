public import ShinkeiCore

/// `mean(max(1 - yTrue · yPred, 0))` over the last axis. Targets are -1 and 1; a batch of 0 and 1 is taken for such.
///
/// Keras: `keras.losses.Hinge`.
public struct Hinge: ConfiguredLoss {
    public var name = "hinge"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor { lastAxisMean(margins(yTrue, yPred)) }
}

/// `mean(max(1 - yTrue · yPred, 0)²)` over the last axis. Targets as for `Hinge`.
///
/// Keras: `keras.losses.SquaredHinge`.
public struct SquaredHinge: ConfiguredLoss {
    public var name = "squared_hinge"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor { lastAxisMean(margins(yTrue, yPred).square()) }
}

/// `max(1 + max((1 - yTrue) · yPred) - sum(yTrue · yPred), 0)` over the last axis; targets one-hot.
///
/// Keras: `keras.losses.CategoricalHinge`.
public struct CategoricalHinge: ConfiguredLoss {
    public var name = "categorical_hinge"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields
    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = yTrue.cast(to: yPred.dtype)
        return (((1 - y) * yPred).max(axis: -1) - (y * yPred).sum(axis: -1) + 1).relu()
    }
}

/// By how much each prediction falls short of 1 on its target's side.
private func margins(_ yTrue: Tensor, _ yPred: Tensor) -> Tensor {
    let y = yTrue.cast(to: yPred.dtype)
    let isBinary = ((y .== 0) | (y .== 1)).all()
    return (1 - Tensor.where(isBinary, 2 * y - 1, y) * yPred).relu()
}
