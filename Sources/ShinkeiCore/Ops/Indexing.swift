/// Whole slices of input 0 along an axis, by number: `y[…, j, …] = x[…, index[j], …]`.
struct Gather: Primitive {
    static let name = "gather"
    let axis: Int
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        var sizes = inputs[0].sizes
        sizes.replaceSubrange(axis...axis, with: inputs[1].sizes)
        return Shape(sizes)
    }
    func sign(_ signature: inout Signature) { signature.append(axis) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(ScatterAdd(axis: axis, target: c.inputs[0].shape), [c.upstream.computable, c.inputs[1]]), nil]
    }
    var lowering: Lowering { .gather(axis: axis) }
    static var examples: [OpExample] {
        [
            OpExample(Gather(axis: 0), .uniform(-2, 2, [4, 3]), .indices(4, [5])),
            OpExample(Gather(axis: 1), .uniform(-2, 2, [2, 4, 3]), .indices(4, [2, 2])),
        ]
    }
}

/// Zeros of shape `target` with slices added at numbered places: the derivative of `Gather`.
struct ScatterAdd: Primitive {
    static let name = "scatterAdd"
    let axis: Int
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { target }
    func sign(_ signature: inout Signature) { signature.append(axis) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(Gather(axis: axis), [c.upstream, c.inputs[1]]), nil]
    }
    var lowering: Lowering { .scatterAdd(axis: axis) }
    static var examples: [OpExample] {
        [OpExample(ScatterAdd(axis: 0, target: [4, 3]), .uniform(-2, 2, [5, 3]), .indices(4, [5]))]
    }
}

/// One element along an axis for each index: `y[o, j, i] = x[o, index[o, j, i], i]`. NumPy: `take_along_axis`.
struct GatherAlong: Primitive {
    static let name = "gatherAlong"
    let axis: Int
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        var expected = inputs[0].sizes
        if inputs[1].rank == expected.count { expected[axis] = inputs[1][axis] }
        guard expected == inputs[1].sizes else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "shapes may differ on axis \(axis) only")
        }
        return inputs[1]
    }
    func sign(_ signature: inout Signature) { signature.append(axis) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(ScatterAlong(axis: axis, target: c.inputs[0].shape), [c.upstream, c.inputs[1]]), nil]
    }
    var lowering: Lowering { .gatherAlong(axis: axis) }
    static var examples: [OpExample] {
        [
            OpExample(GatherAlong(axis: 1), .uniform(-2, 2, [2, 4]), .indices(4, [2, 3])),
            OpExample(GatherAlong(axis: 0), .uniform(-2, 2, [4, 2]), .indices(4, [5, 2])),
        ]
    }
}

struct ScatterAlong: Primitive {
    static let name = "scatterAlong"
    let axis: Int
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { target }
    func sign(_ signature: inout Signature) { signature.append(axis) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(GatherAlong(axis: axis), [c.upstream, c.inputs[1]]), nil]
    }
    var lowering: Lowering { .scatterAlong(axis: axis) }
    static var examples: [OpExample] {
        [OpExample(ScatterAlong(axis: 1, target: [2, 4]), .uniform(-2, 2, [2, 3]), .indices(4, [2, 3]))]
    }
}

/// The order that sorts the last axis, stable, as `int32`; NaN counts as the largest.
struct ArgSort: Primitive {
    static let name = "argsort"
    let descending: Bool
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func dtype(of inputs: [DType]) -> DType { .int32 }
    func sign(_ signature: inout Signature) { signature.append(descending) }
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
    var lowering: Lowering { .argSort(descending: descending) }
    static var examples: [OpExample] {
        [
            OpExample(ArgSort(descending: false), .distinct([3, 5])),
            OpExample(ArgSort(descending: true), .distinct([7])),
        ]
    }
}

/// `y[i] = start + i · step`.
struct Iota: Primitive {
    static let name = "arange"
    let count: Int
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { [count] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream.sum(), (c.upstream * Tensor.arange(count).cast(to: c.upstream.dtype)).sum()]
    }
    var lowering: Lowering { .iota }
    static var examples: [OpExample] {
        [OpExample(Iota(count: 5), .uniform(-2, 2, []), .uniform(-2, 2, []))]
    }
}

extension Tensor {
    /// Slices along `axis` by number; negative numbers count from the end. NumPy: `take`.
    ///
    /// `[4, 3]` taken at indices `[5, 2]` along axis 0 gives `[5, 2, 3]`.
    /// - Precondition: The indices are integers; one that is out of range traps when the value is computed.
    public func taking(_ indices: Tensor, axis: Int = 0) -> Tensor {
        Tensor(Gather(axis: resolve(axis, op: "gather")), [self, indices.asIndices("gather")])
    }

    /// One element along `axis` for each index. NumPy: `take_along_axis`.
    public func takingAlong(_ indices: Tensor, axis: Int) -> Tensor {
        Tensor(GatherAlong(axis: resolve(axis, op: "gatherAlong")), [computable, indices.asIndices("gatherAlong")])
    }

    private func asIndices(_ op: String) -> Tensor {
        switch dtype {
        case .int32, .int64: return cast(to: dtype)
        case .uint8: return cast(to: .int32)
        default: trap("\(op): indices are integers; got \(dtype)")
        }
    }

    /// The order that sorts `axis`, stable, as `int32`; NaN last (first when descending).
    public func argsort(axis: Int = -1, descending: Bool = false) -> Tensor {
        let axis = resolve(axis, op: "argsort")
        let moved = computable.swapped(axis, -1)
        return Tensor(ArgSort(descending: descending), [moved]).swapped(axis, -1)
    }

    /// The elements of `axis` in order; NaN last (first when descending).
    public func sorted(axis: Int = -1, descending: Bool = false) -> Tensor {
        takingAlong(argsort(axis: axis, descending: descending), axis: axis)
    }

    /// The `k` largest elements of the last axis, largest first, and their places as `int32`.
    public func topK(_ k: Int) -> (values: Tensor, indices: Tensor) {
        guard rank > 0, k >= 0, k <= shape.last else { trap("topK: there are no \(k) elements in \(shape)") }
        let indices = argsort(descending: true).sliced(axis: rank - 1, 0..<k)
        return (takingAlong(indices, axis: -1), indices)
    }

    /// The different elements in ascending order; NaN counts once, last.
    ///
    /// - Complexity: O(n log n); evaluates, since the size of the result depends on the values.
    public func unique() -> Tensor {
        if count == 0 { return flattened() }
        let sorted = flattened().sorted()
        let (before, after) = (sorted.sliced(axis: 0, 0..<count - 1), sorted.sliced(axis: 0, 1..<count))
        var isNew = before .!= after
        if dtype.isFloating { isNew = isNew & !(before.isNaN() & after.isNaN()) }
        let flags: [Bool] = isNew.array(of: Bool.self)
        let places = [0] + flags.indices.filter { flags[$0] }.map { $0 + 1 }
        return sorted.taking(Tensor(places))
    }

    /// 1 at the place that each integer names, 0 elsewhere: `[…]` → `[…, classes]`, `float32`. Numbers outside
    /// `0 ..< classes` give a row of zeros.
    public func oneHot(_ classes: Int, dtype: DType = .float32) -> Tensor {
        (expanded(-1) .== Tensor.arange(classes)).cast(to: dtype)
    }
}

// MARK: - Subscripts

/// One place of a subscript, as in NumPy: a number (takes the axis away), a range, a strided range, `.all`, `.new`
/// (an axis of size 1), `.ellipsis`.
public enum TensorIndex: Sendable {
    case at(Int)
    case range(Int?, Int?, step: Int)
    case newAxis
    case others
}

/// What may stand between the brackets: `x[0]`, `x[1..<3, .all]`, `x[.ellipsis, 0]`, `x[-1]`.
public protocol TensorIndexing: Sendable {
    var tensorIndex: TensorIndex { get }
}
extension TensorIndex: TensorIndexing { public var tensorIndex: TensorIndex { self } }
extension Int: TensorIndexing { public var tensorIndex: TensorIndex { .at(self) } }
extension Range<Int>: TensorIndexing {
    public var tensorIndex: TensorIndex { .range(lowerBound, upperBound, step: 1) }
}
extension ClosedRange<Int>: TensorIndexing {
    public var tensorIndex: TensorIndex { .range(lowerBound, upperBound == -1 ? nil : upperBound + 1, step: 1) }
}
extension PartialRangeFrom<Int>: TensorIndexing {
    public var tensorIndex: TensorIndex { .range(lowerBound, nil, step: 1) }
}
extension PartialRangeUpTo<Int>: TensorIndexing {
    public var tensorIndex: TensorIndex { .range(nil, upperBound, step: 1) }
}
extension PartialRangeThrough<Int>: TensorIndexing {
    public var tensorIndex: TensorIndex { .range(nil, upperBound == -1 ? nil : upperBound + 1, step: 1) }
}

extension TensorIndexing where Self == TensorIndex {
    public static var all: TensorIndex { TensorIndex.range(nil, nil, step: 1) }
    public static var new: TensorIndex { TensorIndex.newAxis }
    public static var ellipsis: TensorIndex { TensorIndex.others }
    public static func every(_ step: Int) -> TensorIndex { .range(nil, nil, step: step) }
    public static func from(_ start: Int?, to stop: Int? = nil, by step: Int = 1) -> TensorIndex {
        .range(start, stop, step: step)
    }
}

extension Tensor {
    /// NumPy's basic indexing: numbers, ranges, steps, negatives (from the end), new axes, the ellipsis.
    ///
    /// A number out of range traps; a range is cut to what there is.
    public subscript(_ indices: any TensorIndexing...) -> Tensor { indexed(indices.map(\.tensorIndex)) }

    /// The same with the places in an array.
    package func indexed(_ indices: [TensorIndex]) -> Tensor {
        let used = indices.count { if case .newAxis = $0 { false } else if case .others = $0 { false } else { true } }
        guard used <= rank else { trap("subscript: \(used) indices for \(shape)") }
        var slices: [AxisSlice] = []
        var sizes: [Int] = []
        func keepAll(_ count: Int) {
            for _ in 0..<count {
                let size = shape[slices.count]
                slices.append(AxisSlice(start: 0, step: 1, count: size))
                sizes.append(size)
            }
        }
        var hasEllipsis = false
        for index in indices {
            switch index {
            case .at(let place):
                let size = shape[slices.count]
                guard place >= -size, place < size else {
                    trap("subscript: index \(place) is outside axis \(slices.count) of \(shape)")
                }
                slices.append(AxisSlice(start: place < 0 ? place + size : place, step: 1, count: 1))
            case .range(let start, let stop, let step):
                let slice = AxisSlice(start, stop, step: step, size: shape[slices.count])
                slices.append(slice)
                sizes.append(slice.count)
            case .newAxis: sizes.append(1)
            case .others:
                if hasEllipsis { trap("subscript: there can be one ellipsis only") }
                hasEllipsis = true
                keepAll(rank - used)
            }
        }
        keepAll(rank - slices.count)
        let whole = slices.enumerated().allSatisfy { $1 == AxisSlice(start: 0, step: 1, count: shape[$0]) }
        let sliced = whole ? self : Tensor(Slice(slices: slices), [self])
        return sliced.reshaped(sizes)
    }

    /// The rows that a vector of integers names, or those where a `bool` vector is true. Evaluates for `bool`.
    public subscript(_ rows: Tensor) -> Tensor {
        guard rows.dtype == .bool else { return taking(rows) }
        let flags: [Bool] = rows.array(of: Bool.self)
        guard rank >= rows.rank, Array(shape.sizes.prefix(rows.rank)) == rows.shape.sizes else {
            trap("subscript: the mask does not fit; got \(shape), \(rows.shape)")
        }
        let places = flags.indices.filter { flags[$0] }
        return reshaped([flags.count] + shape.sizes.dropFirst(rows.rank)).taking(Tensor(places))
    }
}

extension AxisSlice {
    /// Python's `slice(start, stop, step).indices(size)`.
    init(_ start: Int?, _ stop: Int?, step: Int, size: Int) {
        guard step != 0 else { trap("subscript: a step cannot be 0") }
        let (lowest, highest) = step > 0 ? (0, size) : (-1, size - 1)
        func bound(_ place: Int?, default value: Int) -> Int {
            guard let place else { return value }
            return min(max(place < 0 ? place + size : place, lowest), highest)
        }
        let first = bound(start, default: step > 0 ? lowest : highest)
        let end = bound(stop, default: step > 0 ? highest : lowest)
        let distance = step > 0 ? end - first : first - end
        let count = max(0, (distance + abs(step) - 1) / abs(step))
        self.init(start: count == 0 ? 0 : first, step: step, count: count)
    }
}
