import ShinkeiCore

/// Images with stronger or weaker colours.
///
/// A draw `f` gives the saturation the factor `f / (1 - f)`: 0 is gray, 0.5 changes nothing, towards 1 colours are full.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomSaturation`. Same defaults; the draws follow the model's seed.
public final class RandomSaturation: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The strength, in 0 … 1.
        public var factor: RandomFactor
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a strength.
        public init(factor: RandomFactor) { self.factor = factor }

        public static let defaults = Config(factor: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("factor", \.factor),
            .optional("seed", \.seed), .optional("value_range", \.valueRange),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: -1...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    override var wantedChannels: Int? { 3 }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomSaturation")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The strength, in 0 … 1.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(factor: factor)
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (low, high) = config.factor.ends(least: -1)
        let factor = drawn(x, low, high, context)
        return saturated(x, factor / (1 - factor + 1e-7))
    }

    /// The images with their saturation multiplied by these factors, `[batch, 1, 1, 1]`.
    func saturated(_ x: Tensor, _ factor: Tensor) -> Tensor {
        let (hue, saturation, value) = x.hueSaturationValue()
        return Tensor.fromHue(hue, (saturation * factor).limited(config.valueRange), value)
    }
}
