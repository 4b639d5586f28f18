/// The rank of every node, and the edges turned so that all lead down.
struct Ranks {
    var rank: [Int]
    /// Whether an edge closes a cycle and is taken the other way round.
    var isTurned: [Bool]

    init(_ nodes: [LayeredLayout.Node], _ edges: [LayeredLayout.Edge]) {
        rank = [Int](repeating: 0, count: nodes.count)
        isTurned = [Bool](repeating: false, count: edges.count)
        var leaving = [[Int]](repeating: [], count: nodes.count)
        for (i, edge) in edges.enumerated() where edge.from != edge.to { leaving[edge.from].append(i) }

        // Depth first; an edge to a node that is still open closes a cycle.
        var state = [Int](repeating: 0, count: nodes.count)
        var finished: [Int] = []
        for root in nodes.indices where state[root] == 0 {
            var stack = [(root, 0)]
            state[root] = 1
            while let (node, next) = stack.last {
                if next < leaving[node].count {
                    stack[stack.count - 1].1 += 1
                    let target = edges[leaving[node][next]].to
                    if state[target] == 1 { isTurned[leaving[node][next]] = true }
                    if state[target] == 0 {
                        state[target] = 1
                        stack.append((target, 0))
                    }
                } else {
                    state[node] = 2
                    finished.append(node)
                    stack.removeLast()
                }
            }
        }

        var above = [[Int]](repeating: [], count: nodes.count)
        var below = above
        for (i, edge) in edges.enumerated() where edge.from != edge.to {
            let (top, bottom) = isTurned[i] ? (edge.to, edge.from) : (edge.from, edge.to)
            below[top].append(bottom)
            above[bottom].append(top)
        }
        let shift = nodes.contains(where: \.isFirst) ? 1 : 0
        for node in finished.reversed() {
            let least = nodes[node].isFirst ? 0 : shift
            rank[node] = above[node].reduce(least) { max($0, rank[$1] + 1) }
        }
        // A node with more edges below than above stands as near to those below as it can: an input beside its first
        // use.
        for _ in 0..<3 {
            for node in finished where !nodes[node].isFirst && below[node].count > above[node].count {
                if let nearest = below[node].map({ rank[$0] }).min() { rank[node] = nearest - 1 }
            }
        }
        let last = (rank.max() ?? 0)
        let end = nodes.indices.contains { !nodes[$0].isLast && rank[$0] == last } ? last + 1 : last
        for node in nodes.indices where nodes[node].isLast { rank[node] = end }
    }
}
