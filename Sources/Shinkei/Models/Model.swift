public import ShinkeiCore

/// Layers that are trained and used together.
///
/// Made ready by `compile`, trained by `fit`, measured by `evaluate`, used by `predict`. There are three ways to make one:
/// `Sequential` for layers in a row; `Model(inputs:outputs:)` for any graph of layers; and a subclass, which lists its layers
/// in `sublayers` and overrides `call` and `outputShape`.
/// Keras: `keras.Model`.
open class Model: Layer {
    /// The layers' calls, for models made from inputs and outputs.
    private let graph: LayerGraph?
    /// What `compile` set.
    var training: TrainingSetup?
    /// What the places of the last output's axis stand for, kept in files that `save` writes; `nil` if nobody has said.
    ///
    /// In `.keras` files a list `class_names` in `metadata.json`, in `.h5` files an attribute of that name. Keras opens such files
    /// and does not write the names again.
    public var classNames: [String]?
    /// The compiled predictions by row count.
    let predictor = Predictor()
    /// What `stopTraining()` sets: `fit` ends after this epoch.
    var shouldStop = false
    /// Whether it is stopped from outside, to be gone on with later.
    var isInterrupted = false
    /// Loss and metrics of the training that ran last, as far as it came; also if it ended with an error.
    ///
    /// Keras: `Model.history`.
    public internal(set) var history: History?

    /// For subclasses.
    public override init(name: String? = nil) {
        graph = nil
        super.init(name: name)
    }

    package init(_ graph: LayerGraph, name: String? = nil) {
        self.graph = graph
        super.init(name: name ?? Session.current.name(for: "Functional"))
        takeIn(graph)
    }

    private func takeIn(_ graph: LayerGraph) {
        isBuilt = true
        builtOutputShapes = graph.outputs.map(\.shape)
        for layer in graph.layers { layer.path = "\(name)/\(layer.name)" }
    }

    /// A model of the layers that lead from some inputs to some outputs.
    ///
    /// - Precondition: The outputs need no other inputs, and the layers have different names.
    public init(inputs: [any SymbolicInput], outputs: [any SymbolicInput], name: String? = nil) {
        let graph = LayerGraph.connecting(inputs, outputs)
        self.graph = graph
        super.init(name: name ?? Session.current.name(for: "Functional"))
        takeIn(graph)
    }

    /// A model of the layers that lead from an input to an output.
    public convenience init(inputs: some SymbolicInput, outputs: some SymbolicInput, name: String? = nil) {
        self.init(inputs: [inputs], outputs: [outputs], name: name)
    }

    override var className: String { graph == nil ? super.className : "Functional" }

    /// The model's layers in order.
    public var layers: [Layer] { sublayers }

    open override var sublayers: [Layer] { graph?.layers ?? [] }

    open override var savedParts: [SavedPart] { [.list("layers", layers)] }

    /// The graph of layers, if the model has one.
    ///
    /// - Throws: `LayerError` if layers do not fit.
    func layerGraph() throws(LayerError) -> LayerGraph? { graph }

    /// The model's inputs, to make other models from.
    ///
    /// - Precondition: The model is a graph of layers, or a `Sequential` whose input shape is known.
    public var inputs: [SymbolicTensor] { knownGraph.inputs }
    /// The model's outputs, to make other models from.
    ///
    /// - Precondition: The model is a graph of layers, or a `Sequential` whose input shape is known.
    public var outputs: [SymbolicTensor] { knownGraph.outputs }
    /// The model's only input.
    public var input: SymbolicTensor { inputs[0] }
    /// The model's only output.
    public var output: SymbolicTensor { outputs[0] }

    private var knownGraph: LayerGraph {
        do {
            if let graph = try layerGraph() { return graph }
        } catch {
            trap(error.description)
        }
        trap("\(name): has no symbolic inputs and outputs: \(className) is no graph of layers with a known input shape")
    }

    /// The layer of this name.
    public func layer(_ name: String) -> Layer? { layers.first { $0.name == name } }

    /// The shapes of the inputs with the batch axis, if they are known before data comes. In the place of strings stands what the
    /// layers on them make of them.
    open var inputShapes: [SymbolicShape]? { graph?.feeds.map(\.shape) }

    /// The types to which inputs are converted, if they are known.
    var inputTypes: [DType]? { graph?.feeds.map(\.dtype) }

    open override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard let graph else { return try super.build(inputs) }
        _ = try graph.shapes(inputs, parent: self)
    }

    open override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        graph.map { $0(inputs, context) } ?? super.call(inputs, context)
    }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        graph?.followValues(inputs, &uses) ?? []
    }

    open override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let graph else { return try super.outputShapes(inputs) }
        guard inputs.count == graph.feeds.count else {
            throw LayerError(self, "has \(graph.feeds.count) inputs, not \(inputs.count)", inputs: inputs)
        }
        for (feed, shape) in zip(graph.feeds, inputs) where !feed.shape.accepts(shape) {
            throw LayerError(
                self, "the input \"\(feed.call.layer.name)\" was made for \(feed.shape)", inputs: [shape])
        }
        return try graph.shapes(inputs, parent: self)
    }

    /// The optimizer given to `compile`.
    public var optimizer: Optimizer? { training?.optimizer }

    /// Creates the weights for inputs of this shape, batch axis included.
    ///
    /// - Throws: `LayerError` naming the layer that does not fit.
    public func buildModel(_ input: SymbolicShape) throws(LayerError) {
        try prepare([input.anyRows], parent: nil)
    }

    /// Creates the weights for inputs of these shapes, batch axis included.
    ///
    /// - Throws: `LayerError` naming the layer that does not fit.
    public func buildModel(_ inputs: [SymbolicShape]) throws(LayerError) {
        try prepare(inputs.map(\.anyRows), parent: nil)
    }

    /// The paths of the weights that the last training could not change, since no gradient reaches them.
    public var weightsWithoutGradient: [String] { training?.unreached ?? [] }

    /// Loss and metrics of the epoch so far, by name. Reading them waits for the step that is running; for callbacks.
    public var trainingLogs: [String: Double] {
        guard let training else { return [:] }
        return Dictionary(uniqueKeysWithValues: zip(training.names, training.read()))
    }

    /// What `fit` does with a batch, unless overridden: `step.minimize()`.
    ///
    /// It runs inside of a compiled plan: what it does with tensors is recorded once and repeated for every batch.
    /// Keras: `Model.train_step`.
    open func trainStep(_ step: TrainingStep) { step.minimize() }

    /// What `evaluate` does with a batch, unless overridden: `step.measure()`.
    ///
    /// Keras: `Model.test_step`.
    open func testStep(_ step: TrainingStep) { step.measure() }

    /// Ends the training: no further step is made, and the epoch that is running is brought to its end; for callbacks.
    public func stopTraining() { shouldStop = true }

    /// The weight whose path is `dense_1/kernel`.
    public func weight(_ path: String) -> Weight? { weights.first { $0.path == path } }
}
