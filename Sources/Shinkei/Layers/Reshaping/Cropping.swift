public import ShinkeiCore

/// Takes time steps away at both ends.
///
/// Input shape: `[batch, time, features]`. Output shape: the same with smaller axes.
/// Keras: `keras.layers.Cropping1D`. Same defaults.
public final class Cropping1D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is taken away.
        public var cropping: Edges = Edges(1, 1)
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.optional("cropping", \.cropping)]
        public func check() throws(ConfigError) { try [cropping].check("cropping", count: 1) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is taken away.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Cropping1D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter cropping: How much is taken away.
    public convenience init(_ cropping: Edges = Edges(1, 1), name: String? = nil) {
        var config = Config()
        config.cropping = cropping
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.cropped(by: [config.cropping], from: 1)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(input, by: [config.cropping].map { Edges(-$0.before, -$0.after) }, from: 1)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Takes rows and columns away at the edges of images.
///
/// Input shape: `[batch, height, width, channels]` (the channels before the height with `channelsFirst`). Output shape: the same with smaller axes.
/// Keras: `keras.layers.Cropping2D`. Same defaults.
public final class Cropping2D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is taken away, for height, width.
        public var cropping = [Edges(0, 0), Edges(0, 0)]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("cropping", \.cropping), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try cropping.check("cropping", count: 2) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is taken away.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Cropping2D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter cropping: How much is taken away, for height, width.
    public convenience init(
        _ cropping: [Edges] = [Edges(0, 0), Edges(0, 0)], dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.cropping = cropping
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.cropped(by: config.cropping, from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(
            input, by: config.cropping.map { Edges(-$0.before, -$0.after) }, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Takes slices away at the edges of volumes.
///
/// Input shape: `[batch, depth, height, width, channels]` (the channels before the depth with `channelsFirst`). Output shape: the same with smaller axes.
/// Keras: `keras.layers.Cropping3D`. Same defaults.
public final class Cropping3D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How much is taken away, for depth, height, width.
        public var cropping = [Edges(1, 1), Edges(1, 1), Edges(1, 1)]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("cropping", \.cropping), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try cropping.check("cropping", count: 3) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Nothing negative is taken away.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Cropping3D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter cropping: How much is taken away, for depth, height, width.
    public convenience init(
        _ cropping: [Edges] = [Edges(1, 1), Edges(1, 1), Edges(1, 1)], dataFormat: DataFormat = .channelsLast,
        name: String? = nil
    ) {
        var config = Config()
        config.cropping = cropping
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.cropped(by: config.cropping, from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try widened(
            input, by: config.cropping.map { Edges(-$0.before, -$0.after) }, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}
