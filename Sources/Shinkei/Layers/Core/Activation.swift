public import ShinkeiCore

/// An activation function as a layer of its own.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.Activation`.
public final class Activation: Layer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var activation: ActivationFunction
        public init(_ activation: ActivationFunction) { self.activation = activation }
    }
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
    }

    public convenience init(_ activation: ActivationFunction, name: String? = nil) {
        self.init(Config(activation), name: name)
    }

    /// - Throws: `UnknownNameError` if there is no such activation.
    public convenience init(_ activation: String, name: String? = nil) throws {
        self.init(Config(try ActivationFunction(named: activation)), name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        config.activation(x.dtype.isFloating ? x : x.cast(to: dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
