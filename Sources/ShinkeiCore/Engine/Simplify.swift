extension Program {
    /// The same program without what need not be computed: identities, double work, results nobody uses.
    ///
    /// Every rewrite gives the same bits, NaN and signed zeros included.
    func simplified() -> Program {
        var rewriter = Rewriter(leafCount: leafCount)
        var place: [Int] = []
        place.reserveCapacity(ops.count)
        for op in ops { place.append(rewriter.add(op, op.inputs.map { place[$0] })) }
        return with(rewriter.ops, outputs: outputs.map { place[$0] }).withoutDeadCode()
    }

    func withoutDeadCode() -> Program {
        var used = [Bool](repeating: false, count: ops.count)
        for output in outputs { used[output] = true }
        for index in ops.indices.reversed() where used[index] {
            for input in ops[index].inputs { used[input] = true }
        }
        var place = [Int](repeating: -1, count: ops.count)
        var kept: [Op] = []
        for (index, op) in ops.enumerated() where used[index] {
            var op = op
            op.inputs = op.inputs.map { place[$0] }
            place[index] = kept.count
            kept.append(op)
        }
        return with(kept, outputs: outputs.map { place[$0] })
    }
}

/// Adds operations one by one, each in its simplest form, each once.
private struct Rewriter {
    var ops: [Program.Op] = []
    private var known: [Signature: Int] = [:]

    init(leafCount: Int) {}

    mutating func add(_ op: Program.Op, _ inputs: [Int]) -> Int {
        var op = op
        op.inputs = inputs
        if let same = identity(op) { return same }
        op = rewritten(op)
        var key = Signature()
        key.append(UInt64(UInt(bitPattern: ObjectIdentifier(type(of: op.primitive)))))
        op.primitive.sign(&key)
        key.append(op.leaf)
        key.append(UInt64(op.dtype.rawValue))
        key.append(op.shape.sizes)
        key.append(inputs.count)
        for input in op.inputs { key.append(input) }
        if let same = known[key] { return same }
        known[key] = ops.count
        ops.append(op)
        return ops.count - 1
    }

    private func constant(_ index: Int) -> Double? { (ops[index].primitive as? Constant)?.value }

    /// An earlier operation that has the same value.
    private func identity(_ op: Program.Op) -> Int? {
        func isSame(_ index: Int) -> Bool { ops[index].shape == op.shape && ops[index].dtype == op.dtype }
        switch op.lowering {
        case .alias: return op.inputs[0]
        case .reshape, .cast, .view(.broadcast):
            return isSame(op.inputs[0]) ? op.inputs[0] : nil
        case .view(.permute(let axes)):
            guard case .view(.permute(let before)) = ops[op.inputs[0]].lowering else { return nil }
            return axes.map { before[$0] } == Array(axes.indices) ? ops[op.inputs[0]].inputs[0] : nil
        case .map(.multiply):
            if constant(op.inputs[1]) == 1, isSame(op.inputs[0]) { return op.inputs[0] }
            if constant(op.inputs[0]) == 1, isSame(op.inputs[1]) { return op.inputs[1] }
        case .map(.divide), .map(.power):
            if constant(op.inputs[1]) == 1, isSame(op.inputs[0]) { return op.inputs[0] }
        case .map(.subtract):
            if constant(op.inputs[1]) == 0, isSame(op.inputs[0]) { return op.inputs[0] }
        case .map(.negate):
            if case .map(.negate) = ops[op.inputs[0]].lowering { return ops[op.inputs[0]].inputs[0] }
        default: break
        }
        return nil
    }

    /// The operation, or a cheaper one with the same bits.
    private func rewritten(_ op: Program.Op) -> Program.Op {
        var op = op
        func become(_ primitive: any Primitive, _ inputs: [Int]) {
            op.primitive = primitive
            op.lowering = primitive.lowering
            op.inputs = inputs
        }
        switch op.lowering {
        case .map(.power) where constant(op.inputs[1]) == 2 && op.shape == ops[op.inputs[0]].shape:
            become(Multiply(), [op.inputs[0], op.inputs[0]])
        case .map(.multiply) where constant(op.inputs[1]) == -1 && op.shape == ops[op.inputs[0]].shape:
            become(Negate(), [op.inputs[0]])
        case .map(.add):
            if case .map(.negate) = ops[op.inputs[1]].lowering {
                become(Subtract(), [op.inputs[0], ops[op.inputs[1]].inputs[0]])
            } else if case .map(.negate) = ops[op.inputs[0]].lowering {
                become(Subtract(), [op.inputs[1], ops[op.inputs[0]].inputs[0]])
            }
        case .map(.subtract):
            if case .map(.negate) = ops[op.inputs[1]].lowering {
                become(Add(), [op.inputs[0], ops[op.inputs[1]].inputs[0]])
            }
        case .reduce(_, let axes) where axes.allSatisfy({ ops[op.inputs[0]].shape[$0] == 1 }):
            become(Reshape(target: op.shape), op.inputs)
        case .reshape:
            if case .reshape = ops[op.inputs[0]].lowering { op.inputs = ops[op.inputs[0]].inputs }
        default: break
        }
        return op
    }
}
