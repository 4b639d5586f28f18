public import ShinkeiCore

/// Every row `n` times, as a sequence.
///
/// Input shape: `[batch, features]`. Output shape: `[batch, n, features]`.
/// Keras: `keras.layers.RepeatVector`.
public final class RepeatVector: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How often each row is repeated.
        public var n: Int
        /// The configuration for a number of repeats.
        public init(n: Int) { self.n = n }

        public static let defaults = Config(n: 0)
        public static let fields: [ConfigField<Config>] = [.required("n", \.n)]
        public func check() throws(ConfigError) {
            try checkSize("n", n)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `n` is positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RepeatVector")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter n: How often each row is repeated.
    public convenience init(_ n: Int, name: String? = nil) { self.init(Config(n: n), name: name) }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.expanded(1).broadcast(to: [x.shape[0], config.n, x.shape[1]])
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 2 else { throw LayerError(self, "needs [batch, features]", inputs: [input]) }
        return [input[0], config.n, input[1]]
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }
}
