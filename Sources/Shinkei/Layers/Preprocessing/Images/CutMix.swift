import ShinkeiCore

/// Images with a rectangle from others of their batch.
///
/// Called on images and labels, `[images, labels]`, it mixes the labels by the rectangle's part of the image: floats, `[batch, classes]`. Outside
/// of training all is left as it is. Source: S. Yun et al., CutMix, 2019.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.CutMix`. Same defaults; the draws follow the model's seed.
public final class CutMix: ImageMixingLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Both parameters of the beta distribution from which the rectangle's part is drawn. A number stands for 0 to itself.
        public var factor: RandomFactor = 1
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
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            try factor.check("factor", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("CutMix")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: Both parameters of the beta distribution from which the rectangle's part is drawn. A number stands for 0 to itself.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: RandomFactor = 1,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.factor = factor
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func mixed(_ x: Tensor, _ context: CallContext) -> ImageMixture {
        let (low, high) = config.factor.ends(least: 0)
        let alpha = Tensor.randomUniform([], low: low, high: high, dtype: x.dtype, key: context.randomKey()) + 1e-6
        let side = (1 - Tensor.randomBeta([x.shape[0], 1, 1, 1], alpha, context)).sqrt()
        let box = RandomBox(x, width: side, height: side, self, context)
        let order = Tensor.randomPermutation(x.shape[0], key: context.randomKey())
        return ImageMixture(images: Tensor.where(box.mask, x.taking(order), x), weight: 1 - box.part, order: order)
    }
}
