public import ShinkeiCore

/// Steps divided by a running root mean square of the gradient.
///
/// `v = rho · v + (1 - rho) · g²`, `w -= rate · g / sqrt(v + epsilon)`.
///
/// Centered, the running mean's square is taken off `v`. With momentum,
/// `m = momentum · m + step` and `w -= m`.
/// Keras: `keras.optimizers.RMSprop`. Same defaults: 0.001, rho 0.9, epsilon 1e-7.
/// - Note: Epsilon stands inside the root, as in Keras; PyTorch adds 1e-8 outside.
///
/// Source: Tieleman & Hinton 2012, lecture 6.5.
public final class RMSprop: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.001
        /// How much of the running means is kept in a step.
        public var rho = 0.9
        /// How much of the last move is kept in a step; 0 for none.
        public var momentum = 0.0
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// Whether the mean gradient is taken off first.
        public var centered = false
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("rho", \.rho), .optional("momentum", \.momentum), .optional("epsilon", \.epsilon),
                .optional("centered", \.centered),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "rmsprop", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, rho: Double = 0.9, momentum: Double = 0.0,
        epsilon: Double = 1e-7, centered: Bool = false, weightDecay: Double? = nil,
        clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.rho = rho
        config.momentum = momentum
        config.epsilon = epsilon
        config.centered = centered
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] {
        [["velocity"]] + (config.momentum > 0 ? [["momentum"]] : [])
            + (config.centered ? [["average_gradient"]] : [])
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let velocity = slots[0] * config.rho + gradient.squared * (1 - config.rho)
        var new = [velocity]
        var denominator = velocity + config.epsilon
        var average: Tensor?
        if config.centered {
            let mean = slots[slots.count - 1] * config.rho + gradient.value * (1 - config.rho)
            denominator = velocity - mean.square() + config.epsilon
            average = mean
        }
        var move = step.learningRate * gradient.divided(by: denominator.sqrt())
        if config.momentum > 0 {
            move = slots[1] * config.momentum + move
            new.append(move)
        }
        if let average { new.append(average) }
        return (weight - move, new)
    }
}
