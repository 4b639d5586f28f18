public import ShinkeiCore

/// Adam's division with little memory: of a matrix's squared gradients only the means of rows and columns are kept.
///
/// `w -= max(epsilon2, rms(w)) · min(rate, 1 / sqrt(t)) · u / max(1, rms(u) / clipThreshold)` with `u = g / sqrt(v)`,
/// where `v` is a running mean of `g² + epsilon1`, kept whole for vectors, and for matrices the product of its means
/// over the last two axes. How much is kept grows with the step: `1 - t^beta2Decay`.
/// Keras: `keras.optimizers.Adafactor`. Same defaults.
/// - Note: In Keras `relativeStep` changes nothing, since the rate is held below `1 / sqrt(t)` anyway; so it is here.
///
/// Source: Shazeer & Stern 2018, Algorithm 4, arXiv:1804.04235.
public final class Adafactor: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// The exponent that tells how much of the mean is kept.
        public var beta2Decay = -0.8
        /// Added to squared gradients.
        public var epsilon1 = 1e-30
        /// The least size of a weight that steps are measured by.
        public var epsilon2 = 1e-3
        /// The largest root mean square of a step.
        public var clipThreshold = 1.0
        /// Whether the rate falls with the step.
        public var relativeStep = true
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("beta_2_decay", \.beta2Decay), .optional("epsilon_1", \.epsilon1),
                .optional("epsilon_2", \.epsilon2), .optional("clip_threshold", \.clipThreshold),
                .optional("relative_step", \.relativeStep),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "adafactor", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, beta2Decay: Double = -0.8, epsilon1: Double = 1e-30,
        epsilon2: Double = 1e-3, clipThreshold: Double = 1.0, relativeStep: Bool = true, weightDecay: Double? = nil,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.beta2Decay = beta2Decay
        config.epsilon1 = epsilon1
        config.epsilon2 = epsilon2
        config.clipThreshold = clipThreshold
        config.relativeStep = relativeStep
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override func slotGroups(for weight: Weight) -> [[OptimizerSlot]] {
        let sizes = weight.shape.sizes
        guard sizes.count >= 2 else {
            // Keras has two numbers in its files for a vector too, and never uses them.
            let unused = OptimizerSlot("unused", shape: .scalar, dtype: .int32)
            return [[unused, unused, "velocity"]]
        }
        return [
            [
                OptimizerSlot("row", shape: Shape(Array(sizes.dropLast()))),
                OptimizerSlot("column", shape: Shape(sizes.dropLast(2) + [sizes[sizes.count - 1]])), "velocity",
            ]
        ]
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let keep = 1 - step.number.power(Tensor.constant(config.beta2Decay, dtype: step.number.dtype))
        let rate = minimum(step.learningRate, 1 / step.number.sqrt())
        let size = weight.square().mean().sqrt().atLeast(config.epsilon2) * rate
        let square = gradient.squared + config.epsilon1
        var new: [Tensor]
        if weight.rank >= 2 {
            let row = keep * slots[0] + (1 - keep) * square.mean(axis: -1)
            let column = keep * slots[1] + (1 - keep) * square.mean(axis: -2)
            new = [row, column, (row / row.mean(axis: -1, keepDims: true)).expanded(-1) * column.expanded(-2)]
        } else {
            new = [slots[0], slots[1], keep * slots[2] + (1 - keep) * square]
        }
        let velocity = new[2]
        let move = gradient.divided(by: velocity.sqrt())
        let meanSquare = gradient.quotientOfSquares(by: velocity).mean()
        let scale = (meanSquare.sqrt() / config.clipThreshold).atLeast(1)
        return (weight - size * (move / scale), new)
    }
}
