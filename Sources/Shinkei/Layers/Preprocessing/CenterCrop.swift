public import ShinkeiCore

/// The middle of images. From images that are too small, the largest part of the wanted form is taken and made larger.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same with the
/// wanted height and width.
/// Keras: `keras.layers.CenterCrop`.
public final class CenterCrop: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The height that is left.
        public var height: Int
        /// The width that is left.
        public var width: Int
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a size.
        public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

        public static let defaults = Config(height: 0, width: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat), .required("height", \.height), .required("width", \.width),
        ]
        public func check() throws(ConfigError) {
            guard height > 0, width > 0 else {
                throw ConfigError("height and width: must be positive; got \(height) and \(width)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The size is positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("CenterCrop")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - height: The height that is left.
    ///   - width: The width that is left.
    ///   - dataFormat: Where the channels stand.
    public convenience init(
        height: Int, width: Int, dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(height: height, width: width)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let first = config.dataFormat.firstSpatialAxis
        let (height, width) = (x.shape[first], x.shape[first + 1])
        func middle(_ tall: Int, _ wide: Int) -> Tensor {
            let (top, left) = ((height - tall) / 2, (width - wide) / 2)
            return x.sliced(axis: first, top..<top + tall).sliced(axis: first + 1, left..<left + wide)
        }
        if height >= config.height && width >= config.width { return middle(config.height, config.width) }
        let tall = Swift.max(Swift.min(height, width * config.height / config.width), 1)
        let wide = Swift.max(Swift.min(width, height * config.width / config.height), 1)
        return middle(tall, wide).resized([config.height, config.width], from: first, .bilinear, dtype: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try imageShape(input, config.dataFormat, height: config.height, width: config.width)
    }
}

extension Layer {
    /// The shape of images of another size.
    func imageShape(_ input: SymbolicShape, _ format: DataFormat, height: Int, width: Int) throws(LayerError)
        -> SymbolicShape
    {
        let first = format.firstSpatialAxis
        guard input.rank == 4 else {
            throw LayerError(self, "needs images: batch, height, width, channels", inputs: [input])
        }
        guard input[first] != 0, input[first + 1] != 0 else {
            throw LayerError(self, "the images are empty", inputs: [input])
        }
        var sizes = input.sizes
        (sizes[first], sizes[first + 1]) = (height, width)
        return SymbolicShape(sizes)
    }
}
