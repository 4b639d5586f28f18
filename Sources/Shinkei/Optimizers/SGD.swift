public import ShinkeiCore

/// Gradient descent, with momentum if asked for.
///
/// `w -= rate · g`, or `m = momentum · m - rate · g` and `w += m`.
///
/// Nesterov's form looks ahead: `w += momentum · m - rate · g` with the new `m`.
/// Keras: `keras.optimizers.SGD`. Same defaults: learning rate 0.01, no momentum.
public final class SGD: Optimizer, ConfiguredOptimizer {
    /// Everything needed to rebuild the optimizer, with Keras's defaults.
    public struct Config: OptimizerConfig {
        /// The step size.
        public var learningRate: any LearningRateSchedule = 0.01
        /// How much of the last move is kept in a step, in `0 ... 1`; 0 for none.
        public var momentum = 0.0
        /// Whether the move looks ahead.
        public var nesterov = false
        /// What every optimizer can be told.
        public var options = OptimizerOptions()
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [
                .optional("momentum", \.momentum), .optional("nesterov", \.nesterov),
            ]
        public func check() throws(ConfigError) {
            guard momentum >= 0, momentum <= 1 else {
                throw ConfigError("momentum: must lie in 0 ... 1; got \(momentum)")
            }
        }
    }
    /// What the optimizer was made from.
    public let config: Config

    /// The optimizer of this configuration.
    public init(_ config: Config) {
        config.trapIfWrong("SGD")
        self.config = config
        super.init(name: "sgd", learningRate: config.learningRate, options: config.options)
    }

    /// All arguments have Keras's defaults.
    public convenience init(
        learningRate: any LearningRateSchedule = 0.01, momentum: Double = 0.0, nesterov: Bool = false,
        weightDecay: Double? = nil, clipping: GradientClipping = .none, options: OptimizerOptions = OptimizerOptions()
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.momentum = momentum
        config.nesterov = nesterov
        config.options = options.with(weightDecay: weightDecay, clipping: clipping)
        self.init(config)
    }

    public override var slotGroups: [[OptimizerSlot]] { config.momentum == 0 ? [] : [["momentum"]] }

    public override func updated(
        _ weight: Tensor, gradient: WeightGradient, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let move = gradient.value * step.learningRate
        guard let old = slots.first else { return (weight - move, []) }
        let new = old * config.momentum - move
        return (config.nesterov ? weight + (new * config.momentum - move) : weight + new, [new])
    }
}
