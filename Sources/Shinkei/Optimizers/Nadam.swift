public import ShinkeiCore

/// Adam that looks ahead, as Nesterov's momentum does.
///
/// With `u_t = beta1 · (1 - 0.96^t / 2)`, and `U` the product of all so far:
/// `w -= rate · (u_(t+1) · m / (1 - U · u_(t+1)) + (1 - u_t) · g / (1 - U)) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
/// Keras: `keras.optimizers.Nadam`. Same defaults: 0.001, 0.9, 0.999, epsilon 1e-7.
///
/// Source: Dozat 2016, "Incorporating Nesterov Momentum into Adam".
public final class Nadam: Optimizer, ConfiguredOptimizer {
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
        super.init(name: "nadam", learningRate: config.learningRate, options: config.options)
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

    private let product = Weight("u_product", Tensor(Float(1)), isTrainable: false)

    public override var slotGroups: [[OptimizerSlot]] { [["momentum", "velocity"]] }
    public override var sharedState: [Weight] { [product] }

    public override func updatedSharedState(_ state: [Tensor], _ step: OptimizerStep) -> [Tensor] {
        [state[0] * share(at: step.number)]
    }

    private func share(at number: Tensor) -> Tensor {
        config.beta1 * (1 - 0.5 * Tensor.constant(0.96, dtype: number.dtype).power(number))
    }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let new = adamMeans(gradient, slots, beta1: config.beta1, beta2: config.beta2)
        let (share, next) = (share(at: step.number), share(at: step.number + 1))
        let product = step.shared[0].cast(to: weight.dtype.computed)
        let mean = new[0] * next / (1 - product * next) + gradient.value * (1 - share) / (1 - product)
        let spread = new[1] / (1 - step.power(config.beta2))
        return (weight - mean * step.learningRate / (spread.sqrt() + config.epsilon), new)
    }
}
