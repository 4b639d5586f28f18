public import ShinkeiCore

/// A layer that makes numbers of strings.
///
/// Tensors hold no strings. In a model such a layer stands behind an input of strings, and works before the rest of the model runs;
/// it can also be called by itself, as in `Dataset.map`. Either way the model sees the same numbers:
///
/// ```swift
/// let words = TextVectorization(outputSequenceLength: 20)
/// words.adapt(texts)
/// let model = Sequential {
///     Input(strings: [1])
///     words
///     Embedding(words.vocabulary.count, 16)
///     GlobalAveragePooling1D()
///     Dense(1)
/// }
/// let y = try model.predict(texts)           // or: try model.predict(words(texts))
/// ```
public protocol StringLayer: Layer {
    /// The shape of what is made of strings of this shape, which includes the batch axis.
    func encodedShape(_ strings: SymbolicShape) throws(LayerError) -> SymbolicShape
    /// The type of what is made.
    var encodedType: DType { get }
    /// The numbers for strings, one a row.
    func callAsFunction(_ strings: [String]) throws(LookupError) -> Tensor
    /// The numbers for rows of equally many strings.
    func callAsFunction(_ rows: [[String]]) throws(LookupError) -> Tensor
}

extension StringLayer {
    /// Makes the layer part of a model in which strings of this shape come to it.
    func prepareForStrings(_ strings: SymbolicShape, parent: Layer?) throws(LayerError) -> SymbolicShape {
        guard strings.rank <= 2 else {
            throw LayerError(self, "takes strings as [batch] or [batch, strings]", inputs: [strings])
        }
        return try prepareOutside(strings, parent: parent) { () throws(LayerError) in try encodedShape(strings) }
    }

    /// What is wrong with a tensor for a layer that takes strings only.
    func needsStrings(_ input: SymbolicShape) -> LayerError {
        LayerError(
            self,
            "takes strings: put Input(strings:) before it, or call it on the strings and leave it out of the model",
            inputs: [input])
    }
}
