/// Which operations are computed by one kernel.
///
/// Operations are placed from the last to the first, so that each is computed as late as it can be. An elementwise
/// operation joins the earliest kernel that reads it, if that works element by element over the same shape (or reduces such
/// elements); a matrix product takes the earliest kernel that reads it as its epilogue. Joining the earliest reader is
/// always safe: all other readers run after it, and whatever the operation itself reads is placed, and so computed, before.
struct Grouping {
    struct Kernel {
        /// `product` is a matrix product, a convolution or the gradient of a pooling.
        enum Kind { case map, product(Int), reduce(Int), own(Int) }
        var kind: Kind
        /// Elementwise operations, inputs first.
        var members: [Int] = []
        /// The shape that the members have.
        var shape: Shape
        /// What the members read from memory: operands as they lie there, and results of other operations.
        fileprivate var operands: Set<OperandKey> = []
        /// Bytes of tile scratch that members not in memory need at most.
        fileprivate var scratch = 0
    }

    /// An operand as the members see it: memory, or a result that may yet become a member.
    struct OperandKey: Hashable {
        var root: Int
        var layout: Layout
    }

    /// In the order they run.
    private(set) var kernels: [Kernel] = []
    /// Whether an operation's result is in memory after its kernel.
    private(set) var isStored: [Bool]
    let places: [Place]
    private let ops: [Program.Op]
    /// Kernels (in reverse order of running) that read a result element by element, and those that need it in memory.
    private var registerReaders: [[Int]]
    private var memoryReaders: [[Int]]
    private var isOutput: [Bool]
    /// Whether a reduction reads the result of an elementwise operation.
    private var isReduced: [Bool]

    static let tile = 512
    private static let scratchLimit = 48 << 10
    private static let memberLimit = 32
    private static let operandLimit = 20
    /// How far an operation looks for a kernel over the same shape that it can share a loop with.
    private static let reach = 8
    /// An operand with this many times fewer elements than the result stays in the first cache while it is read.
    private static let few = 8
    /// Products narrower than this give rows too short to run an epilogue on.
    private static let epilogueColumns = 32

    init(_ program: Program) {
        ops = program.ops
        isStored = [Bool](repeating: false, count: ops.count)
        isOutput = isStored
        isReduced = isStored
        registerReaders = [[Int]](repeating: [], count: ops.count)
        memoryReaders = registerReaders
        var places: [Place] = []
        for (index, op) in ops.enumerated() {
            places.append(Place.of(index, op, places) ?? Place(root: index, layout: Layout(op.shape)))
        }
        self.places = places
        for output in program.outputs { isOutput[places[output].root] = true }
        for op in ops {
            if case .reduce = op.lowering { isReduced[places[op.inputs[0]].root] = true }
        }

        for index in ops.indices.reversed() {
            switch ops[index].lowering {
            case .leaf, .view, .reshape, .alias: break
            case .map, .cast: placeElementwise(index)
            case .matmul: placeProduct(index, takesEpilogue: ops[index].shape.last >= Self.epilogueColumns)
            case .convolution(let geometry, .output):
                let channels = ops[ops[index].inputs[0]].shape.last
                placeProduct(index, takesEpilogue: takesEpilogue(index, geometry, channels: channels))
            case .convolution(let geometry, .input) where geometry.strides.allSatisfy { $0 == 1 }:
                placeProduct(index, takesEpilogue: takesEpilogue(index, geometry, channels: ops[index].shape.last))
            case .pooling(let geometry, .maxGradient) where geometry.isTiling(ops[index].shape):
                placeProduct(index, takesEpilogue: true)
            case .reduce:
                open(.reduce(index), index, shape: ops[ops[index].inputs[0]].shape)
                read(index, by: kernels.count - 1, shape: kernels[kernels.count - 1].shape)
            default:
                open(.own(index), index, shape: ops[index].shape)
                for input in ops[index].inputs { memoryReaders[places[input].root].append(kernels.count - 1) }
            }
        }
        kernels.reverse()
        for number in kernels.indices { kernels[number].members.reverse() }
    }

    /// A new kernel for an operation whose result goes to memory.
    private mutating func open(_ kind: Kernel.Kind, _ index: Int, shape: Shape) {
        isStored[index] = true
        kernels.append(Kernel(kind: kind, shape: shape))
    }

    private func isLeaf(_ root: Int) -> Bool {
        if case .leaf = ops[root].lowering { true } else { false }
    }

    // MARK: Elementwise operations

    private mutating func placeElementwise(_ index: Int) {
        let readers = registerReaders[index] + memoryReaders[index]
        if let earliest = readers.max() {
            if canJoin(index, earliest) {
                let isRead = isOutput[index] || readers.contains { $0 != earliest }
                if !isRead || takesStored(earliest) {
                    isStored[index] = isRead
                    if join(index, earliest) { return }
                }
            }
            if joinEach(index) { return }
        }
        isStored[index] = true
        let first = max((readers.max() ?? -1) + 1, kernels.count - Self.reach)
        if first < kernels.count {
            for kernel in (first..<kernels.count).reversed() where shares(index, kernel) {
                if join(index, kernel) { return }
            }
        }
        open(.map, index, shape: ops[index].shape)
        _ = join(index, kernels.count - 1)
    }

    /// Whether a kernel has the operation's result in a register and only there.
    private func canJoin(_ index: Int, _ kernel: Int) -> Bool {
        guard registerReaders[index].contains(kernel), !memoryReaders[index].contains(kernel) else { return false }
        if case .own = kernels[kernel].kind { return false }
        return kernels[kernel].shape == ops[index].shape
    }

    /// A reduction writes nothing but what it reduces to.
    private func takesStored(_ kernel: Int) -> Bool {
        if case .reduce = kernels[kernel].kind { false } else { true }
    }

    /// Computes a cheap operation on one large operand (and small ones) anew in each kernel that reads it: reading the operand
    /// costs what reading the result would, and the result need not be written.
    private mutating func joinEach(_ index: Int) -> Bool {
        guard !isOutput[index], memoryReaders[index].isEmpty, isCheap(ops[index]) else { return false }
        let small = max(ops[index].shape.count / Self.few, 1)
        let large = Set(ops[index].inputs.map { places[$0].root }.filter { ops[$0].shape.count > small })
        // What a reduction reads and others as well will be in memory; what else is elementwise might not have to be.
        // The epilogue of a product stores the result as cheaply as the product.
        guard large.count <= 1, large.allSatisfy({ !isProduct($0) && (!isElementwise($0) || isReduced[$0]) }) else {
            return false
        }
        let readers = Set(registerReaders[index])
        guard readers.allSatisfy({ canJoin(index, $0) && hasRoom($0, for: index) }) else { return false }
        isStored[index] = false
        for reader in readers.sorted() { _ = join(index, reader) }
        return true
    }

    private func isElementwise(_ index: Int) -> Bool {
        switch ops[index].lowering {
        case .map, .cast: true
        default: false
        }
    }

    private func isProduct(_ index: Int) -> Bool {
        switch ops[index].lowering {
        case .matmul, .convolution: true
        default: false
        }
    }

    private func isCheap(_ op: Program.Op) -> Bool {
        switch op.lowering {
        case .cast, .map(.copy), .map(.negate), .map(.abs), .map(.sign), .map(.relu), .map(.not), .map(.isNaN),
            .map(.isInfinite), .map(.isFinite), .map(.add), .map(.subtract), .map(.multiply), .map(.maximum),
            .map(.minimum), .map(.and), .map(.or), .map(.xor), .map(.equal), .map(.notEqual), .map(.less),
            .map(.lessEqual), .map(.greater), .map(.greaterEqual), .map(.select):
            true
        default: false
        }
    }

    /// Small loops merge to save their overhead, large ones if they read the same.
    private func shares(_ index: Int, _ kernel: Int) -> Bool {
        guard case .map = kernels[kernel].kind, kernels[kernel].shape == ops[index].shape else { return false }
        if ops[index].shape.count <= Self.tile { return true }
        return operands(of: index, in: kernel).contains { kernels[kernel].operands.contains($0) }
    }

    private func operands(of index: Int, in kernel: Int) -> [OperandKey] {
        let inputs = if case .reduce = ops[index].lowering { [ops[index].inputs[0]] } else { ops[index].inputs }
        return inputs.map { input in
            let place = places[input]
            return OperandKey(root: place.root, layout: place.layout.broadcast(to: kernels[kernel].shape))
        }
    }

    private func scratch(of operand: OperandKey, in shape: Shape) -> Int {
        let isLinear = operand.layout.isPacked && operand.layout.count == ops[operand.root].shape.count
        return isLinear ? 0 : Self.tile * ops[operand.root].dtype.byteCount
    }

    private func hasRoom(_ number: Int, for index: Int) -> Bool {
        let kernel = kernels[number]
        if kernel.members.isEmpty { return true }
        let merged = kernel.operands.union(operands(of: index, in: number))
        let scratch = merged.reduce(kernel.scratch + Self.tile * ops[index].dtype.byteCount) {
            $0 + self.scratch(of: $1, in: kernel.shape)
        }
        return scratch <= Self.scratchLimit && merged.count <= Self.operandLimit
            && kernel.members.count < Self.memberLimit
    }

    private mutating func join(_ index: Int, _ number: Int) -> Bool {
        guard hasRoom(number, for: index) else { return false }
        kernels[number].operands.remove(OperandKey(root: index, layout: Layout(ops[index].shape)))
        kernels[number].members.append(index)
        if !isStored[index] { kernels[number].scratch += Self.tile * ops[index].dtype.byteCount }
        read(index, by: number, shape: ops[index].shape)
        return true
    }

    /// Notes what an operation of a kernel reads, and whether a register will do.
    private mutating func read(_ index: Int, by number: Int, shape: Shape) {
        for (input, key) in zip(ops[index].inputs, operands(of: index, in: number)) {
            kernels[number].operands.insert(key)
            if isLeaf(key.root) { continue }
            if key.root == input && ops[input].shape == shape {
                registerReaders[input].append(number)
            } else {
                memoryReaders[key.root].append(number)
            }
        }
    }

    // MARK: Matrix products

    /// A product becomes part of the earliest kernel that reads it, if that is a map without a product yet.
    private mutating func placeProduct(_ index: Int, takesEpilogue: Bool) {
        let readers = registerReaders[index] + memoryReaders[index]
        var number = kernels.count
        if let earliest = readers.max(), canJoin(index, earliest), case .map = kernels[earliest].kind,
            takesEpilogue
        {
            isStored[index] = isOutput[index] || readers.contains { $0 != earliest }
            kernels[earliest].kind = .product(index)
            kernels[earliest].operands.remove(OperandKey(root: index, layout: Layout(ops[index].shape)))
            number = earliest
        } else {
            open(.product(index), index, shape: ops[index].shape)
        }
        for input in ops[index].inputs { memoryReaders[places[input].root].append(number) }
    }

    /// All channels of a convolution are one stretch, however few; with groups, each has its own. Depthwise kernels are no
    /// products.
    private func takesEpilogue(_ index: Int, _ geometry: ConvolutionGeometry, channels: Int) -> Bool {
        geometry.groups == 1
            || geometry.groups != channels && ops[index].shape.last / geometry.groups >= Self.epilogueColumns
    }
}
