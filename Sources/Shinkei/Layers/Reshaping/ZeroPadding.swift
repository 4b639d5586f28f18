public import ShinkeiCore

/// Adds time steps of 0 at both ends.
///
/// Input shape: `[batch, time, features]` (the channels before the time with `channelsFirst`). Output shape: the same with
/// larger axes.
/// Keras: `keras.layers.ZeroPadding1D`. Same defaults.
public final class ZeroPadding1D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is added.
        public var padding: Edges = Edges(1, 1)
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("padding", \.padding), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try [padding].check("padding", count: 1) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is added.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ZeroPadding1D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter padding: How much is added.
    public convenience init(
        _ padding: Edges = Edges(1, 1), dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.padding = padding
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.widened(by: [config.padding], from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(input, by: [config.padding], from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Adds rows and columns of 0 at the edges of images.
///
/// Input shape: `[batch, height, width, channels]` (the channels before the height with `channelsFirst`). Output shape: the same with
/// larger axes.
/// Keras: `keras.layers.ZeroPadding2D`. Same defaults.
public final class ZeroPadding2D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is added, for height, width.
        public var padding = [Edges(1, 1), Edges(1, 1)]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("padding", \.padding), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try padding.check("padding", count: 2) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is added.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ZeroPadding2D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter padding: How much is added, for height, width.
    public convenience init(
        _ padding: [Edges] = [Edges(1, 1), Edges(1, 1)], dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.padding = padding
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.widened(by: config.padding, from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(input, by: config.padding, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Adds slices of 0 at the edges of volumes.
///
/// Input shape: `[batch, depth, height, width, channels]` (the channels before the depth with `channelsFirst`). Output shape: the same with
/// larger axes.
/// Keras: `keras.layers.ZeroPadding3D`. Same defaults.
public final class ZeroPadding3D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is added, for depth, height, width.
        public var padding = [Edges(1, 1), Edges(1, 1), Edges(1, 1)]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("padding", \.padding), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try padding.check("padding", count: 3) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is added.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ZeroPadding3D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter padding: How much is added, for depth, height, width.
    public convenience init(
        _ padding: [Edges] = [Edges(1, 1), Edges(1, 1), Edges(1, 1)], dataFormat: DataFormat = .channelsLast,
        name: String? = nil
    ) {
        var config = Config()
        config.padding = padding
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.widened(by: config.padding, from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(input, by: config.padding, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}
