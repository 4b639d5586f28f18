public import ShinkeiCore

/// Numbers of categories as vectors.
///
/// Input shape: `[batch, …]` of integers in `0 ..< numTokens`; others count nowhere. Output shape: `[batch, …, numTokens]`;
/// `multiHot` and `count` take the last axis of the input together, `oneHot` adds an axis unless the last has size 1.
/// Keras: `keras.layers.CategoryEncoding`. Same defaults.
public final class CategoryEncoding: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The number of categories.
        public var numTokens: Int
        /// What is made of the numbers.
        public var outputMode = CategoryOutput.multiHot
        /// The configuration for a number of categories.
        public init(numTokens: Int) { self.numTokens = numTokens }

        public static let defaults = Config(numTokens: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("num_tokens", \.numTokens), .optional("output_mode", \.outputMode),
        ]
        public func check() throws(ConfigError) {
            try checkSize("num_tokens", numTokens)
            guard outputMode != .int else { throw ConfigError("output_mode: \"int\" would change nothing") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: There is at least one category.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("CategoryEncoding")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - numTokens: The number of categories.
    ///   - outputMode: What is made of the numbers.
    public convenience init(_ numTokens: Int, outputMode: CategoryOutput = .multiHot, name: String? = nil) {
        var config = Config(numTokens: numTokens)
        config.outputMode = outputMode
        self.init(config, name: name)
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {}

    /// - Parameter inputs: The numbers, and for `count` optionally what each counts for (`count_weights`).
    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let weights = inputs.count > 1 ? inputs[1] : nil
        return [
            config.outputMode.encode(
                inputs[0].cast(to: .int32), categories: config.numTokens, weights: weights, dtype: dtype)
        ]
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard inputs.count == 1 || inputs.count == 2 && config.outputMode == .count && inputs[1].accepts(inputs[0])
        else {
            throw LayerError(self, "takes numbers, and for count a weight for each", inputs: inputs)
        }
        return [try config.outputMode.shape(inputs[0], categories: config.numTokens, of: self)]
    }
}
