public import ShinkeiCore

/// `x` above 0, `alpha · x` below, with a learned `alpha` for every place.
///
/// Input shape: `[batch, …]`. Output shape: the same.
/// Weights: `alpha`, the input's shape without the batch axis, 1 along `sharedAxes`.
/// Keras: `keras.layers.PReLU`. Same defaults. He et al. 2015.
public final class PReLU: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The first value of `alpha`.
        public var alphaInitializer: Initializer = .zeros
        /// What `alpha` adds to the loss.
        public var alphaRegularizer: Regularizer?
        /// What `alpha` is put through after each step.
        public var alphaConstraint: Constraint?
        /// The axes, counted from the batch axis 0, along which all places have one `alpha`: `[1, 2]` after a `Conv2D`.
        public var sharedAxes: [Int]?
        /// The default configuration.
        public init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("alpha_initializer", \.alphaInitializer), .optional("alpha_regularizer", \.alphaRegularizer),
            .optional("alpha_constraint", \.alphaConstraint), .optional("shared_axes", \.sharedAxes),
        ]
        public func check() throws(ConfigError) {
            guard (sharedAxes ?? []).allSatisfy({ $0 != 0 }) else {
                throw ConfigError("shared_axes: 0 is the batch axis, which is always shared")
            }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The slopes below 0.
    public let alpha = Weight("alpha")

    /// - Precondition: `sharedAxes` are without the batch axis.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("PReLU")
        self.config = config
        super.init(name: name)
    }

    /// - Parameter sharedAxes: The axes along which all places have one `alpha`.
    public convenience init(
        alphaInitializer: Initializer = .zeros, alphaRegularizer: Regularizer? = nil,
        alphaConstraint: Constraint? = nil, sharedAxes: [Int]? = nil, name: String? = nil
    ) {
        var config = Config()
        config.alphaInitializer = alphaInitializer
        config.alphaRegularizer = alphaRegularizer
        config.alphaConstraint = alphaConstraint
        config.sharedAxes = sharedAxes
        self.init(config, name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        guard input.rank >= 1 else { throw LayerError(self, "needs [batch, …]", inputs: [input]) }
        var shared: Set<Int> = []
        for axis in config.sharedAxes ?? [] {
            let place = axis < 0 ? axis + input.rank : axis
            guard (1..<input.rank).contains(place) else {
                throw LayerError(self, "shared_axes: there is no axis \(axis) behind the batch axis", inputs: [input])
            }
            shared.insert(place)
        }
        var shape: [Int] = []
        for axis in 1..<max(1, input.rank) {
            guard let size = shared.contains(axis) ? 1 : input[axis] else {
                throw LayerError(
                    self, "the size of axis \(axis) is unknown; only axes in shared_axes may be", inputs: [input])
            }
            shape.append(size)
        }
        create(
            alpha, shape, config.alphaInitializer, regularizer: config.alphaRegularizer,
            constraint: config.alphaConstraint)
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ input: Tensor, _ context: CallContext) -> Tensor {
        let x = input.cast(to: dtype)
        return x.relu() - alpha.value * (-x).relu()
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        let sizes = alpha.shape.sizes
        guard input.rank == sizes.count + 1,
            zip(sizes, input.sizes.dropFirst()).allSatisfy({ $0 == 1 || $1 == nil || $0 == $1 })
        else { throw LayerError(self, "alpha is \(alpha.shape)", inputs: [input]) }
        return input
    }
}
