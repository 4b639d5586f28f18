public import ShinkeiCore

extension Model {
    /// What a layer gives for these inputs: its feature maps, as the model is used, not trained.
    ///
    /// - Parameter name: The layer's name. Of a layer that is called more than once, the last call counts.
    /// - Throws: `TrainingError` if the inputs do not fit the model, or `UnknownNameError` if there is no such layer.
    public func outputs(of name: String, for x: [Tensor]) throws -> [Tensor] {
        guard let layer = layer(name) else {
            throw UnknownNameError(kind: "layer", name: name, known: layers.map(\.name))
        }
        // Checks the inputs and builds the model.
        _ = try predict(x)
        let types = inputTypes ?? x.map(\.dtype)
        var context = CallContext()
        var found: [Tensor] = []
        context.observer = { called, outputs in if called === layer { found = outputs } }
        _ = self(zip(x, types).map { $0.dtype == $1 ? $0 : $0.cast(to: $1) }, context)
        return found
    }

    /// What a layer gives for an input.
    ///
    /// - Throws: `TrainingError` if the input does not fit the model, or `UnknownNameError` if there is no such layer.
    public func outputs(of name: String, for x: Tensor) throws -> Tensor {
        let outputs = try outputs(of: name, for: [x])
        guard let first = outputs.first else { throw UnknownNameError(kind: "output of layer", name: name, known: []) }
        return first
    }
}
