public import ShinkeiCore

/// `(x - mean) / sqrt(variance)`, with a mean and a variance for each place on some axes, known beforehand or found by
/// `adapt`.
///
/// Input shape: any. Output shape: the same.
/// Weights, unless mean and variance are given: `mean`, `variance` and `count`, none of them trained.
/// Keras: `keras.layers.Normalization`. Same defaults.
public final class Normalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The axes whose places have means of their own; none for one mean of everything.
        public var axes = [-1]
        /// Whether the layer does the opposite: `x · sqrt(variance) + mean`.
        public var invert = false
        /// The mean, if it is known; broadcast over `axes`.
        public var mean: NumberArray?
        /// The variance, if it is known; broadcast over `axes`.
        public var variance: NumberArray?
        /// The default configuration.
        public init() {}

        var storedAxes: Axes? {
            get { Axes(axes) }
            set { axes = newValue?.axes ?? [] }
        }
        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("axis", \.storedAxes), .optional("invert", \.invert), .optional("mean", \.mean),
            .optional("variance", \.variance),
        ]
        public func check() throws(ConfigError) {
            guard mean?.shape == variance?.shape else {
                throw ConfigError("mean and variance: both are needed, in one shape")
            }
            if let mean, mean.shape.count > axes.count {
                throw ConfigError("mean: has more axes than \(axes); its shape is \(mean.shape)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    private let adapted: (mean: Weight, variance: Weight, count: Weight)?
    /// The kept axes, counted from the first, and the sizes with 1 for all others.
    private var kept: [Int] = []
    private var wide: [Int] = []

    /// - Precondition: Mean and variance are both given, or neither.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Normalization")
        self.config = config
        adapted =
            config.mean != nil
            ? nil
            : (
                Weight("mean", isTrainable: false), Weight("variance", isTrainable: false),
                Weight("count", isTrainable: false)
            )
        super.init(name: name)
    }

    /// - Parameters:
    ///   - axes: The axes whose places have means of their own; none for one mean of everything.
    ///   - mean: The mean, if it is known; broadcast over `axes`.
    ///   - variance: The variance, if it is known; broadcast over `axes`.
    ///   - invert: Whether the layer does the opposite.
    public convenience init(
        axes: [Int] = [-1], mean: NumberArray? = nil, variance: NumberArray? = nil, invert: Bool = false,
        name: String? = nil
    ) {
        var config = Config()
        config.axes = axes
        config.mean = mean
        config.variance = variance
        config.invert = invert
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        var sizes: [Int] = []
        kept = config.axes.compactMap { input.axis($0) }.sorted()
        guard kept.count == config.axes.count, Set(kept).count == kept.count else {
            throw LayerError(self, "there are no axes \(config.axes)", inputs: [input])
        }
        for axis in kept {
            guard let size = input[axis] else {
                throw LayerError(self, "the size of axis \(axis) must be known", inputs: [input])
            }
            sizes.append(size)
        }
        wide = (0..<input.rank).map { axis in kept.contains(axis) ? input[axis] ?? 1 : 1 }
        if let adapted {
            create(adapted.mean, sizes, .zeros)
            create(adapted.variance, sizes, .ones)
            create(adapted.count, [], .zeros, dtype: .int64)
        } else if let given = config.mean {
            let fits = zip(given.shape.reversed(), sizes.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
            guard fits else {
                throw LayerError(
                    self, "a mean of the shape \(given.shape) does not fit axes of \(sizes)", inputs: [input])
            }
        }
    }

    /// Finds mean and variance of these data, the first axis being the rows; builds the layer if need be.
    ///
    /// - Throws: `LayerError` if the data do not fit the layer.
    /// - Precondition: Mean and variance were not given.
    public func adapt(_ data: Tensor) throws(LayerError) {
        guard let adapted else { trap("\(name): mean and variance were given; there is nothing to adapt") }
        let shape = SymbolicShape(data.shape)
        // Rows are told apart only if the layer is asked to, as for scalars in a row.
        try prepare([config.axes.contains { shape.axis($0) == 0 } ? shape : shape.anyRows], parent: nil)
        let axes = (0..<data.rank).filter { !kept.contains($0) }
        let x = data.cast(to: dtype)
        adapted.mean.value = axes.isEmpty ? x : x.mean(axes: axes)
        adapted.variance.value = axes.isEmpty ? x * 0 : x.variance(axes: axes)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        let mean = spread(adapted?.mean.value ?? config.mean!.tensor(dtype))
        let variance = spread(adapted?.variance.value ?? config.variance!.tensor(dtype))
        let deviation = maximum(variance.sqrt(), Tensor.constant(1e-7, dtype: dtype))
        return config.invert ? x * deviation + mean : (x - mean) / deviation
    }

    /// One value for each place on the kept axes, aligned with the input.
    private func spread(_ value: Tensor) -> Tensor {
        var sizes = [Int](repeating: 1, count: wide.count)
        for (axis, size) in zip(kept.reversed(), value.shape.sizes.reversed()) { sizes[axis] = size }
        return value.reshaped(sizes)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank == wide.count, kept.allSatisfy({ input[$0] == nil || input[$0] == wide[$0] }) else {
            throw LayerError(self, "was built for \(wide) on the axes \(kept)", inputs: [input])
        }
        return input
    }
}
