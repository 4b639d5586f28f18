import ShinkeiCore

/// The rows of a table in the order in which a pass takes them, in turn or drawn from a buffer.
///
/// `Dataset.shuffle` and `batch` over rows are this and `RowBatchCursor` instead of cursors over any element: a row then costs a few
/// nanoseconds instead of half a microsecond, which is more than copying an image of 784 bytes. The order is the same.
struct RowOrder {
    private let count: Int
    private let bufferSize: Int
    private var random: SplitMix?
    private var buffer: [Int] = []
    private var position = 0

    /// - Parameter random: What rows are drawn with from a buffer of `bufferSize`; in turn without it.
    init(count: Int, bufferSize: Int = 0, random: SplitMix? = nil) {
        (self.count, self.bufferSize, self.random) = (count, bufferSize, random)
    }

    /// The next row; `nil` at the end.
    mutating func next() -> Int? {
        guard random != nil else { return fromSource() }
        while buffer.count < bufferSize, let row = fromSource() { buffer.append(row) }
        guard !buffer.isEmpty, let place = random?.below(buffer.count) else { return nil }
        guard let row = fromSource() else {
            buffer.swapAt(place, buffer.count - 1)
            return buffer.removeLast()
        }
        let drawn = buffer[place]
        buffer[place] = row
        return drawn
    }

    private mutating func fromSource() -> Int? {
        guard position < count else { return nil }
        position += 1
        return position - 1
    }
}

/// Rows of a table, and how a pass orders them.
struct OrderedRows: Sendable {
    let table: RowTable
    let isShuffled: Bool
    let order: @Sendable (_ pass: Int) -> RowOrder
}

/// Batches of a table's rows.
final class RowBatchCursor: Cursor<Example>, @unchecked Sendable {
    private let table: RowTable
    private var order: RowOrder
    private let size: Int
    private let dropRemainder: Bool
    private var rows: [Int] = []

    init(_ table: RowTable, _ order: RowOrder, _ size: Int, _ dropRemainder: Bool) {
        (self.table, self.order, self.size, self.dropRemainder) = (table, order, size, dropRemainder)
    }

    /// - Returns: Whether there is another batch.
    private func take() -> Bool {
        rows.removeAll(keepingCapacity: true)
        while rows.count < size, let row = order.next() { rows.append(row) }
        return !rows.isEmpty && (!dropRemainder || rows.count == size)
    }

    override func next() throws -> Example? { take() ? try table.example(rows, asBatch: true) : nil }

    override func skip(_ count: Int) -> Int {
        var done = 0
        while done < count, take() { done += 1 }
        return done
    }
}
