public import ShinkeiCore

/// What global pooling is made from. Keras's defaults.
public struct GlobalPoolingConfig: LayerConfig {
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast
    /// Whether the axes that are pooled stay, with size 1.
    public var keepDims = false

    /// The default configuration.
    public init() {}

    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .optional("data_format", \.dataFormat), .optional("keepdims", \.keepDims),
    ]
}

/// What global pooling layers share.
public class GlobalPoolingLayer<Axes: SpatialAxes>: Layer {
    /// Everything needed to rebuild the layer.
    public typealias Config = GlobalPoolingConfig
    /// What the layer was made from.
    public let config: Config

    override class var isBuiltFromStart: Bool { true }

    /// A layer of this configuration.
    public init(_ config: Config, name: String?) {
        self.config = config
        super.init(name: name)
    }

    /// - Parameter keepDims: Whether the axes that are pooled stay, with size 1.
    public convenience init(
        dataFormat: DataFormat = .channelsLast, keepDims: Bool = false, name: String? = nil
    ) {
        var config = Config()
        config.dataFormat = dataFormat
        config.keepDims = keepDims
        self.init(config, name: name)
    }

    /// `x` with these axes pooled.
    func pool(_ x: Tensor, axes: [Int]) -> Tensor { trap("\(className): does not say how it pools") }

    private var axes: [Int] {
        let first = config.dataFormat == .channelsFirst ? 2 : 1
        return Array(first..<first + Axes.count)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        pool(input.cast(to: dtype), axes: axes)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == Axes.count + 2 else {
            throw LayerError(self, "needs an input of \(Axes.count + 2) axes", inputs: [input])
        }
        if axes.contains(where: { input[$0] == 0 }) {
            throw LayerError(self, "there is nothing to pool", inputs: [input])
        }
        let sizes = input.sizes.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        if config.keepDims { return SymbolicShape(sizes) }
        return SymbolicShape(sizes.indices.filter { !axes.contains($0) }.map { sizes[$0] })
    }
}
