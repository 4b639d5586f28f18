import ShinkeiCore

/// Images mixed with versions of themselves that went through chains of operations: those of `RandAugment`, or without `allOps` those
/// that do not change colours.
///
/// In each step every link of a chain is drawn for all images, one of them being none; all operations are computed for each link, so
/// `numChains · chainDepth` times eleven: a layer for small images. Outside of training the images themselves.
/// Source: D. Hendrycks et al., AugMix, 2019.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.AugMix`. Same defaults; the draws follow the model's seed.
public final class AugMix: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The smallest and the largest number of a pixel.
        public var valueRange: ValueRange = .bytes
        /// How many chains there are.
        public var numChains: Int = 3
        /// How many links a chain has.
        public var chainDepth: Int = 3
        /// The strength of all operations. A number stands for 0 to itself.
        public var factor: RandomFactor = 0.3
        /// The parameter of the distributions from which the weights are drawn.
        public var alpha: Double = 1
        /// Whether colours are changed as well.
        public var allOps: Bool = true
        /// How what lies between the pixels is filled.
        public var interpolation: Interpolation = .bilinear
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("value_range", \.valueRange),
            .optional("num_chains", \.numChains),
            .optional("chain_depth", \.chainDepth),
            .optional("factor", \.factor),
            .optional("alpha", \.alpha),
            .optional("all_ops", \.allOps),
            .optional("interpolation", \.interpolation),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
            try checkSize("num_chains", numChains)
            try checkSize("chain_depth", chainDepth)
            guard alpha > 0, alpha.isFinite else { throw ConfigError("alpha: must be above 0; got \(alpha)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    private lazy var operations = ImageOperations(
        config.factor, config.valueRange, config.interpolation, hasColors: config.allOps)

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("AugMix")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - numChains: How many chains there are.
    ///   - chainDepth: How many links a chain has.
    ///   - factor: The strength of all operations. A number stands for 0 to itself.
    ///   - alpha: The parameter of the distributions from which the weights are drawn.
    ///   - allOps: Whether colours are changed as well.
    ///   - interpolation: How what lies between the pixels is filled.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        valueRange: ValueRange = .bytes, numChains: Int = 3, chainDepth: Int = 3, factor: RandomFactor = 0.3,
        alpha: Double = 1, allOps: Bool = true, interpolation: Interpolation = .bilinear,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.valueRange = valueRange
        config.numChains = numChains
        config.chainDepth = chainDepth
        config.factor = factor
        config.alpha = alpha
        config.allOps = allOps
        config.interpolation = interpolation
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let alpha = Tensor.constant(config.alpha, dtype: x.dtype)
        // Gamma numbers over their sum are Dirichlet's.
        let weights = Tensor.randomLogGamma([config.numChains], alpha, context).softmax()
        let own = Tensor.randomBeta([], alpha, context)
        let mixture = (0..<config.numChains).map { chain in
            let images = (0..<config.chainDepth).reduce(x) { images, _ in
                operations.one(images, orNone: true, context)
            }
            return images * weights[chain..<chain + 1]
        }.reduce(x * 0, +)
        return (own * x + (1 - own) * mixture).limited(config.valueRange)
    }
}
