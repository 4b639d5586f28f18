public import ShinkeiCore

/// Binary crossentropy that looks away from what is right already: each element is multiplied by `(1 - pt)^gamma`,
/// where `pt` is the probability given to the truth; the mean over the last axis.
///
/// Keras: `keras.losses.BinaryFocalCrossentropy`.
/// Source: Lin et al. 2018, arXiv:1708.02002.
public struct BinaryFocalCrossentropy: ConfiguredLoss {
    public var name = "binary_focal_crossentropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// Whether yes and no are weighted by `alpha` and `1 - alpha`.
    public var applyClassBalancing: Bool
    /// The weight of a yes.
    public var alpha: Double
    /// How strongly it looks away.
    public var gamma: Double
    /// Whether predictions are logits (before the sigmoid).
    public var fromLogits: Bool
    /// Targets are drawn towards ½ by this fraction.
    public var labelSmoothing: Double
    /// The axis over which the mean is taken.
    public var axis: Int

    /// Keras's defaults.
    public init(
        applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
        labelSmoothing: Double = 0, axis: Int = -1, reduction: LossReduction = .sumOverBatchSize
    ) {
        self.applyClassBalancing = applyClassBalancing
        self.alpha = alpha
        self.gamma = gamma
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("from_logits", \.fromLogits), .optional("label_smoothing", \.labelSmoothing),
            .optional("axis", \.axis), .optional("apply_class_balancing", \.applyClassBalancing),
            .optional("alpha", \.alpha), .optional("gamma", \.gamma),
        ]

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = smoothed(yTrue, yPred, labelSmoothing)
        let p = fromLogits ? yPred.sigmoid() : yPred
        let truth = y * p + (1 - y) * (1 - p)
        var each = powered(1 - truth, gamma) * binaryCrossentropies(y, p, fromLogits: false)
        if applyClassBalancing { each = (y * alpha + (1 - y) * (1 - alpha)) * each }
        return each.rank == 0 ? each : each.mean(axis: axis)
    }
}

/// Categorical crossentropy that looks away from what is right already: `sum(alpha (1 - p)^gamma · -y log p)`.
///
/// Predictions are scaled to sum 1 and held within 1e-7 of 0 and 1.
/// Keras: `keras.losses.CategoricalFocalCrossentropy`.
/// Source: Lin et al. 2018, arXiv:1708.02002.
public struct CategoricalFocalCrossentropy: ConfiguredLoss {
    public var name = "categorical_focal_crossentropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// The weight of every class.
    public var alpha: Double
    /// How strongly it looks away.
    public var gamma: Double
    /// Whether predictions are logits (before the softmax).
    public var fromLogits: Bool
    /// Targets are drawn towards even shares by this fraction.
    public var labelSmoothing: Double
    /// The axis of the classes.
    public var axis: Int

    /// Keras's defaults.
    public init(
        alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
        reduction: LossReduction = .sumOverBatchSize
    ) {
        self.alpha = alpha
        self.gamma = gamma
        self.fromLogits = fromLogits
        self.labelSmoothing = labelSmoothing
        self.axis = axis
        self.reduction = reduction
    }
    public static let defaults = Self()
    public static let fields =
        commonFields + [
            .optional("from_logits", \.fromLogits), .optional("label_smoothing", \.labelSmoothing),
            .optional("axis", \.axis), .optional("alpha", \.alpha), .optional("gamma", \.gamma),
        ]

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let y = evenlySmoothed(yTrue, yPred, labelSmoothing)
        let given = fromLogits ? yPred.softmax(axis: axis) : yPred
        let p = (given / given.sum(axis: axis, keepDims: true)).clippedProbabilities
        return (powered(1 - p, gamma) * alpha * (-y * p.log())).sum(axis: axis)
    }
}

/// Between crossentropy and mean absolute error, for labels of which some are wrong: `(1 - p[y]^q) / q`; targets are
/// class numbers.
///
/// Keras: `keras.losses.CategoricalGeneralizedCrossEntropy`.
/// Source: Zhang & Sabuncu 2018, arXiv:1805.07836.
public struct CategoricalGeneralizedCrossEntropy: ConfiguredLoss {
    public var name = "categorical_generalized_cross_entropy"
    public var reduction = LossReduction.sumOverBatchSize
    /// In `0 ..< 1`, both ends left out: towards 0 crossentropy, towards 1 absolute error.
    public var q: Double

    /// Keras's defaults.
    ///
    /// - Precondition: `q` is above 0 and below 1.
    public init(q: Double = 0.5, reduction: LossReduction = .sumOverBatchSize) {
        self.q = q
        self.reduction = reduction
        trapIfWrong("CategoricalGeneralizedCrossEntropy")
    }
    public static let defaults = Self()
    public static let fields = commonFields + [.optional("q", \.q)]
    public func check() throws(ConfigError) {
        guard q > 0, q < 1 else { throw ConfigError("q: must lie between 0 and 1; got \(q)") }
    }

    /// Whether a target of this shape fits such a prediction.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        SparseCategoricalCrossentropy().accepts(target: target, prediction: prediction)
    }
    /// The classes 0 to the last.
    public func labels(prediction: SymbolicShape) -> LabelRange? {
        prediction.last.map { LabelRange(count: $0, ignored: nil) }
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let labels = (yTrue.rank == yPred.rank ? yTrue.squeezed(-1) : yTrue).cast(to: .int32)
        let p = (yPred * labels.oneHot(yPred.shape.last, dtype: yPred.dtype)).sum(axis: -1)
        return (1 - powered(p, q)) / q
    }
}

/// A power with a fixed exponent.
private func powered(_ x: Tensor, _ exponent: Double) -> Tensor {
    x.power(Tensor.constant(exponent, dtype: x.dtype))
}
