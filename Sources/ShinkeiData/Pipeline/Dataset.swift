import ShinkeiCore
import Synchronization

/// Elements that are made when they are asked for: rows of arrays or files, and what becomes of them on the way to a model.
///
/// A data set is a value that describes a pipeline; nothing is read until it is iterated. Each iteration is a new pass from the
/// beginning, in which `shuffle` takes another order. Memory is bounded by the stages' buffers, never by the data's size.
///
/// ```swift
/// let data = try Dataset.csv("houses.csv", label: "price").shuffle(1000, seed: 1).batch(32).prefetch()
/// for batch in data { … }
/// ```
///
/// In a `for` loop an error in the data ends the program with its text. `forEach` and the iterator's `tryNext` throw it
/// instead, and so do the methods of models.
///
/// Keras: `tf.data.Dataset`.
public struct Dataset<Element: Sendable>: Sequence, Sendable {
    let open: @Sendable (_ pass: Int) throws -> Cursor<Element>
    /// The number of elements of a pass where it is known without making them; `nil` if not, or if there is no end.
    public let knownCount: Int?
    /// What the elements are rows of, if nothing but `shuffle` has been done to them.
    let rows: OrderedRows?
    private let passes = PassCounter()

    init(
        count: Int?, rows: OrderedRows? = nil, _ open: @escaping @Sendable (_ pass: Int) throws -> Cursor<Element>
    ) {
        knownCount = count
        self.rows = rows
        self.open = open
    }

    /// Begins a new pass.
    public func makeIterator() -> DatasetIterator<Element> {
        DatasetIterator(self, DatasetPosition(pass: passes.next(), offset: 0))
    }

    /// Goes on where another iteration stood, also in another process: the elements that follow are the same.
    ///
    /// Elements before it are passed over without being computed where that is possible. Shuffling needs a seed for this.
    public func makeIterator(at position: DatasetPosition) -> DatasetIterator<Element> {
        passes.continue(after: position.pass)
        return DatasetIterator(self, position)
    }

    /// Calls `body` with each element of a pass.
    ///
    /// - Throws: What reading the data, a stage of the pipeline or `body` throws.
    public func forEach(_ body: (Element) throws -> Void) throws {
        let iterator = makeIterator()
        defer { iterator.cancel() }
        while let element = try iterator.tryNext() { try body(element) }
    }

    /// All elements of a pass.
    ///
    /// - Throws: What reading the data or a stage of the pipeline throws.
    public func collect() throws -> [Element] {
        var elements: [Element] = []
        try forEach { elements.append($0) }
        return elements
    }
}

/// How often a data set has been iterated.
private final class PassCounter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count - 1
        }
    }
    func `continue`(after pass: Int) { count.withLock { $0 = Swift.max($0, pass + 1) } }
}

/// Where an iteration stands: kept with a checkpoint, it lets training go on with the next batch.
public struct DatasetPosition: Hashable, Sendable, Codable {
    /// How many passes were begun before this one.
    public var pass: Int
    /// How many elements of this pass have been handed out.
    public var offset: Int

    public init(pass: Int, offset: Int) {
        self.pass = pass
        self.offset = offset
    }
}

/// An iterator whose elements may fail to come. `fit` asks for `tryNext` where a sequence's iterator has it.
public protocol FallibleIterator<Element>: IteratorProtocol {
    /// The next element; `nil` at the end, and after an error, which is thrown once.
    func tryNext() throws -> Element?
}

/// One pass over a data set.
///
/// Threads that work for it end when it is cancelled, and when the last copy of it is gone.
public struct DatasetIterator<Element: Sendable>: FallibleIterator {
    private let state: State

    init(_ dataset: Dataset<Element>, _ position: DatasetPosition) { state = State(dataset, position) }

    /// The next element; `nil` at the end.
    ///
    /// - Precondition: No error occurs; see `tryNext`.
    public func next() -> Element? {
        do { return try tryNext() } catch { trap("Dataset: \(error)") }
    }

    public func tryNext() throws -> Element? { try state.next() }

    /// Where the iteration stands: after the element handed out last.
    public var position: DatasetPosition { state.position }

    /// How long the caller of `next` has waited in all: what the data cost the training.
    public var waitingTime: Duration { state.waited }

    /// Ends the iteration and every thread that works for it, and waits for them.
    public func cancel() { state.cancel() }

    private final class State {
        private let dataset: Dataset<Element>
        private var cursor: Cursor<Element>?
        private var isDone = false
        private(set) var position: DatasetPosition
        private(set) var waited = Duration.zero
        private let clock = ContinuousClock()

        init(_ dataset: Dataset<Element>, _ position: DatasetPosition) {
            self.dataset = dataset
            self.position = position
        }
        deinit { cancel() }

        func next() throws -> Element? {
            if isDone { return nil }
            let start = clock.now
            defer { waited += clock.now - start }
            do {
                if let element = try opened().next() {
                    position.offset += 1
                    return try loaded(element)
                }
            } catch {
                cancel()
                throw error
            }
            cancel()
            return nil
        }

        private func opened() throws -> Cursor<Element> {
            if let cursor { return cursor }
            let cursor = try dataset.open(position.pass)
            self.cursor = cursor
            if position.offset > 0 { _ = try cursor.skip(position.offset) }
            return cursor
        }

        func cancel() {
            isDone = true
            cursor?.cancel()
            cursor = nil
        }
    }
}
