/// The matrix product over the last two axes; leading axes broadcast. `dA = G · Bᵀ`, `dB = Aᵀ · G`.
///
/// Transposed operands are read through their strides: nothing is copied.
struct MatMul: Primitive {
    static let name = "matmul"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let (a, b) = (inputs[0], inputs[1])
        guard a.rank >= 2, b.rank >= 2 else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "needs at least two axes each")
        }
        guard a[a.rank - 1] == b[b.rank - 2] else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "inner axes differ")
        }
        let batch = try Shape.broadcast(
            Shape(Array(a.sizes.dropLast(2))), Shape(Array(b.sizes.dropLast(2))), op: Self.name)
        return Shape(batch.sizes + [a[a.rank - 2], b.last])
    }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let (a, b) = (c.inputs[0], c.inputs[1])
        let byA = Tensor(MatMul(), [c.upstream, b.swapped(-1, -2)])
        if b.rank == 2 && a.rank > 2 {  // one matrix for all: the batch is part of the sum
            let rows = a.shape.sizes.dropLast().reduce(1, *)  // not -1, which zero columns leave open
            let (flat, upstream) = (
                a.reshaped([rows, a.shape.last]), c.upstream.reshaped([rows, c.upstream.shape.last])
            )
            return [byA, Tensor(MatMul(), [flat.transposed(), upstream])]
        }
        return [byA, Tensor(MatMul(), [a.swapped(-1, -2), c.upstream])]
    }
    var lowering: Lowering { .matmul }
    static var examples: [OpExample] {
        func example(_ a: Shape, _ b: Shape) -> OpExample {
            OpExample(MatMul(), .uniform(-1, 1, a), .uniform(-1, 1, b))
        }
        return [
            example([3, 4], [4, 2]), example([1, 3], [3, 1]), example([2, 3, 4], [4, 5]),
            example([2, 3, 4], [2, 4, 5]), example([2, 1, 3, 4], [3, 4, 2]), example([2, 0], [0, 3]),
        ]
    }
}

extension Tensor {
    /// The matrix product, as NumPy's `@`: the last axis of this with the second last of `other`; leading axes broadcast;
    /// a vector counts as a row on the left, a column on the right.
    ///
    /// - Precondition: The inner axes agree.
    /// - Complexity: O(m · n · k) for `[m, k]` and `[k, n]`.
    public func matmul(_ other: Tensor) -> Tensor {
        let (a, b) = Tensor.aligned(self, other)
        guard a.rank > 0, b.rank > 0 else {
            trap("matmul: a scalar has no axis to sum over; got \(a.shape), \(b.shape)")
        }
        if a.rank == 1 && b.rank == 1 {
            guard a.shape == b.shape else { trap("matmul: inner axes differ; got \(a.shape), \(b.shape)") }
            return a.expanded(0).matmul(b.expanded(1)).reshaped([])
        }
        if a.rank == 1 { return a.expanded(0).matmul(b).squeezed(-2) }
        if b.rank == 1 { return a.matmul(b.expanded(1)).squeezed(-1) }
        switch a.dtype {
        case .bool, .uint8: return Tensor(MatMul(), [a.cast(to: .int32), b.cast(to: .int32)])
        default:
            // Plain matrices by a shorter way: small networks written by hand consist of them.
            guard a.rank == 2, b.rank == 2, a.shape[1] == b.shape[0] else { return Tensor(MatMul(), [a, b]) }
            return Tensor(MatMul(), [a.node, b.node], shape: [a.shape[0], b.shape[1]], dtype: a.dtype)
        }
    }

    /// The product of every element of one vector with every element of another: `[n]`, `[m]` → `[n, m]`.
    public func outer(_ other: Tensor) -> Tensor { flattened().expanded(1) * other.flattened().expanded(0) }
}
