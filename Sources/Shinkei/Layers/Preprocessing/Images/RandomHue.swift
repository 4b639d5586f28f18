import ShinkeiCore

/// Images with other colours: the hue is turned, each image's by an angle of its own.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomHue`. Same defaults; the draws follow the model's seed.
public final class RandomHue: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far, to both sides; 1 is half a turn.
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
            try factor.check("factor", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    override var wantedChannels: Int? { 3 }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomHue")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: How far, to both sides; 1 is half a turn.
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
        let (low, high) = config.factor.ends(least: 0)
        let isTurnedBack = drawn(x, 0, 1, context) .> Tensor.constant(0.5, dtype: x.dtype)
        let part = drawn(x, low, high, context) * 0.5
        return turned(x, Tensor.where(isTurnedBack, -part, part))
    }

    /// The images with their hue turned by these parts of a turn, `[batch, 1, 1, 1]`.
    func turned(_ x: Tensor, _ part: Tensor) -> Tensor {
        let unit = ValueRange(0, 1)
        let (hue, saturation, value) = x.moved(from: config.valueRange, to: unit).hueSaturationValue()
        var moved = hue + part
        moved = Tensor.where(moved .> Tensor.constant(1, dtype: x.dtype), moved - 1, moved)
        moved = Tensor.where(moved .< Tensor.constant(0, dtype: x.dtype), moved + 1, moved)
        return Tensor.fromHue(moved, saturation, value).limited(unit).moved(from: unit, to: config.valueRange)
    }
}
