/// Places for the nodes of a directed graph in ranks, so that edges lead from one rank to a later one and no node is crossed.
///
/// After Sugiyama, Tagawa and Toda 1981: cycles are broken, ranks are longest paths, edges over several ranks get a place in each,
/// orders come from barycentres, and places from least squares under the distances that must be kept.
/// "Across" is along a rank, "down" is from rank to rank.
struct LayeredLayout {
    struct Node {
        /// The sizes across and down.
        var breadth: Double
        var depth: Double
        /// Kept in the first or the last rank.
        var isFirst = false
        var isLast = false
    }

    struct Edge {
        var from: Int
        var to: Int
        /// Where it starts and ends across, from the node's middle; `nil` leaves it to the layout.
        var fromPort: Double?
        var toPort: Double?
    }

    struct Gaps {
        var across = 28.0
        /// Between an edge that passes and what is beside it.
        var pass = 14.0
        var down = 36.0
    }

    /// The middle of each node across.
    private(set) var across: [Double]
    /// The upper end of each node.
    private(set) var down: [Double]
    /// For each edge, from its start to its end, points by rank: in between, straight down through a rank (two points), then on to the next.
    private(set) var routes: [[Drawing.Point]]
    private(set) var breadth = 0.0
    private(set) var depth = 0.0

    init(_ nodes: [Node], _ edges: [Edge], gaps: Gaps = Gaps()) {
        let rows = Ranks(nodes, edges)
        var work = Work(nodes, edges, rows, gaps)
        work.order()
        work.place()
        (across, down, routes) = work.result(nodes, edges)
        breadth = work.breadth
        depth = work.depth
    }
}

/// The rank of every node, and the edges turned so that all lead down.
private struct Ranks {
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
        // A node with more edges below than above stands as near to those below as it can: an input beside its first use.
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

/// The graph with a vertex for every node and for every rank that an edge passes.
private struct Work {
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

    // MARK: Order

    mutating func order() {
        var best = ranks
        var fewest = crossings()
        for sweep in 0..<24 where fewest > 0 {
            let isDown = sweep % 2 == 0
            var position = [Double](repeating: 0, count: vertices.count)
            for rank in ranks { for (i, vertex) in rank.enumerated() { position[vertex] = Double(i) } }
            for r in isDown ? Array(ranks.indices.dropFirst()) : Array(ranks.indices.dropLast().reversed()) {
                let keys = ranks[r].map { vertex -> Double in
                    let others = isDown ? up[vertex].map { links[$0].upper } : below[vertex].map { links[$0].lower }
                    if others.isEmpty { return position[vertex] }
                    return others.reduce(0) { $0 + position[$1] } / Double(others.count)
                }
                // On even sweeps of the second half equals change places, which frees what is stuck.
                let flips = sweep % 8 >= 4
                ranks[r] = ranks[r].indices.sorted { a, b in
                    keys[a] != keys[b] ? keys[a] < keys[b] : flips ? a > b : a < b
                }.map { ranks[r][$0] }
                for (i, vertex) in ranks[r].enumerated() { position[vertex] = Double(i) }
            }
            exchange()
            let count = crossings()
            if count < fewest { (best, fewest) = (ranks, count) }
        }
        ranks = best
    }

    /// Neighbours change places where that leaves fewer crossings.
    private mutating func exchange() {
        var position = [Int](repeating: 0, count: vertices.count)
        for rank in ranks { for (i, vertex) in rank.enumerated() { position[vertex] = i } }
        func count(_ a: Int, _ b: Int) -> Int {
            func pairs(_ left: [Int], _ right: [Int]) -> Int {
                left.reduce(0) { sum, x in sum + right.count { $0 < x } }
            }
            return pairs(up[a].map { position[links[$0].upper] }, up[b].map { position[links[$0].upper] })
                + pairs(below[a].map { position[links[$0].lower] }, below[b].map { position[links[$0].lower] })
        }
        for _ in 0..<4 {
            var changed = false
            for r in ranks.indices where ranks[r].count > 1 {
                for i in 0..<ranks[r].count - 1 {
                    let (a, b) = (ranks[r][i], ranks[r][i + 1])
                    if count(b, a) < count(a, b) {
                        ranks[r].swapAt(i, i + 1)
                        (position[a], position[b]) = (i + 1, i)
                        changed = true
                    }
                }
            }
            if !changed { return }
        }
    }

    /// How many pairs of links cross, by a tree of counts.
    private func crossings() -> Int {
        var position = [Int](repeating: 0, count: vertices.count)
        for rank in ranks { for (i, vertex) in rank.enumerated() { position[vertex] = i } }
        var sum = 0
        for r in ranks.indices.dropLast() {
            var counts = [Int](repeating: 0, count: ranks[r + 1].count + 1)
            var seen = 0
            for vertex in ranks[r] {
                let ends = below[vertex].map { position[links[$0].lower] }
                for end in ends {
                    var i = end + 1
                    var before = 0
                    while i > 0 {
                        before += counts[i]
                        i -= i & -i
                    }
                    sum += seen - before
                }
                for end in ends {
                    var i = end + 1
                    while i < counts.count {
                        counts[i] += 1
                        i += i & -i
                    }
                    seen += 1
                }
            }
        }
        return sum
    }

    // MARK: Places

    mutating func place() {
        for rank in ranks {
            var x = 0.0
            for (i, vertex) in rank.enumerated() {
                if i > 0 { x += distance(rank[i - 1], vertex) }
                vertices[vertex].x = x
            }
            // Ranks start in line with each other's middle.
            for vertex in rank { vertices[vertex].x -= x / 2 }
        }
        for sweep in 0..<24 {
            if sweep % 4 == 3 { setPorts() }
            for r in sweep % 2 == 0 ? Array(ranks.indices) : Array(ranks.indices.reversed()) {
                // Towards one side first, in the end towards both.
                settle(r, up: sweep % 2 == 0 || sweep > 15, below: sweep % 2 == 1 || sweep > 15)
            }
        }
        setPorts()
        rankDepth = ranks.map { $0.reduce(0) { max($0, vertices[$1].depth) } }
        var y = 0.0
        for r in ranks.indices {
            rankStart.append(y)
            y += rankDepth[r]
            guard r + 1 < ranks.count else { break }
            // Edges that go far across get more room to do it.
            let widest = ranks[r].flatMap { below[$0] }.reduce(0) {
                max($0, abs(end($1, upper: true) - end($1, upper: false)))
            }
            y += gaps.down + min(90, widest * 0.12)
        }
        depth = y
        let left = vertices.reduce(Double.infinity) { min($0, $1.x - $1.breadth / 2) }
        let right = vertices.reduce(-Double.infinity) { max($0, $1.x + $1.breadth / 2) }
        breadth = vertices.isEmpty ? 0 : right - left
        for i in vertices.indices { vertices[i].x -= left }
    }

    private func distance(_ a: Int, _ b: Int) -> Double {
        let isPassing = vertices[a].node == nil || vertices[b].node == nil
        return (vertices[a].breadth + vertices[b].breadth) / 2 + (isPassing ? gaps.pass : gaps.across)
    }

    private func end(_ link: Int, upper: Bool) -> Double {
        upper
            ? vertices[links[link].upper].x + (links[link].upperPort ?? 0)
            : vertices[links[link].lower].x + (links[link].lowerPort ?? 0)
    }

    /// Moves a rank to where its edges are straightest: the weighted mean of what each vertex wants, under the distances that
    /// must be kept. Vertices that would come too close form a block (pooling of adjacent violators).
    private mutating func settle(_ r: Int, up usesUp: Bool, below usesBelow: Bool) {
        var blocks: [(sum: Double, weight: Double, first: Int)] = []
        var offsets: [Double] = []
        var offset = 0.0
        for (i, vertex) in ranks[r].enumerated() {
            if i > 0 { offset += distance(ranks[r][i - 1], vertex) }
            offsets.append(offset)
            var (sum, weight) = (0.0, 0.0)
            func pull(_ to: Double, _ by: Double) {
                sum += to * by
                weight += by
            }
            if usesUp { for l in up[vertex] { pull(end(l, upper: true) - (links[l].lowerPort ?? 0), links[l].weight) } }
            if usesBelow {
                for l in below[vertex] { pull(end(l, upper: false) - (links[l].upperPort ?? 0), links[l].weight) }
            }
            // What has nothing there stays, loosely.
            pull(vertices[vertex].x, weight == 0 ? 0.3 : 0.01)
            blocks.append((sum - offset * weight, weight, i))
            while blocks.count > 1 {
                let (last, before) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
                guard last.sum / last.weight < before.sum / before.weight else { break }
                blocks.removeLast(2)
                blocks.append((last.sum + before.sum, last.weight + before.weight, before.first))
            }
        }
        for (b, block) in blocks.enumerated() {
            let last = b + 1 < blocks.count ? blocks[b + 1].first : ranks[r].count
            for i in block.first..<last { vertices[ranks[r][i]].x = block.sum / block.weight + offsets[i] }
        }
    }

    /// Spreads the ends of edges that meet at a node over its side, in the order in which they come.
    private mutating func setPorts() {
        for v in vertices.indices where vertices[v].node != nil {
            for isUpper in [false, true] {
                let free = (isUpper ? below[v] : up[v]).filter { isFree($0, upper: isUpper) }
                let sorted = free.sorted { end($0, upper: !isUpper) < end($1, upper: !isUpper) }
                let step = min(14, vertices[v].breadth * 0.6 / Double(max(1, sorted.count)))
                for (i, link) in sorted.enumerated() {
                    let port = (Double(i) - Double(sorted.count - 1) / 2) * step
                    if isUpper { links[link].upperPort = port } else { links[link].lowerPort = port }
                    spread.insert(2 * link + (isUpper ? 1 : 0))
                }
            }
        }
    }
    private var spread: Set<Int> = []
    private func isFree(_ link: Int, upper: Bool) -> Bool {
        spread.contains(2 * link + (upper ? 1 : 0))
            || (upper ? links[link].upperPort : links[link].lowerPort) == nil
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
