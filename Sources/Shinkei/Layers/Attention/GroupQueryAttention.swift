import ShinkeiCore
import ShinkeiFormats

/// Attention in several heads of which some share one key and one value.
///
/// Inputs: `query` `[batch, T, d]`, `value` `[batch, S, v]`, `key` `[batch, S, k]`; masks as `BaseMultiHeadAttention` says.
/// Output: the query's shape; with `return_attention_scores` the weights `[batch, heads, T, S]`.
/// Weights: kernel and bias of `query` `[d, queryHeads, headDim]`, `key` and `value` `[k, keyValueHeads, headDim]`, `gate` (if
/// used), `attention_output` `[queryHeads, headDim, d]`.
/// Keras: `keras.layers.GroupQueryAttention`. Same defaults. Ainslie et al., "GQA" (2023).
public final class GroupQueryAttention: BaseMultiHeadAttention, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The size of a head.
        public var headDim: Int
        /// The number of heads of the query.
        public var numQueryHeads: Int
        /// The number of heads of key and value; a divisor of the query's.
        public var numKeyValueHeads: Int
        /// The share of the weights that training drops.
        public var dropout: Double {
            get { common.dropout }
            set { common.dropout = newValue }
        }
        /// Whether the projections have biases.
        public var useBias: Bool {
            get { common.useBias }
            set { common.useBias = newValue }
        }
        /// Whether a sigmoid of the query gates what the heads give.
        public var useGate: Bool {
            get { common.useGate }
            set { common.useGate = newValue }
        }
        /// How near a place must be to be seen; `nil` for any distance.
        public var slidingWindow: Int? {
            get { common.slidingWindow }
            set { common.slidingWindow = newValue }
        }
        var common = Options()
        /// The configuration for some heads of a size.
        public init(headDim: Int, numQueryHeads: Int, numKeyValueHeads: Int) {
            (self.headDim, self.numQueryHeads, self.numKeyValueHeads) = (headDim, numQueryHeads, numKeyValueHeads)
        }

        public static let defaults = Config(headDim: 0, numQueryHeads: 0, numKeyValueHeads: 0)
        public static let fields: [ConfigField<Config>] =
            [
                .required("head_dim", \.headDim), .required("num_query_heads", \.numQueryHeads),
                .required("num_key_value_heads", \.numKeyValueHeads), .optional("use_bias", \.useBias),
                .optional("use_gate", \.useGate), .optional("sliding_window", \.slidingWindow),
                .optional("dropout", \.dropout),
            ] + Options.projectionFields.map { $0.inside(\.common) }
        /// How it is computed is not a file's business.
        public static let ignored: Set<String> = ["flash_attention"]
        public func check() throws(ConfigError) {
            try checkSize("head_dim", headDim)
            guard numQueryHeads > 0, numKeyValueHeads > 0, numQueryHeads % numKeyValueHeads == 0 else {
                throw ConfigError(
                    "num_query_heads: must be a multiple of num_key_value_heads; got \(numQueryHeads), \(numKeyValueHeads)"
                )
            }
            try common.check()
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The name of Keras's class in Python, after which it names layers and groups of weight files.
    override class var namingClass: String { "GroupedQueryAttention" }

    /// - Precondition: The sizes are positive, and the heads of key and value divide those of the query.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("GroupQueryAttention")
        self.config = config
        super.init(config.common, name: name)
    }

    /// - Parameters:
    ///   - headDim: The size of a head.
    ///   - numQueryHeads: The number of heads of the query.
    ///   - numKeyValueHeads: The number of heads of key and value; a divisor of the query's.
    ///   - dropout: The share of the weights that training drops.
    ///   - useBias: Whether the projections have biases.
    public convenience init(
        headDim: Int, numQueryHeads: Int, numKeyValueHeads: Int, dropout: Double = 0, useBias: Bool = true,
        name: String? = nil
    ) {
        var config = Config(headDim: headDim, numQueryHeads: numQueryHeads, numKeyValueHeads: numKeyValueHeads)
        (config.dropout, config.useBias) = (dropout, useBias)
        self.init(config, name: name)
    }

    override var heads: (query: Int, key: Int) { (config.numQueryHeads, config.numKeyValueHeads) }
    override var headSizes: (key: Int, value: Int) { (config.headDim, config.headDim) }
    override var partPrefix: String { "_" }
}
