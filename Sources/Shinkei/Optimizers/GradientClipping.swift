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

    func callAsFunction(_ gradients: [Tensor]) -> [Tensor] {
        switch self {
        case .none: return gradients
        case .value(let limit):
            return gradients.map { $0.clipped(scalar(-limit, $0), scalar(limit, $0)) }
        case .norm(let limit):
            return gradients.map { gradient in
                let norm = gradient.square().sum().sqrt()
                return gradient * scalar(limit, gradient) / maximum(norm, scalar(limit, gradient))
            }
        case .globalNorm(let limit):
            guard let first = gradients.first else { return [] }
            let squares = gradients.dropFirst().reduce(first.square().sum()) {
                $0 + $1.square().sum()
            }
            let scale = scalar(limit, first) / maximum(squares.sqrt(), scalar(limit, first))
            return gradients.map { $0 * scale }
        }
    }

    private func scalar(_ value: Double, _ like: Tensor) -> Tensor {
        Tensor.constant(value, dtype: like.dtype.computed)
    }
}
