/// Vertices that one straight edge after the other joins: each vertex's only edge downwards is the next one's only
/// edge upwards.
///
/// They stand in line, so that a chain of layers is straight and so is an edge on its way past others; what an edge
/// must go aside, it goes where it starts or ends.
private struct Lines {
    /// The line of every vertex, and how far the vertex stands beside the line's place.
    var line: [Int]
    var aside: [Double]
    var members: [[Int]] = []

    init(_ graph: RankedGraph) {
        var next = [Int?](repeating: nil, count: graph.vertices.count)
        var isLower = [Bool](repeating: false, count: graph.vertices.count)
        aside = [Double](repeating: 0, count: graph.vertices.count)
        var position = aside.map { _ in 0 }
        for rank in graph.ranks { for (i, vertex) in rank.enumerated() { position[vertex] = i } }
        for rank in graph.ranks {
            let straight = rank.compactMap { upper -> Int? in
                guard graph.below[upper].count == 1, let link = graph.below[upper].first else { return nil }
                return graph.up[graph.links[link].lower].count == 1 ? link : nil
            }
            // Of two that cross, one must bend: rather the one between layers than one that passes by others.
            var kept: [(upper: Int, lower: Int)] = []
            for link in straight.sorted(by: { graph.links[$0].weight > graph.links[$1].weight }) {
                let (upper, lower) = (graph.links[link].upper, graph.links[link].lower)
                let crosses = kept.contains { (position[upper] < $0.upper) != (position[lower] < $0.lower) }
                if crosses { continue }
                kept.append((position[upper], position[lower]))
                next[upper] = link
                isLower[lower] = true
            }
        }
        line = position
        for top in graph.vertices.indices where !isLower[top] {
            var own = [top]
            while let link = next[own[own.count - 1]].map({ graph.links[$0] }) {
                aside[link.lower] = aside[link.upper] + (link.upperPort ?? 0) - (link.lowerPort ?? 0)
                own.append(link.lower)
            }
            for vertex in own { line[vertex] = members.count }
            members.append(own)
        }
    }
}

extension RankedGraph {
    /// Moves the vertices of every line to one place, as near to where they are as distances allow, and then to where
    /// the edges at the lines' ends are shortest.
    mutating func straighten() {
        let lines = Lines(self)
        // For every line those beside it and how far from it they must be.
        var left = [[Int: Double]](repeating: [:], count: lines.members.count)
        var right = left
        for rank in ranks {
            for (a, b) in zip(rank, rank.dropFirst()) {
                let least = distance(a, b) + lines.aside[a] - lines.aside[b]
                let (from, to) = (lines.line[a], lines.line[b])
                right[from][to] = max(right[from][to] ?? -.infinity, least)
                left[to][from] = max(left[to][from] ?? -.infinity, least)
            }
        }
        // From left to right.
        var waiting = left.map(\.count)
        var order = waiting.indices.filter { waiting[$0] == 0 }
        var next = 0
        while next < order.count {
            for other in right[order[next]].keys.sorted() {
                waiting[other] -= 1
                if waiting[other] == 0 { order.append(other) }
            }
            next += 1
        }
        guard order.count == lines.members.count else { return }

        func leftEnd(_ line: Int, _ places: [Double]) -> Double {
            left[line].reduce(-Double.infinity) { max($0, places[$1.key] + $1.value) }
        }
        func rightEnd(_ line: Int, _ places: [Double]) -> Double {
            right[line].reduce(Double.infinity) { min($0, places[$1.key] - $1.value) }
        }
        let wanted = lines.members.map { own in
            own.reduce(0) { $0 + vertices[$1].x - lines.aside[$1] } / Double(own.count)
        }
        var (pushedRight, pushedLeft) = (wanted, wanted)
        for line in order { pushedRight[line] = max(wanted[line], leftEnd(line, pushedRight)) }
        for line in order.reversed() { pushedLeft[line] = min(wanted[line], rightEnd(line, pushedLeft)) }
        // Both keep the distances, and so does their middle.
        var places = zip(pushedRight, pushedLeft).map { ($0 + $1) / 2 }
        func move(_ line: Int, to place: Double) {
            places[line] = place
            for vertex in lines.members[line] { vertices[vertex].x = place + lines.aside[vertex] }
        }
        for line in order { move(line, to: places[line]) }

        for sweep in 0..<48 {
            if sweep % 8 == 0 { setPorts() }
            for line in sweep % 2 == 0 ? order : order.reversed() {
                var (sum, weight) = (0.0, 0.0)
                for vertex in lines.members[line] {
                    for l in up[vertex] where lines.line[links[l].upper] != line {
                        sum += links[l].weight * (end(l, upper: true) - (links[l].lowerPort ?? 0) - lines.aside[vertex])
                        weight += links[l].weight
                    }
                    for l in below[vertex] where lines.line[links[l].lower] != line {
                        sum +=
                            links[l].weight * (end(l, upper: false) - (links[l].upperPort ?? 0) - lines.aside[vertex])
                        weight += links[l].weight
                    }
                }
                guard weight > 0 else { continue }
                move(line, to: max(leftEnd(line, places), min(rightEnd(line, places), sum / weight)))
            }
        }
    }
}
