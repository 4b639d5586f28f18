import ShinkeiCore

/// Images with fewer shades: of each 8-bit number only the upper bits are kept.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomPosterization`. Same defaults; the draws follow the model's seed.
public final class RandomPosterization: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The bits kept, 1 to 8; of a range `(a, b)` one in `a ..< b` for each image, of a number `n` one in `1 ..< n`.
        public var factor: RandomFactor
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a strength.
        public init(factor: RandomFactor) { self.factor = factor }

        public static let defaults = Config(factor: 8)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("factor", \.factor),
            .optional("seed", \.seed), .optional("value_range", \.valueRange),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 1...8)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomPosterization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The bits kept, 1 to 8; of a range `(a, b)` one in `a ..< b` for each image, of a number `n` one in `1 ..< n`.
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
        let (low, high) = config.factor.ends(least: 1)
        let bits = low == high ? drawn(x, low, low, context) : drawn(x, low, high, context).floor()
        return posterized(x, step: Tensor.constant(2, dtype: x.dtype).power(8 - bits))
    }

    /// The images in steps of this size, `[batch, 1, 1, 1]`.
    func posterized(_ x: Tensor, step: Tensor) -> Tensor {
        let bytes = x.moved(from: config.valueRange, to: .bytes).truncated()
        return ((bytes / step).floor() * step).moved(from: .bytes, to: config.valueRange)
    }
}
