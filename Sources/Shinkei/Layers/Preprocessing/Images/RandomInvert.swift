import ShinkeiCore

/// Images, some of them as negatives.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomInvert`. Same defaults; the draws follow the model's seed.
public final class RandomInvert: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability; of a range one is drawn for each image.
        public var factor: RandomFactor
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a strength.
        public init(factor: RandomFactor) { self.factor = factor }

        public static let defaults = Config(factor: 1)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("factor", \.factor),
            .optional("seed", \.seed), .optional("value_range", \.valueRange),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomInvert")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability; of a range one is drawn for each image.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(factor: factor)
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (low, high) = config.factor.ends(least: 0)
        let isInverted = drawn(x, 0, 1, context) .< drawn(x, low, high, context)
        return Tensor.where(isInverted, config.valueRange.high - x, x)
    }
}
