import ShinkeiCore

extension Dataset {
    /// Makes elements ahead of time, on a thread of its own, while those before are being used.
    ///
    /// - Parameter bufferSize: How many to have ready. Without one it begins at 2 and doubles, up to 64, whenever the buffer ran
    ///   empty although it had been full.
    ///
    /// Keras: `tf.data.Dataset.prefetch`.
    public func prefetch(_ bufferSize: Int? = nil) -> Dataset {
        if let bufferSize, bufferSize < 1 { trap("prefetch: bufferSize must be positive; got \(bufferSize)") }
        return Dataset(count: knownCount) { pass in PrefetchCursor(try open(pass), bufferSize) }
    }
}

private final class PrefetchCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private enum Item: Sendable {
        case element(Element)
        case failure(any Error)
        case end
    }
    /// What both threads use, under the monitor.
    private final class Queue: @unchecked Sendable {
        let monitor = Monitor()
        var items: [Item] = []
        var head = 0
        var capacity: Int
        let isAutomatic: Bool
        var wasFull = false
        var isStopped = false
        var isConsumerWaiting = false
        var isProducerWaiting = false
        var count: Int { items.count - head }

        init(_ capacity: Int?) {
            self.capacity = capacity ?? 2
            isAutomatic = capacity == nil
        }
    }
    private let source: Cursor<Element>
    private let queue: Queue
    private var thread: WorkerThread?
    private var isOver = false

    init(_ source: Cursor<Element>, _ bufferSize: Int?) {
        self.source = source
        queue = Queue(bufferSize)
    }
    deinit { cancel() }

    private func start() {
        let (source, queue) = (source, queue)
        thread = WorkerThread {
            while true {
                let item: Item
                do { item = try source.next().map { .element(try loaded($0)) } ?? .end } catch {
                    item = .failure(error)
                }
                let goesOn = queue.monitor.locked {
                    while queue.count >= queue.capacity, !queue.isStopped {
                        queue.wasFull = true
                        queue.isProducerWaiting = true
                        queue.monitor.wait()
                        queue.isProducerWaiting = false
                    }
                    queue.items.append(item)
                    if queue.isConsumerWaiting { queue.monitor.notifyAll() }
                    return !queue.isStopped
                }
                guard goesOn, case .element = item else { return }
            }
        }
    }

    override func next() throws -> Element? {
        if isOver { return nil }
        if thread == nil { start() }
        let item = queue.monitor.locked { () -> Item in
            while queue.count == 0 {
                if queue.isAutomatic, queue.wasFull, queue.capacity < 64 {
                    queue.capacity *= 2
                    queue.wasFull = false
                }
                queue.isConsumerWaiting = true
                queue.monitor.wait()
                queue.isConsumerWaiting = false
            }
            let item = queue.items[queue.head]
            queue.items[queue.head] = .end
            queue.head += 1
            if queue.head >= 64 || queue.head == queue.items.count {
                queue.items.removeFirst(queue.head)
                queue.head = 0
            }
            // Woken when half is used up, so that the two threads do not take turns over every element.
            if queue.isProducerWaiting, queue.count <= queue.capacity / 2 { queue.monitor.notifyAll() }
            return item
        }
        switch item {
        case .element(let element): return element
        case .failure(let error):
            isOver = true
            throw error
        case .end:
            isOver = true
            return nil
        }
    }

    override func skip(_ count: Int) throws -> Int {
        guard thread == nil else { return try super.skip(count) }
        return try source.skip(count)
    }

    override func cancel() {
        isOver = true
        queue.monitor.locked {
            queue.isStopped = true
            queue.monitor.notifyAll()
        }
        thread?.join()
        thread = nil
        source.cancel()
        queue.items = []
    }
}
