import ShinkeiCore

/// What a layer makes of numbers of categories.
public enum CategoryOutput: String, ConfigWord, Sendable {
    /// The number itself.
    case int
    /// A 1 at the place of each number.
    case oneHot = "one_hot"
    /// A 1 at the place of every number that occurs in the last axis.
    case multiHot = "multi_hot"
    /// How often each number occurs in the last axis.
    case count
}

extension CategoryOutput {
    /// Encodes numbers of `0 ..< categories`; others count nowhere.
    ///
    /// - Parameter weights: What each number counts for, in place of 1; for `count`.
    func encode(_ numbers: Tensor, categories: Int, weights: Tensor? = nil, dtype: DType) -> Tensor {
        switch self {
        case .int: return numbers
        case .oneHot:
            let x = numbers.rank > 1 && numbers.shape.last == 1 ? numbers.squeezed(-1) : numbers
            return x.oneHot(categories, dtype: dtype)
        case .multiHot: return numbers.oneHot(categories, dtype: .bool).any(axes: [-2]).cast(to: dtype)
        case .count:
            let ones = numbers.oneHot(categories, dtype: dtype)
            return (weights.map { ones * $0.cast(to: dtype).expanded(-1) } ?? ones).sum(axis: -2)
        }
    }

    /// The shape that comes out.
    func shape(_ input: SymbolicShape, categories: Int, of layer: Layer) throws(LayerError) -> SymbolicShape {
        switch self {
        case .int: return input
        case .oneHot:
            let isSingle = input.rank > 1 && input.last == 1
            return SymbolicShape((isSingle ? Array(input.sizes.dropLast()) : input.sizes) + [categories])
        case .multiHot, .count:
            guard input.rank >= 2 else {
                throw LayerError(layer, "needs [batch, …, numbers] for \(rawValue)", inputs: [input])
            }
            return input.replacingLast(categories)
        }
    }
}
