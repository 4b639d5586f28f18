import ShinkeiCore

/// Images shifted, each by a distance of its own.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomTranslation`. Same defaults; the draws follow the model's seed.
public final class RandomTranslation: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far down, in parts of the height.
        public var heightFactor: RandomFactor
        /// How far to the right, in parts of the width.
        public var widthFactor: RandomFactor
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
        /// The configuration for distances.
        public init(heightFactor: RandomFactor, widthFactor: RandomFactor) {
            (self.heightFactor, self.widthFactor) = (heightFactor, widthFactor)
        }

        public static let defaults = Config(heightFactor: 0, widthFactor: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("height_factor", \.heightFactor), .required("width_factor", \.widthFactor),
            .optional("fill_mode", \.fillMode), .optional("fill_value", \.fillValue),
            .optional("interpolation", \.interpolation), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try heightFactor.check("height_factor", in: -1...1)
            try widthFactor.check("width_factor", in: -1...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomTranslation")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - heightFactor: How far down, in parts of the height; a number stands for both directions.
    ///   - widthFactor: How far to the right, in parts of the width; a number stands for both directions.
    ///   - fillMode: What stands where the layer looks outside of an image.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillValue: The number that `fillMode` `.constant` means.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ heightFactor: RandomFactor, _ widthFactor: RandomFactor, fillMode: ImageFill = .reflect,
        interpolation: Interpolation = .bilinear, fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(heightFactor: heightFactor, widthFactor: widthFactor)
        (config.fillMode, config.interpolation, config.fillValue) = (fillMode, interpolation, fillValue)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        func draw(_ factor: RandomFactor, _ size: Int) -> Tensor {
            let (low, high) = factor.ends(least: -1)
            return drawn(x, low * Double(size), high * Double(size), context)
        }
        return shifted(x, down: draw(config.heightFactor, x.shape[1]), right: draw(config.widthFactor, x.shape[2]))
    }

    /// The images shifted by these pixels, `[batch, 1, 1, 1]` each.
    func shifted(_ x: Tensor, down: Tensor, right: Tensor) -> Tensor {
        let (zero, one) = (Tensor.constant(0, dtype: x.dtype), Tensor.constant(1, dtype: x.dtype))
        let map = AffineMap(xx: one, xy: zero, x0: -right, yx: zero, yy: one, y0: -down)
        return x.sampled(map, config.interpolation, fill: config.fillMode, value: config.fillValue)
    }
}
