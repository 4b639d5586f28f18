import ShinkeiCore

/// Images pulled aslant: rows shifted by how far down they are, columns by how far right.
///
/// A number `f` stands for `-f ... f` of a pixel a row; half of the images are pulled the other way.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomShear`. Same defaults; the draws follow the model's seed. A number for a factor is
/// written as a number, which Keras can read; what it writes itself for one, it cannot.
public final class RandomShear: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far a row is shifted against the one above, in pixels.
        public var xFactor: RandomFactor = 0
        /// How far a column is shifted against the one to its left, in pixels.
        public var yFactor: RandomFactor = 0
        /// What stands where the layer looks outside of an image.
        public var fillMode: ImageFill = .reflect
        /// How what lies between the pixels is filled.
        public var interpolation: Interpolation = .bilinear
        /// The number that `fillMode` `.constant` means.
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
            .optional("x_factor", \.xFactor),
            .optional("y_factor", \.yFactor),
            .optional("fill_mode", \.fillMode),
            .optional("interpolation", \.interpolation),
            .optional("fill_value", \.fillValue),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try xFactor.check("x_factor", in: -1...1)
            try yFactor.check("y_factor", in: -1...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomShear")
        var config = config
        config.xFactor = config.xFactor.simplified
        config.yFactor = config.yFactor.simplified
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - xFactor: How far a row is shifted against the one above, in pixels.
    ///   - yFactor: How far a column is shifted against the one to its left, in pixels.
    ///   - fillMode: What stands where the layer looks outside of an image.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - fillValue: The number that `fillMode` `.constant` means.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        xFactor: RandomFactor = 0, yFactor: RandomFactor = 0, fillMode: ImageFill = .reflect,
        interpolation: Interpolation = .bilinear, fillValue: Double = 0,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.xFactor = xFactor
        config.yFactor = yFactor
        config.fillMode = fillMode
        config.interpolation = interpolation
        config.fillValue = fillValue
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let side = Tensor.where(
            drawn(x, 0, 1, context) .> Tensor.constant(0.5, dtype: x.dtype), Tensor.constant(-1, dtype: x.dtype),
            Tensor.constant(1, dtype: x.dtype))
        func draw(_ factor: RandomFactor) -> Tensor {
            let (low, high) = factor.ends(least: -1)
            return drawn(x, low, high, context) * side
        }
        return sheared(x, draw(config.xFactor), draw(config.yFactor))
    }

    /// The images sheared by these numbers, `[batch, 1, 1, 1]` each.
    func sheared(_ x: Tensor, _ alongX: Tensor, _ alongY: Tensor) -> Tensor {
        let (zero, one) = (Tensor.constant(0, dtype: x.dtype), Tensor.constant(1, dtype: x.dtype))
        let map = AffineMap(xx: one, xy: alongX, x0: zero, yx: alongY, yy: one, y0: zero)
        return x.sampled(map, config.interpolation, fill: config.fillMode, value: config.fillValue)
    }
}

extension RandomFactor {
    /// `-f ... f` as the number `f`.
    fileprivate var simplified: RandomFactor {
        if case .range(let a, let b) = self, a == -b { return .single(abs(a)) }
        return self
    }
}
