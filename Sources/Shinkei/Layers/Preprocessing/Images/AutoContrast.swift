import ShinkeiCore

/// Images stretched over the whole range: each channel's darkest pixel becomes black, its brightest white.
///
/// In training and outside of it.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.AutoContrast`. Same defaults.
public final class AutoContrast: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for bytes.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("value_range", \.valueRange),
        ]
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    override var isForTraining: Bool { false }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("AutoContrast")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        let bytes = x.moved(from: config.valueRange, to: .bytes)
        let low = bytes.min(axes: [1, 2], keepDims: true)
        let high = bytes.max(axes: [1, 2], keepDims: true)
        let scale = 255 / (high - low)
        let stretched = (bytes * scale - low * scale).limited(.bytes).moved(from: .bytes, to: config.valueRange)
        // A channel of one colour has nothing to stretch.
        return Tensor.where(low .== high, x, stretched)
    }
}
