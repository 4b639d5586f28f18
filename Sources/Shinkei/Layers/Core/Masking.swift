public import ShinkeiCore

/// Rules out the time steps at which every feature is `maskValue`: sets them to 0 and tells the layers that follow by a mask.
///
/// Input shape: `[batch, time, …]`. Output shape: the same.
/// Keras: `keras.layers.Masking`. Same defaults.
public final class Masking: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// What stands where there is nothing.
        public var maskValue = 0.0
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("mask_value", \.maskValue)]
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that rules out time steps.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
    }

    /// - Parameter maskValue: What stands where there is nothing.
    public convenience init(maskValue: Double = 0, name: String? = nil) {
        var config = Config()
        config.maskValue = maskValue
        self.init(config, name: name)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let mask = (x .!= Tensor.constant(config.maskValue, dtype: dtype)).any(axes: [-1])
        let output = x * mask.expanded(-1).cast(to: dtype)
        context.setMask(mask, of: output)
        return output
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 2 else { throw LayerError(self, "needs [batch, time, …]", inputs: [input]) }
        return input
    }
}
