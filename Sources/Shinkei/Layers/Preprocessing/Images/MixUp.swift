import ShinkeiCore

/// Images laid over others of their batch, by a weight from a beta distribution.
///
/// Called on images and labels, `[images, labels]`, it mixes both alike: labels as floats, `[batch, classes]`. Outside of training all is
/// left as it is. Source: H. Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.MixUp`. Same defaults; the draws follow the model's seed.
public final class MixUp: ImageMixingLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Both parameters of the beta distribution: the smaller, the less are images mixed.
        public var alpha: Double = 0.2
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration with Keras's defaults.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("alpha", \.alpha),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            guard alpha > 0, alpha.isFinite else { throw ConfigError("alpha: must be above 0; got \(alpha)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("MixUp")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - alpha: Both parameters of the beta distribution: the smaller, the less are images mixed.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        alpha: Double = 0.2,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.alpha = alpha
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func mixed(_ x: Tensor, _ context: CallContext) -> ImageMixture {
        let order = Tensor.randomPermutation(x.shape[0], key: context.randomKey())
        let alpha = Tensor.constant(config.alpha, dtype: x.dtype)
        let weight = Tensor.randomBeta([x.shape[0], 1, 1, 1], alpha, context)
        return ImageMixture(images: weight * x + (1 - weight) * x.taking(order), weight: weight, order: order)
    }
}
