import ShinkeiCore

/// Images seen from aslant: their corners are moved, some of them.
///
/// An image is changed with the probability that is drawn from `factor`. Each coordinate of a corner is moved by a part of itself from
/// `-scale / 2` to `scale / 2`, so the upper left corner stays, as in Keras. Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomPerspective`. Same defaults; the draws follow the model's seed.
public final class RandomPerspective: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability of a change. A number stands for 0 to itself.
        public var factor: RandomFactor = 1
        /// How far the corners move.
        public var scale: Double = 1
        /// How what lies between the pixels is filled.
        public var interpolation: Interpolation = .bilinear
        /// What stands outside of the image.
        public var fillValue: Double = 0
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
            .optional("fill_value", \.fillValue),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
            guard (0...1).contains(scale) else { throw ConfigError("scale: must lie in 0 ... 1; got \(scale)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomPerspective")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability of a change. A number stands for 0 to itself.
    ///   - scale: How far the corners move.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillValue: What stands outside of the image.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1, scale: Double = 1, interpolation: Interpolation = .bilinear, fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.scale = scale
        config.interpolation = interpolation
        config.fillValue = fillValue
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (low, high) = config.factor.ends(least: 0)
        let isChanged = drawn(x, 0, 1, context) .< drawn(x, low, high, context)
        let moves = Tensor.randomUniform(
            [x.shape[0], 4, 2], low: -config.scale / 2, high: config.scale / 2, dtype: x.dtype,
            key: context.randomKey())
        return Tensor.where(isChanged, projected(x, moves), x)
    }

    /// The images with their corners (upper left, upper right, lower left, lower right; x before y) moved by these parts of their
    /// coordinates, `[batch, 4, 2]`.
    ///
    /// The map of the unit square to the moved corners is P. Heckbert's (Fundamentals of Texture Mapping and Image Warping, 1989,
    /// 2.2.3); a pixel's source is what its inverse, the adjugate, makes of the pixel's place.
    func projected(_ x: Tensor, _ moves: Tensor) -> Tensor {
        let (width, height) = (Double(x.shape[2] - 1), Double(x.shape[1] - 1))
        func corner(_ i: Int, _ axis: Int, _ place: Double) -> Tensor {
            (moves.sliced(axis: 1, i..<i + 1).sliced(axis: 2, axis..<axis + 1).reshaped([x.shape[0], 1, 1, 1]) + 1)
                * place
        }
        // Around the square: 0 upper left, 1 upper right, 2 lower right, 3 lower left.
        let xs = [corner(0, 0, 0), corner(1, 0, width), corner(3, 0, width), corner(2, 0, 0)]
        let ys = [corner(0, 1, 0), corner(1, 1, 0), corner(3, 1, height), corner(2, 1, height)]
        let (dx1, dx2, dx3) = (xs[1] - xs[2], xs[3] - xs[2], xs[0] - xs[1] + xs[2] - xs[3])
        let (dy1, dy2, dy3) = (ys[1] - ys[2], ys[3] - ys[2], ys[0] - ys[1] + ys[2] - ys[3])
        let scale = dx1 * dy2 - dx2 * dy1
        let g = (dx3 * dy2 - dx2 * dy3) / scale
        let h = (dx1 * dy3 - dx3 * dy1) / scale
        let (a, b, c) = (xs[1] - xs[0] + g * xs[1], xs[3] - xs[0] + h * xs[3], xs[0])
        let (d, e, f) = (ys[1] - ys[0] + g * ys[1], ys[3] - ys[0] + h * ys[3], ys[0])

        let across = Tensor.arange(x.shape[2]).cast(to: x.dtype).reshaped([1, 1, x.shape[2], 1])
        let down = Tensor.arange(x.shape[1]).cast(to: x.dtype).reshaped([1, x.shape[1], 1, 1])
        let u = (e - f * h) * across + (c * h - b) * down + (b * f - c * e)
        let v = (f * g - d) * across + (a - c * g) * down + (c * d - a * f)
        let w = (d * h - e * g) * across + (b * g - a * h) * down + (a * e - b * d)
        return x.sampled(
            x: u / w * width, y: v / w * height, config.interpolation, fill: .constant, value: config.fillValue)
    }
}
