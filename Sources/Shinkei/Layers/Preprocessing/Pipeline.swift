public import ShinkeiCore

/// Layers that prepare data, one after the other, as one layer.
///
/// Input and output: the first layer's and the last one's. Weights: the layers'.
/// Keras: `keras.layers.Pipeline`.
public final class Pipeline: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        var inner: [LayerValue] = []
        /// The configuration for these layers, the first one first.
        public init(_ layers: [Layer]) { inner = layers.map { LayerValue($0) } }

        public static let defaults = Config([])
        public static let fields: [ConfigField<Config>] = [.required("layers", \.inner)]
        public func check() throws(ConfigError) {
            guard !inner.isEmpty else { throw ConfigError("layers: needs at least one") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The layers, the first one first.
    public let layers: [Layer]

    /// - Precondition: There is at least one layer.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Pipeline")
        self.config = config
        layers = config.inner.map(\.layer)
        super.init(name: name)
    }

    /// - Parameter layers: The layers, the first one first.
    public convenience init(_ layers: [Layer], name: String? = nil) { self.init(Config(layers), name: name) }

    public override var sublayers: [Layer] { layers }
    public override var savedParts: [SavedPart] { [.list("_pipeline_layers", layers)] }
    override var takesCommonKeys: Bool { false }
    override var takesTypeKey: Bool { false }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        var shapes = inputs
        for layer in layers { shapes = try layer.prepare(shapes, parent: self) }
    }
    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        layers.reduce(inputs) { $1($0, context.inner()) }
    }
    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        var shapes = inputs
        for layer in layers { shapes = try layer.prepare(shapes, parent: self) }
        return shapes
    }
    override func outputTypes(_ inputs: [DType]) -> [DType] { layers.reduce(inputs) { $1.outputTypes($0) } }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        var values = inputs
        for layer in layers { values = layer.followValues(values, &uses) }
        return values
    }
}
