public import ShinkeiCore

/// In training, adds normal random numbers of mean 0; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.GaussianNoise`.
public final class GaussianNoise: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// How far the numbers added lie from 0.
        public var standardDeviation: Double
        /// Kept for files; draws follow the model's seed and the layer's place in it.
        public var seed: Int?
        /// The configuration for a deviation.
        public init(standardDeviation: Double) { self.standardDeviation = standardDeviation }

        public static let defaults = Config(standardDeviation: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("stddev", \.standardDeviation), .optional("seed", \.seed),
        ]
        public func check() throws(ConfigError) {
            guard standardDeviation >= 0 else {
                throw ConfigError("stddev: must be a number from 0; got \(standardDeviation)")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: The deviation is not negative.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("GaussianNoise")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter standardDeviation: How far the numbers added lie from 0.
    public convenience init(_ standardDeviation: Double, name: String? = nil) {
        self.init(Config(standardDeviation: standardDeviation), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        guard context.isTraining, config.standardDeviation > 0 else { return x }
        return x
            + Tensor.randomNormal(
                x.shape.sizes, standardDeviation: config.standardDeviation, dtype: dtype, key: context.randomKey())
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
