import ShinkeiCore

/// Images turned about their middle, each by an angle of its own.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomRotation`. Same defaults; the draws follow the model's seed.
public final class RandomRotation: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The angle in parts of a turn: 0.1 is 36 degrees to both sides.
        public var factor: RandomFactor
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
        /// The configuration for an angle.
        public init(factor: RandomFactor) { self.factor = factor }

        public static let defaults = Config(factor: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .required("factor", \.factor),
            .optional("fill_mode", \.fillMode), .optional("fill_value", \.fillValue),
            .optional("interpolation", \.interpolation), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: -1...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomRotation")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The angle in parts of a turn: 0.1 is 36 degrees to both sides.
    ///   - fillMode: What stands where the layer looks outside of an image.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillValue: The number that `fillMode` `.constant` means.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor, fillMode: ImageFill = .reflect, interpolation: Interpolation = .bilinear,
        fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(factor: factor)
        (config.fillMode, config.interpolation, config.fillValue) = (fillMode, interpolation, fillValue)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (low, high) = config.factor.ends(least: -1)
        return rotated(x, drawn(x, low, high, context))
    }

    /// The images turned by these parts of a turn, `[batch, 1, 1, 1]`.
    func rotated(_ x: Tensor, _ turns: Tensor) -> Tensor {
        let angle = turns * (2 * Double.pi)
        let (cosine, sine) = (angle.cos(), angle.sin())
        let (cx, cy) = (Double(x.shape[2] - 1) / 2, Double(x.shape[1] - 1) / 2)
        let map = AffineMap(
            xx: cosine, xy: -sine, x0: cx - cosine * cx + sine * cy, yx: sine, yy: cosine,
            y0: cy - sine * cx - cosine * cy)
        return x.sampled(map, config.interpolation, fill: config.fillMode, value: config.fillValue)
    }
}
