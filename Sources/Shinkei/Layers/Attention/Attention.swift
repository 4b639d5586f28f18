public import ShinkeiCore
import ShinkeiFormats

/// Dot-product attention, `softmax(query · keyᵀ) · value`, or with scores of sums, `Σ tanh(query + key)`.
///
/// Inputs: query `[batch, T, dim]`, value `[batch, S, v]`, key `[batch, S, dim]`, for which the value stands if there is none.
/// Output: `[batch, T, v]`.
/// Weights: `scale` `[]` with `useScale`; `concat_score_weight` `[]` with `scoreMode: .concat`.
/// Keras: `keras.layers.Attention`. Same defaults. Luong et al., "Effective approaches to attention-based neural machine
/// translation" (2015).
public final class Attention: BaseAttention, ConfiguredLayer {
    /// How a query is compared with a key.
    public enum ScoreMode: String, ConfigWord, Sendable {
        /// By their dot product.
        case dot
        /// By the sum of `tanh(query + key)`.
        case concat
    }
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Whether a weight scales the scores.
        public var useScale = false
        /// How a query is compared with a key.
        public var scoreMode = ScoreMode.dot
        /// The share of the weights that training drops.
        public var dropout = 0.0
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("use_scale", \.useScale), .optional("score_mode", \.scoreMode),
            .optional("dropout", \.dropout), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) { try checkDropout(dropout) }
    }
    /// What the layer was made from.
    public let config: Config
    /// What scores are multiplied by; used with `useScale`.
    public let scale = Weight("scale")
    /// What sums are multiplied by; used with `scoreMode: .concat`.
    public let concatScoreWeight = Weight("concat_score_weight")

    /// - Precondition: The rate is a fraction.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Attention")
        self.config = config
        super.init(dropout: config.dropout, name: name)
    }

    /// - Parameters:
    ///   - useScale: Whether a weight scales the scores.
    ///   - scoreMode: How a query is compared with a key.
    ///   - dropout: The share of the weights that training drops.
    public convenience init(
        useScale: Bool = false, scoreMode: ScoreMode = .dot, dropout: Double = 0, name: String? = nil
    ) {
        var config = Config()
        (config.useScale, config.scoreMode, config.dropout) = (useScale, scoreMode, dropout)
        self.init(config, name: name)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        if config.useScale { create(scale, [], .ones) }
        if config.scoreMode == .concat { create(concatScoreWeight, [], .ones) }
    }

    override func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
        switch config.scoreMode {
        case .dot:
            let scores = query.matmul(key.swapped(-1, -2))
            return config.useScale ? scores * scale.value : scores
        case .concat:
            let sums = query.expanded(-2) + key.expanded(-3)
            return (config.useScale ? sums * scale.value : sums).tanh().sum(axis: -1) * concatScoreWeight.value
        }
    }
}
