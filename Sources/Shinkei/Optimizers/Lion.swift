public import ShinkeiCore

/// Steps of one size in each direction: the sign of a running mean of the gradient.
///
/// `w -= rate · sign(beta1 · m + (1 - beta1) · g)`, then `m = beta2 · m + (1 - beta2) · g`.
/// Keras: `keras.optimizers.Lion`. Same defaults: 0.001, 0.9, 0.99.
///
/// Source: Chen et al. 2023, Algorithm 2, arXiv:2302.06675.
public final class Lion: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How much the mean counts beside the gradient in a step.
        public var beta1 = 0.9
        /// How much of the mean is kept in a step.
        public var beta2 = 0.99
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("beta_1", \.beta1), .optional("beta_2", \.beta2),
            ]
        public func check() throws(ConfigError) {
            guard beta1 > 0, beta1 <= 1 else { throw ConfigError("beta_1: must lie above 0, up to 1; got \(beta1)") }
        }
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        config.trapIfWrong("Lion")
        self.config = config
        super.init(name: "lion", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.99,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.beta1 = beta1
        config.beta2 = beta2
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] { [["momentum"]] }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let (mean, gradient) = (slots[0], gradient.value)
        let direction = (mean * config.beta1 + gradient * (1 - config.beta1)).sign()
        return (weight - step.learningRate * direction, [mean * config.beta2 + gradient * (1 - config.beta2)])
    }
}
