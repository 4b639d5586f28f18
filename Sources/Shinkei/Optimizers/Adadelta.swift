public import ShinkeiCore

/// Steps in the ratio of two running means: of past steps and of gradients.
///
/// `v = rho · v + (1 - rho) · g²`, `d = -sqrt(s + epsilon) / sqrt(v + epsilon) · g`, `s = rho · s + (1 - rho) · d²`,
/// `w += rate · d`.
/// Keras: `keras.optimizers.Adadelta`. Same defaults: 0.001, rho 0.95, epsilon 1e-7.
/// - Note: The paper has no learning rate: it is 1 there.
///
/// Source: Zeiler 2012, Algorithm 1, arXiv:1212.5701.
public final class Adadelta: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How much of the running means is kept in a step.
        public var rho = 0.95
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("rho", \.rho), .optional("epsilon", \.epsilon),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "adadelta", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, rho: Double = 0.95, epsilon: Double = 1e-7,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.rho = rho
        config.epsilon = epsilon
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] { [["accumulated_grad", "accumulated_delta_var"]] }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let square = slots[0] * config.rho + gradient.squared * (1 - config.rho)
        let ratio = (slots[1] + config.epsilon).sqrt() / (square + config.epsilon).sqrt()
        // The step's square, of which looked-up rows have one each.
        let move = slots[1] * config.rho + ratio.square() * gradient.squared * (1 - config.rho)
        return (weight - gradient.value * ratio * step.learningRate, [square, move])
    }
}
