public import ShinkeiCore

/// A row of a table for each integer.
///
/// Input shape: `[batch, …]` of integers in `0 ..< inputDim`; negative ones count from the end, as in Keras. Output shape:
/// `[batch, …, outputDim]`. Other numbers end `fit`, `evaluate` and `predict` with an error.
/// Weights: `embeddings` `[inputDim, outputDim]`.
/// Keras: `keras.layers.Embedding`. Same defaults.
public final class Embedding: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of rows of the table.
        public var inputDim: Int
        /// The size of a row.
        public var outputDim: Int
        /// The first value of the table.
        public var embeddingsInitializer: Initializer = .randomUniform
        /// What the table adds to the loss.
        public var embeddingsRegularizer: Regularizer?
        /// What the table is put through after each step.
        public var embeddingsConstraint: Constraint?
        /// Whether 0 means that there is nothing, which a mask then says to the layers that follow.
        public var maskZero = false
        /// The configuration for a table of this size.
        public init(inputDim: Int, outputDim: Int) { (self.inputDim, self.outputDim) = (inputDim, outputDim) }

        public static let defaults = Config(inputDim: 0, outputDim: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("input_dim", \.inputDim), .required("output_dim", \.outputDim),
            .optional("embeddings_initializer", \.embeddingsInitializer),
            .optional("embeddings_regularizer", \.embeddingsRegularizer),
            .optional("embeddings_constraint", \.embeddingsConstraint), .optional("mask_zero", \.maskZero),
        ]
        /// Older files say how long the sequences are; nothing depends on it.
        public static let ignored: Set<String> = ["input_length"]
        public func check() throws(ConfigError) {
            try checkSize("input_dim", inputDim)
            try checkSize("output_dim", outputDim)
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The table, `[inputDim, outputDim]`.
    public let embeddings = Weight("embeddings")

    /// - Precondition: The table has rows and columns.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Embedding")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - inputDim: The number of rows of the table.
    ///   - outputDim: The size of a row.
    ///   - maskZero: Whether 0 means that there is nothing.
    public convenience init(
        _ inputDim: Int, _ outputDim: Int, embeddingsInitializer: Initializer = .randomUniform,
        embeddingsRegularizer: Regularizer? = nil, embeddingsConstraint: Constraint? = nil, maskZero: Bool = false,
        name: String? = nil
    ) {
        var config = Config(inputDim: inputDim, outputDim: outputDim)
        config.embeddingsInitializer = embeddingsInitializer
        config.embeddingsRegularizer = embeddingsRegularizer
        config.embeddingsConstraint = embeddingsConstraint
        config.maskZero = maskZero
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        create(
            embeddings, [config.inputDim, config.outputDim], config.embeddingsInitializer,
            regularizer: config.embeddingsRegularizer, constraint: config.embeddingsConstraint)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let output = embeddings.value.taking(x.asTableIndices)
        if config.maskZero { context.setMask(x .!= 0, of: output) }
        return output
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        SymbolicShape(input.sizes + [config.outputDim])
    }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        uses += (inputs.first ?? []).map { IndexUse(input: $0, layer: self, count: config.inputDim) }
        return [[]]
    }
}

extension Tensor {
    /// Numbers as the integers that name rows; fractions are cut off, as Keras does it.
    var asTableIndices: Tensor { dtype == .int32 || dtype == .int64 ? self : cast(to: .int32) }
}
