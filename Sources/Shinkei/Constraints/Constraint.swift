public import ShinkeiCore

/// What a weight is put through after each step of an optimizer.
///
/// ```swift
/// Dense(64, kernelConstraint: .maxNorm(3))
/// ```
///
/// The norm is the root of the sum of squares over `axes`: 0 for the kernel of a `Dense`, so that each unit has a norm;
/// `[0, 1, 2]` for that of a `Conv2D`. `Weight.constraint` takes a function of your own.
/// Keras: `keras.constraints`, same defaults.
public struct Constraint: Hashable, Sendable {
    enum Kind: Hashable {
        case maxNorm(Double)
        case minMaxNorm(min: Double, max: Double, rate: Double)
        case nonNegative
        case unitNorm
    }
    let kind: Kind
    /// What the norm is taken over.
    let axes: [Int]

    /// Shrinks to the norm `limit` what has a larger one.
    public static func maxNorm(_ limit: Double = 2, axes: [Int] = [0]) -> Constraint {
        Constraint(kind: .maxNorm(limit), axes: axes)
    }
    /// Brings the norm between two values; `rate` is the part of the way that one step goes.
    public static func minMaxNorm(
        min: Double = 0, max: Double = 1, rate: Double = 1, axes: [Int] = [0]
    ) -> Constraint {
        Constraint(kind: .minMaxNorm(min: min, max: max, rate: rate), axes: axes)
    }
    /// Sets what is negative to 0.
    public static let nonNegative = Constraint(kind: .nonNegative, axes: [])
    /// Brings the norm to 1.
    public static func unitNorm(axes: [Int] = [0]) -> Constraint { Constraint(kind: .unitNorm, axes: axes) }

    /// Keras's guard against a division by 0; so a norm ends a little below what is asked for.
    private static let epsilon = 1e-7

    /// The constrained value, of the same shape and type.
    public func callAsFunction(_ w: Tensor) -> Tensor {
        func norm() -> Tensor { w.square().sum(axes: axes, keepDims: true).sqrt() }
        switch kind {
        case .nonNegative: return maximum(w, 0)
        case .unitNorm: return w / (norm() + Constraint.epsilon)
        case .maxNorm(let limit):
            let norm = norm()
            return w * (minimum(norm, Tensor(limit, dtype: norm.dtype)) / (norm + Constraint.epsilon))
        case .minMaxNorm(let low, let high, let rate):
            let norm = norm()
            let wanted = norm.clipped(Tensor(low, dtype: norm.dtype), Tensor(high, dtype: norm.dtype))
            return w * ((wanted * rate + norm * (1 - rate)) / (norm + Constraint.epsilon))
        }
    }

    /// Why a weight of this shape cannot be constrained so.
    func misfit(_ shape: [Int]) -> String? {
        let places = axes.map { $0 < 0 ? $0 + shape.count : $0 }
        guard places.allSatisfy(shape.indices.contains), Set(places).count == places.count else {
            return "has not the axes \(axes) that the constraint takes the norm over"
        }
        return nil
    }
}
