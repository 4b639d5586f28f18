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
        public var learningRate = 0.001
        /// How much of the mean gradient is kept in a step.
        public var beta1 = 0.9
        /// How much of the mean square is kept in a step.
        public var beta2 = 0.999
        /// Keeps the division finite.
        public var epsilon = 1e-7
        /// Whether the largest mean square so far divides.
        public var amsgrad = false
        /// Limits on the gradients before they are used.
        public var clipping = GradientClipping.none
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
        super.init(name: "adam", learningRate: config.learningRate, clipping: config.clipping)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7,
        amsgrad: Bool = false, clipping: GradientClipping = .none
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.beta1 = beta1
        config.beta2 = beta2
        config.epsilon = epsilon
        config.amsgrad = amsgrad
        config.clipping = clipping
        self.init(config)
    }

    public override var slotGroups: [[String]] {
        [["momentum", "velocity"]] + (config.amsgrad ? [["velocity_hat"]] : [])
    }

    public override func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let dtype = weight.dtype.computed
        let power1 = Tensor.constant(config.beta1, dtype: dtype).power(step.number)
        let power2 = Tensor.constant(config.beta2, dtype: dtype).power(step.number)
        let alpha = step.learningRate * (1 - power2).sqrt() / (1 - power1)
        let momentum = slots[0] + (gradient - slots[0]) * (1 - config.beta1)
        let velocity = slots[1] + (gradient.square() - slots[1]) * (1 - config.beta2)
        var new = [momentum, velocity]
        var spread = velocity
        if config.amsgrad {
            spread = maximum(slots[2], velocity)
            new.append(spread)
        }
        return (weight - momentum * alpha / (spread.sqrt() + config.epsilon), new)
    }
}
