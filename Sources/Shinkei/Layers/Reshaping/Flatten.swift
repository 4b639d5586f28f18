public import ShinkeiCore

/// Every row as a vector.
///
/// Input shape: `[batch, …]`. Output shape: `[batch, product of the rest]`; `[batch]` becomes
/// `[batch, 1]`.
/// Keras: `keras.layers.Flatten`.
public final class Flatten: Layer {
    /// The input's shape without the batch axis, if the layer was given it as a model's first.
    let inputShape: SymbolicShape?

    /// - Parameter inputShape: Without the batch axis; only for a model's first layer.
    public init(inputShape: SymbolicShape? = nil, name: String? = nil) {
        self.inputShape = inputShape
        super.init(name: name)
    }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.reshaped([x.shape[0], x.shape.sizes.dropFirst().reduce(1, *)])
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 1 else { throw LayerError(self, "needs a batch axis", inputs: [input]) }
        return [input[0], SymbolicShape(Array(input.sizes.dropFirst())).count]
    }
}
