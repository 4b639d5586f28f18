import ShinkeiCore

/// The shape of a model's input.
///
/// Keras: `keras.layers.InputLayer`.
public final class InputLayer: Layer {
    /// The shape without the batch axis.
    public let shape: SymbolicShape

    /// - Parameter shape: Without the batch axis.
    public init(shape: SymbolicShape, name: String? = nil) {
        self.shape = shape
        super.init(name: name)
    }

    /// The shape with the batch axis in front.
    var batchShape: SymbolicShape { SymbolicShape([nil] + shape.sizes) }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard batchShape.accepts(input) else {
            throw LayerError(self, "the model was made for \(batchShape)", inputs: [input])
        }
        return input
    }
}

/// The input of a model: `Sequential { Input(shape: [784]); Dense(10) }`.
///
/// - Parameter shape: Without the batch axis; `nil` for a size that varies.
public func Input(shape: SymbolicShape, name: String? = nil) -> InputLayer {
    InputLayer(shape: shape, name: name)
}
