import Synchronization

/// A stretch of code in which edges live: the closure of a gradient or of `compiled`.
///
/// Known to the code that runs inside it through a task-local value, never as global state.
final class Scope: @unchecked Sendable {
    // Unchecked: `evaluated` is guarded by `Graph.lock`; the rest does not change.
    @TaskLocal static var current: Scope?

    /// The trace this code is recorded for, if it runs inside `compiled`.
    let trace: Trace?
    private let outer: Scope?
    /// What stands for weights that a gradient is taken at.
    private var variables: [ObjectIdentifier: Tensor] = [:]
    /// Nodes computed inside, whose edges go when the outermost scope ends.
    private var evaluated: [Node] = []

    private init(trace: Trace?, outer: Scope?) {
        self.trace = trace
        self.outer = outer
    }

    static func run<T>(trace: Trace? = nil, _ body: () throws -> T) rethrows -> T {
        let outer = current
        let scope = Scope(trace: trace ?? outer?.trace, outer: outer)
        defer { scope.end() }
        return try $current.withValue(scope, operation: body)
    }

    func name(_ weight: Weight, _ variable: Tensor) { variables[ObjectIdentifier(weight)] = variable }

    /// What stands for a weight in this code; a trace inside a gradient's closure has names of its own.
    func variable(of weight: Weight) -> Tensor? {
        if let variable = variables[ObjectIdentifier(weight)] { return variable }
        guard let outer, outer.trace === trace else { return nil }
        return outer.variable(of: weight)
    }

    /// The weight has been set: from here on its value is what it was set to.
    func forgetVariable(of weight: Weight) {
        variables[ObjectIdentifier(weight)] = nil
        if let outer, outer.trace === trace { outer.forgetVariable(of: weight) }
    }

    /// Gives a node with edges its value; the edges go with the scope.
    func publish(_ node: Node, _ value: Buffer) {
        Graph.lock.lock()
        node.result = value
        willCut([node])
        Graph.lock.unlock()
    }

    /// Call under `Graph.lock`.
    func willCut(_ nodes: [Node]) { evaluated += nodes }

    private func end() {
        Graph.lock.lock()
        let nodes = evaluated
        evaluated = []
        var edges: [Node] = []
        if let outer { outer.willCut(nodes) } else { edges = Graph.cut(nodes) }
        Graph.lock.unlock()
        withExtendedLifetime((nodes, edges)) {}  // freed outside the lock
    }
}

/// What all nodes share: the lock on their edges and results, and the rule by which a long graph is computed unasked.
package enum Graph {
    static let lock = Lock()

    /// Takes the input edges of computed nodes away and returns them, to be freed by the caller outside the lock.
    static func cut(_ nodes: [Node]) -> [Node] {
        var edges: [Node] = []
        for node in nodes where !node.inputs.isEmpty {
            edges += node.inputs
            node.inputs = []
            node.wasCut = true
        }
        return edges
    }

    // MARK: Unasked evaluation

    /// A node this many operations away from the last computed one is due for evaluation …
    static let depthLimit = 256
    /// … at a place in the loop where this was done before, or here if no such place comes by.
    private static let depthMaximum = 2 * depthLimit

    /// Places where loops were cut. A loop that nobody asks for a value passes the limit at another of its operations each
    /// time, and every place needs a plan of its own; keeping to places already known needs one plan.
    private static let places = Mutex<[UInt64]>([])

    static func evaluateIfDue(_ node: Node, depth: Int) {
        guard Scope.current == nil else { return }
        var signature = Signature()
        signature.append(UInt64(UInt(bitPattern: ObjectIdentifier(type(of: node.primitive)))))
        node.primitive.sign(&signature)
        signature.append(node.shape.sizes)
        let place = signature.digest
        let due = places.withLock { places in
            if places.contains(place) { return true }
            guard depth >= depthMaximum else { return false }
            if places.count == 64 { places.removeFirst() }
            places.append(place)
            return true
        }
        if due { Engine.evaluate([node]) }
    }
}
