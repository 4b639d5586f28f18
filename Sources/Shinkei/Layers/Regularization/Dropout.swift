public import ShinkeiCore

/// In training, sets a random part of the inputs to 0 and scales the rest by `1 / (1 - rate)`, so
/// that the sum is kept on average; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.Dropout`.
public final class Dropout: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of elements dropped, in `0 ... 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The shape of one draw, broadcast over the input: `[nil, 1, nil]` drops features of whole sequences. `nil` sizes
        /// are the input's.
        public var noiseShape: [Int?]?
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed), .optional("noise_shape", \.noiseShape),
        ]
        public func check() throws(ConfigError) {
            try checkRate(rate)
            try checkNoiseShape(noiseShape)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Dropout")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - rate: The fraction of elements dropped, in `0 ... 1`.
    ///   - noiseShape: The shape of one draw, broadcast over the input; `nil` sizes are the input's.
    public convenience init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        var config = Config(rate: rate)
        config.noiseShape = noiseShape
        self.init(config, name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        input.dropped(config.rate, noise: concreteNoise(config.noiseShape, input.shape), dtype: dtype, context)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        if let noise = config.noiseShape {
            let fits = zip(noise, input.sizes).allSatisfy { $0 == nil || $0 == 1 || $1 == nil || $0 == $1 }
            guard noise.count == input.rank, fits else {
                throw LayerError(self, "noiseShape \(SymbolicShape(noise)) does not broadcast", inputs: [input])
            }
        }
        return input
    }
}

func checkRate(_ rate: Double) throws(ConfigError) {
    guard rate >= 0, rate <= 1 else { throw ConfigError("rate: must be a fraction in 0 ... 1; got \(rate)") }
}

func checkNoiseShape(_ shape: [Int?]?) throws(ConfigError) {
    guard shape?.allSatisfy({ $0 == nil || $0! > 0 }) ?? true else {
        throw ConfigError("noise_shape: sizes must be positive; got \(shape ?? [])")
    }
}

/// The shape of a draw for an input of this shape.
func concreteNoise(_ noise: [Int?]?, _ shape: Shape) -> [Int] {
    noise.map { zip($0, shape.sizes).map { $0 ?? $1 } } ?? shape.sizes
}

extension Tensor {
    /// In training, a random part set to 0 and the rest scaled so that the sum is kept on average.
    func dropped(_ rate: Double, noise: [Int], dtype: DType, _ context: CallContext) -> Tensor {
        let x = self.dtype.isFloating ? self : cast(to: dtype)
        guard context.isTraining, rate > 0 else { return x }
        if rate == 1 { return x * 0 }
        let kept = Tensor.randomBernoulli(noise, probability: 1 - rate, key: context.randomKey())
        // NaN times 0 is NaN: a select would hide it in a dropped place.
        let scale = Tensor.constant(1 / (1 - rate), dtype: x.dtype)
        return x * Tensor.where(kept, scale, Tensor.constant(0, dtype: x.dtype))
    }
}
