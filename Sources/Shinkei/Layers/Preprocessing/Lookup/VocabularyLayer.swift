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
