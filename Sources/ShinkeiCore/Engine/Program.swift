/// What a plan is made from: operations in order, each naming its inputs by number.
struct Program {
    struct Op {
        var primitive: any Primitive
        var inputs: [Int]
        var shape: Shape
        var dtype: DType
        var lowering: Lowering
        /// The number of the leaf, for leaves that are given at launch.
        var leaf = -1
    }

    var ops: [Op] = []
    var outputs: [Int] = []
    private(set) var leafCount = 0
    /// Outputs that may be written over a leaf which nobody else holds: (leaf, place in `outputs`).
    var donations: [(leaf: Int, output: Int)] = []

    mutating func addLeaf(shape: Shape, dtype: DType) {
        ops.append(
            Op(primitive: Materialized(), inputs: [], shape: shape, dtype: dtype, lowering: .leaf, leaf: leafCount))
        leafCount += 1
    }

    mutating func addConstant(_ constant: Constant, shape: Shape, dtype: DType) {
        if !constant.isStructural { return addLeaf(shape: shape, dtype: dtype) }
        ops.append(Op(primitive: constant, inputs: [], shape: shape, dtype: dtype, lowering: .leaf))
    }

    @discardableResult
    mutating func add(_ primitive: any Primitive, _ inputs: [Int], shape: Shape, dtype: DType) -> Int {
        ops.append(
            Op(primitive: primitive, inputs: inputs, shape: shape, dtype: dtype, lowering: primitive.lowering))
        return ops.count - 1
    }

    func with(_ ops: [Op], outputs: [Int]) -> Program {
        var copy = self
        copy.ops = ops
        copy.outputs = outputs
        return copy
    }
}
