public import ShinkeiCore

extension Dataset where Element == Example {
    /// The rows of arrays.
    ///
    /// Rows are known by their number until they are used, so shuffling and batching move no data twice.
    ///
    /// - Precondition: All arrays have the same number of rows.
    ///
    /// Keras: `tf.data.Dataset.from_tensor_slices`.
    public static func fromTensorSlices(_ x: [Tensor], _ y: [Tensor] = [], sampleWeight: Tensor? = nil) -> Dataset {
        for tensor in x + y + (sampleWeight.map { [$0] } ?? []) where tensor.rank == 0 {
            trap("fromTensorSlices: a scalar has no rows")
        }
        func rows(_ tensor: Tensor) -> TensorRows { TensorRows(tensor: tensor.evaluate()) }
        return Dataset(RowTable(x: x.map(rows), y: y.map(rows), weight: sampleWeight.map(rows)))
    }

    /// The rows of an array of inputs and an array of targets.
    public static func fromTensorSlices(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) -> Dataset {
        fromTensorSlices([x], [y], sampleWeight: sampleWeight)
    }

    /// The rows of an array of inputs.
    public static func fromTensorSlices(_ x: Tensor) -> Dataset { fromTensorSlices([x]) }

    init(_ table: RowTable) {
        let count = table.rowCount
        let rows = OrderedRows(table: table, isShuffled: false) { _ in RowOrder(count: count) }
        self.init(count: count, rows: rows) { _ in
            IndexedCursor(table.rowCount) { Example(row: $0, of: table) }
        }
    }
}

extension Dataset {
    /// The elements of an array.
    public init(_ elements: [Element]) {
        self.init(count: elements.count) { _ in IndexedCursor(elements.count) { elements[$0] } }
    }

    /// The elements of a sequence that is made anew for each pass.
    ///
    /// Keras: `tf.data.Dataset.from_generator`.
    public init<S: Sequence & SendableMetatype>(
        generator: @escaping @Sendable () throws -> S
    ) where S.Element == Element, S.Iterator: SendableMetatype {
        self.init(count: nil) { _ in
            var iterator = try generator().makeIterator()
            return IteratorCursor { iterator.next() }
        }
    }

    /// What a function gives until it gives `nil`. `begin` is called for each pass and returns the function.
    public init(unfolding begin: @escaping @Sendable () throws -> () throws -> Element?) {
        self.init(count: nil) { _ in IteratorCursor(try begin()) }
    }
}

extension Dataset where Element == Int {
    /// The numbers of a range.
    public static func range(_ range: Range<Int>) -> Dataset {
        Dataset(count: range.count) { _ in IndexedCursor(range.count) { range.lowerBound + $0 } }
    }
}
