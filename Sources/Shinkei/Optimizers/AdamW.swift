public import ShinkeiCore

/// Adam with weights that shrink a little in each step, apart from the gradient.
///
/// `w -= rate · weightDecay · w`, then Adam's step.
/// Keras: `keras.optimizers.AdamW`. Same defaults as Adam, and weight decay 0.004.
///
/// Source: Loshchilov & Hutter 2019, Algorithm 2, arXiv:1711.05101.
public final class AdamW: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How much of the mean gradient is kept in a step.
        public var beta1 = 0.9
        /// How much of the mean square is kept in a step.
        public var beta2 = 0.999
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// Whether the largest mean square so far divides.
        public var amsgrad = false
        /// What every optimizer can be told.
        public var options = OptimizerOptions(weightDecay: 0.004)
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("beta_1", \.beta1), .optional("beta_2", \.beta2), .optional("epsilon", \.epsilon),
                .optional("amsgrad", \.amsgrad),
            ]
        public func check() throws(ConfigError) {
            if options.weightDecay == nil { throw ConfigError("weight_decay: must be a number") }
        }
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        config.trapIfWrong("AdamW")
        self.config = config
        super.init(name: "adamw", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = 0.004,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.beta1 = beta1
        config.beta2 = beta2
        config.epsilon = epsilon
        config.amsgrad = amsgrad
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] {
        [["momentum", "velocity"]] + (config.amsgrad ? [["velocity_hat"]] : [])
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        adamStep(
            weight, gradient, slots, step, rate: step.learningRate, beta1: config.beta1, beta2: config.beta2,
            epsilon: config.epsilon)
    }
}
