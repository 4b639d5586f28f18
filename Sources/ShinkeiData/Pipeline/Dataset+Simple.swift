import ShinkeiCore

extension Dataset {
    /// The first elements, at most `count` of them.
    public func take(_ count: Int) -> Dataset {
        guard count >= 0 else { trap("take: count must be at least 0; got \(count)") }
        return Dataset(count: knownCount.map { Swift.min($0, count) }) { pass in TakeCursor(try open(pass), count) }
    }

    /// All but the first `count` elements.
    public func skip(_ count: Int) -> Dataset {
        guard count >= 0 else { trap("skip: count must be at least 0; got \(count)") }
        return Dataset(count: knownCount.map { Swift.max($0 - count, 0) }) { pass in SkipCursor(try open(pass), count) }
    }

    /// Every `count`-th element from number `index` on: the part that is one of several machines' or workers' share.
    public func shard(_ count: Int, index: Int) -> Dataset {
        guard count > 0, 0..<count ~= index else { trap("shard: index \(index) is not in 0 ..< \(count)") }
        return Dataset(count: knownCount.map { ($0 - index + count - 1) / count }) { pass in
            ShardCursor(try open(pass), count, index)
        }
    }

    /// The elements again and again: `count` times, or without an end.
    ///
    /// What `shuffle` does before it differs from round to round.
    public func `repeat`(_ count: Int? = nil) -> Dataset {
        if let count, count < 0 { trap("repeat: count must be at least 0; got \(count)") }
        let total = count.flatMap { count in knownCount.map { $0 * count } }
        return Dataset(count: total) { pass in RepeatCursor(self, count, pass: pass) }
    }

    /// These elements, then those of another data set.
    public func concatenate(_ other: Dataset) -> Dataset {
        let total = knownCount.flatMap { mine in other.knownCount.map { mine + $0 } }
        return Dataset(count: total) { pass in ConcatenateCursor([self, other], pass: pass) }
    }

    /// The elements of two data sets in pairs, as far as both go.
    public static func zip<A: Sendable, B: Sendable>(_ a: Dataset<A>, _ b: Dataset<B>) -> Dataset
    where Element == (A, B) {
        let count = a.knownCount.flatMap { first in b.knownCount.map { Swift.min(first, $0) } }
        return Dataset(count: count ?? nil) { pass in ZipCursor(try a.open(pass), try b.open(pass)) }
    }

    /// The elements for which `isIncluded` is true.
    public func filter(_ isIncluded: @escaping @Sendable (Element) throws -> Bool) -> Dataset {
        Dataset(count: nil) { pass in FilterCursor(try open(pass), isIncluded) }
    }

    /// Runs of elements as arrays.
    ///
    /// - Parameters:
    ///   - size: Elements in a window.
    ///   - shift: How far the next window begins after this one; `size` if it is not given.
    ///   - stride: How far the elements of a window lie apart.
    ///   - dropRemainder: Whether windows that the end cuts short are left out.
    ///
    /// Keras: `tf.data.Dataset.window`.
    public func window(
        _ size: Int, shift: Int? = nil, stride: Int = 1, dropRemainder: Bool = false
    ) -> Dataset<[Element]> {
        let shift = shift ?? size
        guard size > 0, shift > 0, stride > 0 else {
            trap("window: size, shift and stride must be positive; got \(size), \(shift), \(stride)")
        }
        let span = (size - 1) * stride + 1
        let count = knownCount.map { total in
            dropRemainder ? (total < span ? 0 : (total - span) / shift + 1) : (total + shift - 1) / shift
        }
        return Dataset<[Element]>(count: count) { pass in
            WindowCursor(try open(pass), size: size, shift: shift, stride: stride, dropRemainder: dropRemainder)
        }
    }
}

private final class TakeCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private var left: Int
    init(_ source: Cursor<Element>, _ count: Int) {
        self.source = source
        left = count
    }
    override func next() throws -> Element? {
        guard left > 0 else { return nil }
        left -= 1
        return try source.next()
    }
    override func skip(_ count: Int) throws -> Int {
        let done = try source.skip(min(count, left))
        left -= done
        return done
    }
    override func cancel() { source.cancel() }
}

private final class SkipCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private var ahead: Int
    init(_ source: Cursor<Element>, _ count: Int) {
        self.source = source
        ahead = count
    }
    private func start() throws {
        guard ahead > 0 else { return }
        let count = ahead
        ahead = 0
        _ = try source.skip(count)
    }
    override func next() throws -> Element? {
        try start()
        return try source.next()
    }
    override func skip(_ count: Int) throws -> Int {
        try start()
        return try source.skip(count)
    }
    override func cancel() { source.cancel() }
}

private final class ShardCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let count: Int
    private var ahead: Int
    init(_ source: Cursor<Element>, _ count: Int, _ index: Int) {
        self.source = source
        self.count = count
        ahead = index
    }
    override func next() throws -> Element? {
        guard try source.skip(ahead) == ahead else { return nil }
        ahead = count - 1
        return try source.next()
    }
    override func cancel() { source.cancel() }
}

private final class RepeatCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let dataset: Dataset<Element>
    private let count: Int?
    private let firstPass: Int
    private var round = 0
    private var source: Cursor<Element>?
    private var isFresh = false

    init(_ dataset: Dataset<Element>, _ count: Int?, pass: Int) {
        self.dataset = dataset
        self.count = count
        // So that repeat(3) is what three iterations are.
        firstPass = count.map { pass * $0 } ?? pass << 40
    }

    /// The current round's cursor; the next round's if that one is at its end.
    private func current() throws -> Cursor<Element>? {
        if let source { return source }
        guard count.map({ round < $0 }) ?? true else { return nil }
        source = try dataset.open(firstPass + round)
        isFresh = true
        round += 1
        return source
    }

    /// - Returns: Whether there may be more: a round without elements ends a repetition that would otherwise never end.
    private func finishRound() -> Bool {
        source?.cancel()
        source = nil
        return !isFresh
    }

    override func next() throws -> Element? {
        while let source = try current() {
            if let element = try source.next() {
                isFresh = false
                return element
            }
            guard finishRound() else { return nil }
        }
        return nil
    }
    override func skip(_ wanted: Int) throws -> Int {
        var done = 0
        while done < wanted, let source = try current() {
            if isFresh, let size = dataset.knownCount, size > 0, wanted - done >= size {
                // Whole rounds need not be gone through.
                source.cancel()
                self.source = nil
                done += size
                continue
            }
            let got = try source.skip(wanted - done)
            if got > 0 { isFresh = false }
            done += got
            if done < wanted, !finishRound() { break }
        }
        return done
    }
    override func cancel() { source?.cancel() }
}

private final class ConcatenateCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private var rest: ArraySlice<Dataset<Element>>
    private let pass: Int
    private var source: Cursor<Element>?
    init(_ datasets: [Dataset<Element>], pass: Int) {
        rest = datasets[...]
        self.pass = pass
    }
    private func current() throws -> Cursor<Element>? {
        if source == nil { source = try rest.popFirst()?.open(pass) }
        return source
    }
    override func next() throws -> Element? {
        while let current = try current() {
            if let element = try current.next() { return element }
            current.cancel()
            source = nil
        }
        return nil
    }
    override func skip(_ count: Int) throws -> Int {
        var done = 0
        while done < count, let current = try current() {
            done += try current.skip(count - done)
            if done < count {
                current.cancel()
                source = nil
            }
        }
        return done
    }
    override func cancel() { source?.cancel() }
}

private final class ZipCursor<A: Sendable, B: Sendable>: Cursor<(A, B)>, @unchecked Sendable {
    private let a: Cursor<A>
    private let b: Cursor<B>
    init(_ a: Cursor<A>, _ b: Cursor<B>) {
        self.a = a
        self.b = b
    }
    override func next() throws -> (A, B)? {
        guard let first = try a.next(), let second = try b.next() else { return nil }
        return (try loaded(first), try loaded(second))
    }
    override func skip(_ count: Int) throws -> Int { min(try a.skip(count), try b.skip(count)) }
    override func cancel() {
        a.cancel()
        b.cancel()
    }
}

private final class FilterCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let isIncluded: @Sendable (Element) throws -> Bool
    init(_ source: Cursor<Element>, _ isIncluded: @escaping @Sendable (Element) throws -> Bool) {
        self.source = source
        self.isIncluded = isIncluded
    }
    override func next() throws -> Element? {
        while let element = try source.next() {
            let element = try loaded(element)
            if try isIncluded(element) { return element }
        }
        return nil
    }
    override func cancel() { source.cancel() }
}

private final class WindowCursor<Element: Sendable>: Cursor<[Element]>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let size: Int, shift: Int, stride: Int
    private let dropRemainder: Bool
    private var buffer: [Element] = []
    private var ahead = 0

    init(_ source: Cursor<Element>, size: Int, shift: Int, stride: Int, dropRemainder: Bool) {
        self.source = source
        (self.size, self.shift, self.stride) = (size, shift, stride)
        self.dropRemainder = dropRemainder
    }
    override func next() throws -> [Element]? {
        if ahead > 0 {
            let count = ahead
            ahead = 0
            guard try source.skip(count) == count else { return nil }
        }
        let span = (size - 1) * stride + 1
        while buffer.count < span, let element = try source.next() { buffer.append(try loaded(element)) }
        guard !buffer.isEmpty, !dropRemainder || buffer.count == span else { return nil }
        let window = Swift.stride(from: 0, to: buffer.count, by: stride).map { buffer[$0] }
        ahead = max(0, shift - buffer.count)
        buffer.removeFirst(min(shift, buffer.count))
        return window
    }
    override func cancel() { source.cancel() }
}
