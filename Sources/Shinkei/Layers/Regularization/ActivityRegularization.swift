public import ShinkeiCore

/// The input itself, whose size is added to the loss: `l1 · sum(|x|) + l2 · sum(x²)`, on average over the rows.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.ActivityRegularization`. Same defaults.
public final class ActivityRegularization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The factor of the absolute values.
        public var l1 = 0.0
        /// The factor of the squares.
        public var l2 = 0.0
        /// The default configuration, which adds nothing.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("l1", \.l1), .optional("l2", \.l2)]
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that adds this to the loss.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
        activityRegularizer = .l1l2(l1: config.l1, l2: config.l2)
    }

    /// - Parameters:
    ///   - l1: The factor of the absolute values.
    ///   - l2: The factor of the squares.
    public convenience init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
        var config = Config()
        config.l1 = l1
        config.l2 = l2
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.dtype.isFloating ? x : x.cast(to: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
