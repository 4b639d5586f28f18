public import ShinkeiCore

/// A part of the images, in training another one at each step, the same for all images of a batch; otherwise the middle.
///
/// From images that are not larger, the largest part of the wanted form is taken and brought to the size.
///
/// Input shape: `[batch, height, width, channels]`, or with the channels before the height. Output shape: the same with the
/// wanted height and width.
/// Keras: `keras.layers.RandomCrop`.
/// - Note: Outside of training Keras 3 returns the images whole, against its documentation and its own `compute_output_shape`;
///   this layer does what is documented.
public final class RandomCrop: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The height that is left.
        public var height: Int
        /// The width that is left.
        public var width: Int
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a size.
        public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }

        public static let defaults = Config(height: 0, width: 0)
        public static let fields: [ConfigField<Config>] = [
            .optional("data_format", \.dataFormat), .required("height", \.height), .required("width", \.width),
            .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            guard height > 0, width > 0 else {
                throw ConfigError("height and width: must be positive; got \(height) and \(width)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    private let middle: CenterCrop
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The size is positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("RandomCrop")
        self.config = config
        middle = CenterCrop(height: config.height, width: config.width, dataFormat: config.dataFormat, name: "middle")
        super.init(name: name)
    }

    /// - Parameters:
    ///   - height: The height that is left.
    ///   - width: The width that is left.
    ///   - dataFormat: Where the channels stand.
    public convenience init(height: Int, width: Int, dataFormat: DataFormat = .channelsLast, name: String? = nil) {
        var config = Config(height: height, width: width)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let first = config.dataFormat.firstSpatialAxis
        let (height, width) = (x.shape[first], x.shape[first + 1])
        guard context.isTraining, height > config.height, width > config.width else {
            middle.dtype = dtype
            return middle.call(x, context)
        }
        // Where the part begins is a tensor: the compiled step stays the same for every draw.
        func places(_ size: Int, in whole: Int) -> Tensor {
            Tensor.randomIntegers([1], in: 0..<whole - size + 1, key: context.randomKey()) + Tensor.arange(size)
        }
        return x.taking(places(config.height, in: height), axis: first)
            .taking(places(config.width, in: width), axis: first + 1)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try imageShape(input, config.dataFormat, height: config.height, width: config.width)
    }
}
