/// Places for the temporaries of a plan in one stretch of memory, so that two share a place if they are never alive
/// together.
struct Arena {
    private(set) var byteCount = 0
    /// The offset of each temporary, by its number among the storages.
    private(set) var offsets: [Int: Int] = [:]

    /// Best fit in the order of first use; a storage that takes over another's memory has the other's place.
    init(_ storages: [Storage]) {
        var end: [Int: Int] = [:]  // the last use of a place, by the storage that opened it
        var opener = [Int](storages.indices)
        let temporaries = storages.indices.filter { if case .temporary = storages[$0].kind { true } else { false } }
        for index in temporaries {
            if let previous = storages[index].inPlaceOf { opener[index] = opener[previous] }
            end[opener[index]] = max(end[opener[index]] ?? 0, storages[index].last)
        }
        let blocks = temporaries.filter { opener[$0] == $0 }.sorted { storages[$0].first < storages[$1].first }
        let departures = blocks.sorted { end[$0]! < end[$1]! }
        var gone = 0
        var free = FreeList()
        for block in blocks {
            while gone < departures.count, end[departures[gone]]! < storages[block].first {
                let old = departures[gone]
                free.give(offsets[old]!, Self.rounded(storages[old].byteCount))
                gone += 1
            }
            let needed = Self.rounded(storages[block].byteCount)
            if let offset = free.take(needed) {
                offsets[block] = offset
            } else {
                let start = free.removeTail(endingAt: byteCount)
                offsets[block] = start
                byteCount = start + needed
            }
        }
        for index in temporaries where opener[index] != index { offsets[index] = offsets[opener[index]] }
    }

    private static func rounded(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
}

/// Free stretches, in the order of their offsets, neighbours joined.
private struct FreeList {
    private var stretches: [(offset: Int, count: Int)] = []

    mutating func give(_ offset: Int, _ count: Int) {
        var place = stretches.partitioningIndex { $0.offset > offset }
        stretches.insert((offset, count), at: place)
        if place > 0, stretches[place - 1].offset + stretches[place - 1].count == offset {
            stretches[place - 1].count += count
            stretches.remove(at: place)
            place -= 1
        }
        if place + 1 < stretches.count, stretches[place].offset + stretches[place].count == stretches[place + 1].offset
        {
            stretches[place].count += stretches[place + 1].count
            stretches.remove(at: place + 1)
        }
    }

    /// The smallest stretch that is large enough.
    mutating func take(_ count: Int) -> Int? {
        guard
            let best = stretches.indices.filter({ stretches[$0].count >= count })
                .min(by: { stretches[$0].count < stretches[$1].count })
        else { return nil }
        let offset = stretches[best].offset
        if stretches[best].count == count {
            stretches.remove(at: best)
        } else {
            stretches[best] = (offset + count, stretches[best].count - count)
        }
        return offset
    }

    /// The start of the free stretch at the end of the arena, which can grow; else the end itself.
    mutating func removeTail(endingAt end: Int) -> Int {
        guard let last = stretches.last, last.offset + last.count == end else { return end }
        stretches.removeLast()
        return last.offset
    }
}

extension Array {
    /// The first place for which `predicate` holds, which it does from some place on.
    fileprivate func partitioningIndex(_ predicate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
