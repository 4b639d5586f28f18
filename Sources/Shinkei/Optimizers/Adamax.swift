public import ShinkeiCore

/// Adam with the largest gradient, fading, in place of the mean square.
///
/// `m += (g - m)(1 - beta1)`, `u = max(beta2 · u, |g|)`, `w -= rate · m / ((1 - beta1^t) · (u + epsilon))`.
/// Keras: `keras.optimizers.Adamax`. Same defaults: 0.001, 0.9, 0.999, epsilon 1e-7.
///
/// Source: Kingma & Ba 2015, Algorithm 2, arXiv:1412.6980.
public final class Adamax: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How much of the mean gradient is kept in a step.
        public var beta1 = 0.9
        /// How much of the largest gradient is kept in a step.
        public var beta2 = 0.999
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("beta_1", \.beta1), .optional("beta_2", \.beta2), .optional("epsilon", \.epsilon),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "adamax", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.beta1 = beta1
        config.beta2 = beta2
        config.epsilon = epsilon
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] { [["momentum", "norm"]] }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let momentum = slots[0] + (gradient.value - slots[0]) * (1 - config.beta1)
        let norm = maximum(slots[1] * config.beta2, gradient.magnitude)
        let divisor = (1 - step.power(config.beta1)) * (norm + config.epsilon)
        return (weight - step.learningRate * momentum / divisor, [momentum, norm])
    }
}
