public import ShinkeiCore

/// What a model learns from: inputs, targets and what they weigh. One row, or after `Dataset.batch` many of them, along a
/// first axis.
///
/// ```swift
/// for batch in Dataset.fromTensorSlices(x, y).shuffle(1000).batch(32).prefetch() {
///     print(batch.x[0].shape, batch.y[0].shape)
/// }
/// ```
///
/// A row of an array or a file is known by its number until it is needed: shuffling moves numbers, and a batch reads its rows
/// straight to their places.
public struct Example: Sendable {
    private enum Storage: Sendable {
        case values(Values)
        case row(RowTable, Int)
    }
    private final class Values: Sendable {
        let x: [Tensor]
        let y: [Tensor]
        let sampleWeight: Tensor?
        init(_ x: [Tensor], _ y: [Tensor], _ sampleWeight: Tensor?) {
            self.x = x
            self.y = y
            self.sampleWeight = sampleWeight
        }
    }
    private let storage: Storage

    /// - Parameters:
    ///   - x: One tensor for each input of the model.
    ///   - y: One for each target; none where there is nothing to learn.
    ///   - sampleWeight: What the rows count for in the loss.
    public init(x: [Tensor], y: [Tensor] = [], sampleWeight: Tensor? = nil) {
        storage = .values(Values(x, y, sampleWeight))
    }

    /// An input and a target.
    public init(_ x: Tensor, _ y: Tensor) { self.init(x: [x], y: [y]) }

    init(row: Int, of table: RowTable) { storage = .row(table, row) }

    /// The inputs.
    public var x: [Tensor] { values.x }
    /// The targets.
    public var y: [Tensor] { values.y }
    /// What the rows count for in the loss.
    public var sampleWeight: Tensor? { values.sampleWeight }

    private var values: Values {
        switch storage {
        case .values(let values): return values
        case .row:
            do { return try loaded().values } catch { trap("\(error)") }
        }
    }

    /// The same, in memory.
    func loaded() throws -> Example {
        guard case .row(let table, let row) = storage else { return self }
        return try table.example([row], asBatch: false)
    }
}

/// Elements that can be put together along a new first axis, which is what `Dataset.batch` needs.
public protocol Stackable: Sendable {
    /// The elements as one.
    ///
    /// - Throws: `DataError` if their shapes differ.
    static func stacked(_ elements: [Self]) throws -> Self
    /// The elements as one, all made as large as the largest, or as a given shape, with a value behind what is there.
    static func stacked(_ elements: [Self], padding: Padding) throws -> Self
}

/// How `Dataset.paddedBatch` fills up.
public struct Padding: Sendable, Hashable {
    /// The sizes of all inputs; `nil` for an axis, or for all, means the largest in the batch.
    public var shape: [Int?]?
    /// What inputs are filled up with.
    public var value: Double
    /// What targets are filled up with.
    public var targetValue: Double

    public init(shape: [Int?]? = nil, value: Double = 0, targetValue: Double = 0) {
        self.shape = shape
        self.value = value
        self.targetValue = targetValue
    }
}

extension Tensor: Stackable {
    public static func stacked(_ elements: [Tensor]) throws -> Tensor {
        guard let first = elements.first else { return Tensor([Float]()) }
        for (i, element) in elements.enumerated() where element.shape != first.shape || element.dtype != first.dtype {
            throw DataError(
                source: "batch",
                reason:
                    "element \(i) is \(element.dtype) \(element.shape), the first is \(first.dtype) \(first.shape); "
                    + "paddedBatch takes different sizes")
        }
        let size = first.count * first.dtype.byteCount
        evaluateAll(elements)
        return Tensor(shape: [elements.count] + first.shape.sizes, dtype: first.dtype) { target in
            guard size > 0, let base = target.baseAddress else { return }
            for (place, element) in elements.enumerated() {
                element.withBytes { bytes in
                    if let source = bytes.baseAddress {
                        (base + place * size).copyMemory(from: source, byteCount: size)
                    }
                }
            }
        }
    }

    public static func stacked(_ elements: [Tensor], padding: Padding) throws -> Tensor {
        try padded(elements, to: padding.shape, value: padding.value)
    }

    fileprivate static func padded(_ elements: [Tensor], to shape: [Int?]?, value: Double) throws -> Tensor {
        guard let first = elements.first else { return Tensor([Float]()) }
        for (i, element) in elements.enumerated() where element.rank != first.rank || element.dtype != first.dtype {
            throw DataError(
                source: "paddedBatch",
                reason: "element \(i) is \(element.dtype) \(element.shape), the first is \(first.dtype) \(first.shape)")
        }
        if let shape, shape.count != first.rank {
            throw DataError(
                source: "paddedBatch", reason: "the shape has \(shape.count) axes, the elements have \(first.rank)")
        }
        var sizes = first.shape.sizes
        for element in elements { sizes = zip(sizes, element.shape.sizes).map { Swift.max($0, $1) } }
        if let shape {
            for (axis, wanted) in shape.enumerated() {
                guard let wanted else { continue }
                guard sizes[axis] <= wanted else {
                    throw DataError(
                        source: "paddedBatch", reason: "axis \(axis) has \(sizes[axis]) places, more than \(wanted)")
                }
                sizes[axis] = wanted
            }
        }
        if elements.allSatisfy({ $0.shape.sizes == sizes }) { return try stacked(elements) }
        return try stacked(
            elements.map { element in
                element.padded(zip(sizes, element.shape.sizes).map { (0, $0 - $1) }, value: value)
            })
    }
}

private func evaluateAll(_ tensors: [Tensor]) { evaluate(tensors) }

extension Example: Stackable {
    public static func stacked(_ elements: [Example]) throws -> Example {
        if let batch = try gathered(elements) { return batch }
        return try combined(elements) { tensors, _ in try Tensor.stacked(tensors) }
    }

    public static func stacked(_ elements: [Example], padding: Padding) throws -> Example {
        try combined(elements) { tensors, isInput in
            try Tensor.padded(
                tensors, to: isInput ? padding.shape : nil, value: isInput ? padding.value : padding.targetValue)
        }
    }

    /// Rows of one table go straight to their places.
    private static func gathered(_ elements: [Example]) throws -> Example? {
        guard case .row(let table, _)? = elements.first?.storage else { return nil }
        var rows: [Int] = []
        rows.reserveCapacity(elements.count)
        for element in elements {
            guard case .row(let other, let row) = element.storage, other === table else { return nil }
            rows.append(row)
        }
        return try table.example(rows, asBatch: true)
    }

    private static func combined(
        _ elements: [Example], _ combine: (_ tensors: [Tensor], _ isInput: Bool) throws -> Tensor
    ) throws -> Example {
        let elements = try elements.map { try $0.loaded() }
        guard let first = elements.first else { return Example(x: []) }
        for element in elements
        where element.x.count != first.x.count || element.y.count != first.y.count
            || (element.sampleWeight == nil) != (first.sampleWeight == nil)
        {
            throw DataError(source: "batch", reason: "elements have different numbers of inputs, targets or weights")
        }
        let weights = elements.compactMap(\.sampleWeight)
        return Example(
            x: try first.x.indices.map { i in try combine(elements.map { $0.x[i] }, true) },
            y: try first.y.indices.map { i in try combine(elements.map { $0.y[i] }, false) },
            sampleWeight: weights.isEmpty ? nil : try combine(weights, false))
    }
}
