import ShinkeiCore
import ShinkeiFormats

/// Attention in several heads: `concat(softmax(QᵢKᵢᵀ / √keyDim) Vᵢ) · output`, with `Q`, `K` and `V` linear in query, key and value.
///
/// Inputs: `query` `[batch, …, T, d]`, `value` `[batch, …, S, v]`, `key` `[batch, …, S, k]`; masks as `BaseMultiHeadAttention` says.
/// Output: the query's shape, or with the last axis `outputShape`; with `return_attention_scores` the weights `[batch, heads, T, S]`.
/// Weights: kernel and bias of `query` `[d, heads, keyDim]`, `key` `[k, heads, keyDim]`, `gate` (if used), `value`
/// `[v, heads, valueDim]`, `attention_output` `[heads, valueDim, d]`.
/// Keras: `keras.layers.MultiHeadAttention`. Same defaults. Vaswani et al., "Attention is all you need" (2017).
public final class MultiHeadAttention: BaseMultiHeadAttention, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of heads.
        public var numHeads: Int
        /// The size of query and key in a head.
        public var keyDim: Int
        /// The size of the value in a head; `keyDim` if there is none.
        public var valueDim: Int?
        /// The sizes of an output's place; the query's if there are none.
        public var outputShape: [Int]? {
            get { storedShape?.numbers }
            set { storedShape = newValue.map { NumberList($0) } }
        }
        /// The axes that are attended over; all between the first and the last if there are none.
        public var attentionAxes: [Int]? {
            get { storedAxes?.numbers }
            set { storedAxes = newValue.map { NumberList($0) } }
        }
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
        private var storedShape: NumberList?
        private var storedAxes: NumberList?
        /// The configuration for some heads of a size.
        public init(numHeads: Int, keyDim: Int) { (self.numHeads, self.keyDim) = (numHeads, keyDim) }

        public static let defaults = Config(numHeads: 0, keyDim: 0)
        public static let fields: [ConfigField<Config>] =
            [
                .required("num_heads", \.numHeads), .required("key_dim", \.keyDim),
                .optional("value_dim", \.valueDim), .optional("dropout", \.dropout),
                .optional("use_bias", \.useBias), .optional("use_gate", \.useGate),
                .optional("output_shape", \.storedShape), .optional("attention_axes", \.storedAxes),
                .optional("sliding_window", \.slidingWindow),
            ] + Options.projectionFields.map { $0.inside(\.common) }
        /// The shapes that Keras 2 writes follow from the inputs; how it is computed is not a file's business.
        public static let ignored: Set<String> = [
            "flash_attention", "key_shape", "query_shape", "softmax_robust_masking", "value_shape",
        ]
        public func check() throws(ConfigError) {
            try checkSize("num_heads", numHeads)
            try checkSize("key_dim", keyDim)
            if let valueDim, valueDim < 1 {
                throw ConfigError("value_dim: must be a positive integer; got \(valueDim)")
            }
            guard outputShape?.allSatisfy({ $0 > 0 }) ?? true, outputShape?.count ?? 1 <= 8 else {
                throw ConfigError("output_shape: sizes must be positive; got \(outputShape ?? [])")
            }
            try common.check()
        }
    }
    /// What the layer was made from.
    public let config: Config

    /// - Precondition: The sizes are positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("MultiHeadAttention")
        self.config = config
        super.init(config.common, name: name)
    }

    /// - Parameters:
    ///   - numHeads: The number of heads.
    ///   - keyDim: The size of query and key in a head.
    ///   - valueDim: The size of the value in a head; `keyDim` if there is none.
    ///   - dropout: The share of the weights that training drops.
    ///   - useBias: Whether the projections have biases.
    ///   - outputShape: The sizes of an output's place; the query's if there are none.
    ///   - attentionAxes: The axes that are attended over; all between the first and the last if there are none.
    public convenience init(
        numHeads: Int, keyDim: Int, valueDim: Int? = nil, dropout: Double = 0, useBias: Bool = true,
        outputShape: [Int]? = nil, attentionAxes: [Int]? = nil, name: String? = nil
    ) {
        var config = Config(numHeads: numHeads, keyDim: keyDim)
        (config.valueDim, config.dropout, config.useBias) = (valueDim, dropout, useBias)
        (config.outputShape, config.attentionAxes) = (outputShape, attentionAxes)
        self.init(config, name: name)
    }

    override var heads: (query: Int, key: Int) { (config.numHeads, config.numHeads) }
    override var headSizes: (key: Int, value: Int) { (config.keyDim, config.valueDim ?? config.keyDim) }
    override func attendedAxes(rank: Int) -> [Int] {
        config.attentionAxes?.map { $0 < 0 ? $0 + rank : $0 } ?? Array(1..<max(rank - 1, 1))
    }
    override func outputSizes(_ querySize: Int) -> [Int] {
        config.outputShape.flatMap { $0.isEmpty ? nil : $0 } ?? [querySize]
    }
}
