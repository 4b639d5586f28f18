import ShinkeiCore

/// Images as if on a cloth that is pulled here and there, some of them.
///
/// Every pixel moves by smoothed noise; an image is changed with the probability that is drawn from `factor`, and how much, from `scale`, once
/// for all of a batch. Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomElasticTransform`. Same defaults; the draws follow the model's seed. Rows and columns have
/// noise of their own; in Keras 3.15 they share one, so that everything moves along one diagonal.
public final class RandomElasticTransform: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability of a change. A number stands for 0 to itself.
        public var factor: RandomFactor = 1
        /// How much. A number stands for 0 to itself.
        public var scale: RandomFactor = 1
        /// How what lies between the pixels is filled.
        public var interpolation: Interpolation = .bilinear
        /// What stands where the layer looks outside of an image.
        public var fillMode: ImageFill = .reflect
        /// The number that `fillMode` `.constant` means.
        public var fillValue: Double = 0
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
            .optional("factor", \.factor),
            .optional("scale", \.scale),
            .optional("interpolation", \.interpolation),
            .optional("fill_mode", \.fillMode),
            .optional("fill_value", \.fillValue),
            .optional("value_range", \.valueRange),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
            try scale.check("scale", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomElasticTransform")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability of a change. A number stands for 0 to itself.
    ///   - scale: How much. A number stands for 0 to itself.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillMode: What stands where the layer looks outside of an image.
    ///   - fillValue: The number that `fillMode` `.constant` means.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1, scale: RandomFactor = 1, interpolation: Interpolation = .bilinear,
        fillMode: ImageFill = .reflect, fillValue: Double = 0, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.scale = scale
        config.interpolation = interpolation
        config.fillMode = fillMode
        config.fillValue = fillValue
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (least, most) = config.scale.ends(least: 0)
        let (low, high) = config.factor.ends(least: 0)
        guard most > 0, high > 0 else { return x }
        let scale = Tensor.randomUniform([], low: least, high: most, dtype: x.dtype, key: context.randomKey())
        let (height, width) = (x.shape[1], x.shape[2])
        let strength = scale * (0.1 * Double(max(height, width)))
        let sigma = scale * (0.05 * Double(min(height, width)))
        // The filter reaches as far as the largest deviation asks; a smaller one ends before.
        let half = Int(3 * (0.05 * Double(min(height, width)) * most).rounded(.down))
        func moves() -> Tensor {
            let noise = Tensor.randomNormal([x.shape[0], height, width, 1], dtype: x.dtype, key: context.randomKey())
            return (noise * sigma).smoothed(half: half, sigma) * strength
        }
        let isChanged = drawn(x, 0, 1, context) .< drawn(x, low, high, context)
        return Tensor.where(isChanged, moved(x, moves(), moves()), x).limited(config.valueRange)
    }

    /// The images seen at places these distances away, `[batch, height, width, 1]` each.
    func moved(_ x: Tensor, _ right: Tensor, _ down: Tensor) -> Tensor {
        let xs = Tensor.arange(x.shape[2]).cast(to: x.dtype).reshaped([1, 1, x.shape[2], 1])
        let ys = Tensor.arange(x.shape[1]).cast(to: x.dtype).reshaped([1, x.shape[1], 1, 1])
        return x.sampled(
            x: right + xs, y: down + ys, config.interpolation, fill: config.fillMode, value: config.fillValue,
            bringsPixelsInside: true)
    }
}

extension Tensor {
    /// One channel under a bell of this deviation, rows and columns one after the other; zeros around the images.
    fileprivate func smoothed(half: Int, _ sigma: Tensor) -> Tensor {
        let places = Tensor((-half...half).map { Double($0).magnitude }, shape: [2 * half + 1], dtype: dtype)
        let bell = ((places / (sigma + 1e-6)).square() * -0.5).exp()
        let reach = sigma.floor() * 3
        let weights = Tensor.where(places .<= reach, bell, bell * 0)
        let filter = weights / weights.sum()
        return filtered(filter.reshaped([2 * half + 1, 1])).filtered(filter.reshaped([1, 2 * half + 1]))
    }
}
