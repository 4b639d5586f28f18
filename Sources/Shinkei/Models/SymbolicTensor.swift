public import ShinkeiCore

/// A tensor that is not there yet: what a layer will give once data come. From these, functional models are made.
///
/// ```swift
/// let x = Input(shape: [784])
/// let hidden = Dense(128, activation: .relu)(x)
/// let model = Model(inputs: x, outputs: Dense(10, activation: .softmax)(hidden))
/// ```
///
/// It has no value, so asking for one does not compile.
/// Keras: `keras.KerasTensor`.
public final class SymbolicTensor {
    /// The shape with the batch axis in front; unknown sizes are `nil`.
    public let shape: SymbolicShape
    /// The type of the elements; of strings it says nothing.
    public let dtype: DType
    /// The name of the layer that gives it.
    public var name: String { call.layer.name }
    /// Whether it stands for strings: an input of a model, on which only a `StringLayer` can be called.
    public var holdsStrings: Bool { (call.layer as? InputLayer)?.holdsStrings ?? false }
    /// The call that gives it.
    let call: LayerCall
    /// Which of the call's outputs it is.
    let index: Int

    init(shape: SymbolicShape, dtype: DType, call: LayerCall, index: Int) {
        self.shape = shape
        self.dtype = dtype
        self.call = call
        self.index = index
    }
}

/// One use of a layer in a functional model. A layer that is used twice has two calls and one set of weights.
///
/// Keras: a `Node`.
final class LayerCall {
    let layer: Layer
    /// The symbolic arguments, in the order in which the layer takes them.
    let inputs: [SymbolicTensor]
    /// What else the call was given.
    let options: CallOptions
    /// The number of this call among those of its layer, as files count them.
    let number: Int
    private(set) var outputShapes: [SymbolicShape] = []

    init(_ layer: Layer, _ inputs: [SymbolicTensor], _ options: CallOptions) {
        self.layer = layer
        self.inputs = inputs
        self.options = options
        number = layer.callCount
        layer.callCount += 1
    }

    /// Gives the call its outputs.
    func outputs(_ shapes: [SymbolicShape]) -> [SymbolicTensor] {
        outputShapes = shapes
        let dtypes = layer.outputTypes(inputs.map(\.dtype))
        return shapes.enumerated().map { index, shape in
            SymbolicTensor(
                shape: shape, dtype: index < dtypes.count ? dtypes[index] : dtypes[0], call: self, index: index)
        }
    }
}

/// What can stand where a symbolic tensor is expected: one, or an `Input`.
public protocol SymbolicInput {
    /// The tensor meant.
    var symbolic: SymbolicTensor { get }
}

extension SymbolicTensor: SymbolicInput {
    public var symbolic: SymbolicTensor { self }
}

extension Layer {
    /// The output for a symbolic input: a piece of a functional model.
    ///
    /// - Precondition: The shape fits; models from files are checked with an error that can be caught.
    public func callAsFunction(_ input: some SymbolicInput) -> SymbolicTensor {
        callAsFunction([input])
    }

    /// The output for several symbolic inputs, as of `Add` or `Concatenate`.
    public func callAsFunction(_ inputs: [any SymbolicInput]) -> SymbolicTensor {
        let outputs = outputs(for: inputs)
        guard outputs.count == 1 else {
            trap("\(name): gives \(outputs.count) outputs; call outputs(for:) to get them all")
        }
        return outputs[0]
    }

    /// All outputs for symbolic inputs, as of an `LSTM` that returns its state.
    public func outputs(for inputs: [any SymbolicInput]) -> [SymbolicTensor] {
        do {
            return try connect(inputs.map(\.symbolic), CallOptions())
        } catch {
            trap(error.description)
        }
    }

    /// The same for models from files.
    func connect(_ inputs: [SymbolicTensor], _ options: CallOptions) throws(LayerError) -> [SymbolicTensor] {
        let shapes: [SymbolicShape]
        if inputs.contains(where: \.holdsStrings) {
            guard inputs.count == 1, let layer = self as? any StringLayer else {
                throw LayerError(self, "takes numbers, not strings", inputs: inputs.map(\.shape))
            }
            shapes = [try layer.prepareForStrings(inputs[0].shape, parent: nil)]
        } else {
            let (arguments, _, rest) = options.splitMasks(inputs.map(\.shape))
            shapes = try prepare(arguments, parent: nil, options: rest)
        }
        return LayerCall(self, inputs, options).outputs(shapes)
    }
}
