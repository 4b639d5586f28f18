public import ShinkeiCore

/// What a weight or a layer's output adds to the loss, so that training keeps it small.
///
/// ```swift
/// Dense(64, kernelRegularizer: .l2(0.001), activityRegularizer: .l1())
/// ```
///
/// A weight counts while it is trained: a frozen one adds nothing, as in Keras. `Weight.regularizer` takes a function of
/// your own.
/// Keras: `keras.regularizers`, same defaults.
public struct Regularizer: Hashable, Sendable {
    /// Between which vectors of a matrix `orthogonal` looks at the angles.
    public enum Mode: String, ConfigWord, Sendable { case rows, columns }
    enum Kind: Hashable {
        case l1(Double)
        case l2(Double)
        case l1l2(Double, Double)
        case orthogonal(factor: Double, Mode)
    }
    let kind: Kind

    /// `l1 · sum(|w|)`
    public static func l1(_ l1: Double = 0.01) -> Regularizer { Regularizer(kind: .l1(l1)) }
    /// `l2 · sum(w²)`
    public static func l2(_ l2: Double = 0.01) -> Regularizer { Regularizer(kind: .l2(l2)) }
    /// `l1 · sum(|w|) + l2 · sum(w²)`
    public static func l1l2(l1: Double = 0, l2: Double = 0) -> Regularizer { Regularizer(kind: .l1l2(l1, l2)) }
    /// `factor` times the mean of `|cos|` of the angles between each two rows (or columns) of a matrix.
    ///
    /// - Note: One row alone has no angles and adds 0; Keras then divides by 0.
    public static func orthogonal(factor: Double = 0.01, mode: Mode = .rows) -> Regularizer {
        Regularizer(kind: .orthogonal(factor: factor, mode))
    }

    /// The penalty, a scalar.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch kind {
        case .l1(let factor): return x.abs().sum() * factor
        case .l2(let factor): return x.square().sum() * factor
        case .l1l2(let l1, let l2):
            // Not 0 times an infinite sum.
            switch (l1 != 0, l2 != 0) {
            case (true, true): return x.abs().sum() * l1 + x.square().sum() * l2
            case (true, false): return x.abs().sum() * l1
            case (false, true): return x.square().sum() * l2
            case (false, false): return Tensor.zeros([], dtype: x.dtype)
            }
        case .orthogonal(let factor, let mode):
            guard x.rank == 2 else { trap("orthogonal regularizer: needs a matrix; got \(x.shape)") }
            let rows = mode == .rows ? x : x.transposed()
            let count = rows.shape[0]
            guard count > 1 else { return Tensor.zeros([], dtype: x.dtype) }
            // Rows of zeros stay zeros.
            let unit = rows * maximum(rows.square().sum(axis: 1, keepDims: true), 1e-14).rsqrt()
            let cosines = unit.matmul(unit.transposed()) * (1 - Tensor.eye(count, dtype: x.dtype))
            return cosines.abs().sum() * (factor / Double(count * (count - 1)))
        }
    }

    /// The penalty of a layer's output: an average over the rows of the batch.
    func ofActivity(_ output: Tensor) -> Tensor {
        let x = output.dtype.isFloating ? output : output.cast(to: .float32)
        let rows = x.rank == 0 ? 1 : x.shape[0]
        return rows == 0 ? Tensor.zeros([], dtype: x.dtype) : self(x) / Double(rows)
    }

    /// Why a weight of this shape cannot have such a penalty.
    func misfit(_ shape: [Int]) -> String? {
        guard case .orthogonal = kind, shape.count != 2 else { return nil }
        return "the orthogonal regularizer needs a matrix"
    }
}

extension Layer {
    /// A loss plus what regularizers add to it: for every weight that is being trained, once, and what the layers have added
    /// in this call.
    func penalized(_ loss: Tensor, _ context: CallContext) -> Tensor {
        let ofWeights = trainableWeights.compactMap { weight in weight.regularizer.map { $0(weight.value) } }
        return (context.penalties + ofWeights).reduce(loss) { $0 + $1.cast(to: loss.dtype) }
    }
}
