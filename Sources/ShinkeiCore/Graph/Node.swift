import Synchronization

/// A place in the graph: an operation, its inputs, and its value once computed.
///
/// A node never changes but for two things, both under `Graph.lock`: its result is published once, and its input
/// edges are cut when that has happened.
package final class Node: @unchecked Sendable {
    // Unchecked: `inputs`, `result`, `wasCut` and the walk's marks are guarded by `Graph.lock`.
    package let primitive: any Primitive
    package let shape: Shape
    package let dtype: DType
    /// A literal's type gives way to the other operand's.
    package let isWeak: Bool
    /// How many `Tensor`s hold this node: one that is held is worth keeping when it has been computed.
    let handles = Atomic<Int>(0)
    /// The longest way to a computed node. 0 when computed.
    let depth: Atomic<Int>

    // The lock already excludes overlapping accesses; checking them again would be an eighth of a plain loop's time.
    @exclusivity(unchecked) var inputs: [Node]
    @exclusivity(unchecked) var result: Buffer?
    /// Had edges, and lost them when it was evaluated: a derivative cannot pass.
    @exclusivity(unchecked) var wasCut = false
    @exclusivity(unchecked) var visit: UInt64 = 0
    @exclusivity(unchecked) var index = 0
    @exclusivity(unchecked) var isRoot = false
    /// The primitive, if it is a constant.
    let constant: Constant?

    init(
        _ primitive: any Primitive, _ inputs: [Node], shape: Shape, dtype: DType, depth: Int
    ) {
        self.primitive = primitive
        self.constant = nil
        self.inputs = inputs
        self.shape = shape
        self.dtype = dtype
        self.isWeak = false
        self.depth = Atomic(depth)
    }

    /// A node that is a value.
    init(result: Buffer, shape: Shape, dtype: DType) {
        self.primitive = Materialized()
        self.constant = nil
        self.inputs = []
        self.shape = shape
        self.dtype = dtype
        self.isWeak = false
        self.depth = Atomic(0)
        self.result = result
    }

    /// A scalar known when the graph is made.
    init(_ constant: Constant, dtype: DType, isWeak: Bool) {
        self.primitive = constant
        self.constant = constant
        self.inputs = []
        self.shape = .scalar
        self.dtype = dtype
        self.isWeak = isWeak
        self.depth = Atomic(0)
    }

    /// Whether the result's memory has no other user. Call only on a node that is uniquely referenced.
    var holdsBufferAlone: Bool {
        guard result != nil else { return false }
        return isKnownUniquelyReferenced(&result!)
    }

    /// Frees a chain of any length without recursion: whatever only this node kept is taken apart here.
    deinit {
        guard !inputs.isEmpty else { return }
        var pending = inputs
        inputs = []
        while var node = pending.popLast() {
            // Unique first: until then another task may be cutting its edges.
            guard isKnownUniquelyReferenced(&node), !node.inputs.isEmpty else { continue }
            pending.append(contentsOf: node.inputs)
            node.inputs = []
        }
    }
}

/// A `Tensor`'s hold on a node; its life tells the engine that the value may be asked for again.
package final class Handle: @unchecked Sendable {
    // Unchecked: `node` is only a `var` so that its uniqueness can be asked; nothing assigns it.
    @exclusivity(unchecked) package var node: Node

    init(_ node: Node) {
        self.node = node
        node.handles.wrappingAdd(1, ordering: .relaxed)
    }
    deinit { node.handles.wrappingSubtract(1, ordering: .relaxed) }
}
