import ShinkeiCore

/// A limit on gradients, against single steps that throw the weights far off.
///
/// Keras: the arguments `clipnorm`, `clipvalue` and `global_clipnorm` of its optimizers.
public enum GradientClipping: Hashable, Sendable {
    case none
    /// Every gradient is scaled down to this Euclidean norm.
    case norm(Double)
    /// Every element is held within ± this value.
    case value(Double)
    /// All gradients together are scaled down to this Euclidean norm.
    case globalNorm(Double)

    /// A limit of 0 is none, as in Keras.
    func callAsFunction(_ gradients: [WeightGradient]) -> [WeightGradient] {
        switch self {
        case .none: return gradients
        case .value(let limit) where limit > 0:
            return gradients.map { $0.mapped { $0.clipped(scalar(-limit, $0), scalar(limit, $0)) } }
        case .norm(let limit) where limit > 0:
            return gradients.map { gradient in
                let norm = gradient.squaredNorm.sqrt()
                return gradient.mapped { $0 * scalar(limit, $0) / maximum(norm, scalar(limit, $0)) }
            }
        case .globalNorm(let limit) where limit > 0:
            guard let first = gradients.first else { return [] }
            let norm = gradients.dropFirst().reduce(first.squaredNorm) { $0 + $1.squaredNorm }.sqrt()
            // An infinite norm makes the scale NaN, not 0.
            let scale = scalar(limit, norm) / maximum(norm, scalar(limit, norm)) + (norm - norm)
            return gradients.map { $0.mapped { $0 * scale } }
        default: return gradients
        }
    }

    private func scalar(_ value: Double, _ like: Tensor) -> Tensor {
        Tensor.constant(value, dtype: like.dtype.computed)
    }
}
