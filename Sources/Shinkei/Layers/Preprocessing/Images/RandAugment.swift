import ShinkeiCore

/// Images changed by some of eleven operations: shear, translation, rotation, brightness, colour, contrast, sharpness, posterization,
/// solarization, contrast over the whole range, equalization.
///
/// `numOps` of them are drawn in each step, one after the other for all images; all are computed, as in Keras.
/// Outside of training the images themselves. Source: E. Cubuk et al., RandAugment, 2019.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandAugment`. Same defaults; the draws follow the model's seed.
public final class RandAugment: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The smallest and the largest number of a pixel.
        public var valueRange: ValueRange = .bytes
        /// How many operations are done.
        public var numOps: Int = 2
        /// The strength of all operations. A number stands for 0 to itself.
        public var factor: RandomFactor = 0.5
        /// How what lies between the pixels is filled.
        public var interpolation: Interpolation = .bilinear
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("value_range", \.valueRange),
            .optional("num_ops", \.numOps),
            .optional("factor", \.factor),
            .optional("interpolation", \.interpolation),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
            try checkSize("num_ops", numOps)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    private lazy var operations = ImageOperations(
        config.factor, config.valueRange, config.interpolation, hasColors: true)

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandAugment")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - numOps: How many operations are done.
    ///   - factor: The strength of all operations. A number stands for 0 to itself.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        valueRange: ValueRange = .bytes, numOps: Int = 2, factor: RandomFactor = 0.5,
        interpolation: Interpolation = .bilinear,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.valueRange = valueRange
        config.numOps = numOps
        config.factor = factor
        config.interpolation = interpolation
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        (0..<config.numOps).reduce(x) { images, _ in operations.one(images, orNone: false, context) }
    }
}
