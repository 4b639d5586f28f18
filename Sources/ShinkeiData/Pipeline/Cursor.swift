import ShinkeiCore

/// One pass over a data set, opened: the pipeline's stages are cursors that pull from each other.
///
/// Used by one thread at a time; stages with threads of their own hand the cursor before them over to these. A cursor that
/// has thrown, or given `nil`, is not asked again.
class Cursor<Element: Sendable>: @unchecked Sendable {
    // Unchecked: see above.

    /// The next element; `nil` at the end.
    func next() throws -> Element? { trap("a cursor without an end") }

    /// Passes over elements, without making them where that is possible.
    ///
    /// - Returns: How many there were, at most `count`.
    func skip(_ count: Int) throws -> Int {
        var done = 0
        while done < count, try next() != nil { done += 1 }
        return done
    }

    /// Stops the threads of this stage and of those before it, and waits until they have ended.
    func cancel() {}
}

/// An element as user code may see it: rows that are known by number only are read now.
func loaded<Element>(_ element: Element) throws -> Element {
    guard Element.self == Example.self, let example = element as? Example else { return element }
    return try example.loaded() as? Element ?? element
}

/// A cursor over any iterator.
final class IteratorCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let advance: () throws -> Element?
    init(_ advance: @escaping () throws -> Element?) { self.advance = advance }
    override func next() throws -> Element? { try advance() }
}

/// A cursor over elements that are found by number.
final class IndexedCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let count: Int
    private let element: @Sendable (Int) throws -> Element
    private var position = 0

    init(_ count: Int, _ element: @escaping @Sendable (Int) throws -> Element) {
        self.count = count
        self.element = element
    }
    override func next() throws -> Element? {
        guard position < count else { return nil }
        position += 1
        return try element(position - 1)
    }
    override func skip(_ wanted: Int) -> Int {
        let done = min(wanted, count - position)
        position += done
        return done
    }
}
