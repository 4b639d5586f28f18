public import ShinkeiCore

/// Texts as lists of word numbers, with a label each: one part of a data set.
public struct LabelledSequences: Sendable {
    /// The words' numbers.
    public let sequences: [[Int]]
    /// The classes.
    public let labels: [Int]

    /// How many there are.
    public var count: Int { sequences.count }

    /// The first of them, at most `maxLength`.
    public func prefix(_ maxLength: Int) -> LabelledSequences {
        LabelledSequences(sequences: Array(sequences.prefix(maxLength)), labels: Array(labels.prefix(maxLength)))
    }

    /// The labels as float32, `[count, 1]`: the targets of a network with one sigmoid.
    public var targets: Tensor { Tensor(labels, shape: [labels.count, 1], dtype: .float32) }
    /// The sequences, padded and cut to one length as `padSequences` does, int32.
    public func padded(_ length: Int, value: Double = 0) -> Tensor {
        padSequences(sequences, maxLength: length, value: value)
    }
}

/// A data set of texts in two parts.
public struct SequenceDataSet: Sendable {
    public let train: LabelledSequences
    public let test: LabelledSequences
    /// The words' numbers before `indexFrom` is added, where they are known; 1 is the most frequent.
    public let wordIndex: [String: Int]?
}

/// What Keras's loaders of texts do with word numbers.
public struct SequenceOptions: Sendable, Hashable {
    /// Numbers from here on become `oovChar`.
    public var numWords: Int?
    /// Numbers below this become `oovChar`.
    public var skipTop = 0
    /// Longer sequences are left out.
    public var maxLength: Int?
    /// What NumPy's generator shuffles with.
    public var seed: UInt32 = 113
    /// Put in front of each sequence.
    public var startChar: Int? = 1
    /// What left-out words become; without it they vanish.
    public var oovChar: Int? = 2
    /// Added to every number.
    public var indexFrom = 3

    public init(numWords: Int? = nil) { self.numWords = numWords }

    func shifted(_ sequences: [[Int]]) -> [[Int]] {
        sequences.map { sequence in
            var shifted: [Int] = []
            shifted.reserveCapacity(sequence.count + 1)
            if let startChar { shifted.append(startChar) }
            for word in sequence { shifted.append(word + indexFrom) }
            return shifted
        }
    }

    /// Leaves out what is too long; as in Keras, a sequence of just `maxLength` is.
    func limited(_ sequences: [[Int]], _ labels: [Int]) -> ([[Int]], [Int]) {
        guard let maxLength else { return (sequences, labels) }
        let kept = sequences.indices.filter { sequences[$0].count < maxLength }
        return (kept.map { sequences[$0] }, kept.map { labels[$0] })
    }

    func cut(_ sequences: [[Int]], below: Int) -> [[Int]] {
        sequences.map { sequence in
            if let oovChar { return sequence.map { skipTop <= $0 && $0 < below ? $0 : oovChar } }
            return sequence.filter { skipTop <= $0 && $0 < below }
        }
    }

    func bound(_ parts: [[Int]]...) -> Int { numWords ?? parts.joined().reduce(0) { Swift.max($0, $1.max() ?? 0) } }
}
