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
        /// Whether the largest middle part that has the new form is taken, so that nothing is distorted.
        public var cropToAspectRatio = false
        /// Whether a border is added that gives the images the new form, so that nothing is distorted.
        public var padToAspectRatio = false
        /// The number of the border.
        public var fillValue = 0.0
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a size.
        public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

        public static let defaults = Config(height: 0, width: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat), .required("height", \.height), .required("width", \.width),
            .optional("interpolation", \.interpolation), .optional("crop_to_aspect_ratio", \.cropToAspectRatio),
            .optional("pad_to_aspect_ratio", \.padToAspectRatio), .optional("fill_value", \.fillValue),
        ]
        /// Keras has one way to fill a border, the constant.
        public static let ignored: Set<String> = ["fill_mode"]
        public func check() throws(ConfigError) {
            guard height > 0, width > 0 else {
                throw ConfigError("height and width: must be positive; got \(height) and \(width)")
            }
            guard !(cropToAspectRatio && padToAspectRatio) else {
                throw ConfigError("crop_to_aspect_ratio and pad_to_aspect_ratio: only one of them can be true")
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
    ///   - cropToAspectRatio: Whether the largest middle part that has the new form is taken.
    ///   - padToAspectRatio: Whether a border is added that gives the images the new form.
    ///   - fillValue: The number of the border.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        height: Int, width: Int, interpolation: Interpolation = .bilinear, cropToAspectRatio: Bool = false,
        padToAspectRatio: Bool = false, fillValue: Double = 0, dataFormat: DataFormat = .channelsLast,
        name: String? = nil
    ) {
        var config = Config(height: height, width: width)
        config.interpolation = interpolation
        (config.cropToAspectRatio, config.padToAspectRatio) = (cropToAspectRatio, padToAspectRatio)
        config.fillValue = fillValue
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        inForm(x).resized(
            [config.height, config.width], from: config.dataFormat.firstSpatialAxis, config.interpolation, dtype: dtype
        ).cast(to: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try imageShape(input, config.dataFormat, height: config.height, width: config.width)
    }

    /// The images cut or bordered to the new form.
    private func inForm(_ x: Tensor) -> Tensor {
        let first = config.dataFormat.firstSpatialAxis
        let (height, width) = (x.shape[first], x.shape[first + 1])
        // The sizes at which the other one stays.
        let (tall, wide) = (width * config.height / config.width, height * config.width / config.height)
        if config.cropToAspectRatio {
            let (h, w) = (Swift.max(Swift.min(height, tall), 1), Swift.max(Swift.min(width, wide), 1))
            let (top, left) = ((height - h) / 2, (width - w) / 2)
            return x.sliced(axis: first, top..<top + h).sliced(axis: first + 1, left..<left + w)
        }
        guard config.padToAspectRatio else { return x }
        let (h, w) = (Swift.max(height, tall), Swift.max(width, wide))
        var borders = [(Int, Int)](repeating: (0, 0), count: x.rank)
        // The same on both sides, as in Keras; where an odd number is missing, one is still missing then.
        borders[first] = ((h - height) / 2, (h - height) / 2)
        borders[first + 1] = ((w - width) / 2, (w - width) / 2)
        return x.cast(to: dtype).padded(borders, value: config.fillValue)
    }
}
