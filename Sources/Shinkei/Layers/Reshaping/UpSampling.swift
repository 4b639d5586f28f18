public import ShinkeiCore
import ShinkeiFormats

/// Every time step several times.
///
/// Input shape: `[batch, time, features]`. Output shape: the same with
/// time times `size`.
/// Keras: `keras.layers.UpSampling1D`. Same defaults.
public final class UpSampling1D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The factor.
        public var size = 2
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("size", \.size)
        ]
        public func check() throws(ConfigError) { try checkFactors([size], count: 1) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Factors are positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("UpSampling1D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter size: The factor.
    public convenience init(
        _ size: Int = 2, name: String? = nil
    ) {
        var config = Config()
        config.size = size
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.repeated([config.size], from: 1)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try enlarged(input, by: [config.size], from: 1)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Images made larger by whole factors.
///
/// Input shape: `[batch, height, width, channels]` (the channels before the height with `channelsFirst`). Output shape: the same with
/// height, width times `size`.
/// Keras: `keras.layers.UpSampling2D`. Same defaults.
public final class UpSampling2D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The factors of height, width.
        public var size = [2, 2]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// How what lies between the elements is filled.
        public var interpolation = Interpolation.nearest
        /// The default configuration.
        public init() {}

        var storedSize: Factors {
            get { Factors(size) }
            set { size = newValue.list(2) }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("size", \.storedSize), .optional("data_format", \.dataFormat),
            .optional("interpolation", \.interpolation),
        ]
        public func check() throws(ConfigError) { try checkFactors(size, count: 2) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Factors are positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("UpSampling2D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter size: The factors of height, width.
    public convenience init(
        _ size: [Int] = [2, 2], dataFormat: DataFormat = .channelsLast, interpolation: Interpolation = .nearest,
        name: String? = nil
    ) {
        var config = Config()
        config.size = size
        config.dataFormat = dataFormat
        config.interpolation = interpolation
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        switch config.interpolation {
        case .nearest: return x.repeated(config.size, from: config.dataFormat.firstSpatialAxis)
        case .bilinear:
            let first = config.dataFormat.firstSpatialAxis
            return x.resized(
                (0..<2).map { x.shape[first + $0] * config.size[$0] }, from: first, .bilinear, dtype: dtype)
        }
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try enlarged(input, by: config.size, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { config.interpolation == .nearest ? inputs : [dtype] }
}

/// Volumes made larger by whole factors: every element several times.
///
/// Input shape: `[batch, depth, height, width, channels]` (the channels before the depth with `channelsFirst`). Output shape: the same with
/// depth, height, width times `size`.
/// Keras: `keras.layers.UpSampling3D`. Same defaults.
public final class UpSampling3D: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The factors of depth, height, width.
        public var size = [2, 2, 2]
        /// Where the channels stand.
        public var dataFormat = DataFormat.channelsLast
        /// The default configuration.
        public init() {}

        var storedSize: Factors {
            get { Factors(size) }
            set { size = newValue.list(3) }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("size", \.storedSize), .optional("data_format", \.dataFormat),
        ]
        public func check() throws(ConfigError) { try checkFactors(size, count: 3) }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: Factors are positive.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("UpSampling3D")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter size: The factors of depth, height, width.
    public convenience init(
        _ size: [Int] = [2, 2, 2], dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        var config = Config()
        config.size = size
        config.dataFormat = dataFormat
        self.init(config, name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.repeated(config.size, from: config.dataFormat.firstSpatialAxis)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        try enlarged(input, by: config.size, from: config.dataFormat.firstSpatialAxis)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { inputs }
}

/// Factors as Keras gives them: one for all axes, or one for each.
struct Factors: ConfigValue {
    private var factors: [Int]
    init(_ factors: [Int]) { self.factors = factors }
    init(config: JSON) throws(ConfigError) {
        factors = config.array == nil ? [try Int(config: config)] : try [Int](config: config)
    }
    func list(_ count: Int) -> [Int] { factors.count == 1 ? Array(repeating: factors[0], count: count) : factors }
    var config: JSON { factors.config }
}

private func checkFactors(_ size: [Int], count: Int) throws(ConfigError) {
    guard size.count == count, size.allSatisfy({ $0 > 0 }) else {
        throw ConfigError("size: needs \(count) positive factors; got \(size)")
    }
}

extension Layer {
    fileprivate func enlarged(_ input: SymbolicShape, by factors: [Int], from first: Int) throws(LayerError)
        -> SymbolicShape
    {
        guard input.rank == factors.count + 2 else {
            throw LayerError(
                self, "needs \(factors.count + 2) axes: batch, channels and \(factors.count) more", inputs: [input])
        }
        var sizes = input.sizes
        for (i, factor) in factors.enumerated() {
            guard let size = sizes[first + i] else { continue }
            let (product, overflow) = size.multipliedReportingOverflow(by: factor)
            guard !overflow else { throw LayerError(self, "axis \(first + i) becomes too large", inputs: [input]) }
            sizes[first + i] = product
        }
        return SymbolicShape(sizes)
    }
}

extension Tensor {
    fileprivate func repeated(_ factors: [Int], from first: Int) -> Tensor {
        var x = self
        for (i, factor) in factors.enumerated() where factor > 1 { x = x.repeated(factor, axis: first + i) }
        return x
    }
}
