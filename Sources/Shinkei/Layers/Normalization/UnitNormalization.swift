public import ShinkeiCore

/// Scales every row to length 1 over some axes: `x / sqrt(sum(x²))`.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.UnitNormalization`. Same defaults.
public final class UnitNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes whose squares are summed.
        public var axes = [-1]
        /// The default configuration.
        public init() {}

        var storedAxes: Axes {
            get { Axes(axes) }
            set { axes = newValue.axes }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("axis", \.storedAxes)]
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// A layer that scales to length 1.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(name: name)
    }

    /// - Parameter axes: The axes whose squares are summed.
    public convenience init(axes: [Int] = [-1], name: String? = nil) {
        var config = Config()
        config.axes = axes
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        input.cast(to: dtype).scaledToUnitLength(axes: config.axes, epsilon: 1e-12)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard config.axes.allSatisfy({ input.axis($0) != nil }) else {
            throw LayerError(self, "there are no axes \(config.axes)", inputs: [input])
        }
        return input
    }
}
