import ShinkeiCore

/// Images sharper or smoother: `x + (1 - 2 f) · (smoothed - x)`, where 0.5 changes nothing.
///
/// Smoothed is each pixel with its eight neighbours, by 5/13 and 1/13 each. Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomSharpness`. Same defaults; the draws follow the model's seed.
public final class RandomSharpness: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How sharp: 0 smooth, 0.5 as it is, 1 sharper. A number stands for 0 to itself.
        public var factor: RandomFactor = 0.5
        /// The smallest and the largest number of a pixel.
        public var valueRange: ValueRange = .bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("factor", \.factor),
            .optional("value_range", \.valueRange),
            .optional("seed", \.seed),
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
        config.trapIfWrong("RandomSharpness")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: How sharp: 0 smooth, 0.5 as it is, 1 sharper. A number stands for 0 to itself.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (low, high) = config.factor.ends(least: 0)
        return sharpened(x, drawn(x, low, high, context))
    }

    /// The images with these factors, `[batch, 1, 1, 1]`.
    func sharpened(_ x: Tensor, _ factor: Tensor) -> Tensor {
        let (side, middle) = (1.0 / 13, 5.0 / 13)
        let kernel = Tensor([side, side, side, side, middle, side, side, side, side], shape: [3, 3], dtype: x.dtype)
        return (x + (1 - factor * 2) * (x.filtered(kernel) - x)).limited(config.valueRange)
    }
}

extension Tensor {
    /// Images with a filter `[height, width]` of odd sizes over each channel, zeros around them.
    func filtered(_ kernel: Tensor) -> Tensor {
        let (height, width, channels) = (kernel.shape[0], kernel.shape[1], shape[3])
        let kernels = kernel.reshaped([height, width, 1, 1]).tiled([1, 1, 1, channels])
        return convolved(
            with: kernels, padding: [(height / 2, height / 2), (width / 2, width / 2)], groups: channels)
    }
}
