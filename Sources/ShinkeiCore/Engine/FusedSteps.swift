extension Program {
    /// The same program with several operations as one step wherever a kernel has such a step and nobody else needs what lies
    /// between: a moving average costs one pass over a tile instead of three. Same bits: the step rounds as they do.
    func withFusedSteps() -> Program {
        var users = [Int](repeating: 0, count: ops.count)
        for op in ops { for input in op.inputs { users[input] += 1 } }
        for output in outputs { users[output] += 1 }
        var fused = ops
        for (index, op) in ops.enumerated() where op.dtype == .float32 || op.dtype == .float64 {
            guard let step = step(op, users) else { continue }
            fused[index] = Op(
                primitive: step.primitive, inputs: step.inputs, shape: op.shape, dtype: op.dtype,
                lowering: step.primitive.lowering)
        }
        return with(fused, outputs: outputs).withoutDeadCode()
    }

    private func step(_ op: Op, _ users: [Int]) -> (primitive: any Primitive, inputs: [Int])? {
        switch op.lowering {
        case .map(.add):
            for (start, other) in [(op.inputs[0], op.inputs[1]), (op.inputs[1], op.inputs[0])] {
                if let average = average(from: start, in: other, users, op.shape) { return average }
                if let root = inputs(of: other, .sqrt, users, op.shape) { return (AddRoot(), [root[0], start]) }
            }
        case .map(.subtract):
            if let quotient = inputs(of: op.inputs[1], .divide, users, op.shape) {
                return (SubtractQuotient(), [op.inputs[0]] + quotient)
            }
        default: break
        }
        return nil
    }

    /// The step, if `product` is `(end - start) * part`.
    private func average(
        from start: Int, in product: Int, _ users: [Int], _ shape: Shape
    ) -> (primitive: any Primitive, inputs: [Int])? {
        guard let factors = inputs(of: product, .multiply, users, shape) else { return nil }
        for (difference, part) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            guard let ends = inputs(of: difference, .subtract, users, shape), ends[1] == start else { continue }
            if let square = inputs(of: ends[0], .multiply, users, shape, twice: true) {
                return (LerpSquare(), [start, square[0], part])
            }
            return (Lerp(), [start, ends[0], part])
        }
        return nil
    }

    /// The inputs of a result that one operation alone uses, if it is `kind` over the same shape; `twice`: of one thing with itself.
    private func inputs(
        of index: Int, _ kind: MapOp, _ users: [Int], _ shape: Shape, twice: Bool = false
    ) -> [Int]? {
        let op = ops[index]
        guard case .map(kind) = op.lowering, users[index] == 1, op.shape == shape else { return nil }
        return !twice || op.inputs[0] == op.inputs[1] ? op.inputs : nil
    }
}

/// A step that is several operations.
private protocol FusedStep: Primitive { static var op: MapOp { get } }

extension FusedStep {
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] { trap("\(Self.name): is made after gradients are taken") }
    var lowering: Lowering { .map(Self.op) }
    static var examples: [OpExample] { [] }
}

/// `a + (b - a) * c` of inputs 0, 1 and 2.
private struct Lerp: FusedStep { static let name = "lerp", op = MapOp.lerp }
/// `a + (b * b - a) * c`.
private struct LerpSquare: FusedStep { static let name = "lerpSquare", op = MapOp.lerpSquare }
/// `a - b / c`.
private struct SubtractQuotient: FusedStep { static let name = "subtractQuotient", op = MapOp.subtractQuotient }
/// `sqrt(a) + b`.
private struct AddRoot: FusedStep { static let name = "addRoot", op = MapOp.addRoot }
