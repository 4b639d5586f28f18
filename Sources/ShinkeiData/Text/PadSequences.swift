public import ShinkeiCore

/// Where something is added or taken away.
public enum SequenceSide: String, Sendable, CaseIterable {
    case pre, post
}

/// Lists of numbers as the rows of a matrix, all of one length.
///
/// - Parameters:
///   - maxLength: The rows' length; that of the longest list if not given.
///   - dtype: The type of the elements.
///   - padding: Where shorter lists are filled up: in front, unless told otherwise.
///   - truncating: Where longer lists are cut: in front, unless told otherwise.
///   - value: What they are filled up with.
/// - Returns: `[lists, length]`.
///
/// Keras: `keras.utils.pad_sequences`. Same defaults.
public func padSequences<Number: TensorScalar>(
    _ sequences: [[Number]], maxLength: Int? = nil, dtype: DType = .int32, padding: SequenceSide = .pre,
    truncating: SequenceSide = .pre, value: Double = 0
) -> Tensor {
    let length = maxLength ?? sequences.reduce(0) { Swift.max($0, $1.count) }
    guard length >= 0 else { trap("padSequences: maxLength must be at least 0; got \(length)") }
    var values = [Number](repeating: Number(fromDouble: value), count: sequences.count * length)
    for (row, sequence) in sequences.enumerated() {
        let count = Swift.min(length, sequence.count)
        let from = truncating == .pre ? sequence.count - count : 0
        let to = row * length + (padding == .pre ? length - count : 0)
        for i in 0..<count { values[to + i] = sequence[from + i] }
    }
    return Tensor(values, shape: [sequences.count, length], dtype: dtype)
}

/// Runs of words that follow each other, joined by spaces: all of the first length, then all of the next.
///
/// `nGrams(["a", "b", "c"], [1, 2])` is `["a", "b", "c", "a b", "b c"]`, the order in which Keras's `TextVectorization` has them.
public func nGrams(_ words: [String], _ lengths: [Int]) -> [String] {
    lengths.flatMap { length -> [String] in
        guard length > 0 else { trap("nGrams: lengths must be positive; got \(length)") }
        guard words.count >= length else { return [] }
        if length == 1 { return words }
        return (0...(words.count - length)).map { words[$0..<$0 + length].joined(separator: " ") }
    }
}

/// Runs of words of every length up to `longest`.
public func nGrams(_ words: [String], upTo longest: Int) -> [String] { nGrams(words, Array(1...Swift.max(longest, 1))) }
