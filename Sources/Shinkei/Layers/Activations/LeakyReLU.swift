public import ShinkeiCore

/// `x` above 0, `negativeSlope · x` below.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.LeakyReLU`. Same default: 0.3, where the activation of that name has 0.2. Maas et al. 2013.
public final class LeakyReLU: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The slope below 0.
        public var negativeSlope: Double
        /// The configuration for a slope.
        public init(negativeSlope: Double = 0.3) { self.negativeSlope = negativeSlope }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("negative_slope", \.negativeSlope),
            // Keras 2 calls it so.
            .reading("alpha", \.negativeSlope),
        ]
        public func check() throws(ConfigError) {
            guard negativeSlope.isFinite else {
                throw ConfigError("negative_slope: must be a finite number; got \(negativeSlope)")
            }
        }
        var function: ActivationFunction { .leakyRelu(negativeSlope: negativeSlope) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The slope is finite.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("LeakyReLU")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter negativeSlope: The slope below 0.
    public convenience init(negativeSlope: Double = 0.3, name: String? = nil) {
        self.init(Config(negativeSlope: negativeSlope), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        config.function(x.dtype.isFloating ? x : x.cast(to: dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
