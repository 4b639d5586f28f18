/// The graph with a vertex for every node and for every rank that an edge passes.
struct RankedGraph {
    struct Vertex {
        var breadth: Double
        var depth: Double
        var rank: Int
        /// The node, or nil where an edge passes.
        var node: Int?
        var x = 0.0
    }
    struct Link {
        var upper: Int
        var lower: Int
        var edge: Int
        /// Distances from the vertices' middles.
        var upperPort: Double?
        var lowerPort: Double?
        var weight: Double
    }

    let gaps: LayeredLayout.Gaps
    let isTurned: [Bool]
    var vertices: [Vertex]
    var links: [Link] = []
    /// For every edge its vertices from the upper end to the lower, and its links between them.
    var chains: [[Int]] = []
    var chainLinks: [[Int]] = []
    var ranks: [[Int]] = []
    var up: [[Int]] = []
    var below: [[Int]] = []
    var breadth = 0.0
    var depth = 0.0
    var rankStart: [Double] = []
    var rankDepth: [Double] = []
    /// Ends of links, twice the link's number and one for the upper, that `setPorts` chose.
    var spread: Set<Int> = []

    init(_ nodes: [LayeredLayout.Node], _ edges: [LayeredLayout.Edge], _ rows: Ranks, _ gaps: LayeredLayout.Gaps) {
        self.gaps = gaps
        isTurned = rows.isTurned
        vertices = nodes.indices.map {
            Vertex(breadth: nodes[$0].breadth, depth: nodes[$0].depth, rank: rows.rank[$0], node: $0)
        }
        for (i, edge) in edges.enumerated() {
            var chain: [Int] = []
            var own: [Int] = []
            if edge.from != edge.to {
                let turned = rows.isTurned[i]
                let (top, bottom) = turned ? (edge.to, edge.from) : (edge.from, edge.to)
                let ports = turned ? (edge.toPort, edge.fromPort) : (edge.fromPort, edge.toPort)
                chain = [top]
                for rank in (rows.rank[top] + 1)..<max(rows.rank[top] + 1, rows.rank[bottom]) {
                    chain.append(vertices.count)
                    vertices.append(Vertex(breadth: 2, depth: 0, rank: rank, node: nil))
                }
                chain.append(bottom)
                for (upper, lower) in zip(chain, chain.dropFirst()) {
                    own.append(links.count)
                    let passing = (vertices[upper].node == nil ? 1 : 0) + (vertices[lower].node == nil ? 1 : 0)
                    links.append(
                        Link(
                            upper: upper, lower: lower, edge: i, upperPort: upper == top ? ports.0 : 0,
                            lowerPort: lower == bottom ? ports.1 : 0, weight: [1, 2, 8][passing]))
                }
            }
            chains.append(chain)
            chainLinks.append(own)
        }
        up = [[Int]](repeating: [], count: vertices.count)
        below = up
        for (i, link) in links.enumerated() {
            below[link.upper].append(i)
            up[link.lower].append(i)
        }
        ranks = [[Int]](repeating: [], count: (vertices.map(\.rank).max() ?? -1) + 1)
        for i in walkOrder() { ranks[vertices[i].rank].append(i) }
    }

    /// Depth first from the top, so that what hangs together starts side by side.
    private func walkOrder() -> [Int] {
        var seen = [Bool](repeating: false, count: vertices.count)
        var order: [Int] = []
        for root in vertices.indices.sorted(by: { (vertices[$0].rank, $0) < (vertices[$1].rank, $1) }) {
            var stack = [root]
            while let vertex = stack.popLast() {
                guard !seen[vertex] else { continue }
                seen[vertex] = true
                order.append(vertex)
                stack += below[vertex].reversed().map { links[$0].lower }
            }
        }
        return order
    }

    func result(
        _ nodes: [LayeredLayout.Node], _ edges: [LayeredLayout.Edge]
    ) -> ([Double], [Double], [[Drawing.Point]]) {
        let down = nodes.indices.map { i -> Double in
            let rank = vertices[i].rank
            return rankStart[rank] + (rankDepth[rank] - nodes[i].depth) / 2
        }
        let routes = edges.indices.map { e -> [Drawing.Point] in
            var points: [Drawing.Point] = []
            for (i, vertex) in chains[e].enumerated() {
                let rank = vertices[vertex].rank
                let (start, end) = (rankStart[rank], rankStart[rank] + rankDepth[rank])
                let isTop = i == 0
                let isBottom = i == chains[e].count - 1
                if isTop {
                    let x = self.end(chainLinks[e][0], upper: true)
                    points += [Drawing.Point(x, down[vertex] + nodes[vertex].depth), Drawing.Point(x, end)]
                } else if isBottom {
                    let x = self.end(chainLinks[e][i - 1], upper: false)
                    points += [Drawing.Point(x, start), Drawing.Point(x, down[vertex])]
                } else {
                    points += [Drawing.Point(vertices[vertex].x, start), Drawing.Point(vertices[vertex].x, end)]
                }
            }
            return isTurned[e] ? points.reversed() : points
        }
        return (nodes.indices.map { vertices[$0].x }, down, routes)
    }
}
