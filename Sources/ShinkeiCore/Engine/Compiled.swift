/// Turns a closure on tensors into one plan that later calls replay.
///
/// The closure runs once for each set of argument shapes and types, and again when a weight it reads has changed its
/// shape, type or `isTrainable`; what it computes is recorded and not run. Swift values it captures freeze. A `Weight` that
/// it reads or sets becomes a hidden input or output, written in place unless somebody holds the old value.
///
/// - Precondition: The closure neither asks for a tensor's value nor creates weights.
public func compiled(_ body: @escaping ([Tensor]) -> [Tensor]) -> CompiledFunction { CompiledFunction(body) }

public func compiled(_ body: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
    let function = CompiledFunction { [body($0[0])] }
    return { function([$0])[0] }
}

public func compiled(_ body: @escaping (Tensor, Tensor) -> Tensor) -> (Tensor, Tensor) -> Tensor {
    let function = CompiledFunction { [body($0[0], $0[1])] }
    return { function([$0, $1])[0] }
}

/// A step on weights alone.
public func compiled(_ body: @escaping () -> Void) -> () -> Void {
    let function = CompiledFunction { _ in
        body()
        return []
    }
    return { _ = function([]) }
}

/// A closure on tensors with the plans it has been turned into.
public final class CompiledFunction {
    private let body: ([Tensor]) -> [Tensor]
    /// Most recently used first; few, since each has its own argument shapes.
    private var specializations: [Specialization] = []
    /// More shapes than this are forgotten, oldest first; the plans themselves stay in the engine's cache.
    private static let limit = 64

    init(_ body: @escaping ([Tensor]) -> [Tensor]) { self.body = body }

    public func callAsFunction(_ inputs: [Tensor]) -> [Tensor] {
        if let place = specializations.firstIndex(where: { $0.fits(inputs) }) {
            if place > 0 { specializations.insert(specializations.remove(at: place), at: 0) }
        } else {
            specializations.removeAll { $0.isStale }
            if specializations.count >= Self.limit { specializations.removeLast() }
            specializations.insert(Specialization(body, inputs), at: 0)
        }
        return specializations[0].run(inputs)
    }
}

/// A value that a compiled function gave inside a gradient's closure. A derivative cannot pass, and must not be taken for 0.
struct CompiledResult: Primitive {
    static let name = "compiled"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        trap("gradient: compiled functions have no derivative; take the gradient inside compiled { } instead")
    }
    var lowering: Lowering { .leaf }
    static var examples: [OpExample] { [] }
}

/// One trace of a closure and its plan.
private final class Specialization {
    private enum Source {
        case argument(Int)
        case weight(Int)
        case fixed(Leaf)
    }

    private let trace = Trace()
    private let plan: Plan
    private let sources: [Source]
    private let outputShapes: [(Shape, DType)]
    private let resultPlaces: [Int]
    private let writePlaces: [Int]
    /// The leaf of the weight that each write replaces, if the closure read it.
    private let writeLeaves: [Int?]
    private let hasDonations: Bool
    /// Kept from call to call, as are the two arrays: a step of a small network is hardly more than a few allocations.
    private let arena: Buffer?
    private var leaves: [Leaf] = []
    private var donated: [Bool] = []

    init(_ body: ([Tensor]) -> [Tensor], _ inputs: [Tensor]) {
        if Scope.current?.trace != nil {
            trap("compiled { }: a compiled function cannot be called inside another's closure")
        }
        let trace = self.trace
        let arguments = inputs.map { trace.argument(shape: $0.shape, dtype: $0.dtype) }
        let results = Scope.run(trace: trace) { body(arguments) }
        let roots = results + trace.writes.map(\.value)

        var builder = ProgramBuilder(trace)
        let places = builder.add(roots.map(\.node))
        var program = builder.program
        // One output for each node: a value that is both returned and written must not be donated over twice.
        var outputOf: [Int: Int] = [:]
        var outputs: [Int] = []
        func output(_ place: Int, isWrite: Bool) -> Int {
            if !isWrite, let known = outputOf[place] { return known }
            if isWrite, outputOf[place] != nil {
                // A copy of its own, so that no two owners share memory that one of them will overwrite.
                let op = program.ops[place]
                let copy = program.add(Materialize(), [place], shape: op.shape, dtype: op.dtype)
                outputs.append(copy)
                return outputs.count - 1
            }
            outputOf[place] = outputs.count
            outputs.append(place)
            return outputs.count - 1
        }
        let resultPlaces = places.prefix(results.count).map { output($0, isWrite: false) }
        let writePlaces = places.dropFirst(results.count).map { output($0, isWrite: true) }
        program.outputs = outputs
        writeLeaves = trace.writes.map { builder.leafOf($0.weight) }
        for (leaf, place) in zip(writeLeaves, writePlaces) {
            if let leaf { program.donations.append((leaf, place)) }
        }
        hasDonations = !program.donations.isEmpty
        outputShapes = outputs.map { (program.ops[$0].shape, program.ops[$0].dtype) }
        self.resultPlaces = Array(resultPlaces)
        self.writePlaces = Array(writePlaces)
        sources = builder.sources.map { source in
            switch source {
            case .argument(let index): .argument(index)
            case .weight(let index): .weight(index)
            case .fixed(let leaf): .fixed(leaf)
            }
        }
        let signature = program.signature
        Graph.lock.lock()
        let known = PlanCache.plan(for: signature)
        Graph.lock.unlock()
        plan = known ?? PlanCache.make(program, for: signature)
        arena = plan.makeArena()
        if hasDonations { donated = [Bool](repeating: false, count: sources.count) }
    }

    /// Whether the trace still says what the closure would do.
    func fits(_ inputs: [Tensor]) -> Bool {
        guard inputs.count == trace.arguments.count, !isStale else { return false }
        for (input, argument) in zip(inputs, trace.arguments)
        where input.dtype != argument.dtype || input.shape != argument.shape {
            return false
        }
        return true
    }

    var isStale: Bool {
        for read in trace.reads
        where read.weight.isTrainable != read.isTrainable || read.weight.shape != read.shape
            || read.weight.dtype != read.dtype
        { return true }
        for write in trace.writes
        where write.weight.shape != write.value.shape || write.weight.dtype != write.value.dtype { return true }
        return false
    }

    func run(_ inputs: [Tensor]) -> [Tensor] {
        if Scope.current?.trace != nil {
            trap("compiled { }: a compiled function cannot be called inside another's closure")
        }
        // Emptied at the end: what is held here could not be written in place next time.
        defer { leaves.removeAll(keepingCapacity: true) }
        for (index, source) in sources.enumerated() {
            switch source {
            case .argument(let argument): leaves.append(.buffer(Engine.value(of: inputs[argument].node)))
            case .weight(let weight):
                let (buffer, isUnique) = trace.reads[weight].weight.storage()
                leaves.append(.buffer(buffer))
                if hasDonations { donated[index] = isUnique }
            case .fixed(let leaf): leaves.append(leaf)
            }
        }
        let buffers = plan.run(leaves, donated: donated, arena: arena)
        func tensor(_ place: Int) -> Tensor {
            let (shape, dtype) = outputShapes[place]
            return Tensor(node: Node(result: buffers[place], shape: shape, dtype: dtype))
        }
        // What a gradient's closure must know, which has no edges otherwise: where the results come from.
        let origins =
            Scope.current == nil ? [] : inputs.map(\.node) + trace.reads.map(\.weight.value.node)
        for (index, write) in trace.writes.enumerated() {
            let place = writePlaces[index]
            // Written in place: the weight has its new value already.
            if let leaf = writeLeaves[index], case .buffer(let old) = leaves[leaf], old === buffers[place] { continue }
            write.weight.replace(tensor(place))
        }
        return resultPlaces.map { place in
            if origins.isEmpty { return tensor(place) }
            let (shape, dtype) = outputShapes[place]
            let node = Node(CompiledResult(), origins, shape: shape, dtype: dtype, depth: 0)
            Scope.current?.publish(node, buffers[place])
            return Tensor(node: node)
        }
    }
}

/// Turns a traced graph into a program; whatever does not depend on the trace is computed now, once.
private struct ProgramBuilder {
    enum Source {
        case argument(Int)
        case weight(Int)
        case fixed(Leaf)
    }

    private struct ScalarKey: Hashable {
        var bits: UInt64
        var dtype: DType
    }

    private(set) var program = Program()
    private(set) var sources: [Source] = []
    private var leafOfRead: [Int: Int] = [:]
    private var scalars: [ScalarKey: Int] = [:]
    private var placeholders: [ObjectIdentifier: Source] = [:]
    private let trace: Trace

    init(_ trace: Trace) {
        self.trace = trace
        for (i, argument) in trace.arguments.enumerated() {
            placeholders[ObjectIdentifier(argument.node)] = .argument(i)
        }
        for (i, read) in trace.reads.enumerated() { placeholders[ObjectIdentifier(read.placeholder.node)] = .weight(i) }
    }

    func leafOf(_ weight: Weight) -> Int? {
        trace.reads.firstIndex { $0.weight === weight }.flatMap { leafOfRead[$0] }
    }

    /// Adds the graph behind `roots` and returns the place of each in the program.
    mutating func add(_ roots: [Node]) -> [Int] {
        let (order, inputs, rootPlaces) = Self.order(roots)
        var isTraced = [Bool](repeating: false, count: order.count)
        for (i, node) in order.enumerated() {
            isTraced[i] = placeholders[ObjectIdentifier(node)] != nil || inputs[i].contains { isTraced[$0] }
        }
        // Constant for good: what a traced node or a root needs of the rest.
        var isNeeded = [Bool](repeating: false, count: order.count)
        for root in rootPlaces { isNeeded[root] = true }
        for i in order.indices where isTraced[i] { for input in inputs[i] { isNeeded[input] = true } }
        let frozen = order.indices.filter { isNeeded[$0] && !isTraced[$0] && order[$0].constant == nil }
        Engine.evaluate(frozen.map { order[$0] })

        var place = [Int](repeating: -1, count: order.count)
        for (i, node) in order.enumerated() where isTraced[i] || isNeeded[i] {
            if let source = placeholders[ObjectIdentifier(node)] {
                if case .weight(let read) = source { leafOfRead[read] = sources.count }
                place[i] = addLeaf(node, source)
            } else if isTraced[i] {
                place[i] = program.add(
                    node.primitive, inputs[i].map { place[$0] }, shape: node.shape, dtype: node.dtype)
            } else if let constant = node.constant {
                // Frozen here, so equal constants are one.
                let key = ScalarKey(bits: constant.bits(node.dtype), dtype: node.dtype)
                if let known = scalars[key] {
                    place[i] = known
                    continue
                }
                if !constant.isStructural { sources.append(.fixed(.scalar(key.bits))) }
                place[i] = program.ops.count
                scalars[key] = place[i]
                program.addConstant(constant, shape: node.shape, dtype: node.dtype)
            } else {
                place[i] = addLeaf(node, .fixed(.buffer(Engine.value(of: node))))
            }
        }
        return rootPlaces.map { place[$0] }
    }

    private mutating func addLeaf(_ node: Node, _ source: Source) -> Int {
        sources.append(source)
        program.addLeaf(shape: node.shape, dtype: node.dtype)
        return program.ops.count - 1
    }

    /// The nodes behind `roots`, inputs first, each with the places of its inputs, and the places of the roots.
    private static func order(_ roots: [Node]) -> (nodes: [Node], inputs: [[Int]], roots: [Int]) {
        var nodes: [Node] = []
        var places: [[Int]] = []
        var seen: [ObjectIdentifier: Int] = [:]
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        for root in roots {
            var stack: [(node: Node, next: Int)] = [(root, 0)]
            while let (node, next) = stack.last {
                let id = ObjectIdentifier(node)
                if seen[id] != nil {
                    stack.removeLast()
                    continue
                }
                let edges = node.result == nil ? node.inputs : []
                if next < edges.count {
                    stack[stack.count - 1].next += 1
                    if seen[ObjectIdentifier(edges[next])] == nil { stack.append((edges[next], 0)) }
                    continue
                }
                stack.removeLast()
                seen[id] = nodes.count
                nodes.append(node)
                places.append(edges.map { seen[ObjectIdentifier($0)]! })
            }
        }
        return (nodes, places, roots.map { seen[ObjectIdentifier($0)]! })
    }
}

extension Program {
    /// The program's structure, so that closures that do the same share a plan.
    var signature: Signature {
        var signature = Signature()
        signature.append(1)
        for op in ops {
            signature.append(UInt64(UInt(bitPattern: ObjectIdentifier(type(of: op.primitive)))))
            op.primitive.sign(&signature)
            signature.append(op.leaf)
            signature.append(UInt64(op.dtype.rawValue))
            signature.append(op.shape.sizes)
            signature.append(op.inputs.count)
            for input in op.inputs { signature.append(input) }
        }
        signature.append(outputs)
        for (leaf, output) in donations {
            signature.append(leaf)
            signature.append(output)
        }
        return signature
    }
}
