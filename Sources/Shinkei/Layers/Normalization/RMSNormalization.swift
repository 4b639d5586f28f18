public import ShinkeiCore

/// Brings the mean square of every row over some axes to 1, then scales it: `x / sqrt(mean(x²) + epsilon) · scale`.
///
/// Input shape: any. Output shape: the same.
/// Weights: `scale`, as large as the axes normalized.
/// Keras: `keras.layers.RMSNormalization`. Same defaults. Zhang & Sennrich 2019.
public final class RMSNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes over which the mean is taken.
        public var axes = [-1]
        /// What is added to the mean, so that nothing is divided by 0.
        public var epsilon = 1e-6
        /// The default configuration.
        public init() {}

        var storedAxes: Axes {
            get { Axes(axes) }
            set { axes = newValue.axes.sorted() }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("axis", \.storedAxes), .optional("epsilon", \.epsilon),
        ]
        public func check() throws(ConfigError) {
            guard !axes.isEmpty else { throw ConfigError("axis: names no axis") }
            guard epsilon >= 0 else { throw ConfigError("epsilon: must be a number from 0; got \(epsilon)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// As large as the axes normalized.
    public let scale = Weight("scale")

    /// - Precondition: There is an axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RMSNormalization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - axes: The axes over which the mean is taken.
    ///   - epsilon: What is added to the mean.
    public convenience init(axes: [Int] = [-1], epsilon: Double = 1e-6, name: String? = nil) {
        var config = Config()
        config.axes = axes
        config.epsilon = epsilon
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        create(scale, try normalizedSizes(input, config.axes), .ones)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let meanSquare = x.square().mean(axes: config.axes, keepDims: true)
        return x * (meanSquare + config.epsilon).rsqrt() * scale.value.spread(over: config.axes, of: x)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try checkNormalized(input, config.axes, scale.shape.sizes)
        return input
    }
}
