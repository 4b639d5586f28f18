public import ShinkeiCore

/// Steps divided by the root of all squared gradients so far.
///
/// `a += g²`, `w -= rate · g / sqrt(a + epsilon)`.
/// Keras: `keras.optimizers.Adagrad`. Same defaults: 0.001, the sum begins at 0.1, epsilon 1e-7.
/// - Note: Epsilon stands inside the root, as in Keras; PyTorch adds 1e-10 outside.
///
/// Source: Duchi, Hazan & Singer 2011, JMLR 12.
public final class Adagrad: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// What the sum of squares begins at.
        public var initialAccumulatorValue = 0.1
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("initial_accumulator_value", \.initialAccumulatorValue), .optional("epsilon", \.epsilon),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "adagrad", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, initialAccumulatorValue: Double = 0.1, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.initialAccumulatorValue = initialAccumulatorValue
        config.epsilon = epsilon
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] {
        [[OptimizerSlot("accumulator", initial: config.initialAccumulatorValue)]]
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let sum = slots[0] + gradient.squared
        return (weight - step.learningRate * gradient.divided(by: (sum + config.epsilon).sqrt()), [sum])
    }
}
