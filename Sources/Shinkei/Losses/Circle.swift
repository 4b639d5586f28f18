public import ShinkeiCore

/// Draws vectors of one class together and those of different classes apart, the more the further a pair is from
/// where it should be.
///
/// Prediction: `[n, size]`, of norm 1. Targets: `[n]` class numbers. With `d = max(1 - p·q, 0)` for each pair,
/// `softplus(logsumexp(-gamma (margin + d) (margin - d)) + logsumexp(gamma max(1 + margin - d, 0) (1 - margin - d)))`,
/// the first sum over pairs of one class, the second over the others. Samples whose loss is 0 do not count.
/// Keras: `keras.losses.Circle`.
/// Source: Sun et al. 2020, arXiv:2002.10857.
public struct Circle: ConfiguredLoss {
    public var name = "circle"
    public var reduction = LossReduction.sumOverBatchSize
    /// How sharply the worst pairs stand out.
    public var gamma: Double
    /// How far apart is far enough.
    public var margin: Double
    /// Whether a vector makes no pair with itself.
    public var removeDiagonal: Bool
    /// Keras's defaults.
    public init(
        gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true,
        reduction: LossReduction = .sumOverBatchSize
    ) {
        self.gamma = gamma
        self.margin = margin
        self.removeDiagonal = removeDiagonal
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("gamma", \.gamma), .optional("margin", \.margin), .optional("remove_diagonal", \.removeDiagonal),
        ]

    /// One class number for each vector.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        prediction.rank == 2 && (target.rank == 1 || target.rank == 2 && target.last == 1)
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let labels = yTrue.cast(to: .int32).flattened()
        let isSame = labels.expanded(1) .== labels.expanded(0)
        var isPositive = isSame
        if removeDiagonal { isPositive = isSame & (Tensor.eye(labels.count) .== 0) }
        let distance = (1 - yPred.matmul(yPred.transposed())).relu()
        let positive = -gamma * (margin + distance) * (margin - distance)
        let negative = gamma * (1 + margin - distance).relu() * (1 - margin - distance)
        // A number so low that it adds nothing, and yet has a derivative, stands for the pairs left out.
        let nothing = Tensor.constant(-1e9, dtype: distance.dtype)
        return
            (Tensor.where(isPositive, positive, nothing).logSumExp(axes: [1])
            + Tensor.where(isSame, nothing, negative).logSumExp(axes: [1])).softplus()
    }

    /// Samples whose loss is 0 do not count.
    public func mask(yTrue: Tensor, values: Tensor) -> Tensor? { values .> 0 }
}
