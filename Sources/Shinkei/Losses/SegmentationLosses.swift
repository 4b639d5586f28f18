public import ShinkeiCore
public import ShinkeiFormats

/// One minus the share of two areas that they have in common: `1 - 2 sum(y p) / (sum(y) + sum(p) + 1e-7)`, over the
/// whole batch unless axes are given.
///
/// Keras: `keras.losses.Dice`.
public struct Dice: ConfiguredLoss {
    public var name = "dice"
    public var reduction = LossReduction.sumOverBatchSize
    /// The axes summed over; all if `nil`.
    public var axis: LossAxes?
    /// Keras's defaults.
    public init(axis: LossAxes? = nil, reduction: LossReduction = .sumOverBatchSize) {
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields = commonFields + [.optional("axis", \.axis)]
    /// The loss over the axes.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = yTrue.cast(to: yPred.dtype)
        func total(_ x: Tensor) -> Tensor { x.sum(axes: axis?.list) }
        return 1 - 2 * total(y * yPred) / (total(y) + total(yPred) + probabilityEpsilon)
    }
}

/// Dice with two kinds of mistakes weighed apart:
/// `1 - sum(y p) / (sum(y p) + alpha sum((1 - p) y) + beta sum(p (1 - y)) + 1e-7)`, over the whole batch unless axes are
/// given.
///
/// Keras: `keras.losses.Tversky`.
/// Source: Salehi et al. 2017, arXiv:1706.05721.
public struct Tversky: ConfiguredLoss {
    public var name = "tversky"
    public var reduction = LossReduction.sumOverBatchSize
    /// What a missed element weighs.
    public var alpha: Double
    /// What an element too many weighs.
    public var beta: Double
    /// The axes summed over; all if `nil`.
    public var axis: LossAxes?
    /// Keras's defaults.
    public init(
        alpha: Double = 0.5, beta: Double = 0.5, axis: LossAxes? = nil, reduction: LossReduction = .sumOverBatchSize
    ) {
        self.alpha = alpha
        self.beta = beta
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [.optional("alpha", \.alpha), .optional("beta", \.beta), .optional("axis", \.axis)]
    /// The loss over the axes.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = yTrue.cast(to: yPred.dtype)
        func total(_ x: Tensor) -> Tensor { x.sum(axes: axis?.list) }
        let common = total(y * yPred)
        let missed = total((1 - yPred) * y)
        let excess = total(yPred * (1 - y))
        return 1 - common / (common + missed * alpha + excess * beta + probabilityEpsilon)
    }
}

/// One axis or several.
public struct LossAxes: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ConfigValue {
    /// The axes.
    public var list: [Int]
    private var isSingle: Bool
    public init(integerLiteral axis: Int) { (list, isSingle) = ([axis], true) }
    public init(arrayLiteral axes: Int...) { (list, isSingle) = (axes, false) }
    public init(config: JSON) throws(ConfigError) {
        if config.array == nil {
            (list, isSingle) = ([try Int(config: config)], true)
        } else {
            (list, isSingle) = (try [Int](config: config), false)
        }
    }
    public var config: JSON { isSingle ? list[0].config : list.config }
}
