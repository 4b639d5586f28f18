public import ShinkeiCore

/// Steps from running means of the gradient and of its square.
///
/// `m += (g - m)(1 - beta1)`, `v += (g² - v)(1 - beta2)`, `w -= alpha · m / (sqrt(v) + epsilon)`
/// with `alpha = rate · sqrt(1 - beta2^t) / (1 - beta1^t)`.
///
/// AMSGrad divides by the largest `v` so far.
/// Keras: `keras.optimizers.Adam`. Same defaults: 0.001, 0.9, 0.999, epsilon 1e-7.
/// - Note: Epsilon is added to the root of the uncorrected `v`, as in Keras: "epsilon hat" in the
///   paper.
///
/// Source: Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980.
public final class Adam: Optimizer, ConfiguredOptimizer {
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
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("beta_1", \.beta1), .optional("beta_2", \.beta2), .optional("epsilon", \.epsilon),
                .optional("amsgrad", \.amsgrad),
            ]
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        self.config = config
        super.init(name: "adam", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7, amsgrad: Bool = false, weightDecay: Double? = nil, clipping: GradientClipping = .none,
        options: OptimizerOptions = OptimizerOptions()
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

/// Adam's step. With a third slot it divides by the largest mean square so far.
func adamStep(
    _ weight: Tensor, _ gradient: WeightGradient, _ slots: [Tensor], _ step: OptimizerStep, rate: Tensor, beta1: Double,
    beta2: Double, epsilon: Double
) -> (weight: Tensor, slots: [Tensor]) {
    let alpha = rate * (1 - step.power(beta2)).sqrt() / (1 - step.power(beta1))
    var new = adamMeans(gradient, slots, beta1: beta1, beta2: beta2)
    if slots.count > 2 { new.append(maximum(slots[2], new[1])) }
    return (weight - new[0] * alpha / (new[new.count == 3 ? 2 : 1].sqrt() + epsilon), new)
}

/// The running means of the gradient and of its square.
func adamMeans(_ gradient: WeightGradient, _ slots: [Tensor], beta1: Double, beta2: Double) -> [Tensor] {
    [
        slots[0] + (gradient.value - slots[0]) * (1 - beta1),
        slots[1] + (gradient.squared - slots[1]) * (1 - beta2),
    ]
}
