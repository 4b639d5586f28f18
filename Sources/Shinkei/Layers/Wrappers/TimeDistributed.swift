public import ShinkeiCore

/// A layer applied to every time step by itself.
///
/// Input shape: `[batch, time, …]`. Output shape: `[batch, time]` and what the layer makes of the rest.
/// Weights: the layer's.
/// Keras: `keras.layers.TimeDistributed`.
public final class TimeDistributed: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        var inner: LayerValue?
        /// The configuration for a layer.
        public init(_ layer: Layer) { inner = LayerValue(layer) }
        private init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [.required("layer", \.inner)]
        public func check() throws(ConfigError) {
            guard inner != nil else { throw ConfigError("layer: is missing") }
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The layer that is applied.
    public let layer: Layer

    /// - Precondition: The configuration has a layer.
    public init(_ config: Config, name: String? = nil) {
        guard let inner = config.inner?.layer else { trap("TimeDistributed: needs a layer") }
        self.config = config
        layer = inner
        super.init(name: name)
    }

    /// - Parameter layer: The layer that is applied to every time step.
    public convenience init(_ layer: Layer, name: String? = nil) { self.init(Config(layer), name: name) }

    public override var sublayers: [Layer] { [layer] }
    public override var savedParts: [SavedPart] { [.one("layer", layer)] }
    public override var supportsMasking: Bool { true }

    private func step(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 3 else { throw LayerError(self, "needs [batch, time, …]", inputs: [input]) }
        return SymbolicShape([input[0]] + input.sizes.dropFirst(2))
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        try layer.prepare([step(input)], parent: self)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        // What is learnt from the rows of a batch is learnt step by step, as in Keras; all else sees the steps as rows.
        // A mask of the steps travels on; one that goes deeper is the layer's too.
        let mask = context.mask(of: x).flatMap { $0.rank > 2 ? $0 : nil }
        func apply(_ input: Tensor, _ mask: Tensor?) -> Tensor {
            if let mask { context.setMask(mask, of: input) }
            return layer([input], context.inner())[0]
        }
        if context.isTraining && layer.weights.contains(where: { !$0.isTrainable }) {
            let steps = (0..<x.shape[1]).map { time in
                apply(
                    x.sliced(axis: 1, time..<time + 1).squeezed(1),
                    mask?.sliced(axis: 1, time..<time + 1).squeezed(1))
            }
            return Tensor.stack(steps, axis: 1)
        }
        let (rows, time) = (x.shape[0], x.shape[1])
        let y = apply(
            x.reshaped([rows * time] + x.shape.sizes.dropFirst(2)),
            mask.map { $0.reshaped([rows * time] + $0.shape.sizes.dropFirst(2)) })
        return y.reshaped([rows, time] + y.shape.sizes.dropFirst())
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        let output = try layer.prepare([step(input)], parent: self)[0]
        return SymbolicShape([input[0], input[1]] + output.sizes.dropFirst())
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { layer.outputTypes(inputs) }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        layer.followValues(inputs, &uses)
    }
}
