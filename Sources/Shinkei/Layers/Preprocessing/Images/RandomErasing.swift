import ShinkeiCore
public import ShinkeiFormats

/// Images with a rectangle wiped out, some of them.
///
/// An image is changed with the probability that is drawn from `factor`; the rectangle's sides are the root of a part of the image's that is
/// drawn from `scale`, anew for each side. Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomErasing`. Same defaults; the draws follow the model's seed.
public final class RandomErasing: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability of a change. A number stands for 0 to itself.
        public var factor: RandomFactor = 1
        /// The part of the image, of 1. A number stands for 0 to itself.
        public var scale: RandomFactor = .range(0.02, 0.33)
        /// What stands in the rectangle: a number, or three; `nil` for noise.
        public var fillValue: EraseFill? = nil
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
        config.trapIfWrong("RandomErasing")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability of a change. A number stands for 0 to itself.
    ///   - scale: The part of the image, of 1. A number stands for 0 to itself.
    ///   - fillValue: What stands in the rectangle: a number, or three; `nil` for noise.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1, scale: RandomFactor = .range(0.02, 0.33), fillValue: EraseFill? = nil,
        valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.scale = scale
        config.fillValue = fillValue
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override var wantedChannels: Int? { config.fillValue?.values.count == 3 ? 3 : nil }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (least, most) = config.scale.ends(least: 0)
        let (width, height) = (drawn(x, least, most, context).sqrt(), drawn(x, least, most, context).sqrt())
        let box = RandomBox(x, width: width, height: height, self, context)
        let (low, high) = config.factor.ends(least: 0)
        let isErased = drawn(x, 0, 1, context) .< drawn(x, low, high, context)
        let filling =
            config.fillValue.map { Tensor($0.values, shape: [1, 1, 1, $0.values.count], dtype: x.dtype) }
            ?? Tensor.randomNormal(x.shape.sizes, dtype: x.dtype, key: context.randomKey()) * config.valueRange.high
        return Tensor.where(box.mask & isErased, filling.limited(config.valueRange), x)
    }
}

/// What an erased rectangle is filled with: one number, or one for each of three channels.
public struct EraseFill: Sendable, Hashable, ConfigValue, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    let values: [Double]
    /// One number for all channels.
    public init(_ value: Double) { values = [value] }
    /// Red, green and blue.
    public init(_ red: Double, _ green: Double, _ blue: Double) { values = [red, green, blue] }
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }
    public init(config: JSON) throws(ConfigError) {
        values = config.array == nil ? [try Double(config: config)] : try [Double](config: config)
        guard values.count == 1 || values.count == 3 else { throw expected("one number or three", config) }
    }
    public var config: JSON { values.count == 1 ? .number(values[0]) : values.config }
}

/// A rectangle in each image, somewhere.
struct RandomBox {
    /// Whether a pixel lies inside: `[batch, height, width, 1]`.
    let mask: Tensor
    /// Which part of its image the rectangle is, `[batch, 1, 1, 1]`.
    let part: Tensor

    /// - Parameters:
    ///   - width: The rectangles' widths in parts of the images', `[batch, 1, 1, 1]`.
    ///   - height: The rectangles' heights.
    init(_ x: Tensor, width: Tensor, height: Tensor, _ layer: ImageLayer, _ context: CallContext) {
        func span(_ part: Tensor, _ size: Int, _ shape: [Int]) -> Tensor {
            let length = part * Double(size)
            let start = layer.drawn(x, 0, 1, context) * (Double(size) - length)
            let places = Tensor.arange(size).cast(to: x.dtype).reshaped(shape)
            return (places .>= start) & (places .< start + length)
        }
        mask = span(width, x.shape[2], [1, 1, x.shape[2], 1]) & span(height, x.shape[1], [1, x.shape[1], 1, 1])
        part = width * height
    }
}
