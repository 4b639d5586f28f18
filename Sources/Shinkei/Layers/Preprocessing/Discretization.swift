public import ShinkeiCore

/// The number of the range in which each value lies.
///
/// `binBoundaries` `[0, 1]` make the ranges 0: below 0, 1: from 0 to below 1, 2: from 1. NaN counts as the largest.
///
/// Input shape: any. Output shape: the same, of `int64`; other output modes as in `CategoryEncoding`.
/// Keras: `keras.layers.Discretization`. Same defaults.
public final class Discretization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// Where the ranges begin, but for the first; `nil` until `adapt` has found them.
        public var binBoundaries: [Double]?
        /// The number of ranges that `adapt` makes.
        public var numBins: Int?
        /// How far off the quantiles may be that `adapt` finds.
        public var epsilon = 0.01
        /// What is made of the numbers.
        public var outputMode = CategoryOutput.int
        /// The configuration for given ranges.
        public init(binBoundaries: [Double]) { self.binBoundaries = binBoundaries }
        /// The configuration for a number of ranges, which `adapt` finds.
        public init(numBins: Int) { self.numBins = numBins }

        public static let defaults: Config = {
            var config = Config(binBoundaries: [])
            config.binBoundaries = nil
            return config
        }()
        public static let fields: [ConfigField<Config>] = [
            .optional("bin_boundaries", \.binBoundaries), .optional("num_bins", \.numBins),
            .optional("epsilon", \.epsilon), .optional("output_mode", \.outputMode),
        ]
        public func check() throws(ConfigError) {
            guard binBoundaries != nil || numBins != nil else {
                throw ConfigError("bin_boundaries: needed, unless num_bins is given")
            }
            if let numBins { try checkSize("num_bins", numBins) }
            guard epsilon > 0, epsilon <= 1 else { throw ConfigError("epsilon: must be in 0 ... 1; got \(epsilon)") }
            if let binBoundaries {
                let isAscending = zip(binBoundaries, binBoundaries.dropFirst()).allSatisfy { $0 <= $1 }
                guard isAscending, binBoundaries.allSatisfy({ !$0.isNaN }) else {
                    throw ConfigError("bin_boundaries: must be in ascending order; got \(binBoundaries)")
                }
            }
        }
    }
    /// What the layer was made from; `adapt` fills in the boundaries.
    public private(set) var config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The boundaries are in ascending order.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Discretization")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - binBoundaries: Where the ranges begin, but for the first.
    ///   - outputMode: What is made of the numbers.
    public convenience init(binBoundaries: [Double], outputMode: CategoryOutput = .int, name: String? = nil) {
        var config = Config(binBoundaries: binBoundaries)
        config.outputMode = outputMode
        self.init(config, name: name)
    }

    /// - Parameters:
    ///   - numBins: The number of ranges that `adapt` makes, with about equally many values in each.
    ///   - epsilon: How far off the quantiles may be, as a fraction of the values.
    ///   - outputMode: What is made of the numbers.
    public convenience init(
        numBins: Int, epsilon: Double = 0.01, outputMode: CategoryOutput = .int, name: String? = nil
    ) {
        var config = Config(numBins: numBins)
        config.epsilon = epsilon
        config.outputMode = outputMode
        self.init(config, name: name)
    }

    /// Finds boundaries between which about equally many of these values lie.
    ///
    /// - Precondition: The layer was made for a number of ranges, and there are values.
    public func adapt(_ data: Tensor) {
        guard let numBins = config.numBins else { trap("\(name): has its boundaries already; adapt needs numBins") }
        let values: [Double] = data.cast(to: .float32).flattened().sorted().array(of: Double.self)
        guard !values.isEmpty else { trap("\(name): adapt needs values; got \(data.shape)") }
        config.binBoundaries = QuantileSummary(values, epsilon: config.epsilon).boundaries(numBins)
    }

    override var takesCommonKeys: Bool { false }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        guard let boundaries = config.binBoundaries else {
            trap("\(name): has no boundaries yet: call adapt, or give it binBoundaries")
        }
        let x = input.dtype.isFloating ? input : input.cast(to: .float32)
        let bounds = Tensor(boundaries, shape: [boundaries.count], dtype: x.dtype)
        // Not below, instead of from: true of NaN.
        let reached = !(x.expanded(-1) .< bounds)
        let numbers = reached.cast(to: .int64).sum(axis: -1)
        return config.outputMode.encode(numbers, categories: boundaries.count + 1, dtype: dtype)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard let boundaries = config.binBoundaries else {
            throw LayerError(self, "has no boundaries yet: call adapt, or give it binBoundaries", inputs: [input])
        }
        return try config.outputMode.shape(input, categories: boundaries.count + 1, of: self)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { [config.outputMode == .int ? .int64 : dtype] }
}

/// Some of the values in ascending order, each standing for equally many, from which quantiles are read off by
/// interpolation. `float32`, as Keras computes them.
private struct QuantileSummary {
    private let values: [Float]
    private let weights: [Float]

    /// - Parameter sorted: Values in ascending order.
    init(_ sorted: [Double], epsilon: Double) {
        let step = Double(sorted.count) * epsilon
        let stride = max(step, 1)
        let chosen = Swift.stride(from: Int(step), to: sorted.count, by: Int(stride)).map { Float(sorted[$0]) }
        self.init(values: chosen, weights: chosen.map { _ in Float(stride) }, epsilon: epsilon)
    }

    /// The same with about `1 / epsilon` values.
    private init(values: [Float], weights: [Float], epsilon: Double) {
        guard Double(values.count) * epsilon >= 1, let last = values.last else {
            (self.values, self.weights) = (values, weights)
            return
        }
        var sums: [Double] = []
        for weight in weights { sums.append((sums.last ?? 0) + Double(weight)) }
        let total = sums[sums.count - 1]
        let count = Int((1 / epsilon).rounded(.up))
        var newValues: [Float] = []
        var newSums: [Double] = []
        for i in 0..<count {
            let share = epsilon + Double(i) * epsilon
            guard let above = sums.firstIndex(where: { $0 / total >= share }) else {
                newValues.append(last)
                newSums.append(total)
                continue
            }
            if above == 0 {
                newValues.append(values[0])
                newSums.append(sums[0])
                continue
            }
            let (low, high) = (sums[above - 1] / total, sums[above] / total)
            let part = (share - low) / (high - low)
            newValues.append(Float(Double(values[above - 1]) + part * Double(values[above] - values[above - 1])))
            newSums.append(sums[above - 1] + part * (sums[above] - sums[above - 1]))
        }
        self.values = newValues
        self.weights = zip(newSums, [0] + newSums.dropLast()).map { Float($0 - $1) }
    }

    /// What lies between `count` ranges of about equal weight.
    func boundaries(_ count: Int) -> [Double] {
        QuantileSummary(values: values, weights: weights, epsilon: 1 / Double(count)).values.dropLast().map {
            Double($0)
        }
    }
}
