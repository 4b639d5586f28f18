public import ShinkeiCore
import ShinkeiFormats

/// A layer that makes numbers of strings before a model begins.
///
/// Tensors hold no strings, so such a layer takes them by itself: `layer(["a text", …])` gives the tensor that the rest of a
/// model works on, also inside of `Dataset.map`. As the first layer of a `Sequential` it stands behind `layer.input(…)`, is saved and
/// loaded with its vocabulary, as Keras does it, and passes on what was made so:
///
/// ```swift
/// let words = TextVectorization(outputSequenceLength: 20)
/// words.adapt(texts)
/// let model = Sequential([words.input([1]), words, Embedding(words.vocabulary.count, 16), GlobalAveragePooling1D(), Dense(1)])
/// let y = try model.predict(words(texts))
/// ```
public protocol StringLayer: Layer {
    /// The shape of what is made of strings of this shape, which includes the batch axis.
    func encodedShape(_ strings: SymbolicShape) throws(LayerError) -> SymbolicShape
    /// The type of what is made.
    var encodedType: DType { get }
}

extension StringLayer {
    /// What a model begins with whose first layer is this one: files call it an input of strings.
    ///
    /// - Parameter shape: The strings' shape without the batch axis: `[]` for one string a row, `[1]` if Keras was given a column.
    public func input(_ shape: SymbolicShape = [], name: String? = nil) throws(LayerError) -> InputLayer {
        try stringInput([nil] + shape.sizes, name: name)
    }

    func stringInput(_ sizes: [Int?], name: String?) throws(LayerError) -> InputLayer {
        let strings = SymbolicShape(sizes)
        let input = InputLayer(batchShape: try encodedShape(strings), dtype: encodedType, name: name)
        input.stringShape = strings
        return input
    }
}

/// A layer whose vocabulary stands in a text file inside of a `.keras` archive.
protocol VocabularyLayer: Layer {
    /// The lines of the file; `nil` if the configuration has the vocabulary, or there is none yet.
    var vocabularyLines: [String]? { get }
    /// How telling each place is, for `.tfIdf`.
    var idfWeights: [Float] { get }
    /// Whether a vocabulary must come from a file.
    var needsVocabulary: Bool { get }
    func setVocabulary(lines: [String], idf: [Double]?) throws(LookupError)
    /// The folders, beside the layer's own, in which Keras looks for the file.
    var innerFolders: [String] { get }
}

extension VocabularyLayer {
    /// The files of the archive that hold it, for a layer that stands at this place.
    func vocabularyPaths(_ place: String) -> [String] {
        ([""] + innerFolders).map { "assets/\(place)\($0)/vocabulary.txt" }
    }
}
