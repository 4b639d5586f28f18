extension Program {
    /// The same program with a copy wherever strides cannot say what a kernel or an output needs.
    func legalized() -> Program {
        var legalizer = Legalizer()
        var place: [Int] = []
        for op in ops { place.append(legalizer.add(op, op.inputs.map { place[$0] })) }
        let outputs = outputs.map { legalizer.output(place[$0]) }
        return with(legalizer.ops, outputs: outputs)
    }
}

/// Input 0, with its elements row-major in memory of its own.
struct Materialize: UnaryPrimitive {
    static let name = "copy", op = MapOp.copy
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream] }
}

/// Where an operation's elements lie: in the memory of `root`, an operation that stores its result or a leaf.
struct Place {
    var root: Int
    var layout: Layout

    /// The elements are the root's, all of them in order.
    func isWhole(_ ops: [Program.Op]) -> Bool {
        layout.offset == 0 && layout.isPacked && layout.count == ops[root].shape.count
    }

    /// Follows views and reshapes; `nil` where a reshape would need a copy.
    static func of(_ index: Int, _ op: Program.Op, _ places: [Place]) -> Place? {
        switch op.lowering {
        case .view(let rule):
            let base = places[op.inputs[0]]
            return Place(root: base.root, layout: base.layout.applying(rule))
        case .reshape:
            let base = places[op.inputs[0]]
            return base.layout.reshaped(op.shape).map { Place(root: base.root, layout: $0) }
        default:
            return Place(root: index, layout: Layout(op.shape))
        }
    }
}

private struct Legalizer {
    var ops: [Program.Op] = []
    var places: [Place] = []

    mutating func add(_ op: Program.Op, _ inputs: [Int]) -> Int {
        var op = op
        op.inputs = inputs
        switch op.lowering {
        case .matmul: legalizeMatMul(&op)
        case .reshape:
            if !places[inputs[0]].layout.isPacked { op.inputs[0] = copy(inputs[0]) }
        case .scatterAdd(let axis):
            let repeats = places[inputs[0]].layout.repeatedRows(axis, of: ops[inputs[1]].shape) != nil
            op.inputs[0] = repeats || places[inputs[0]].isWhole(ops) ? inputs[0] : copy(inputs[0])
            op.inputs[1] = places[inputs[1]].isWhole(ops) ? inputs[1] : copy(inputs[1])
        case .convolution, .pooling, .softmax, .argReduce, .scan, .gather, .gatherAlong, .scatterAlong,
            .argSort, .iota, .random, .recurrence, .attention:
            op.inputs = inputs.map { places[$0].isWhole(ops) ? $0 : copy($0) }
        default: break
        }
        return append(op)
    }

    private mutating func append(_ op: Program.Op) -> Int {
        guard let place = Place.of(ops.count, op, places) else { trap("engine: a reshape was not legalized") }
        ops.append(op)
        places.append(place)
        return ops.count - 1
    }

    private mutating func copy(_ index: Int) -> Int {
        let source = ops[index]
        return append(
            Program.Op(
                primitive: Materialize(), inputs: [index], shape: source.shape, dtype: source.dtype,
                lowering: .map(.copy)))
    }

    /// An output needs memory of its own, a leaf's as a whole, or another stored result's as a whole.
    mutating func output(_ index: Int) -> Int {
        let place = places[index]
        let isConstant = ops[place.root].primitive is Constant || ops[place.root].leaf >= 0 && place.root != index
        return place.isWhole(ops) && !isConstant ? index : copy(index)
    }

    private mutating func legalizeMatMul(_ op: inout Program.Op) {
        let batch = Array(op.shape.sizes.dropLast(2))
        for side in 0..<2 {
            let layout = places[op.inputs[side]].layout
            if MatMulOperand(layout, batch: batch) != nil { continue }
            let plain = copy(op.inputs[side])
            op.inputs[side] = plain
            if MatMulOperand(places[plain].layout, batch: batch) != nil { continue }
            // Several leading axes, some of them stretched: write the stretched matrix out.
            let target = Shape(batch + layout.sizes.suffix(2))
            let stretched = append(
                Program.Op(
                    primitive: Broadcast(target: target), inputs: [plain], shape: target, dtype: op.dtype,
                    lowering: .view(.broadcast(target))))
            op.inputs[side] = copy(stretched)
        }
    }
}

/// A matrix operand as the multiplication kernel reads it.
struct MatMulOperand {
    var offset: Int
    var isTransposed: Bool
    /// The distance between rows, of the matrix as it is stored.
    var leading: Int
    /// The distance between matrices; 0 repeats one.
    var batchStride: Int
    var batchCount: Int

    /// `nil` if strides cannot say it.
    init?(_ layout: Layout, batch: [Int]) {
        let rank = layout.sizes.count
        let (rows, columns) = (layout.sizes[rank - 2], layout.sizes[rank - 1])
        let (rowStride, columnStride) = (layout.strides[rank - 2], layout.strides[rank - 1])
        if columnStride == 1 || columns <= 1, rowStride >= columns || rows <= 1 {
            isTransposed = false
            leading = rows <= 1 ? max(columns, 1) : rowStride
        } else if rowStride == 1 || rows <= 1, columnStride >= rows || columns <= 1 {
            isTransposed = true
            leading = columns <= 1 ? max(rows, 1) : columnStride
        } else {
            return nil
        }
        offset = layout.offset
        // The leading axes, stretched to the product's, must walk with one stride.
        let missing = batch.count - (rank - 2)
        var stride: Int?
        var covered = 1
        for axis in batch.indices.reversed() where batch[axis] != 1 {
            let own = axis - missing
            let step = own >= 0 && layout.sizes[own] != 1 ? layout.strides[own] : 0
            if let known = stride {
                guard step == known * covered else { return nil }
            } else {
                stride = step
            }
            covered *= batch[axis]
        }
        batchStride = stride ?? 0
        batchCount = covered
    }
}
