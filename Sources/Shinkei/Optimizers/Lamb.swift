public import ShinkeiCore

/// Adam with steps as long as the weight they change: for large batches.
///
/// `u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)`, `w -= rate · |w| / |u| · u`; the ratio is 1 where a
/// norm is 0.
/// Keras: `keras.optimizers.Lamb`. Same defaults: 0.001, 0.9, 0.999, epsilon 1e-7.
///
/// Source: You et al. 2020, Algorithm 2, arXiv:1904.00962.
public final class Lamb: Optimizer, ConfiguredOptimizer {
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
        super.init(name: "lamb", learningRate: config.learningRate, options: config.options)
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

    public override var slotGroups: [[OptimizerSlot]] { [["momentum", "velocity"]] }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let new = adamMeans(gradient, slots, beta1: config.beta1, beta2: config.beta2)
        let spread = (new[1] / (1 - step.power(config.beta2))).sqrt() + config.epsilon
        let move = new[0] / (1 - step.power(config.beta1)) / spread
        let (size, length) = (weight.square().sum().sqrt(), move.square().sum().sqrt())
        let one = Tensor.constant(1, dtype: size.dtype)
        // Written so that a NaN in either norm is not taken for a 0.
        let ratio = Tensor.where((size .== 0) | (length .== 0), one, size / length)
        return (weight - ratio * step.learningRate * move, new)
    }
}
