import ShinkeiCore

/// Which way `RandomFlip` turns images.
public enum FlipMode: String, ConfigWord, Sendable {
    /// Left and right.
    case horizontal
    /// Top and bottom.
    case vertical
    /// Each by itself.
    case both = "horizontal_and_vertical"
}

/// Images, in training about half of them, exchanged left for right, turned upside down, or both by turns.
///
/// Outside of training the images themselves.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same.
/// Keras: `keras.layers.RandomFlip`. Same defaults; the draws follow the model's seed.
public final class RandomFlip: ImageLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Which way.
        public var mode = FlipMode.both
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a direction.
        public init(mode: FlipMode = .both) { self.mode = mode }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat),
            .optional("mode", \.mode), .optional("seed", \.seed),
        ]
    }
    /// What the layer was made from.
    public let config: Config
    override var dataFormat: DataFormat { config.dataFormat }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomFlip")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - mode: Which way.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        _ mode: FlipMode = .both, dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(mode: mode)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    override func changed(_ x: Tensor, _ context: CallContext) -> Tensor {
        var result = x
        // One draw for each direction.
        for (isWanted, axis) in [(config.mode != .vertical, 2), (config.mode != .horizontal, 1)] where isWanted {
            let flips = drawn(x, 0, 1, context) .<= Tensor.constant(0.5, dtype: x.dtype)
            result = Tensor.where(flips, result.reversed(axes: [axis]), result)
        }
        return result
    }
}
