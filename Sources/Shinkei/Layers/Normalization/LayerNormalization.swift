public import ShinkeiCore

/// Brings every row to mean 0 and variance 1 over some axes, then scales and shifts it: `gamma · (x - mean) / sqrt(variance +
/// epsilon) + beta`.
///
/// Input shape: any. Output shape: the same.
/// Weights: `gamma` and `beta`, as large as the axes normalized.
/// Keras: `keras.layers.LayerNormalization`. Same defaults. Ba et al. 2016.
public final class LayerNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes over which mean and variance are taken.
        public var axes = [-1]
        /// What is added to the variance, so that nothing is divided by 0.
        public var epsilon = 1e-3
        /// Whether there is a `beta`.
        public var center = true
        /// Whether there is a `gamma`.
        public var scale = true
        /// Whether the mean stays: `x / sqrt(variance + epsilon) · gamma`, without `beta`. `RMSNormalization` replaces it.
        public var rmsScaling = false
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

        var storedAxes: Axes {
            get { Axes(axes) }
            set { axes = newValue.axes }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("axis", \.storedAxes), .optional("epsilon", \.epsilon), .optional("center", \.center),
            .optional("scale", \.scale), .optional("rms_scaling", \.rmsScaling),
            .optional("beta_initializer", \.betaInitializer), .optional("gamma_initializer", \.gammaInitializer),
            .optional("beta_regularizer", \.betaRegularizer), .optional("gamma_regularizer", \.gammaRegularizer),
            .optional("beta_constraint", \.betaConstraint), .optional("gamma_constraint", \.gammaConstraint),
        ]
        public func check() throws(ConfigError) {
            guard !axes.isEmpty else { throw ConfigError("axis: names no axis") }
            guard epsilon >= 0 else { throw ConfigError("epsilon: must be a number from 0; got \(epsilon)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// `nil` without scaling.
    public let gamma: Weight?
    /// `nil` without centering.
    public let beta: Weight?
    /// The sizes of the axes normalized.
    private var sizes: [Int] = []

    /// - Precondition: There is an axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("LayerNormalization")
        self.config = config
        gamma = config.scale || config.rmsScaling ? Weight("gamma") : nil
        beta = config.center && !config.rmsScaling ? Weight("beta") : nil
        super.init(name: name)
    }

    /// - Parameters:
    ///   - axes: The axes over which mean and variance are taken.
    ///   - epsilon: What is added to the variance.
    ///   - center: Whether there is a `beta`.
    ///   - scale: Whether there is a `gamma`.
    public convenience init(
        axes: [Int] = [-1], epsilon: Double = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil
    ) {
        var config = Config()
        config.axes = axes
        config.epsilon = epsilon
        config.center = center
        config.scale = scale
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        sizes = try normalizedSizes(input, config.axes)
        if let gamma {
            create(
                gamma, sizes, config.gammaInitializer, regularizer: config.gammaRegularizer,
                constraint: config.gammaConstraint)
        }
        if let beta {
            create(
                beta, sizes, config.betaInitializer, regularizer: config.betaRegularizer,
                constraint: config.betaConstraint)
        }
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        var y =
            config.rmsScaling
            ? x * (x.variance(axes: config.axes, keepDims: true) + config.epsilon).rsqrt()
            : x.standardized(over: config.axes, epsilon: config.epsilon).output
        if let gamma { y = y * gamma.value.spread(over: config.axes, of: x) }
        if let beta { y = y + beta.value.spread(over: config.axes, of: x) }
        return y
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try checkNormalized(input, config.axes, sizes)
        return input
    }
}

extension Layer {
    /// The sizes of axes, which must be there and known.
    func normalizedSizes(_ input: SymbolicShape, _ axes: [Int]) throws(LayerError) -> [Int] {
        let places = axes.compactMap { input.axis($0) }
        let sizes = places.compactMap { input[$0] }
        guard sizes.count == axes.count, Set(places).count == axes.count else {
            throw LayerError(self, "needs axes \(axes) of known sizes", inputs: [input])
        }
        return sizes
    }

    /// Refuses an input whose axes have other sizes than the layer was built for.
    func checkNormalized(_ input: SymbolicShape, _ axes: [Int], _ sizes: [Int]) throws(LayerError) {
        for (axis, size) in zip(axes, sizes) {
            guard let place = input.axis(axis), input[place] == nil || input[place] == size else {
                throw LayerError(self, "was built for the sizes \(sizes) of the axes \(axes)", inputs: [input])
            }
        }
    }
}

extension Tensor {
    /// A value for each place on some axes of `x`, aligned with it.
    func spread(over axes: [Int], of x: Tensor) -> Tensor {
        let places = axes.map { x.shape.place(of: $0) }
        if places == Array(x.rank - axes.count..<x.rank) { return self }
        // Sizes follow the axes as they were given; the tensor's axes stand in order.
        let order = places.indices.sorted { places[$0] < places[$1] }
        return transposed(order).reshaped((0..<x.rank).map { places.contains($0) ? x.shape[$0] : 1 })
    }
}
