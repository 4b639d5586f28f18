public import ShinkeiCore

/// `x` above 0, `alpha · (exp(x) - 1)` below.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.ELU`. Same default: 1. Clevert et al. 2016.
public final class ELU: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far below 0 the output goes.
        public var alpha: Double
        /// The configuration for a limit.
        public init(alpha: Double = 1) { self.alpha = alpha }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("alpha", \.alpha)]
        public func check() throws(ConfigError) {
            guard alpha.isFinite else { throw ConfigError("alpha: must be a finite number; got \(alpha)") }
        }
        var function: ActivationFunction { .elu(alpha: alpha) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The limit is finite.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ELU")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter alpha: How far below 0 the output goes.
    public convenience init(alpha: Double = 1, name: String? = nil) { self.init(Config(alpha: alpha), name: name) }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        config.function(x.dtype.isFloating ? x : x.cast(to: dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
