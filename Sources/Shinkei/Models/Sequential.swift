public import ShinkeiCore

/// Layers in a row, each fed by the one before.
///
/// ```swift
/// let model = Sequential {
///     Dense(512, activation: .relu)
///     Dense(10, activation: .softmax)
/// }
/// ```
///
/// The weights are created when the input's shape is known: at once if the first layer is
/// `Input(shape:)` or has `inputShape:`, else at the first `fit` or `predict`.
/// Keras: `keras.Sequential`.
public final class Sequential: Model {
    private var row: [Layer] = []
    /// What the model's input is, if it is known.
    private(set) var inputLayer: InputLayer?

    /// A model of these layers.
    public init(_ layers: [Layer] = [], name: String? = nil) {
        super.init(name: name)
        for layer in layers { append(layer) }
        buildIfPossible()
    }

    /// A model of these layers.
    public convenience init(name: String? = nil, @LayerBuilder _ layers: () throws -> [Layer])
        rethrows
    {
        self.init(try layers(), name: name)
    }

    /// The layers, without `Input`.
    public override var sublayers: [Layer] { row }

    /// Puts a layer at the end.
    ///
    /// - Precondition: It fits what is there, and `compile` has not been called.
    public func add(_ layer: Layer) {
        if training != nil { trap("\(name): add(_:) comes before compile(…)") }
        append(layer)
        isBuilt = false
        rowGraph = nil
        predictor.forget()
        buildIfPossible()
    }

    func append(_ layer: Layer) {
        if let layer = layer as? InputLayer {
            guard row.isEmpty, inputLayer == nil else { trap("\(name): Input comes first, and once") }
            inputLayer = layer
            return
        }
        if row.contains(where: { $0.name == layer.name }) {
            trap(
                "\(name): there are two layers called \"\(layer.name)\"; names are unique in a model"
            )
        }
        if row.isEmpty && inputLayer == nil {
            let shape = (layer as? any GivesInputShape)?.inputShape
            if let shape { inputLayer = InputLayer(shape: shape) }
        }
        if policy != DTypePolicy(.float32) { layer.policy = policy }
        row.append(layer)
    }

    private func buildIfPossible() {
        guard !row.isEmpty else { return }
        // Layers that do not fit are for `compile` to report, which can throw.
        if let shape = try? startShape() { _ = try? buildModel(shape) }
    }

    /// The shape of the tensor that the layers begin with, if it is known: the input's, or what the first layer makes of strings.
    func startShape() throws(LayerError) -> SymbolicShape? {
        guard let input = inputLayer, input.holdsStrings else { return inputLayer?.batchShape }
        guard let first = row.first as? any StringLayer else {
            throw LayerError(row.first ?? input, "takes numbers, not strings", inputs: [input.batchShape])
        }
        return try first.prepareForStrings(input.batchShape, parent: self)
    }

    /// The layers that run on tensors. One on strings has run before.
    private var running: ArraySlice<Layer> { inputLayer?.holdsStrings ?? false ? row.dropFirst() : row[...] }

    public override var inputShapes: [SymbolicShape]? { (try? startShape()).map { [$0] } }

    override var inputTypes: [DType]? {
        inputLayer.map { [$0.holdsStrings ? (row.first as? any StringLayer)?.encodedType ?? $0.dtype : $0.dtype] }
    }

    /// The row as a graph, made when somebody asks for its ends.
    private var rowGraph: LayerGraph?

    override func layerGraph() throws(LayerError) -> LayerGraph? {
        if let rowGraph { return rowGraph }
        guard let input = inputLayer, let shape = try startShape() else { return nil }
        try buildModel(shape)
        var tensors = [input.symbolic]
        for layer in row { tensors = try layer.connect(tensors, CallOptions()) }
        do {
            rowGraph = try LayerGraph(inputs: [input.symbolic], outputs: tensors)
        } catch {
            throw LayerError(self, error.description, inputs: [])
        }
        return rowGraph
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard !row.isEmpty else { throw LayerError(self, "has no layers", inputs: inputs) }
        _ = try shapes(inputs)
        if inputLayer == nil, let first = inputs.first {
            inputLayer = InputLayer(batchShape: first.anyRows)
        }
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError)
        -> [SymbolicShape]
    {
        if let start = try startShape(), let first = inputs.first, !start.accepts(first) {
            // The first layer says better what is wrong, unless it takes any shape.
            _ = try shapes(inputs)
            throw LayerError(self, "the model was made for \(start)", inputs: inputs)
        }
        return try shapes(inputs)
    }

    private func shapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        var shapes = inputs
        for layer in running { shapes = try layer.prepare(shapes, parent: self) }
        return shapes
    }

    override func followValues(_ inputs: [Set<Int>], _ uses: inout [IndexUse]) -> [Set<Int>] {
        var values = inputs
        for layer in running { values = layer.followValues(values, &uses) }
        return values
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        var values = inputs
        for layer in running { values = layer(values, context.inner()) }
        return values
    }
}

/// Collects the layers written between the braces of `Sequential { }`; `if` and `for` work.
@resultBuilder
public enum LayerBuilder {
    /// A layer, or several, as one line of the braces.
    public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
    /// A layer, or several, as one line of the braces.
    public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
    /// The lines of the braces, one after the other.
    public static func buildBlock(_ layers: [Layer]...) -> [Layer] { layers.flatMap { $0 } }
    /// An `if` without `else`.
    public static func buildOptional(_ layers: [Layer]?) -> [Layer] { layers ?? [] }
    /// The first branch of an `if`.
    public static func buildEither(first layers: [Layer]) -> [Layer] { layers }
    /// The other branch of an `if`.
    public static func buildEither(second layers: [Layer]) -> [Layer] { layers }
    /// A `for`.
    public static func buildArray(_ layers: [[Layer]]) -> [Layer] { layers.flatMap { $0 } }
}
