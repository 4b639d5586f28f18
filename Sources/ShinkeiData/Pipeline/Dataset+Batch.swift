import ShinkeiCore

extension Dataset where Element: Stackable {
    /// Elements put together, `size` in each batch.
    ///
    /// - Parameter dropRemainder: Whether a last batch that is smaller is left out.
    ///
    /// Keras: `tf.data.Dataset.batch`.
    public func batch(_ size: Int, dropRemainder: Bool = false) -> Dataset {
        let data = batches(size, dropRemainder) { try Element.stacked($0) }
        guard let rows else { return data }
        return Dataset(count: data.knownCount) { pass in
            let cursor = RowBatchCursor(rows.table, rows.order(pass), size, dropRemainder)
            // Only examples are rows.
            return try cursor as? Cursor<Element> ?? data.open(pass)
        }
    }

    /// Elements of different sizes put together: each is filled up to the largest of its batch, or to a given shape.
    ///
    /// Keras: `tf.data.Dataset.padded_batch`.
    public func paddedBatch(_ size: Int, padding: Padding = Padding(), dropRemainder: Bool = false) -> Dataset {
        batches(size, dropRemainder) { try Element.stacked($0, padding: padding) }
    }

    private func batches(
        _ size: Int, _ dropRemainder: Bool, _ stack: @escaping @Sendable ([Element]) throws -> Element
    ) -> Dataset {
        guard size > 0 else { trap("batch: size must be positive; got \(size)") }
        return Dataset(count: knownCount.map { dropRemainder ? $0 / size : ($0 + size - 1) / size }) { pass in
            BatchCursor(try open(pass), size, dropRemainder, stack)
        }
    }
}

private final class BatchCursor<Element: Sendable>: Cursor<Element>, @unchecked Sendable {
    private let source: Cursor<Element>
    private let size: Int
    private let dropRemainder: Bool
    private let stack: @Sendable ([Element]) throws -> Element
    private var elements: [Element] = []

    init(
        _ source: Cursor<Element>, _ size: Int, _ dropRemainder: Bool,
        _ stack: @escaping @Sendable ([Element]) throws -> Element
    ) {
        self.source = source
        self.size = size
        self.dropRemainder = dropRemainder
        self.stack = stack
    }
    override func next() throws -> Element? {
        elements.removeAll(keepingCapacity: true)
        while elements.count < size, let element = try source.next() { elements.append(element) }
        guard !elements.isEmpty, !dropRemainder || elements.count == size else { return nil }
        return try stack(elements)
    }
    override func skip(_ count: Int) throws -> Int {
        let rows = try source.skip(count * size)
        return dropRemainder ? rows / size : (rows + size - 1) / size
    }
    override func cancel() { source.cancel() }
}
