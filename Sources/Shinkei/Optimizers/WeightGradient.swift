public import ShinkeiCore

/// The gradient of a weight, as optimizers see it.
///
/// A table whose rows are looked up (`Embedding`) has a gradient for each look-up, and `value` is their sum. Keras's
/// optimizers square such a gradient before they add it up: `squared` is the sum of the look-ups' squares, not the
/// square of their sum, and clipping applies to each. For all other weights the two are the same.
///
/// - Note: That holds for gradients that have not been computed yet, as in a training step; of a computed one the
///   look-ups are not known any more.
public struct WeightGradient {
    private var dense: Tensor?
    private var parts: [ScatteredRows] = []

    /// A gradient as `valueAndGradient` gives it.
    public init(_ gradient: Tensor) {
        if let parts = ScatteredRows.parts(of: gradient) {
            self.parts = parts
        } else {
            dense = gradient
        }
    }

    /// The gradient, in the weight's shape.
    public var value: Tensor { dense ?? sum { $0 } }
    /// The sum of squares.
    public var squared: Tensor { dense?.square() ?? sum { $0.square() } }
    /// The sum of absolute values.
    public var magnitude: Tensor { dense?.abs() ?? sum { $0.abs() } }
    /// The sum of all elements' squares, a scalar.
    public var squaredNorm: Tensor {
        if let dense { return dense.square().sum() }
        let sums = parts.map { $0.rows.square().sum() }
        return sums.dropFirst().reduce(sums[0], +)
    }

    /// The gradient divided by numbers of the weight's shape; rows that were not looked up stay 0.
    public func divided(by divisor: Tensor) -> Tensor {
        if let dense { return dense / divisor }
        let value = value
        return Tensor.where(value .== 0, Tensor.zeros([], dtype: value.dtype), value / divisor)
    }

    /// The sum of squares of the gradient divided by the root of `divisor`.
    func quotientOfSquares(by divisor: Tensor) -> Tensor {
        let squared = squared
        if dense != nil { return squared / divisor }
        return Tensor.where(squared .== 0, Tensor.zeros([], dtype: squared.dtype), squared / divisor)
    }

    /// The gradient with each element, of each look-up, changed.
    func mapped(_ change: (Tensor) -> Tensor) -> WeightGradient {
        var copy = self
        copy.dense = dense.map(change)
        copy.parts = parts.map { $0.mapped(change) }
        return copy
    }

    private func sum(_ change: (Tensor) -> Tensor) -> Tensor {
        let sums = parts.map { $0.mapped(change).sum }
        return sums.dropFirst().reduce(sums[0], +)
    }
}
