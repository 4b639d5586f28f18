public import ShinkeiCore

/// Divides the kernel of a layer by its largest singular value in every training step, found by power iteration.
///
/// Input and output shapes: the layer's.
/// Weights: the layer's, and `vector_u` `[1, last size of the kernel]`, not trained.
/// Keras: `keras.layers.SpectralNormalization`. Same defaults. Miyato et al. 2018.
public final class SpectralNormalization: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        var inner: LayerValue?
        /// How often the estimate of the singular vector is improved in a step.
        public var powerIterations = 1
        /// The configuration for a layer.
        public init(_ layer: Layer) { inner = LayerValue(layer) }
        private init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .required("layer", \.inner), .optional("power_iterations", \.powerIterations),
        ]
        public func check() throws(ConfigError) {
            guard inner != nil else { throw ConfigError("layer: is missing") }
            try checkSize("power_iterations", powerIterations)
        }
    }
    /// What the layer was made from.
    public let config: Config
    /// The layer whose kernel is normalized.
    public let layer: Layer
    private let vectorU = Weight("vector_u", isTrainable: false)

    /// - Precondition: The configuration has a layer.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("SpectralNormalization")
        guard let inner = config.inner?.layer else { trap("SpectralNormalization: needs a layer") }
        self.config = config
        layer = inner
        super.init(name: name)
    }

    /// - Parameters:
    ///   - layer: A layer with a weight called `kernel` or `embeddings`.
    ///   - powerIterations: How often the estimate of the singular vector is improved in a step.
    public convenience init(_ layer: Layer, powerIterations: Int = 1, name: String? = nil) {
        var config = Config(layer)
        config.powerIterations = powerIterations
        self.init(config, name: name)
    }

    public override var sublayers: [Layer] { [layer] }
    public override var savedParts: [SavedPart] { [.one("layer", layer)] }

    /// Keras keeps the kernel a second time, as a weight of the wrapper.
    override var savedWeights: [Weight] { (kernel.map { [$0] } ?? []) + super.savedWeights }

    private var kernel: Weight? {
        let own = layer.weights.prefix(layer.ownWeightCount)
        return own.first { $0.name == "kernel" } ?? own.first { $0.name == "embeddings" }
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        try layer.prepare(inputs, parent: self)
        guard let kernel else {
            throw LayerError(self, "\(layer.className) has neither kernel nor embeddings", inputs: inputs)
        }
        create(vectorU, [1, kernel.shape.last], .truncatedNormal(standardDeviation: 0.02))
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        if context.isTraining, let kernel { normalize(kernel) }
        return layer(inputs, context.inner())
    }

    private func normalize(_ kernel: Weight) {
        let trained = kernel.value
        let value = stopGradient(trained)
        let matrix = value.reshaped([-1, value.shape.last])
        var u = vectorU.value
        var v = u
        for _ in 0..<config.powerIterations {
            v = u.matmul(matrix.transposed()).scaledToUnitLength(axes: nil, epsilon: 1e-7)
            u = v.matmul(matrix).scaledToUnitLength(axes: nil, epsilon: 1e-7)
        }
        let sigma = v.matmul(matrix).matmul(u.transposed()).reshaped([])
        // A kernel of zeros has no direction; it stays as it is.
        let isZero = (value .== 0).all()
        vectorU.value = Tensor.where(isZero, vectorU.value, u)
        // The kernel is set, as in Keras, and trained from there: its derivative does not go through the division.
        kernel.value = Tensor.where(isZero, value, value / sigma) + (trained - value)
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        try layer.prepare(inputs, parent: self)
    }

    override func outputTypes(_ inputs: [DType]) -> [DType] { layer.outputTypes(inputs) }
    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        layer.followValues(inputs, &uses)
    }
}
