public import ShinkeiCore

/// The axes of every row in another order.
///
/// Input shape: `[batch, …]`. Output shape: axis i is the input's axis `dims[i - 1]`, counted from 1; the batch axis stays.
/// Keras: `keras.layers.Permute`.
public final class Permute: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes in their new order, counted from 1.
        public var dims: [Int]
        /// The configuration for an order.
        public init(dims: [Int]) { self.dims = dims }

        public static let defaults = Config(dims: [])
        public static let fields: [ConfigField<Config>] = [.required("dims", \.dims)]
        public func check() throws(ConfigError) {
            guard dims.sorted() == Array(1..<dims.count + 1) else {
                throw ConfigError("dims: must name each of the axes 1 ... \(dims.count) once; got \(dims)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Every axis is named once.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Permute")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter dims: The axes in their new order, counted from 1.
    public convenience init(_ dims: [Int], name: String? = nil) { self.init(Config(dims: dims), name: name) }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x.transposed([0] + config.dims) }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == config.dims.count + 1 else {
            throw LayerError(self, "permutes \(config.dims.count) axes and the batch axis", inputs: [input])
        }
        return SymbolicShape([input[0]] + config.dims.map { input[$0] })
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { inputs }
}
