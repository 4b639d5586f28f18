public import ShinkeiCore

/// Brings groups of channels of every row to mean 0 and variance 1, then scales and shifts each channel.
///
/// Input shape: `[batch, …]` with the channels on `axis`, whose number is a multiple of `groups`. Output shape: the same.
/// Weights: `gamma` and `beta`, `[channels]`.
/// Keras: `keras.layers.GroupNormalization`. Same defaults. Wu & He 2018.
public final class GroupNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of groups; -1 for one of each channel, which is instance normalization.
        public var groups = 32
        /// The axis of the channels.
        public var axis = -1
        /// What is added to the variance, so that nothing is divided by 0.
        public var epsilon = 1e-3
        /// Whether there is a `beta`.
        public var center = true
        /// Whether there is a `gamma`.
        public var scale = true
        /// The first value of `beta`.
        public var betaInitializer: Initializer = .zeros
        /// The first value of `gamma`.
        public var gammaInitializer: Initializer = .ones
        /// What `beta` adds to the loss.
        public var betaRegularizer: Regularizer?
        /// What `gamma` adds to the loss.
        public var gammaRegularizer: Regularizer?
        /// What `beta` is put through after each step.
        public var betaConstraint: Constraint?
        /// What `gamma` is put through after each step.
        public var gammaConstraint: Constraint?
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("groups", \.groups), .optional("axis", \.axis), .optional("epsilon", \.epsilon),
            .optional("center", \.center), .optional("scale", \.scale),
            .optional("beta_initializer", \.betaInitializer), .optional("gamma_initializer", \.gammaInitializer),
            .optional("beta_regularizer", \.betaRegularizer), .optional("gamma_regularizer", \.gammaRegularizer),
            .optional("beta_constraint", \.betaConstraint), .optional("gamma_constraint", \.gammaConstraint),
        ]
        public func check() throws(ConfigError) {
            guard groups == -1 || groups > 0 else {
                throw ConfigError("groups: must be a positive integer, or -1 for one of each channel; got \(groups)")
            }
            guard axis != 0 else { throw ConfigError("axis: rows are normalized one by one; got 0") }
            guard epsilon >= 0 else { throw ConfigError("epsilon: must be a number from 0; got \(epsilon)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// `nil` without scaling.
    public let gamma: Weight?
    /// `nil` without centering.
    public let beta: Weight?
    /// The number of channels it was built for.
    private var channels = 0

    /// - Precondition: `groups` is positive or -1.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("GroupNormalization")
        self.config = config
        gamma = config.scale ? Weight("gamma") : nil
        beta = config.center ? Weight("beta") : nil
        super.init(name: name)
    }

    /// - Parameters:
    ///   - groups: The number of groups; -1 for one of each channel.
    ///   - axis: The axis of the channels.
    ///   - epsilon: What is added to the variance.
    ///   - center: Whether there is a `beta`.
    ///   - scale: Whether there is a `gamma`.
    public convenience init(
        groups: Int = 32, axis: Int = -1, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        name: String? = nil
    ) {
        var config = Config()
        config.groups = groups
        config.axis = axis
        config.epsilon = epsilon
        config.center = center
        config.scale = scale
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        guard let axis = input.axis(config.axis), axis > 0, let channels = input[axis] else {
            throw LayerError(self, "needs a known number of channels on axis \(config.axis)", inputs: [input])
        }
        guard config.groups == -1 || channels >= config.groups && channels % config.groups == 0 else {
            throw LayerError(self, "\(channels) channels do not divide into \(config.groups) groups", inputs: [input])
        }
        self.channels = channels
        if let gamma {
            create(
                gamma, [channels], config.gammaInitializer, regularizer: config.gammaRegularizer,
                constraint: config.gammaConstraint)
        }
        if let beta {
            create(
                beta, [channels], config.betaInitializer, regularizer: config.betaRegularizer,
                constraint: config.betaConstraint)
        }
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let axis = x.shape.place(of: config.axis)
        let groups = config.groups == -1 ? channels : config.groups
        let split = [groups, channels / max(groups, 1)]
        var sizes = x.shape.sizes
        sizes.replaceSubrange(axis...axis, with: split)
        let grouped = x.reshaped(sizes)
        let axes = (1..<grouped.rank).filter { $0 != axis }
        var y = grouped.standardized(over: axes, epsilon: config.epsilon).output.reshaped(x.shape.sizes)
        if let gamma { y = y * gamma.value.spread(over: [axis], of: x) }
        if let beta { y = y + beta.value.spread(over: [axis], of: x) }
        return y
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard let axis = input.axis(config.axis), input[axis] == nil || input[axis] == channels else {
            throw LayerError(self, "was built for \(channels) channels on axis \(config.axis)", inputs: [input])
        }
        return input
    }
}
