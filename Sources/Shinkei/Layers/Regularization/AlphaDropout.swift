public import ShinkeiCore

/// A `Dropout` for `selu` networks: in training, sets a random part of the inputs to what `selu` gives far below 0, and scales
/// and shifts the result so that mean and variance are kept; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.AlphaDropout`. Klambauer et al. 2017.
public final class AlphaDropout: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of elements dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The shape of one draw, broadcast over the input; `nil` sizes are the input's.
        public var noiseShape: [Int?]?
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed),
            .optional("noise_shape", \.noiseShape),
        ]
        public func check() throws(ConfigError) {
            try checkRate(rate)
            try checkNoiseShape(noiseShape)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("AlphaDropout")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter rate: The fraction of elements dropped, in `0 ... 1`.
    public convenience init(_ rate: Double, name: String? = nil) {
        self.init(Config(rate: rate), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        guard context.isTraining, config.rate > 0 else { return x }
        // Klambauer et al. 2017: -alpha · scale of selu.
        let low = -1.6732632423543772 * 1.0507009873554805
        let kept = Tensor.randomBernoulli(
            concreteNoise(config.noiseShape, x.shape), probability: 1 - config.rate, key: context.randomKey()
        ).cast(to: dtype)
        let variance = (1 - config.rate) * (1 + config.rate * low * low)
        // Everything is dropped at rate 1, and there is nothing to scale.
        let factor = variance > 0 ? 1 / variance.squareRoot() : 1
        return (x * kept + (1 - kept) * low) * factor - factor * low * config.rate
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
