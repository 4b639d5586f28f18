public import ShinkeiCore

/// A table whose rows stand for integers, and which also says of vectors how near they are to each row: the two ends of a
/// language model with one set of weights.
///
/// Input shape: `[batch, …]` of integers in `0 ..< inputDim`; output shape: `[batch, …, outputDim]`. In reverse, `[batch, …, outputDim]` to
/// `[batch, …, inputDim]`: `x · embeddingsᵀ`, with `logitSoftCap` c `c · tanh(y / c)`.
/// Weights: `embeddings` `[inputDim, outputDim]`; untied `reverse_embeddings` `[outputDim, inputDim]`.
/// Keras: `keras.layers.ReversibleEmbedding`. Same defaults. Press & Wolf 2016, arXiv:1608.05859.
public final class ReversibleEmbedding: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The table's.
        public var table: Embedding.Config
        /// Whether the way back has the weights of the way there.
        public var tieWeights = true
        /// The type in which the way back is computed; the layer's own if there is none.
        public var reverseDType: DType?
        /// What the outputs of the way back stay below, in size.
        public var logitSoftCap: Double?
        /// The configuration for a table of this size.
        public init(inputDim: Int, outputDim: Int) { table = .init(inputDim: inputDim, outputDim: outputDim) }

        public static let defaults = Config(inputDim: 0, outputDim: 0)
        public static let fields: [ConfigField<Config>] =
            Embedding.Config.fields.map { $0.inside(\.table) } + [
                .optional("tie_weights", \.tieWeights), .optional("reverse_dtype", \.reverseDType),
                .optional("logit_soft_cap", \.logitSoftCap),
            ]
        public func check() throws(ConfigError) {
            try table.check()
            if let logitSoftCap, !(logitSoftCap > 0) {
                throw ConfigError("logit_soft_cap: must be greater than 0; got \(logitSoftCap)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The table, `[inputDim, outputDim]`.
    public let embeddings = Weight("embeddings")
    /// The weights of the way back, `[outputDim, inputDim]`; `nil` if they are the table's.
    public let reverseEmbeddings: Weight?

    /// - Precondition: The table has rows and columns.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ReversibleEmbedding")
        self.config = config
        reverseEmbeddings = config.tieWeights ? nil : Weight("reverse_embeddings")
        super.init(name: name)
    }

    /// - Parameters:
    ///   - inputDim: The number of rows of the table.
    ///   - outputDim: The size of a row.
    ///   - tieWeights: Whether the way back has the weights of the way there.
    ///   - maskZero: Whether 0 means that there is nothing.
    public convenience init(
        _ inputDim: Int, _ outputDim: Int, tieWeights: Bool = true, maskZero: Bool = false,
        logitSoftCap: Double? = nil, name: String? = nil
    ) {
        var config = Config(inputDim: inputDim, outputDim: outputDim)
        config.tieWeights = tieWeights
        config.table.maskZero = maskZero
        config.logitSoftCap = logitSoftCap
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        let table = config.table
        create(
            embeddings, [table.inputDim, table.outputDim], table.embeddingsInitializer,
            regularizer: table.embeddingsRegularizer, constraint: table.embeddingsConstraint)
        if let reverseEmbeddings {
            create(reverseEmbeddings, [table.outputDim, table.inputDim], table.embeddingsInitializer)
        }
    }

    private static func isReverse(_ options: CallOptions) -> Bool {
        (options.values["reverse"] ?? options.values["arg1"])?.bool ?? false
    }

    /// How near vectors are to each row: in a functional model.
    ///
    /// - Precondition: The last axis is `outputDim` long.
    public func reversed(_ x: some SymbolicInput) -> SymbolicTensor {
        var options = CallOptions()
        options.values["reverse"] = .bool(true)
        do throws(LayerError) { return try connect([x.symbolic], options)[0] } catch { trap(error.description) }
    }

    /// How near vectors are to each row: `[…, outputDim]` to `[…, inputDim]`. The layer has been built.
    public func reversed(_ x: Tensor) -> Tensor {
        let type = config.reverseDType ?? dtype
        let kernel = reverseEmbeddings?.value ?? embeddings.value.transposed([1, 0])
        let y = x.cast(to: type).matmul(kernel.cast(to: type))
        return config.logitSoftCap.map { (y / $0).tanh() * $0 } ?? y
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard !Self.isReverse(context.options) else { return reversed(x) }
        let output = embeddings.value.taking(x.asTableIndices)
        if config.table.maskZero { context.setMask(x .!= 0, of: output) }
        return output
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard Self.isReverse(callOptions) else { return SymbolicShape(input.sizes + [config.table.outputDim]) }
        guard input.rank >= 2, input.last == config.table.outputDim else {
            throw LayerError(self, "needs […, \(config.table.outputDim)] for the way back", inputs: [input])
        }
        return input.replacingLast(config.table.inputDim)
    }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        uses += (inputs.first ?? []).map { IndexUse(input: $0, layer: self, count: config.table.inputDim) }
        return [[]]
    }
}
