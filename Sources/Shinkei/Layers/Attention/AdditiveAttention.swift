public import ShinkeiCore
import ShinkeiFormats

/// Attention with scores of sums, `Σ scale · tanh(query + key)`.
///
/// Inputs and output: as of `Attention`.
/// Weights: `scale` `[dim]` with `useScale`.
/// Keras: `keras.layers.AdditiveAttention`. Same defaults. Bahdanau et al., "Neural machine translation by jointly learning to
/// align and translate" (2015).
public final class AdditiveAttention: BaseAttention, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Whether each feature's part in the sum has a weight.
        public var useScale = true
        /// The share of the weights that training drops.
        public var dropout = 0.0
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("use_scale", \.useScale), .optional("dropout", \.dropout), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) { try checkDropout(dropout) }
    }
    /// What the layer was made from.
    public let config: Config
    /// What each feature counts for; used with `useScale`.
    public let scale = Weight("scale")

    /// - Precondition: The rate is a fraction.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("AdditiveAttention")
        self.config = config
        super.init(dropout: config.dropout, name: name)
    }

    /// - Parameters:
    ///   - useScale: Whether each feature's part in the sum has a weight.
    ///   - dropout: The share of the weights that training drops.
    public convenience init(useScale: Bool = true, dropout: Double = 0, name: String? = nil) {
        var config = Config()
        (config.useScale, config.dropout) = (useScale, dropout)
        self.init(config, name: name)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard config.useScale else { return }
        guard let size = inputs.first?.last else {
            throw LayerError(self, "the size of the query must be known", inputs: inputs)
        }
        create(scale, [size], .glorotUniform)
    }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        let sums = (query.expanded(-2) + key.expanded(-3)).tanh()
        return (config.useScale ? sums * scale.value : sums).sum(axis: -1)
    }
}
