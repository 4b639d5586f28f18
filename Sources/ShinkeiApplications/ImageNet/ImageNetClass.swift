import ShinkeiCore
import ShinkeiFormats

/// One of ImageNet's thousand classes.
public struct ImageNetClass: Hashable, Sendable {
    /// WordNet's number, such as `n02123045`.
    public let wordNetID: String
    /// The name, such as `tabby`.
    public let name: String

    /// A class and how likely it is.
    public struct Guess: Hashable, Sendable {
        /// The class.
        public let imageNetClass: ImageNetClass
        /// The model's output for it.
        public let probability: Double
    }

    /// The classes in the order of the networks' outputs.
    ///
    /// - Throws: ``PretrainedWeightsError`` if the file with the names is nowhere; `FormatError` if it is damaged.
    static func published() throws -> [ImageNetClass] { try read(PublishedFile.imageNetClasses.find(for: "ImageNet")) }

    /// Reads `{"0": ["n01440764", "tench"], …}`.
    static func read(_ path: String) throws -> [ImageNetClass] {
        let bytes = try FileReader(path).read(upTo: 1 << 20)
        let object = try JSON(parsing: bytes, name: path).object ?? [:]
        return try (0..<object.count).map { i in
            guard let pair = object[String(i)]?.array, pair.count == 2, let id = pair[0].string,
                let name = pair[1].string
            else { throw PretrainedWeightsError("\(path): class \(i) is not a pair of WordNet's number and a name") }
            return ImageNetClass(wordNetID: id, name: name)
        }
    }
}

extension [ImageNetClass] {
    func guesses(_ predictions: Tensor, top: Int) throws -> [[ImageNetClass.Guess]] {
        guard predictions.rank == 2, predictions.shape[1] == count else {
            trap("decodePredictions: needs predictions of shape [pictures, \(count)]; got \(predictions.shape)")
        }
        let values = predictions.cast(to: .float64).array(of: Double.self)
        return (0..<predictions.shape[0]).map { row in
            let probabilities = values[row * count..<(row + 1) * count]
            let best = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(top)
            return best.map { .init(imageNetClass: self[$0 - row * count], probability: probabilities[$0]) }
        }
    }
}
