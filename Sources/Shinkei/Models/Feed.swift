import ShinkeiCore

/// A tensor that is handed in when a graph of layers runs: an input, or what a layer has made of an input of strings.
struct Feed {
    /// Which of the model's inputs it comes from.
    let input: Int
    /// The call whose output it is.
    let call: LayerCall
    let shape: SymbolicShape
    let dtype: DType
    /// What makes it of strings.
    let encoder: (any StringLayer)?

    /// For every input itself, or for one of strings each call on it, in the order in which the calls run.
    static func list(_ inputs: [SymbolicTensor], _ calls: [LayerCall]) -> [Feed] {
        inputs.enumerated().flatMap { place, input in
            guard input.holdsStrings else {
                return [Feed(input: place, call: input.call, shape: input.shape, dtype: input.dtype, encoder: nil)]
            }
            return calls.compactMap { call in
                guard call.inputs.first === input, let layer = call.layer as? any StringLayer else { return nil }
                return Feed(
                    input: place, call: call, shape: call.outputShapes[0], dtype: layer.encodedType, encoder: layer)
            }
        }
    }
}
