public import ShinkeiCore

/// Every row as a vector.
///
/// Input shape: `[batch, …]`. Output shape: `[batch, product of the rest]`; `[batch]` becomes
/// `[batch, 1]`.
/// Keras: `keras.layers.Flatten`.
public final class Flatten: Layer, ConfiguredLayer, GivesInputShape {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Where the channels stand; with `channelsFirst` they are put last before flattening.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("data_format", \.dataFormat)]
    }

    /// What the layer was made from.
    public let config: Config
    /// The input's shape without the batch axis, if the layer was given it as a model's first.
    let inputShape: SymbolicShape?

    /// - Parameter inputShape: Without the batch axis; only for a model's first layer.
    public convenience init(inputShape: SymbolicShape? = nil, name: String? = nil) {
        self.init(Config(), inputShape: inputShape, name: name)
    }

    public convenience init(_ config: Config, name: String?) { self.init(config, inputShape: nil, name: name) }

    private init(_ config: Config, inputShape: SymbolicShape?, name: String?) {
        self.config = config
        self.inputShape = inputShape
        super.init(name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var x = x
        if config.dataFormat == .channelsFirst && x.rank > 2 {
            x = x.transposed([0] + Array(2..<x.rank) + [1])
        }
        return x.reshaped([x.shape[0], x.shape.sizes.dropFirst().reduce(1, *)])
    }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 1 else { throw LayerError(self, "needs a batch axis", inputs: [input]) }
        return [input[0], SymbolicShape(Array(input.sizes.dropFirst())).count]
    }
}
