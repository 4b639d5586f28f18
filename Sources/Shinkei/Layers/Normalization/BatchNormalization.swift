public import ShinkeiCore

/// Brings every channel to mean 0 and variance 1, then scales and shifts it: `gamma · (x - mean) / sqrt(variance + epsilon) +
/// beta`.
///
/// In training, mean and variance are those of the batch, and the moving ones follow them: `moving · momentum + batch · (1 -
/// momentum)`. Otherwise, and in a layer that is frozen (`isTrainable = false`), the moving ones are used. Places that a mask
/// rules out do not count.
///
/// Input shape: any with the channels on `axis`. Output shape: the same.
/// Weights: `gamma`, `beta`, and not trained `moving_mean`, `moving_variance`, all `[channels]`.
/// Keras: `keras.layers.BatchNormalization`. Same defaults. Ioffe & Szegedy 2015.
public final class BatchNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axis of the channels.
        public var axis = -1
        /// How much of the moving mean and variance is kept in each step.
        public var momentum = 0.99
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
        /// The first value of the moving mean.
        public var movingMeanInitializer: Initializer = .zeros
        /// The first value of the moving variance.
        public var movingVarianceInitializer: Initializer = .ones
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

        var storedAxis: Axes {
            get { Axes([axis]) }
            set { axis = newValue.axes.count == 1 ? newValue.axes[0] : .max }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("axis", \.storedAxis), .optional("momentum", \.momentum), .optional("epsilon", \.epsilon),
            .optional("center", \.center), .optional("scale", \.scale),
            .optional("beta_initializer", \.betaInitializer), .optional("gamma_initializer", \.gammaInitializer),
            .optional("moving_mean_initializer", \.movingMeanInitializer),
            .optional("moving_variance_initializer", \.movingVarianceInitializer),
            .optional("beta_regularizer", \.betaRegularizer), .optional("gamma_regularizer", \.gammaRegularizer),
            .optional("beta_constraint", \.betaConstraint), .optional("gamma_constraint", \.gammaConstraint),
        ]
        /// There is one device, whose batch is the whole batch; the momentum of a correction that is off.
        public static let ignored: Set<String> = ["synchronized", "renorm_momentum", "fused", "virtual_batch_size"]
        public func check() throws(ConfigError) {
            guard axis != .max else { throw ConfigError("axis: must be one axis") }
            guard epsilon >= 0 else { throw ConfigError("epsilon: must be a number from 0; got \(epsilon)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// `nil` without scaling.
    public let gamma: Weight?
    /// `nil` without centering.
    public let beta: Weight?
    /// The mean of each channel, as far as training has seen it.
    public let movingMean = Weight("moving_mean", isTrainable: false)
    /// The variance of each channel, as far as training has seen it.
    public let movingVariance = Weight("moving_variance", isTrainable: false)

    /// - Precondition: `epsilon` is not negative.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("BatchNormalization")
        self.config = config
        gamma = config.scale ? Weight("gamma") : nil
        beta = config.center ? Weight("beta") : nil
        super.init(name: name)
    }

    /// - Parameters:
    ///   - axis: The axis of the channels.
    ///   - momentum: How much of the moving mean and variance is kept in each step.
    ///   - epsilon: What is added to the variance.
    ///   - center: Whether there is a `beta`.
    ///   - scale: Whether there is a `gamma`.
    public convenience init(
        axis: Int = -1, momentum: Double = 0.99, epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true,
        name: String? = nil
    ) {
        var config = Config()
        config.axis = axis
        config.momentum = momentum
        config.epsilon = epsilon
        config.center = center
        config.scale = scale
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        guard let axis = input.axis(config.axis), let channels = input[axis] else {
            throw LayerError(self, "needs a known number of channels on axis \(config.axis)", inputs: [input])
        }
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
        create(movingMean, [channels], config.movingMeanInitializer)
        create(movingVariance, [channels], config.movingVarianceInitializer)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let axis = x.shape.place(of: config.axis)
        let axes = (0..<x.rank).filter { $0 != axis }
        func wide(_ value: Tensor) -> Tensor {
            value.reshaped((0..<x.rank).map { $0 == axis ? x.shape[axis] : 1 })
        }
        let scale = gamma.map { wide($0.value) }
        func scaled(_ mean: Tensor, _ variance: Tensor) -> Tensor {
            let factor = (variance + config.epsilon).rsqrt()
            return (x - mean) * (scale.map { factor * $0 } ?? factor)
        }
        var y: Tensor
        if context.isTraining && isTrainable {
            var batch: (mean: Tensor, variance: Tensor)
            if let mask = context.mask(of: input) {
                batch = moments(x, axes: axes, mask: mask)
                y = scaled(batch.mean, batch.variance)
            } else {
                (y, batch.mean, batch.variance) = x.standardized(over: axes, epsilon: config.epsilon, scale: scale)
            }
            func move(_ moving: Weight, to new: Tensor) {
                let new = new.reshaped([x.shape[axis]])
                moving.value = stopGradient(moving.value * config.momentum + new * (1 - config.momentum))
            }
            move(movingMean, to: batch.mean)
            move(movingVariance, to: batch.variance)
        } else {
            y = scaled(wide(movingMean.value), wide(movingVariance.value))
        }
        if let beta { y = y + wide(beta.value) }
        return y
    }

    /// Mean and variance of each channel over the places that a mask leaves, to whose number Keras adds 1e-7.
    private func moments(_ x: Tensor, axes: [Int], mask: Tensor) -> (mean: Tensor, variance: Tensor) {
        var mask = mask
        while mask.rank < x.rank { mask = mask.expanded(-1) }
        let counts = mask.cast(to: dtype).broadcast(to: x.shape.sizes)
        let number = counts.sum(axes: axes, keepDims: true) + 1e-7
        let masked = x * counts
        let mean = masked.sum(axes: axes, keepDims: true) / number
        let variance = (counts * (masked - mean).square()).sum(axes: axes, keepDims: true) / number
        return (mean, variance)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        let channels = movingMean.shape[0]
        guard let axis = input.axis(config.axis), input[axis] == nil || input[axis] == channels else {
            throw LayerError(self, "was built for \(channels) channels on axis \(config.axis)", inputs: [input])
        }
        return input
    }
}
