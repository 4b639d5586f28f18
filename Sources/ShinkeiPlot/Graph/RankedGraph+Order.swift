extension RankedGraph {
    /// Orders every rank so that few links cross: barycentres in turn from above and from below, then exchanges of
    /// neighbours.
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
}
