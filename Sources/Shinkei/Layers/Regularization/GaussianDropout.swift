public import ShinkeiCore

/// In training, multiplies by normal random numbers of mean 1 and standard deviation `sqrt(rate / (1 - rate))`, as spread as
/// those of `Dropout`; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.GaussianDropout`. Srivastava et al. 2014.
public final class GaussianDropout: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction that a `Dropout` of the same spread would drop, in `0 ..< 1`.
        public var rate: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a rate.
        public init(rate: Double) { self.rate = rate }

        public static let defaults = Config(rate: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("rate", \.rate), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            guard rate >= 0, rate < 1 else { throw ConfigError("rate: must be in 0 ..< 1; got \(rate)") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ..< 1`.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("GaussianDropout")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter rate: The fraction that a `Dropout` of the same spread would drop, in `0 ..< 1`.
    public convenience init(_ rate: Double, name: String? = nil) {
        self.init(Config(rate: rate), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        guard context.isTraining, config.rate > 0 else { return x }
        let deviation = (config.rate / (1 - config.rate)).squareRoot()
        return x
            * Tensor.randomNormal(
                x.shape.sizes, mean: 1, standardDeviation: deviation, dtype: dtype, key: context.randomKey())
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
