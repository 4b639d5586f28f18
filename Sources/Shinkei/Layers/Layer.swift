public import ShinkeiCore
import ShinkeiFormats

/// A step of a model: weights, and a rule that makes outputs of inputs.
///
/// Subclasses override `build`, which creates weights once the input's shape is known, `call`, and
/// `outputShape`. A layer with one input and one output overrides the single forms; one with
/// several the array forms.
///
/// ```swift
/// final class Scale: Layer {
///     let factor = Weight("factor")
///     override func build(_ input: SymbolicShape) throws(LayerError) { create(factor, [], .ones) }
///     override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor.value }
/// }
/// ```
///
/// Keras: `keras.layers.Layer`.
open class Layer {
    /// Unique in a model. Numbered by class if none is given: `dense`, `dense_1`.
    public private(set) var name: String
    /// Where the layer stands: `sequential/dense_1`. Its own name until it is built into a model.
    public internal(set) var path: String
    /// Whether optimizers change the layer's weights. Setting it sets it for the layers inside too, which matters to those that
    /// run otherwise when frozen, such as `BatchNormalization`.
    public var isTrainable: Bool {
        get { isMarkedTrainable }
        set {
            isMarkedTrainable = newValue
            for layer in sublayers { layer.isTrainable = newValue }
        }
    }
    /// The layer's own mark; files have one for every layer.
    var isMarkedTrainable = true
    /// The types of the weights and of the computation. Set it before the layer is built.
    public var policy = DTypePolicy(.float32) {
        didSet {
            if isBuilt && !ownWeights.isEmpty && dtype != oldValue.variableType {
                trap("\(name): dtype cannot change once the layer is built")
            }
            for layer in sublayers { layer.policy = policy }
        }
    }
    /// The type of the weights and of the computation: the policy's, of the plain policy of that type if it is set.
    public var dtype: DType {
        get { policy.variableType }
        set { policy = DTypePolicy(newValue) }
    }
    /// What the outputs add to a model's loss in each call. Keras: `activity_regularizer`.
    public var activityRegularizer: Regularizer?
    /// Whether the weights exist.
    public internal(set) var isBuilt = false
    /// The shapes of the inputs it was built with.
    var builtInputShapes: [SymbolicShape]?
    /// The shapes the layer gives for the input it was built with.
    public internal(set) var builtOutputShapes: [SymbolicShape]?
    /// What the call was given, besides inputs, that `prepare` is about.
    private(set) var callOptions = CallOptions()
    /// How often the layer has been used in functional models.
    var callCount = 0
    /// The weights of this layer itself, in order of creation.
    private var ownWeights: [Weight] = []
    /// Why a weight cannot be what its initializer, regularizer or constraint asks for; thrown once `build` is over.
    private var misfit: String?

    /// - Parameter name: Unique in a model; numbered by class if none is given.
    public init(name: String? = nil) {
        self.name = ""
        self.path = ""
        self.name = name ?? Session.current.name(for: type(of: self).namingClass)
        path = self.name
        isBuilt = type(of: self).isBuiltFromStart
    }

    /// What files, summaries and errors call this class. The Swift name, unless overridden.
    open class var className: String { String(describing: self) }

    /// The class after which layers without a name, and groups of weight files, are called.
    class var namingClass: String { className }

    /// The class as files and summaries call this layer.
    var className: String { type(of: self).className }

    /// Whether there is nothing to build, which summaries show.
    class var isBuiltFromStart: Bool { false }

    // MARK: To override

    /// Layers inside this one.
    open var sublayers: [Layer] { [] }

    /// Layers inside this one by the names that weight files give them. A layer with `sublayers` overrides it to be saved.
    open var savedParts: [SavedPart] { [] }

    /// Creates the weights for inputs of these shapes.
    open func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        try build(onlyOne(inputs))
    }
    /// Creates the weights for an input of this shape.
    open func build(_ input: SymbolicShape) throws(LayerError) {}

    /// The outputs for these inputs.
    open func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        guard inputs.count == 1 else { trap("\(name): takes one input; got \(inputs.count)") }
        return [call(inputs[0], context)]
    }
    /// The output for this input.
    open func call(_ input: Tensor, _ context: CallContext) -> Tensor { input }

    /// The output's shapes, or an error if these inputs do not fit the built layer.
    open func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        try [outputShape(onlyOne(inputs))]
    }
    /// The output's shape, or an error if the input does not fit the built layer.
    ///
    /// Unless overridden, it is found by calling the layer on tensors that are never computed; an
    /// input that does not fit then traps.
    open func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        // Two different sizes stand for the unknown ones: what differs between the answers is
        // unknown there too.
        let answers = [2, 3].map {
            call(Tensor.zeros(input.filled(with: $0).sizes, dtype: dtype), CallContext()).shape
        }
        guard input.count == nil else { return SymbolicShape(answers[0]) }
        return SymbolicShape(zip(answers[0].sizes, answers[1].sizes).map { $0 == $1 ? $0 : nil })
    }

    /// The types of the outputs for inputs of these types. Unless overridden, the layer's own.
    func outputTypes(_ inputs: [DType]) -> [DType] { [dtype] }

    /// Whether several inputs are one argument, a list, as of `Add`; else they are arguments of their own.
    var takesInputsAsList: Bool { true }

    /// Whether Keras's class takes `trainable` and a policy as `dtype`; some few take a name and a type only.
    var takesCommonKeys: Bool { true }

    /// Whether Keras's class takes a type.
    var takesTypeKey: Bool { true }

    /// Whether the layers inside can be saved as objects of their own, so that the configuration can hold them.
    var savesSublayers: Bool { true }

    /// Whether `activityRegularizer` is about this layer's outputs; some hand it to the layers inside.
    var penalizesActivity: Bool { true }

    /// Whether the mask of the first input travels on with the output.
    open var supportsMasking: Bool { false }

    /// Follows values that pass through unchanged from a model's inputs, so that those which name rows of a table can be
    /// checked before anything runs.
    ///
    /// - Parameters:
    ///   - inputs: For each input of this layer, which of the model's inputs it may hold values of.
    ///   - uses: Where values name rows.
    /// - Returns: The same for the outputs; what is missing holds none.
    func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] { [] }

    // MARK: Weights

    /// The layer's own weights in the order of files: those made to be trained, then the others.
    var savedWeights: [Weight] { ownWeights.filter(\.isTrainable) + ownWeights.filter { !$0.isTrainable } }

    /// How many of `weights` are this layer's own.
    var ownWeightCount: Int { ownWeights.count }
    /// All weights, this layer's own first, then those of the layers inside; each once, also of a layer that is used by
    /// several of them.
    public var weights: [Weight] { unique(ownWeights + sublayers.flatMap(\.weights)) }
    /// The weights that optimizers change.
    public var trainableWeights: [Weight] {
        guard isTrainable else { return [] }
        return unique(ownWeights.filter(\.isTrainable) + sublayers.flatMap(\.trainableWeights))
    }
    /// The weights that optimizers leave alone.
    public var nonTrainableWeights: [Weight] {
        let trained = Set(trainableWeights.map(ObjectIdentifier.init))
        return weights.filter { !trained.contains(ObjectIdentifier($0)) }
    }
    private func unique(_ weights: [Weight]) -> [Weight] {
        var met = Set<ObjectIdentifier>()
        return weights.filter { met.insert(ObjectIdentifier($0)).inserted }
    }
    /// The number of elements of all weights.
    public var parameterCount: Int { weights.reduce(0) { $0 + $1.shape.count } }

    /// Gives a weight its shape and first value; for use in `build`.
    ///
    /// - Parameters:
    ///   - regularizer: What the weight adds to the loss while it is trained.
    ///   - constraint: What the weight is put through after each step of the optimizer.
    ///   - type: The weight's type; the layer's own if there is none.
    public func create(
        _ weight: Weight, _ shape: [Int], _ initializer: Initializer, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, dtype type: DType? = nil
    ) {
        let dtype = type ?? dtype
        let tooLarge = checkedCount(shape, elementSize: dtype.byteCount) == nil ? "more than memory can address" : nil
        if let reason = tooLarge ?? initializer.misfit(shape) ?? regularizer?.misfit(shape)
            ?? constraint?.misfit(shape)
        {
            misfit = misfit ?? "\(weight.name) \(Shape(shape)): \(reason)"
            return
        }
        // A model from a file gets its values at once: until then they take no memory.
        weight.initialize(
            Session.isLoading ? Tensor.zeros(shape, dtype: dtype) : initializer(shape, dtype: dtype).evaluate())
        if let regularizer { weight.regularizer = { regularizer($0) } }
        if let constraint { weight.constraint = { constraint($0) } }
        ownWeights.append(weight)
    }

    // MARK: Use

    /// Builds the layer as part of `parent`, once, and returns its output shapes.
    @discardableResult
    func prepare(
        _ inputs: [SymbolicShape], parent: Layer?, options: CallOptions = CallOptions()
    ) throws(LayerError) -> [SymbolicShape] {
        callOptions = options
        defer { callOptions = CallOptions() }
        if let parent { path = "\(parent.path)/\(name)" }
        if !isBuilt {
            try build(inputs)
            if let misfit { throw LayerError(self, misfit, inputs: inputs) }
            isBuilt = true
            for weight in ownWeights { weight.path = "\(name)/\(weight.name)" }
        }
        let outputs = try outputShapes(inputs)
        if let shape = outputs.first(where: { !$0.isAddressable }) {
            throw LayerError(self, "its output \(shape) is more than memory can hold", inputs: inputs)
        }
        if builtOutputShapes == nil { (builtInputShapes, builtOutputShapes) = (inputs, outputs) }
        return outputs
    }

    /// Makes the layer part of `parent`, though it works before the model runs.
    func prepareOutside(
        _ input: SymbolicShape, parent: Layer?, _ output: () throws(LayerError) -> SymbolicShape
    ) throws(LayerError) -> SymbolicShape {
        if let parent { path = "\(parent.path)/\(name)" }
        let shape = try output()
        (builtInputShapes, builtOutputShapes) = ([input], [shape])
        return shape
    }

    /// The outputs for these inputs, in the given context. The layer has been built.
    public func callAsFunction(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let outputs = call(inputs, context)
        if supportsMasking, let first = inputs.first, let mask = context.mask(of: first) {
            for output in outputs where context.mask(of: output) == nil { context.setMask(mask, of: output) }
        }
        if penalizesActivity, let activityRegularizer {
            for output in outputs { context.addPenalty(activityRegularizer.ofActivity(output)) }
        }
        context.observer?(self, outputs)
        return outputs
    }

    /// The output for one input, outside of a model: builds the layer at its first use.
    ///
    /// - Precondition: The shape fits; see `validate` for a check that throws.
    public func callAsFunction(_ input: Tensor, isTraining: Bool = false) -> Tensor {
        callAsFunction(inputs: [input], isTraining: isTraining)[0]
    }

    /// The outputs for several inputs, outside of a model: builds the layer at its first use.
    ///
    /// - Precondition: The shapes fit; see `validate` for a check that throws.
    public func callAsFunction(inputs: [Tensor], isTraining: Bool = false) -> [Tensor] {
        do {
            try validate(inputs.map { SymbolicShape($0.shape) })
        } catch {
            trap(error.description)
        }
        return callAsFunction(inputs, CallContext(isTraining: isTraining, seed: Session.current.seed))
    }

    /// Builds the layer for this input if that has not been done, and checks that the input fits.
    public func validate(_ input: SymbolicShape) throws(LayerError) {
        try validate([input])
    }

    /// Builds the layer for these inputs if that has not been done, and checks that they fit.
    public func validate(_ inputs: [SymbolicShape]) throws(LayerError) {
        try prepare(inputs.map(\.anyRows), parent: nil)
    }

    private func onlyOne(_ inputs: [SymbolicShape]) throws(LayerError) -> SymbolicShape {
        guard inputs.count == 1 else {
            throw LayerError(self, "takes one input, not \(inputs.count)", inputs: inputs)
        }
        return inputs[0]
    }
}
