public import ShinkeiCore

/// `x · scale + offset`, as pixels of 0 to 255 are brought to 0 to 1 by `Rescaling(1 / 255)`.
///
/// Input shape: any that `scale` and `offset` broadcast with. Output shape: the same.
/// Keras: `keras.layers.Rescaling`. Same defaults.
public final class Rescaling: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// What the input is multiplied by.
        public var scale: NumberArray
        /// What is added then.
        public var offset: NumberArray = 0
        /// The configuration for a factor.
        public init(scale: NumberArray) { self.scale = scale }

        public static let defaults = Config(scale: 1)
        public static let fields: [ConfigField<Config>] = [.required("scale", \.scale), .optional("offset", \.offset)]
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that rescales its input.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - scale: What the input is multiplied by.
    ///   - offset: What is added then.
    public convenience init(_ scale: Double, offset: Double = 0, name: String? = nil) {
        var config = Config(scale: NumberArray([scale], shape: []))
        config.offset = NumberArray([offset], shape: [])
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.cast(to: dtype) * config.scale.tensor(dtype) + config.offset.tensor(dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        for sizes in [config.scale.shape, config.offset.shape] {
            let fits = zip(sizes.reversed(), input.sizes.reversed()).allSatisfy { $0 == 1 || $1 == nil || $0 == $1 }
            guard sizes.count <= input.rank, fits else {
                throw LayerError(self, "scale and offset of the shape \(sizes) do not fit", inputs: [input])
            }
        }
        return input
    }
}
