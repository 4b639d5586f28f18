public import ShinkeiCore

/// `x` above a threshold, at most `maxValue`; `negativeSlope · (x - threshold)` up to it. `max(x, 0)` by default.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.ReLU`. Same defaults.
public final class ReLU: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The largest output, from 0; `nil` for none.
        public var maxValue: Double?
        /// The slope up to the threshold, from 0.
        public var negativeSlope: Double
        /// Where the upper part begins, from 0.
        public var threshold: Double
        /// The configuration for these values.
        public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0) {
            self.maxValue = maxValue
            self.negativeSlope = negativeSlope
            self.threshold = threshold
        }

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("max_value", \.maxValue), .optional("negative_slope", \.negativeSlope),
            .optional("threshold", \.threshold),
        ]
        public func check() throws(ConfigError) {
            if let maxValue, !(maxValue >= 0) { throw ConfigError("max_value: cannot be negative; got \(maxValue)") }
            guard negativeSlope >= 0 else {
                throw ConfigError("negative_slope: cannot be negative; got \(negativeSlope)")
            }
            guard threshold >= 0 else { throw ConfigError("threshold: cannot be negative; got \(threshold)") }
        }
        var function: ActivationFunction {
            .relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)
        }
    }
    /// What the layer was made from.
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: No value is negative.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("ReLU")
        self.config = config
        super.init(name: name)
    }

    /// - Parameters:
    ///   - maxValue: The largest output.
    ///   - negativeSlope: The slope up to the threshold.
    ///   - threshold: Where the upper part begins.
    public convenience init(
        maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil
    ) {
        self.init(Config(maxValue: maxValue, negativeSlope: negativeSlope, threshold: threshold), name: name)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        config.function(x.dtype.isFloating ? x : x.cast(to: dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
