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
        public var learningRate = 0.01
        /// How much of the last move is kept in a step, in `0 ... 1`; 0 for none.
        public var momentum = 0.0
        /// Whether the move looks ahead.
        public var nesterov = false
        /// Limits on the gradients before they are used.
        public var clipping = GradientClipping.none
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields =
            commonFields + [.optional("momentum", \.momentum), .optional("nesterov", \.nesterov)]
        public func check() throws(ConfigError) {
            guard momentum >= 0, momentum <= 1 else {
                throw ConfigError("momentum: must lie in 0 ... 1; got \(momentum)")
            }
        }
    }
    /// What the optimizer was made from.
    public let config: Config

    /// - Precondition: `momentum` is in `0 ... 1`.
    public init(_ config: Config) {
        config.trapIfWrong("SGD")
        self.config = config
        super.init(name: "sgd", learningRate: config.learningRate, clipping: config.clipping)
    }

    /// - Precondition: `momentum` is in `0 ... 1`.
    public convenience init(
        learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
        clipping: GradientClipping = .none
    ) {
        var config = Config()
        config.learningRate = learningRate
        config.momentum = momentum
        config.nesterov = nesterov
        config.clipping = clipping
        self.init(config)
    }

    public override var slotGroups: [[String]] { config.momentum == 0 ? [] : [["momentum"]] }

    public override func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let move = gradient * step.learningRate
        guard let old = slots.first else { return (weight - move, []) }
        let new = old * config.momentum - move
        return (config.nesterov ? weight + (new * config.momentum - move) : weight + new, [new])
    }
}
