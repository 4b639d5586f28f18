public import ShinkeiCore

/// The input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.Identity`.
public final class Identity: Layer, ConfiguredLayer {
    /// There is nothing to choose.
    public struct Config: LayerConfig {
        /// The only configuration.
        public init() {}
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = []
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that does nothing.
    public init(_ config: Config, name: String?) {
        self.config = config
        super.init(name: name)
    }

    /// A layer that does nothing.
    public override convenience init(name: String? = nil) { self.init(Config(), name: name) }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        input.dtype.isFloating ? input.cast(to: dtype) : input
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs.map { $0.isFloating ? dtype : $0 } }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }
}
