extension Program {
    /// The same program with three operations as one step wherever a kernel has such a step and nobody else needs what lies
    /// between: a moving average costs one pass over a tile instead of three. Same bits: the step rounds as they do.
    func withFusedSteps() -> Program {
        var users = [Int](repeating: 0, count: ops.count)
        for op in ops { for input in op.inputs { users[input] += 1 } }
        for output in outputs { users[output] += 1 }
        var fused = ops
        for (index, op) in ops.enumerated() where op.dtype == .float32 || op.dtype == .float64 {
            guard case .map(.add) = op.lowering else { continue }
            for (start, product) in [(op.inputs[0], op.inputs[1]), (op.inputs[1], op.inputs[0])] {
                guard let (end, part) = step(from: start, in: product, users, op.shape) else { continue }
                fused[index] = Op(
                    primitive: Lerp(), inputs: [start, end, part], shape: op.shape, dtype: op.dtype,
                    lowering: .map(.lerp))
                break
            }
        }
        return with(fused, outputs: outputs).withoutDeadCode()
    }

    /// `end` and `part` if `product` is `(end - start) * part`.
    private func step(
        from start: Int, in product: Int, _ users: [Int], _ shape: Shape
    ) -> (end: Int, part: Int)? {
        guard case .map(.multiply) = ops[product].lowering, users[product] == 1, ops[product].shape == shape else {
            return nil
        }
        let factors = ops[product].inputs
        for (difference, part) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            guard case .map(.subtract) = ops[difference].lowering, users[difference] == 1,
                ops[difference].shape == shape, ops[difference].inputs[1] == start
            else { continue }
            return (ops[difference].inputs[0], part)
        }
        return nil
    }
}

/// `a + (b - a) * c` of inputs 0, 1 and 2.
private struct Lerp: Primitive {
    static let name = "lerp"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] { trap("lerp: is made after gradients are taken") }
    var lowering: Lowering { .map(.lerp) }
    static var examples: [OpExample] { [] }
}
