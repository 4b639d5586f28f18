public import ShinkeiCore

/// Follow the regularized leader: weights that come from the sum of all gradients, many of them exactly 0 under `l1`.
///
/// With `a' = a + g²` and `s = -learningRatePower`: `z += g + 2 · l2Shrinkage · w - (a'^s - a^s) / rate · w`,
/// `w = (clip(z, ±l1) - z) / (a'^s / rate + 2 · (l2 + beta / (2 · rate)))`.
/// Keras: `keras.optimizers.Ftrl`. Same defaults.
///
/// Source: McMahan et al. 2013, Algorithm 1, "Ad Click Prediction".
public final class Ftrl: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How the rate falls with the squared gradients; at most 0.
        public var learningRatePower = -0.5
        /// What the sum of squares begins at.
        public var initialAccumulatorValue = 0.1
        /// The penalty on absolute values.
        public var l1RegularizationStrength = 0.0
        /// The penalty on squares.
        public var l2RegularizationStrength = 0.0
        /// A penalty on squares that counts in the gradient only.
        public var l2ShrinkageRegularizationStrength = 0.0
        /// Added to the root of the sum of squares.
        public var beta = 0.0
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("learning_rate_power", \.learningRatePower),
                .optional("initial_accumulator_value", \.initialAccumulatorValue),
                .optional("l1_regularization_strength", \.l1RegularizationStrength),
                .optional("l2_regularization_strength", \.l2RegularizationStrength),
                .optional("l2_shrinkage_regularization_strength", \.l2ShrinkageRegularizationStrength),
                .optional("beta", \.beta),
            ]
        public func check() throws(ConfigError) {
            for (key, value) in [
                ("initial_accumulator_value", initialAccumulatorValue), ("learning_rate_power", -learningRatePower),
                ("l1_regularization_strength", l1RegularizationStrength),
                ("l2_regularization_strength", l2RegularizationStrength),
                ("l2_shrinkage_regularization_strength", l2ShrinkageRegularizationStrength),
            ] where !(value >= 0) {
                throw ConfigError("\(key): has the wrong sign: \(value)")
            }
        }
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        config.trapIfWrong("Ftrl")
        self.config = config
        super.init(name: "ftrl", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, learningRatePower: Double = -0.5,
        initialAccumulatorValue: Double = 0.1, l1RegularizationStrength: Double = 0.0,
        l2RegularizationStrength: Double = 0.0, l2ShrinkageRegularizationStrength: Double = 0.0, beta: Double = 0.0,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.learningRatePower = learningRatePower
        config.initialAccumulatorValue = initialAccumulatorValue
        config.l1RegularizationStrength = l1RegularizationStrength
        config.l2RegularizationStrength = l2RegularizationStrength
        config.l2ShrinkageRegularizationStrength = l2ShrinkageRegularizationStrength
        config.beta = beta
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] {
        [[OptimizerSlot("accumulator", initial: config.initialAccumulatorValue), "linear"]]
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let rate = step.learningRate
        func root(_ sum: Tensor) -> Tensor {
            config.learningRatePower == -0.5
                ? sum.sqrt() : sum.power(Tensor.constant(-config.learningRatePower, dtype: sum.dtype))
        }
        let sum = slots[0] + gradient.squared
        let used = gradient.value + weight * (2 * config.l2ShrinkageRegularizationStrength)
        let linear = slots[1] + (used - (root(sum) - root(slots[0])) / rate * weight)
        let l2 = config.l2RegularizationStrength + config.beta / (rate * 2)
        let quadratic = root(sum) / rate + 2 * l2
        let l1 = config.l1RegularizationStrength
        return ((linear.clipped(-l1, l1) - linear) / quadratic, [sum, linear])
    }
}
