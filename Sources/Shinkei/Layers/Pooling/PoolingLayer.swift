import ShinkeiCore

/// What pooling is made from. Keras's defaults.
public struct PoolingConfig<Axes: SpatialAxes>: LayerConfig {
    /// The window's sizes.
    public var poolSize: Extent<Axes> = 2
    /// The distance of neighbouring windows; the window's sizes if not given.
    public var strides: Extent<Axes>?
    /// Where windows may reach over the border.
    public var padding = Padding.valid
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast

    /// The default configuration.
    public init() {}

    public static var defaults: Self { Self() }
    public static var fields: [ConfigField<Self>] {
        [
            .optional("pool_size", \.poolSize), .optional("padding", \.padding), .optional("strides", \.strides),
            .optional("data_format", \.dataFormat),
        ]
    }
    public func check() throws(ConfigError) {
        try poolSize.check("pool_size")
        try strides?.check("strides")
        if padding == .causal { throw ConfigError("padding: must be \"valid\" or \"same\"; got \"causal\"") }
    }
}

/// What pooling layers share.
public class PoolingLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = PoolingConfig<Axes>
    /// What the layer was made from.
    public let config: Config

    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, inputShape: SymbolicShape?, name: String?) {
        config.trapIfWrong(Self.className)
        self.config = config
        super.init(dataFormat: config.dataFormat, inputShape: inputShape, name: name)
    }

    public convenience init(_ config: Config, name: String?) { self.init(config, inputShape: nil, name: name) }

    /// - Parameters:
    ///   - poolSize: The window's sizes, one number or one for each axis.
    ///   - strides: The distance of neighbouring windows; the window's sizes if not given.
    public convenience init(
        _ poolSize: Extent<Axes> = 2, strides: Extent<Axes>? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config()
        config.poolSize = poolSize
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        self.init(config, inputShape: inputShape, name: name)
    }

    /// The output for an input with channels last.
    func pool(_ x: Tensor, window: [Int], strides: [Int], borders: [(before: Int, after: Int)]) -> Tensor {
        trap("\(className): does not say how it pools")
    }

    private var strides: [Int] { (config.strides ?? config.poolSize).sizes }

    override func slide(_ x: Tensor) -> Tensor {
        let window = config.poolSize.sizes
        return pool(
            x, window: window, strides: strides,
            borders: borders(of: x, window: window, strides: strides, padding: config.padding))
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        let counts = try windowCounts(
            sizes, window: config.poolSize.sizes, strides: strides, padding: config.padding, of: input)
        return (counts, channels)
    }
}
