import ShinkeiCore

extension Dataset {
    /// What `transform` makes of each element, in the same order.
    ///
    /// - Parameters:
    ///   - workers: How many threads work on elements at the same time: 1 works on the caller's, `nil` uses every processor.
    ///   - transform: May be called by several threads at once. What it throws reaches the caller once, in the place of its
    ///     element, and ends the pass.
    ///
    /// Keras: `tf.data.Dataset.map` with `num_parallel_calls`.
    public func map<Result: Sendable>(
        workers: Int? = 1, _ transform: @escaping @Sendable (Element) throws -> Result
    ) -> Dataset<Result> {
        if let workers, workers < 1 { trap("map: workers must be positive; got \(workers)") }
        let workers = workers ?? processorCount
        return Dataset<Result>(count: knownCount) { pass in
            workers == 1
                ? MapCursor(try open(pass), transform) : ParallelMapCursor(try open(pass), workers, transform)
        }
    }

    /// The elements of the data sets that `transform` makes, a few of them at a time: `blockLength` elements of the first, of the
    /// second and so on, `cycleLength` in turn, each replaced by the next when it is at its end.
    ///
    /// Keras: `tf.data.Dataset.interleave`.
    public func interleave<Result: Sendable>(
        cycleLength: Int, blockLength: Int = 1, _ transform: @escaping @Sendable (Element) throws -> Dataset<Result>
    ) -> Dataset<Result> {
        guard cycleLength > 0, blockLength > 0 else {
            trap("interleave: cycleLength and blockLength must be positive; got \(cycleLength), \(blockLength)")
        }
        return Dataset<Result>(count: nil) { pass in
            InterleaveCursor(try open(pass), cycleLength, blockLength, pass: pass, transform)
        }
    }
}

private final class MapCursor<Element: Sendable, Result: Sendable>: Cursor<Result>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let transform: @Sendable (Element) throws -> Result
    init(_ source: Cursor<Element>, _ transform: @escaping @Sendable (Element) throws -> Result) {
        self.source = source
        self.transform = transform
    }
    override func next() throws -> Result? { try source.next().map { try transform(try loaded($0)) } }
    override func skip(_ count: Int) throws -> Int { try source.skip(count) }
    override func cancel() { source.cancel() }
}

/// Workers take elements from the source in turn, so each has a number; the caller is given results by number.
private final class ParallelMapCursor<Element: Sendable, Output: Sendable>: Cursor<Output>, @unchecked Sendable {
    private final class State: @unchecked Sendable {
        /// Guards the source, which is asked by one worker at a time.
        let entry = Monitor()
        var taken = 0
        var isAtEnd = false

        /// Guards what follows.
        let monitor = Monitor()
        var results: [Int: Result<Output, any Error>] = [:]
        var delivered = 0
        /// The number at which there is nothing more.
        var end = Int.max
        var isStopped = false
    }
    private let source: Cursor<Element>
    private let workers: Int
    private let transform: @Sendable (Element) throws -> Output
    private let state = State()
    private var threads: [WorkerThread] = []
    private var isOver = false

    init(_ source: Cursor<Element>, _ workers: Int, _ transform: @escaping @Sendable (Element) throws -> Output) {
        self.source = source
        self.workers = workers
        self.transform = transform
    }
    deinit { cancel() }

    private func start() {
        let (source, state, transform, ahead) = (source, state, transform, 2 * workers)
        let work: @Sendable () -> Void = {
            while true {
                var number = 0
                let taken = state.entry.locked { () -> Result<Element, any Error>? in
                    if state.isAtEnd { return nil }
                    let mayGoOn = state.monitor.locked {
                        while state.taken - state.delivered >= ahead, !state.isStopped { state.monitor.wait() }
                        return !state.isStopped
                    }
                    guard mayGoOn else { return nil }
                    number = state.taken
                    do {
                        if let element = try source.next() {
                            state.taken += 1
                            return .success(element)
                        }
                        state.isAtEnd = true
                        state.monitor.locked {
                            state.end = number
                            state.monitor.notifyAll()
                        }
                        return nil
                    } catch {
                        state.isAtEnd = true
                        state.taken += 1
                        return .failure(error)
                    }
                }
                guard let taken else { return }
                let result = taken.flatMap { element in Result { try transform(try loaded(element)) } }
                state.monitor.locked {
                    state.results[number] = result
                    if number == state.delivered { state.monitor.notifyAll() }
                }
            }
        }
        threads = (0..<workers).map { _ in WorkerThread(work) }
    }

    override func next() throws -> Output? {
        if isOver { return nil }
        if threads.isEmpty { start() }
        let result = state.monitor.locked { () -> Result<Output, any Error>? in
            while true {
                if let result = state.results.removeValue(forKey: state.delivered) {
                    state.delivered += 1
                    state.monitor.notifyAll()
                    return result
                }
                if state.delivered >= state.end { return nil }
                state.monitor.wait()
            }
        }
        guard let result else {
            isOver = true
            return nil
        }
        do { return try result.get() } catch {
            isOver = true
            throw error
        }
    }

    override func skip(_ count: Int) throws -> Int {
        guard threads.isEmpty else { return try super.skip(count) }
        return try source.skip(count)
    }

    override func cancel() {
        isOver = true
        state.monitor.locked {
            state.isStopped = true
            state.monitor.notifyAll()
        }
        for thread in threads { thread.join() }
        threads = []
        source.cancel()
        state.results = [:]
    }
}

private final class InterleaveCursor<Element: Sendable, Result: Sendable>: Cursor<Result>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let cycleLength: Int
    private let blockLength: Int
    private let pass: Int
    private let transform: @Sendable (Element) throws -> Dataset<Result>
    private var cursors: [Cursor<Result>] = []
    private var place = 0
    private var given = 0
    private var isAtEnd = false

    init(
        _ source: Cursor<Element>, _ cycleLength: Int, _ blockLength: Int, pass: Int,
        _ transform: @escaping @Sendable (Element) throws -> Dataset<Result>
    ) {
        self.source = source
        self.cycleLength = cycleLength
        self.blockLength = blockLength
        self.pass = pass
        self.transform = transform
    }

    private func opened() throws -> Cursor<Result>? {
        if isAtEnd { return nil }
        guard let element = try source.next() else {
            isAtEnd = true
            return nil
        }
        return try transform(try loaded(element)).open(pass)
    }

    override func next() throws -> Result? {
        while cursors.count < cycleLength, let cursor = try opened() { cursors.append(cursor) }
        while !cursors.isEmpty {
            if given == blockLength || place >= cursors.count {
                place = given == blockLength ? place + 1 : place
                if place >= cursors.count { place = 0 }
                given = 0
            }
            if let element = try cursors[place].next() {
                given += 1
                return try loaded(element)
            }
            cursors[place].cancel()
            given = 0
            if let cursor = try opened() {
                cursors[place] = cursor
                // The turn passes on; the new one waits for its own.
                place += 1
            } else {
                cursors.remove(at: place)
            }
        }
        return nil
    }

    override func cancel() {
        for cursor in cursors { cursor.cancel() }
        source.cancel()
    }
}
