import ShinkeiCore
import ShinkeiFormats

/// The vocabularies of a model in the text files of its `.keras` archive: `assets/layers/string_lookup/vocabulary.txt`.
enum VocabularyFiles {
    private static func layers(of model: Model) -> [(path: String, layer: any VocabularyLayer)] {
        WeightPlaces(of: model).places.compactMap { place in
            (place.layer as? any VocabularyLayer).map { (place.path, $0) }
        }
    }

    /// A layer whose vocabulary is in no configuration.
    static func learner(in model: Model) -> (any VocabularyLayer)? {
        layers(of: model).first { $0.layer.vocabularyLines != nil }?.layer
    }

    /// The files' names and contents.
    static func written(of model: Model) -> [(name: String, bytes: [UInt8])] {
        layers(of: model).flatMap { path, layer -> [(name: String, bytes: [UInt8])] in
            guard let lines = layer.vocabularyLines else { return [] }
            let bytes = Array(lines.joined(separator: "\n").utf8)
            return layer.vocabularyPaths(path).map { ($0, bytes) }
        }
    }

    /// Fills the vocabularies that are in no configuration, and what belongs to them.
    ///
    /// - Throws: `ModelFileError` that names the layer whose file is missing or damaged; `FormatError`.
    static func read(_ archive: KerasArchive?, _ weights: HDF5File, into model: Model) throws {
        for (path, layer) in layers(of: model) where layer.needsVocabulary {
            let name = layer.vocabularyPaths(path)[0]
            guard let text = try archive?.text(name) else {
                throw ModelFileError("layer \"\(layer.name)\": its vocabulary is missing; there is no \(name)")
            }
            var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).map {
                String(decoding: $0.last == 0x0d ? $0.dropLast() : $0, as: UTF8.self)
            }
            while lines.last == "" { lines.removeLast() }
            let idf = try weights.root.group("\(path)/vars")?.dataset("idf_weights")
            do {
                let values: [Double]? = try idf.map { Tensor(try $0.read()).array(of: Double.self) }
                try layer.setVocabulary(lines: lines, idf: values)
            } catch let error as LookupError {
                throw ModelFileError("layer \"\(layer.name)\": \(name): \(error.description)")
            }
        }
    }
}
