public import ShinkeiCore

/// An activation function as a layer of its own.
///
/// Input shape: any. Output shape: the same, but for `glu`, which halves the last axis.
/// Keras: `keras.layers.Activation`.
public final class Activation: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// What is applied to the output.
        public var activation: ActivationFunction
        /// A layer that applies this function.
        public init(_ activation: ActivationFunction) { self.activation = activation }

        public static let defaults = Config(.linear)
        public static let fields: [ConfigField<Config>] = [.required("activation", \.activation)]
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that applies this function.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
    }

    /// A layer that applies this function.
    public convenience init(_ activation: ActivationFunction, name: String? = nil) {
        self.init(Config(activation), name: name)
    }

    /// - Throws: `UnknownNameError` if there is no such activation.
    public convenience init(_ activation: String, name: String? = nil) throws {
        self.init(Config(try ActivationFunction(named: activation)), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        config.activation(x.dtype.isFloating ? x : x.cast(to: dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        do throws(ShapeError) { return try config.activation.outputShape(input) } catch {
            throw LayerError(self, error.reason, inputs: [input])
        }
    }
}
