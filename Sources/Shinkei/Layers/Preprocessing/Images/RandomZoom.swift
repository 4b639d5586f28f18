import ShinkeiCore

/// Images seen larger or smaller, about their middle, each by factors of its own.
///
/// A factor of 0.2 shows up to a fifth more of the image, smaller, one of -0.2 a fifth less.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomZoom`. Same defaults; the draws follow the model's seed.
public final class RandomZoom: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much more of the height is seen.
        public var heightFactor: RandomFactor
        /// How much more of the width is seen; as much as of the height if `nil`.
        public var widthFactor: RandomFactor?
        /// What stands where the layer looks outside of an image.
        public var fillMode = ImageFill.reflect
        /// How what lies between the pixels is filled.
        public var interpolation = Interpolation.bilinear
        /// The number that `fillMode` `.constant` means.
        public var fillValue = 0.0
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a factor.
        public init(heightFactor: RandomFactor) { self.heightFactor = heightFactor }

        public static let defaults = Config(heightFactor: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("height_factor", \.heightFactor), .optional("width_factor", \.widthFactor),
            .optional("fill_mode", \.fillMode), .optional("fill_value", \.fillValue),
            .optional("interpolation", \.interpolation), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            for (key, factor) in [("height_factor", heightFactor), ("width_factor", widthFactor ?? 0)] {
                try factor.check(key, in: -1...1)
                guard factor.ends(least: -1).low > -1 || factor == .single(1) else {
                    throw ConfigError("\(key): must be above -1; got \(factor.config.text())")
                }
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomZoom")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - heightFactor: How much more of the height is seen.
    ///   - widthFactor: How much more of the width is seen; as much as of the height if `nil`.
    ///   - fillMode: What stands where the layer looks outside of an image.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillValue: The number that `fillMode` `.constant` means.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ heightFactor: RandomFactor, _ widthFactor: RandomFactor? = nil, fillMode: ImageFill = .reflect,
        interpolation: Interpolation = .bilinear, fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(heightFactor: heightFactor)
        config.widthFactor = widthFactor
        (config.fillMode, config.interpolation, config.fillValue) = (fillMode, interpolation, fillValue)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        func draw(_ factor: RandomFactor) -> Tensor {
            let (low, high) = factor.ends(least: -1)
            return drawn(x, 1 + low, 1 + high, context)
        }
        let tall = draw(config.heightFactor)
        return zoomed(x, tall, config.widthFactor.map(draw) ?? tall)
    }

    /// The images with this much of the height and the width seen, `[batch, 1, 1, 1]` each.
    func zoomed(_ x: Tensor, _ tall: Tensor, _ wide: Tensor) -> Tensor {
        let zero = Tensor.constant(0, dtype: x.dtype)
        let (cx, cy) = (Double(x.shape[2] - 1) / 2, Double(x.shape[1] - 1) / 2)
        let map = AffineMap(xx: wide, xy: zero, x0: (1 - wide) * cx, yx: zero, yy: tall, y0: (1 - tall) * cy)
        return x.sampled(map, config.interpolation, fill: config.fillMode, value: config.fillValue)
    }
}
