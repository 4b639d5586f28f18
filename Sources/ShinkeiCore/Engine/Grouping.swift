/// Which operations are computed by one kernel.
///
/// Kernels are numbered in the order they run. An elementwise operation joins the latest kernel among its inputs if that
/// is elementwise over the same shape, or a matrix product of that shape (as its epilogue); a reduction takes in the
/// elementwise kernel that only it reads. Joining the latest one is always safe: all other inputs are computed before it.
struct Grouping {
    struct Kernel {
        enum Kind { case map, matmul(Int), reduce(Int), own(Int) }
        var kind: Kind
        /// Elementwise operations, inputs first.
        var members: [Int] = []
        /// The shape that the members have.
        var shape: Shape
        /// Memory read from outside.
        var operands: Set<OperandKey> = []
        /// Bytes of tile scratch that the members need at most.
        var scratch = 0
    }

    struct OperandKey: Hashable {
        var root: Int
        var layout: Layout
    }

    private(set) var kernels: [Kernel] = []
    /// The kernel that computes an operation; -1 for leaves and views.
    private(set) var kernelOf: [Int]
    /// Whether an operation's result is in memory after its kernel.
    private(set) var isStored: [Bool]
    let places: [Place]
    private let ops: [Program.Op]
    private let uses: [Int]

    static let tile = 512
    static let scratchLimit = 48 << 10
    private static let memberLimit = 32
    private static let operandLimit = 20
    /// How far back an operation looks for a kernel over the same shape that it can share a loop with.
    private static let reach = 8
    /// Products narrower than this give rows too short to run an epilogue on.
    private static let epilogueColumns = 32

    init(_ program: Program) {
        ops = program.ops
        kernelOf = [Int](repeating: -1, count: ops.count)
        isStored = [Bool](repeating: false, count: ops.count)
        var places: [Place] = []
        var uses = [Int](repeating: 0, count: ops.count)
        for (index, op) in ops.enumerated() {
            places.append(Place.of(index, op, places) ?? Place(root: index, layout: Layout(op.shape)))
            for input in op.inputs { uses[input] += 1 }
        }
        for output in program.outputs { uses[places[output].root] += 1 }
        self.places = places
        self.uses = uses

        for (index, op) in ops.enumerated() {
            switch op.lowering {
            case .leaf, .view, .reshape, .alias: break
            case .map, .cast: placeElementwise(index)
            case .matmul: open(.matmul(index), shape: op.shape, op: index)
            case .reduce: placeReduction(index)
            default: open(.own(index), shape: op.shape, op: index)
            }
        }
        markStored(program)
    }

    private mutating func open(_ kind: Kernel.Kind, shape: Shape, op: Int) {
        kernelOf[op] = kernels.count
        kernels.append(Kernel(kind: kind, shape: shape))
    }

    private func isLeaf(_ root: Int) -> Bool { kernelOf[root] < 0 }

    private mutating func placeElementwise(_ index: Int) {
        let op = ops[index]
        var earliest = 0  // the first kernel in which all inputs are known
        var direct = -1  // the latest kernel whose registers hold an input
        for input in op.inputs {
            let root = places[input].root
            if isLeaf(root) { continue }
            let kernel = kernelOf[root]
            let isRegister = root == input && ops[input].shape == op.shape && takesMembers(kernel)
            if isRegister { direct = max(direct, kernel) }
            earliest = max(earliest, isRegister ? kernel : kernel + 1)
        }
        if direct >= 0, direct >= earliest, join(index, direct) { return }
        // Not where an input is, then beside a loop over the same elements.
        let first = max(earliest, kernels.count - Self.reach)
        if first < kernels.count {
            for kernel in (first..<kernels.count).reversed() where shares(index, kernel) {
                if join(index, kernel) { return }
            }
        }
        open(.map, shape: op.shape, op: index)
        _ = join(index, kernels.count - 1)
    }

    private func takesMembers(_ kernel: Int) -> Bool {
        switch kernels[kernel].kind {
        case .map: true
        case .matmul: kernels[kernel].shape.rank > 0 && kernels[kernel].shape.last >= Self.epilogueColumns
        case .reduce, .own: false
        }
    }

    /// Small loops merge to save their overhead, large ones if they read the same memory.
    private func shares(_ index: Int, _ kernel: Int) -> Bool {
        guard case .map = kernels[kernel].kind, kernels[kernel].shape == ops[index].shape else { return false }
        if ops[index].shape.count <= Self.tile { return true }
        return operands(of: index, in: kernel).contains { kernels[kernel].operands.contains($0) }
            || ops[index].inputs.contains { kernelOf[places[$0].root] == kernel }
    }

    private func operands(of index: Int, in kernel: Int) -> [OperandKey] {
        ops[index].inputs.compactMap { input in
            let place = places[input]
            if place.root == input && kernelOf[input] == kernel { return nil }
            return OperandKey(root: place.root, layout: place.layout.broadcast(to: kernels[kernel].shape))
        }
    }

    private mutating func join(_ index: Int, _ number: Int) -> Bool {
        let op = ops[index]
        guard kernels[number].shape == op.shape, takesMembers(number) else { return false }
        var scratch = kernels[number].scratch + Self.tile * op.dtype.byteCount
        let operands = operands(of: index, in: number)
        let merged = kernels[number].operands.union(operands)
        for operand in merged.subtracting(kernels[number].operands)
        where !(operand.layout.isPacked && operand.layout.count == op.shape.count) {
            scratch += Self.tile * ops[operand.root].dtype.byteCount
        }
        let isFirst = kernels[number].members.isEmpty
        guard isFirst
            || scratch <= Self.scratchLimit && merged.count <= Self.operandLimit
                && kernels[number].members.count < Self.memberLimit
        else { return false }
        kernels[number].operands = merged
        kernels[number].scratch = scratch
        kernels[number].members.append(index)
        kernelOf[index] = number
        return true
    }

    private mutating func placeReduction(_ index: Int) {
        let input = ops[index].inputs[0]
        let kernel = places[input].root == input ? kernelOf[input] : -1
        if kernel >= 0, case .map = kernels[kernel].kind, isReadOnlyBy(index, kernel) {
            kernels[kernel].kind = .reduce(index)
            kernelOf[index] = kernel
        } else {
            open(.reduce(index), shape: ops[input].shape, op: index)
        }
    }

    /// Whether nothing but `reduction` needs what the members of a kernel compute.
    private func isReadOnlyBy(_ reduction: Int, _ kernel: Int) -> Bool {
        let members = kernels[kernel].members
        var inside: [Int: Int] = [:]
        for member in members + [reduction] {
            for input in ops[member].inputs { inside[input, default: 0] += 1 }
        }
        return members.allSatisfy { uses[$0] == inside[$0, default: 0] }
    }

    private mutating func markStored(_ program: Program) {
        for output in program.outputs where kernelOf[places[output].root] >= 0 {
            isStored[places[output].root] = true
        }
        for (index, op) in ops.enumerated() where kernelOf[index] >= 0 {
            for input in op.inputs {
                let root = places[input].root
                guard kernelOf[root] >= 0 else { continue }
                if kernelOf[root] != kernelOf[index] || root != input { isStored[root] = true }
            }
        }
    }
}
