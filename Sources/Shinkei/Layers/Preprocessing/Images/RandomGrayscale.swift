import ShinkeiCore

/// Images, some of them without colour.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomGrayscale`. Same defaults; the draws follow the model's seed.
public final class RandomGrayscale: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The probability, in 0 … 1.
        public var factor = 0.5
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a probability.
        public init(factor: Double = 0.5) { self.factor = factor }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("factor", \.factor),
        ]
        public func check() throws(ConfigError) {
            try checkRate(factor)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomGrayscale")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - factor: The probability, in 0 … 1.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ factor: Double = 0.5,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(factor: factor)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard x.shape[3] == 3 else { return x }
        let isGray = drawn(x, 0, 1, context) .< Tensor.constant(config.factor, dtype: x.dtype)
        return Tensor.where(isGray, x.luminance().broadcast(to: x.shape.sizes), x)
    }
}
