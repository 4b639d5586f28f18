public import ShinkeiCore

/// In training, sets a random part of the inputs to 0 and scales the rest by `1 / (1 - rate)`, so that the sum is kept on
/// average; otherwise the input itself.
///
/// Input shape: any. Output shape: the same.
/// Keras: `keras.layers.Dropout`.
public final class Dropout: Layer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The fraction of elements dropped, in `0 ... 1`.
        public var rate: Double
        public init(rate: Double) { self.rate = rate }
    }
    public let config: Config
    override class var isBuiltFromStart: Bool { true }

    /// - Precondition: `rate` is in `0 ... 1`.
    public init(_ config: Config, name: String? = nil) {
        guard config.rate >= 0, config.rate <= 1 else {
            trap("Dropout: the rate is a fraction in 0 ... 1; got \(config.rate)")
        }
        self.config = config
        super.init(name: name)
    }

    /// - Parameter rate: The fraction of elements dropped, in `0 ... 1`.
    public convenience init(_ rate: Double, name: String? = nil) {
        self.init(Config(rate: rate), name: name)
    }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.dtype.isFloating ? input : input.cast(to: dtype)
        guard context.isTraining, config.rate > 0 else { return x }
        if config.rate == 1 { return x * 0 }
        let kept = Tensor.randomBernoulli(x.shape.sizes, probability: 1 - config.rate, key: context.randomKey())
        // NaN times 0 is NaN: a select would hide it in a dropped place.
        return x * Tensor.where(kept, Tensor(1 / (1 - config.rate), dtype: x.dtype), Tensor(0.0, dtype: x.dtype))
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape { input }
}
