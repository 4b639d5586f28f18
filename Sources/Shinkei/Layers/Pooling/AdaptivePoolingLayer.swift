import ShinkeiCore

/// What adaptive pooling is made from.
public struct AdaptivePoolingConfig<Axes: SpatialAxes>: LayerConfig {
    /// The number of parts on each axis.
    public var outputSize: Extent<Axes>
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast

    /// The default configuration.
    public init(outputSize: Extent<Axes>) { self.outputSize = outputSize }

    public static var defaults: Self { Self(outputSize: 0) }
    public static var fields: [ConfigField<Self>] {
        [.required("output_size", \.outputSize), .optional("data_format", \.dataFormat)]
    }
    public func check() throws(ConfigError) { try outputSize.check("output_size") }
}

/// What adaptive pooling layers share. Part `i` of `n` of an axis goes from `⌊i · size / n⌋` to `⌈(i + 1) · size / n⌉`.
public class AdaptivePoolingLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = AdaptivePoolingConfig<Axes>
    /// What the layer was made from.
    public let config: Config

    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, name: String?) {
        config.trapIfWrong(Self.className)
        self.config = config
        super.init(dataFormat: config.dataFormat, inputShape: nil, name: name)
    }

    /// - Parameter outputSize: The number of parts, one number or one for each axis.
    public convenience init(
        _ outputSize: Extent<Axes>, dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config(outputSize: outputSize)
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    /// `x` with an axis pooled away.
    func pool(_ x: Tensor, axis: Int) -> Tensor { trap("\(className): does not say how it pools") }

    override func slide(_ x: Tensor) -> Tensor {
        var y = x
        for (i, count) in config.outputSize.sizes.enumerated() {
            let (axis, size) = (i + 1, x.shape[i + 1])
            if count == size { continue }
            let parts = (0..<count).map { part in
                pool(
                    y.sliced(axis: axis, part * size / count..<((part + 1) * size + count - 1) / count), axis: axis)
            }
            y = Tensor.stack(parts, axis: axis)
        }
        return y
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        if sizes.contains(0) { throw LayerError(self, "there is nothing to pool", inputs: [input]) }
        return (config.outputSize.sizes, channels)
    }
}
