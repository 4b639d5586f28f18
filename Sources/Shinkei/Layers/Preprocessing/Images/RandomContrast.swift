import ShinkeiCore

/// Images with more contrast: each number's distance from its channel's mean gets a factor.
///
/// A number `f` stands for factors from 1 to `1 + f`, as in Keras 3; a range `(a, b)` for `1 - a ... 1 + b`.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomContrast`. Same defaults; the draws follow the model's seed.
public final class RandomContrast: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far the factor lies from 1.
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

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomContrast")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: How far the factor lies from 1.
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
        return contrasted(x, drawn(x, 1 - low, 1 + high, context))
    }

    /// The images with these factors, `[batch, 1, 1, 1]`.
    func contrasted(_ x: Tensor, _ factor: Tensor) -> Tensor {
        let mean = x.mean(axes: [1, 2], keepDims: true)
        return ((x - mean) * factor + mean).limited(config.valueRange)
    }
}
