/// What a table's gradient is made of: rows, and where each is added. A row that was looked up twice is there twice.
package struct ScatteredRows {
    /// One row for each look-up: the indices' shape, then a row's.
    package var rows: Tensor
    /// Which row of the table each belongs to.
    package let indices: Tensor
    private let table: Shape

    /// Added up in a table of zeros.
    package var sum: Tensor { Tensor(ScatterAdd(axis: 0, target: table), [rows, indices]) }

    /// The same places with other rows, each element of which is changed by itself. Rows that many look-ups share, as
    /// under a mean, are changed once.
    package func mapped(_ change: (Tensor) -> Tensor) -> ScatteredRows {
        var copy = self
        if rows.node.primitive is Broadcast {
            Graph.lock.lock()
            let source = rows.node.inputs.first.map { Tensor(node: $0) }
            Graph.lock.unlock()
            if let source {
                copy.rows = change(source).broadcast(to: rows.shape.sizes)
                return copy
            }
        }
        copy.rows = change(rows)
        return copy
    }

    /// The parts of a gradient that is a sum of looked-up rows and of nothing else; `nil` of any other tensor, and of
    /// one that has been computed.
    package static func parts(of tensor: Tensor) -> [ScatteredRows]? {
        Graph.lock.lock()
        var found: [Node] = []
        let isSum = collect(tensor.node, into: &found)
        let parts = isSum ? found.map { (target: $0.shape, inputs: $0.inputs) } : []
        Graph.lock.unlock()
        return isSum
            ? parts.map {
                ScatteredRows(rows: Tensor(node: $0.inputs[0]), indices: Tensor(node: $0.inputs[1]), table: $0.target)
            }
            : nil
    }

    private init(rows: Tensor, indices: Tensor, table: Shape) {
        self.rows = rows
        self.indices = indices
        self.table = table
    }

    private static func collect(_ node: Node, into found: inout [Node]) -> Bool {
        if let scatter = node.primitive as? ScatterAdd, scatter.axis == 0, node.inputs.count == 2 {
            found.append(node)
            return true
        }
        guard node.primitive is Add, node.inputs.count == 2, node.inputs.allSatisfy({ $0.shape == node.shape }) else {
            return false
        }
        return node.inputs.allSatisfy { collect($0, into: &found) }
    }
}

extension Tensor {
    /// Whether these are zeros that nothing was computed for: the gradient of what does not lead to the value.
    package var isZeroByConstruction: Bool {
        if let constant = node.constant { return constant.value == 0 }
        guard node.primitive is Broadcast else { return false }
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        return node.inputs.first?.constant?.value == 0
    }
}
