public import ShinkeiCore

/// In training, sets a random part of the inputs to 0 and scales the rest by `1 / (1 - rate)`, so
/// that the sum is kept on average; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.Dropout`.
public final class Dropout: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of elements dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [.required("rate", \.rate), .optional("seed", \.seed)]
        public func check() throws(ConfigError) {
            guard rate >= 0, rate <= 1 else { throw ConfigError("rate: must be a fraction in 0 ... 1; got \(rate)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Dropout")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter rate: The fraction of elements dropped, in `0 ... 1`.
    public convenience init(_ rate: Double, name: String? = nil) {
        self.init(Config(rate: rate), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.dtype.isFloating ? input : input.cast(to: dtype)
        guard context.isTraining, config.rate > 0 else { return x }
        if config.rate == 1 { return x * 0 }
        let kept = Tensor.randomBernoulli(
            x.shape.sizes, probability: 1 - config.rate, key: context.randomKey())
        // NaN times 0 is NaN: a select would hide it in a dropped place.
        let scale = Tensor.constant(1 / (1 - config.rate), dtype: x.dtype)
        return x * Tensor.where(kept, scale, Tensor.constant(0, dtype: x.dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        input
    }
}
