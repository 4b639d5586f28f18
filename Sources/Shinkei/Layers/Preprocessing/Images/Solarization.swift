import ShinkeiCore

/// Images as a film exposed too long: what is not darker than a threshold is inverted.
///
/// With the defaults, every pixel is.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.Solarization`. Same defaults; the draws follow the model's seed.
public final class Solarization: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// What is added first, in parts of the range of numbers.
        public var additionFactor: RandomFactor = 0
        /// The threshold, in parts of the range of numbers.
        public var thresholdFactor: RandomFactor = 0
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("addition_factor", \.additionFactor), .optional("threshold_factor", \.thresholdFactor),
            .optional("seed", \.seed), .optional("value_range", \.valueRange),
        ]
        public func check() throws(ConfigError) {
            try additionFactor.check("addition_factor", in: 0...1)
            try thresholdFactor.check("threshold_factor", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Solarization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - additionFactor: What is added first, in parts of the range of numbers.
    ///   - thresholdFactor: The threshold, in parts of the range of numbers.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        additionFactor: RandomFactor = 0, thresholdFactor: RandomFactor = 0, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        (config.additionFactor, config.thresholdFactor) = (additionFactor, thresholdFactor)
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        func draw(_ factor: RandomFactor) -> Tensor {
            // As in Keras, the lower end is in numbers of 0 to 255, the upper one in parts of them.
            let (low, high) = factor.ends(least: 0)
            return drawn(x, low, high * 255, context)
        }
        return solarized(x, adding: draw(config.additionFactor), threshold: draw(config.thresholdFactor))
    }

    /// With these numbers, `[batch, 1, 1, 1]` each.
    func solarized(_ x: Tensor, adding added: Tensor, threshold: Tensor) -> Tensor {
        let bytes = (x.moved(from: config.valueRange, to: .bytes) + added).limited(.bytes)
        return Tensor.where(bytes .< threshold, bytes, 255 - bytes).moved(from: .bytes, to: config.valueRange)
    }
}
