import Synchronization

/// Computes nodes: collects what is pending, finds or makes a plan for it, runs it, publishes the results.
enum Engine {
    /// The memory of a node's value, computed if need be.
    static func value(of node: Node) -> Buffer {
        Graph.lock.lock()
        if let result = node.result {
            Graph.lock.unlock()
            return result
        }
        Graph.lock.unlock()
        if let constant = node.constant {
            // Not published: as a constant it may still become part of a plan's structure.
            let buffer = Buffer.allocate(byteCount: 8)
            buffer.pointer.storeBytes(of: constant.bits(node.dtype), as: UInt64.self)
            return buffer
        }
        evaluate([node])
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        guard let result = node.result else { trap("engine: a node was not computed") }
        return result
    }

    static func evaluate(_ roots: [Node]) {
        let scope = Scope.current
        if scope?.trace != nil {
            trap("compiled { }: a tensor's value was asked for inside the closure, where it is not known yet")
        }
        Graph.lock.lock()
        let walk = GraphWalk(roots)
        if walk.outputs.isEmpty {
            Graph.lock.unlock()
            return
        }
        let known = PlanCache.plan(for: walk.signature)
        let program = known == nil ? walk.program() : nil
        let leaves = walk.leaves
        let outputs = walk.outputs
        Graph.lock.unlock()

        guard let plan = known ?? program.map({ PlanCache.make($0, for: walk.signature) }) else { return }
        let buffers = plan.run(leaves)

        Graph.lock.lock()
        for (node, buffer) in zip(outputs, buffers) where node.result == nil {
            node.result = buffer
            node.depth.store(0, ordering: .relaxed)
        }
        var edges: [Node] = []
        if let scope { scope.willCut(outputs) } else { edges = Graph.cut(outputs) }
        Graph.lock.unlock()
        withExtendedLifetime(edges) {}  // freed outside the lock: what they held may be a long chain
    }
}

/// What a plan is given at launch: data, or the bits of a scalar.
enum Leaf {
    case buffer(Buffer)
    case scalar(UInt64)
}

/// The pending nodes behind some roots, inputs first, and the structure they form.
struct GraphWalk {
    private var nodes: [Unmanaged<Node>] = []
    private(set) var signature = Signature()
    private(set) var leaves: [Leaf] = []
    /// Computed and kept: the roots, and what somebody holds.
    private(set) var outputs: [Node] = []

    @exclusivity(unchecked) nonisolated(unsafe) private static var visits: UInt64 = 0
    @exclusivity(unchecked) nonisolated(unsafe) private static var stack: [(node: Unmanaged<Node>, next: Int)] = []

    /// Call under `Graph.lock`.
    init(_ roots: [Node]) {
        Self.visits += 1
        let visit = Self.visits
        signature.append(0)
        for root in roots where root.result == nil {
            root.isRoot = true
            Self.stack.append((.passUnretained(root), 0))
            // Within the closures nodes are not counted up and down; that is a sixth of a plain loop's time.
            while let (reference, next) = Self.stack.last {
                reference._withUnsafeGuaranteedRef { node in
                    if node.visit == visit {
                        Self.stack.removeLast()
                    } else if node.result == nil && next < node.inputs.count {
                        Self.stack[Self.stack.count - 1].next = next + 1
                        let input = Unmanaged.passUnretained(node.inputs[next])
                        if input._withUnsafeGuaranteedRef({ $0.visit }) != visit { Self.stack.append((input, 0)) }
                    } else {
                        Self.stack.removeLast()
                        node.visit = visit
                        add(node)
                    }
                }
            }
        }
        for root in roots { root.isRoot = false }
    }

    private mutating func add(_ node: Node) {
        node.index = nodes.count
        nodes.append(.passUnretained(node))
        var kind: UInt64 = 0
        if let result = node.result {
            kind = 1
            leaves.append(.buffer(result))
        } else if let constant = node.constant {
            kind = 2
            if !constant.isStructural { leaves.append(.scalar(constant.bits(node.dtype))) }
        } else if node.inputs.isEmpty {
            trap("a symbolic tensor has no value; it stands for one inside compiled { } or in a model's graph")
        } else if node.isRoot || node.handles.load(ordering: .relaxed) > 0 {
            kind = 4
            outputs.append(node)
        } else {
            kind = 3
        }
        signature.append(kind << 8 | UInt64(node.dtype.rawValue))
        if kind == 2 {
            node.primitive.sign(&signature)
        } else if kind > 2 {
            signature.append(UInt64(UInt(bitPattern: ObjectIdentifier(type(of: node.primitive)))))
            node.primitive.sign(&signature)
            signature.append(node.inputs.count)
            for input in node.inputs { signature.append(input.index) }
        }
        signature.append(node.shape.sizes)
    }

    /// The same as a program for the compiler; call under `Graph.lock`.
    func program() -> Program {
        var program = Program()
        for reference in nodes {
            let node = reference._withUnsafeGuaranteedRef { $0 }
            if node.result != nil {
                program.addLeaf(shape: node.shape, dtype: node.dtype)
            } else if let constant = node.constant {
                program.addConstant(constant, shape: node.shape, dtype: node.dtype)
            } else {
                program.add(node.primitive, node.inputs.map(\.index), shape: node.shape, dtype: node.dtype)
            }
        }
        program.outputs = outputs.map(\.index)
        return program
    }
}

extension Constant {
    /// The value as it lies in memory.
    func bits(_ dtype: DType) -> UInt64 {
        switch dtype {
        case .float32: UInt64(Float(value).bitPattern)
        case .float64: value.bitPattern
        case .float16, .bfloat16: UInt64(HalfWidth.encode(Float(value), as: dtype))
        case .bool: value == 0 ? 0 : 1
        case .uint8: UInt64(UInt8(fromInt64: integer))
        case .int32: UInt64(UInt32(bitPattern: Int32(truncatingIfNeeded: integer)))
        case .int64: UInt64(bitPattern: integer)
        }
    }
}
