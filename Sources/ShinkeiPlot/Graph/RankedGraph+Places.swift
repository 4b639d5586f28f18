extension RankedGraph {
    /// Places for all vertices, across and down.
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
        straighten()
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

    func distance(_ a: Int, _ b: Int) -> Double {
        let isPassing = vertices[a].node == nil || vertices[b].node == nil
        return (vertices[a].breadth + vertices[b].breadth) / 2 + (isPassing ? gaps.pass : gaps.across)
    }

    func end(_ link: Int, upper: Bool) -> Double {
        upper
            ? vertices[links[link].upper].x + (links[link].upperPort ?? 0)
            : vertices[links[link].lower].x + (links[link].lowerPort ?? 0)
    }

    /// Moves a rank to where its edges are straightest: the weighted mean of what each vertex wants, under the
    /// distances that must be kept. Vertices that would come too close form a block (pooling of adjacent violators).
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
    mutating func setPorts() {
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
    private func isFree(_ link: Int, upper: Bool) -> Bool {
        spread.contains(2 * link + (upper ? 1 : 0))
            || (upper ? links[link].upperPort : links[link].lowerPort) == nil
    }
}
