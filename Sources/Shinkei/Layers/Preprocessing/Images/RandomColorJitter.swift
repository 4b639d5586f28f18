import ShinkeiCore

/// Images with other brightness, contrast, saturation and hue, in this order.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomColorJitter`. Same defaults; the draws follow the model's seed.
public final class RandomColorJitter: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// As of `RandomBrightness`; left out if `nil`.
        public var brightnessFactor: RandomFactor?
        /// As of `RandomContrast`; left out if `nil`.
        public var contrastFactor: RandomFactor?
        /// As of `RandomSaturation`; left out if `nil`.
        public var saturationFactor: RandomFactor?
        /// As of `RandomHue`; left out if `nil`.
        public var hueFactor: RandomFactor?
        /// The smallest and the largest number of a pixel.
        public var valueRange = ValueRange.bytes
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration that changes nothing.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("brightness_factor", \.brightnessFactor), .optional("contrast_factor", \.contrastFactor),
            .optional("saturation_factor", \.saturationFactor), .optional("hue_factor", \.hueFactor),
            .optional("seed", \.seed), .optional("value_range", \.valueRange),
        ]
        public func check() throws(ConfigError) {
            try brightnessFactor?.check("brightness_factor", in: -1...1)
            try contrastFactor?.check("contrast_factor", in: 0...1)
            try saturationFactor?.check("saturation_factor", in: -1...1)
            try hueFactor?.check("hue_factor", in: 0...1)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }
    /// What is done one after the other; without weights, so of no concern to files.
    private lazy var steps: [ImageLayer] = makeSteps()
    override var wantedChannels: Int? { config.saturationFactor == nil && config.hueFactor == nil ? nil : 3 }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomColorJitter")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - brightnessFactor: As of `RandomBrightness`; left out if `nil`.
    ///   - contrastFactor: As of `RandomContrast`; left out if `nil`.
    ///   - saturationFactor: As of `RandomSaturation`; left out if `nil`.
    ///   - hueFactor: As of `RandomHue`; left out if `nil`.
    ///   - valueRange: The smallest and the largest number of a pixel.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        brightnessFactor: RandomFactor? = nil, contrastFactor: RandomFactor? = nil,
        saturationFactor: RandomFactor? = nil,
        hueFactor: RandomFactor? = nil, valueRange: ValueRange = .bytes,
        dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        (config.brightnessFactor, config.contrastFactor) = (brightnessFactor, contrastFactor)
        (config.saturationFactor, config.hueFactor) = (saturationFactor, hueFactor)
        config.valueRange = valueRange
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        steps.reduce(x) { $1.changed($0, context) }
    }

    private func makeSteps() -> [ImageLayer] {
        let range = config.valueRange
        let all: [ImageLayer?] = [
            config.brightnessFactor.map { RandomBrightness($0, valueRange: range, name: "random_brightness") },
            config.contrastFactor.map { RandomContrast($0, valueRange: range, name: "random_contrast") },
            config.saturationFactor.map { RandomSaturation($0, valueRange: range, name: "random_saturation") },
            config.hueFactor.map { RandomHue($0, valueRange: range, name: "random_hue") },
        ]
        return all.compactMap { $0 }
    }
}
