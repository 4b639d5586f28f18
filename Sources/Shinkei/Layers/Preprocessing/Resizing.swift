public import ShinkeiCore

/// Images in another size.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same with the
/// wanted height and width.
/// Keras: `keras.layers.Resizing`. Same defaults.
public final class Resizing: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The new height.
        public var height: Int
        /// The new width.
        public var width: Int
        /// How what lies between the elements is filled.
        public var interpolation = Interpolation.bilinear
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a size.
        public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

        public static let defaults = Config(height: 0, width: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat), .required("height", \.height), .required("width", \.width),
            .optional("interpolation", \.interpolation),
        ]
        /// What fills a border that is never added, since the form of the images is not kept.
        public static let ignored: Set<String> = ["fill_mode", "fill_value"]
        public func check() throws(ConfigError) {
            guard height > 0, width > 0 else {
                throw ConfigError("height and width: must be positive; got \(height) and \(width)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The size is positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Resizing")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - height: The new height.
    ///   - width: The new width.
    ///   - interpolation: How what lies between the elements is filled.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear, dataFormat: DataFormat = .channelsLast,
        name: String? = nil
    ) {
        var config = Config(height: height, width: width)
        config.interpolation = interpolation
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.resized(
            [config.height, config.width], from: config.dataFormat.firstSpatialAxis, config.interpolation, dtype: dtype
        ).cast(to: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try imageShape(input, config.dataFormat, height: config.height, width: config.width)
    }
}
