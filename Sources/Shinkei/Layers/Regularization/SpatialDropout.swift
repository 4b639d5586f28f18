public import ShinkeiCore

/// A `Dropout` that sets whole channels of sequences to 0.
///
/// Input shape: `[batch, time, channels]`. Output shape: the same.
/// Keras: `keras.layers.SpatialDropout1D`.
public final class SpatialDropout1D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of channels dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) { try checkRate(rate) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("SpatialDropout1D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter rate: The fraction of channels dropped, in `0 ... 1`.
    public convenience init(_ rate: Double, name: String? = nil) {
        self.init(Config(rate: rate), name: name)
    }

    public override var supportsMasking: Bool { true }
    override var takesCommonKeys: Bool { false }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.dropped(config.rate, noise: channelNoise(x.shape, .channelsLast), dtype: dtype, context)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 3 else { throw LayerError(self, "needs 3 axes", inputs: [input]) }
        return input
    }
}

/// A `Dropout` that sets whole channels of images to 0.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: the same.
/// Keras: `keras.layers.SpatialDropout2D`.
public final class SpatialDropout2D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of channels dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed),
            .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try checkRate(rate) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("SpatialDropout2D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - rate: The fraction of channels dropped, in `0 ... 1`.
    ///   - dataFormat: Where the channels stand.
    public convenience init(_ rate: Double, dataFormat: DataFormat = .channelsLast, name: String? = nil) {
        var config = Config(rate: rate)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }
    override var takesCommonKeys: Bool { false }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.dropped(config.rate, noise: channelNoise(x.shape, config.dataFormat), dtype: dtype, context)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 4 else { throw LayerError(self, "needs 4 axes", inputs: [input]) }
        return input
    }
}

/// A `Dropout` that sets whole channels of volumes to 0.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: the same.
/// Keras: `keras.layers.SpatialDropout3D`.
public final class SpatialDropout3D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of channels dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed),
            .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try checkRate(rate) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("SpatialDropout3D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - rate: The fraction of channels dropped, in `0 ... 1`.
    ///   - dataFormat: Where the channels stand.
    public convenience init(_ rate: Double, dataFormat: DataFormat = .channelsLast, name: String? = nil) {
        var config = Config(rate: rate)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }
    override var takesCommonKeys: Bool { false }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.dropped(config.rate, noise: channelNoise(x.shape, config.dataFormat), dtype: dtype, context)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == 5 else { throw LayerError(self, "needs 5 axes", inputs: [input]) }
        return input
    }
}

/// One draw for each channel of each row.
private func channelNoise(_ shape: Shape, _ format: DataFormat) -> [Int] {
    let channels = format == .channelsLast ? shape.rank - 1 : 1
    return shape.sizes.enumerated().map { axis, size in axis == 0 || axis == channels ? size : 1 }
}
