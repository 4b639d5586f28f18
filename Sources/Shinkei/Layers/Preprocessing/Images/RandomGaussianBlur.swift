import ShinkeiCore
public import ShinkeiFormats

/// Images blurred by a Gaussian filter, some of them.
///
/// An image is blurred with the probability that is drawn from `factor`; how much is drawn from `sigma` once for all of a batch.
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomGaussianBlur`. Same defaults; the draws follow the model's seed.
public final class RandomGaussianBlur: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability of a change. A number stands for 0 to itself.
        public var factor: RandomFactor = 1
        /// The filter's sizes in pixels, odd.
        public var kernelSize: BlurSize = 3
        /// The deviation in pixels. A number stands for 0 to itself.
        public var sigma: RandomFactor = 1
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
            .optional("kernel_size", \.kernelSize),
            .optional("sigma", \.sigma),
            .optional("value_range", \.valueRange),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
            try sigma.check("sigma", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomGaussianBlur")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability of a change. A number stands for 0 to itself.
    ///   - kernelSize: The filter's sizes in pixels, odd.
    ///   - sigma: The deviation in pixels. A number stands for 0 to itself.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1, kernelSize: BlurSize = 3, sigma: RandomFactor = 1, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.kernelSize = kernelSize
        config.sigma = sigma
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let (least, most) = config.sigma.ends(least: 0)
        let sigma = Tensor.randomUniform([2], low: least, high: most, dtype: x.dtype, key: context.randomKey())
        let (low, high) = config.factor.ends(least: 0)
        let isBlurred = drawn(x, 0, 1, context) .< drawn(x, low, high, context)
        return Tensor.where(isBlurred, blurred(x, sigma), x).limited(config.valueRange)
    }

    /// The images with these two deviations.
    func blurred(_ x: Tensor, _ sigma: Tensor) -> Tensor {
        let (first, second) = (config.kernelSize.first, config.kernelSize.second)
        func weights(_ size: Int, _ sigma: Tensor) -> Tensor {
            gaussian(half: size / 2, sigma + 1e-6)
        }
        let across = weights(first, sigma[0..<1])
        let down = weights(second, sigma[1..<2])
        // As Keras does it: a filter of second x first numbers is read as one of first x second.
        let kernel = (down.reshaped([second, 1]) * across.reshaped([1, first])).reshaped([first, second])
        return x.filtered(kernel)
    }
}

/// The weights of `2 half + 1` places under a bell of this deviation; they add up to 1.
func gaussian(half: Int, _ sigma: Tensor) -> Tensor {
    let places = Tensor((-half...half).map(Double.init), shape: [2 * half + 1], dtype: sigma.dtype)
    let weights = ((places / sigma).square() * -0.5).exp()
    return weights / weights.sum()
}

/// The sizes of a blurring filter: one number or two, odd.
public struct BlurSize: Sendable, Hashable, ConfigValue, ExpressibleByIntegerLiteral {
    let first: Int
    let second: Int
    /// - Precondition: Both are odd.
    public init(_ first: Int, _ second: Int) {
        guard BlurSize.fits(first), BlurSize.fits(second) else {
            trap("kernelSize: must be odd, from 1 to 999; got \(first) and \(second)")
        }
        (self.first, self.second) = (first, second)
    }
    public init(integerLiteral size: Int) { self.init(size, size) }
    public init(config: JSON) throws(ConfigError) {
        let sizes = config.array == nil ? [try Int(config: config)] : try [Int](config: config)
        guard (1...2).contains(sizes.count), sizes.allSatisfy(BlurSize.fits) else {
            throw expected("odd numbers, one or two", config)
        }
        (first, second) = (sizes[0], sizes[sizes.count - 1])
    }
    public var config: JSON { [first, second].config }
    private static func fits(_ size: Int) -> Bool { size % 2 == 1 && (1...999).contains(size) }
}
