/// Folds axes away.
package protocol ReductionPrimitive: Primitive {
    static var reduction: Reduction { get }
    var axes: [Int] { get }
    init(axes: [Int])
}

extension ReductionPrimitive {
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        Shape(inputs[0].sizes.indices.filter { !axes.contains($0) }.map { inputs[0][$0] })
    }
    package func sign(_ signature: inout Signature) { signature.append(axes) }
    package var lowering: Lowering { .reduce(Self.reduction, axes: axes) }
    package static var examples: [OpExample] {
        [
            OpExample(Self(axes: [1]), .distinct([3, 5])),
            OpExample(Self(axes: [0]), .distinct([3, 5])),
            OpExample(Self(axes: [0, 2]), .distinct([2, 3, 4])),
            OpExample(Self(axes: [0, 1]), .distinct([2, 3])),
            OpExample(Self(axes: [1]), .distinct([2, 1])),
        ]
    }
    /// A reduced tensor with its axes back, as size 1.
    fileprivate func restored(_ reduced: Tensor, like input: Tensor) -> Tensor {
        var sizes = input.shape.sizes
        for axis in axes { sizes[axis] = 1 }
        return reduced.reshaped(sizes)
    }
}

struct Sum: ReductionPrimitive {
    static let name = "sum", reduction = Reduction.sum
    let axes: [Int]
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [restored(c.upstream, like: c.inputs[0]).broadcast(to: c.inputs[0].shape.sizes)]
    }
}

/// `dy/dx_i` is the product of the others: of those before and those after, so that zeros do no harm.
struct Product: ReductionPrimitive {
    static let name = "product", reduction = Reduction.product
    let axes: [Int]
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let x = c.inputs[0]
        let kept = x.shape.sizes.indices.filter { !axes.contains($0) }
        let order = kept + axes
        let moved = x.transposed(order)
        let flat = moved.reshaped(kept.map { x.shape[$0] } + [axes.map { x.shape[$0] }.reduce(1, *)])
        let before = flat.cumulativeProduct(axis: -1, exclusive: true)
        let after = flat.cumulativeProduct(axis: -1, exclusive: true, reverse: true)
        let gradient = before * after * c.upstream.expanded(-1)
        var back = [Int](repeating: 0, count: order.count)
        for (i, axis) in order.enumerated() { back[axis] = i }
        return [gradient.reshaped(moved.shape.sizes).transposed(back)]
    }
}

/// The gradient goes to the largest element, in equal parts where there are several.
struct Max: ReductionPrimitive {
    static let name = "max", reduction = Reduction.max
    let axes: [Int]
    func gradients(_ c: GradientContext) -> [Tensor?] { [extremeGradient(self, c)] }
}

struct Min: ReductionPrimitive {
    static let name = "min", reduction = Reduction.min
    let axes: [Int]
    func gradients(_ c: GradientContext) -> [Tensor?] { [extremeGradient(self, c)] }
}

private func extremeGradient(_ primitive: some ReductionPrimitive, _ c: GradientContext) -> Tensor {
    let x = c.inputs[0]
    let chosen = (x .== primitive.restored(c.output, like: x)).cast(to: x.dtype)
    let shares = chosen / chosen.sum(axes: primitive.axes, keepDims: true)
    return shares * primitive.restored(c.upstream, like: x)
}

/// The place of the first largest or smallest element, as `int32`; a NaN counts as the extreme.
struct ArgReduce: Primitive {
    static let name = "argmax"
    let axis: Int
    let smallest: Bool
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        var sizes = inputs[0].sizes
        if sizes.remove(at: axis) == 0 {
            throw ShapeError(op: smallest ? "argmin" : "argmax", inputs: inputs, reason: "axis \(axis) is empty")
        }
        return Shape(sizes)
    }
    func dtype(of inputs: [DType]) -> DType { .int32 }
    func sign(_ signature: inout Signature) {
        signature.append(axis)
        signature.append(smallest)
    }
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
    var lowering: Lowering { .argReduce(axis: axis, smallest: smallest) }
    static var examples: [OpExample] {
        [
            OpExample(ArgReduce(axis: 1, smallest: false), .distinct([3, 5])),
            OpExample(ArgReduce(axis: 0, smallest: true), .distinct([3, 5])),
        ]
    }
}

/// Running sums or products along an axis. `exclusive` leaves the element itself out; `reverse` runs from the end.
struct Cumulate: Primitive {
    static let name = "cumulate"
    let axis: Int
    let product: Bool
    let exclusive: Bool
    let reverse: Bool
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func sign(_ signature: inout Signature) {
        signature.append(axis)
        for flag in [product, exclusive, reverse] { signature.append(flag) }
    }
    /// A sum's derivative runs the other way. A product `y_j` holds `x_i` for `j ≥ i`: sum over j of `g_j y_j / x_i`, which is
    /// why a zero among the elements gives NaN, as in Keras's backends.
    func gradients(_ c: GradientContext) -> [Tensor?] {
        func reversed(_ x: Tensor) -> Tensor {
            Tensor(Cumulate(axis: axis, product: false, exclusive: exclusive, reverse: !reverse), [x])
        }
        if !product { return [reversed(c.upstream)] }
        return [reversed(c.upstream * c.output) / c.inputs[0]]
    }
    var lowering: Lowering {
        .scan(axis: axis, product: product, exclusive: exclusive, reverse: reverse)
    }
    static var examples: [OpExample] {
        [false, true].flatMap { product in
            [(0, false, false), (1, true, false), (1, false, true), (1, true, true)].map {
                OpExample(
                    Cumulate(axis: $0.0, product: product, exclusive: $0.1, reverse: $0.2), .uniform(0.5, 1.5, [3, 4]))
            }
        }
    }
}

extension Tensor {
    /// Axis numbers made non-negative, sorted and unique; all axes if `nil`.
    func resolve(_ axes: [Int]?, op: String) -> [Int] {
        guard let axes else { return Array(0..<rank) }
        let resolved = axes.map { axis in
            orTrap { () throws(ShapeError) in try shape.resolve(axis: axis, op: op) }
        }
        return Set(resolved).sorted()
    }

    func resolve(_ axis: Int, op: String) -> Int { resolve([axis], op: op)[0] }

    private func reduced<P: ReductionPrimitive>(_: P.Type, _ axes: [Int]?, keepDims: Bool) -> Tensor {
        let axes = resolve(axes, op: P.name)
        let result = axes.isEmpty ? self : Tensor(P(axes: axes), [self])
        guard keepDims else { return result }
        return result.reshaped(shape.sizes.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
    }

    /// The sum over `axes` (all of them if `nil`), with `keepDims` leaving size 1 in their place.
    ///
    /// Sums are taken in a tree whose form depends on sizes only. `bool` and `uint8` are summed as `int32`.
    public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        summable.reduced(Sum.self, axes, keepDims: keepDims)
    }
    public func sum(axis: Int, keepDims: Bool = false) -> Tensor { sum(axes: [axis], keepDims: keepDims) }

    /// The product over `axes`.
    public func product(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        summable.reduced(Product.self, axes, keepDims: keepDims)
    }

    private var summable: Tensor { dtype == .bool || dtype == .uint8 ? cast(to: .int32) : computable }

    /// The arithmetic mean over `axes`; NaN over nothing.
    public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let count = resolve(axes, op: "mean").map { shape[$0] }.reduce(1, *)
        return floating.sum(axes: axes, keepDims: keepDims) / Tensor.weak(Double(count))
    }
    public func mean(axis: Int, keepDims: Bool = false) -> Tensor { mean(axes: [axis], keepDims: keepDims) }

    /// The largest element over `axes`; NaN if any is NaN.
    ///
    /// - Precondition: something is left to choose from.
    public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { extreme(Max.self, axes, keepDims) }
    public func max(axis: Int, keepDims: Bool = false) -> Tensor { max(axes: [axis], keepDims: keepDims) }
    /// The smallest element over `axes`; NaN if any is NaN.
    public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor { extreme(Min.self, axes, keepDims) }
    public func min(axis: Int, keepDims: Bool = false) -> Tensor { min(axes: [axis], keepDims: keepDims) }

    private func extreme<P: ReductionPrimitive>(_: P.Type, _ axes: [Int]?, _ keepDims: Bool) -> Tensor {
        for axis in resolve(axes, op: P.name) where shape[axis] == 0 {
            trap("\(P.name): axis \(axis) is empty; got \(shape)")
        }
        return computable.reduced(P.self, axes, keepDims: keepDims)
    }

    /// Whether any element is true (not 0) over `axes`.
    public func any(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        cast(to: .bool).reduced(Max.self, axes, keepDims: keepDims)
    }
    /// Whether all elements are true (not 0) over `axes`.
    public func all(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        cast(to: .bool).reduced(Min.self, axes, keepDims: keepDims)
    }

    /// The mean squared distance from the mean over `axes`. NumPy: `var`.
    ///
    /// - Parameter ddof: Taken off the count that divides: 0 for the population, 1 for a sample.
    public func variance(axes: [Int]? = nil, keepDims: Bool = false, ddof: Int = 0) -> Tensor {
        let count = resolve(axes, op: "variance").map { shape[$0] }.reduce(1, *)
        let centred = floating - mean(axes: axes, keepDims: true)
        return centred.square().sum(axes: axes, keepDims: keepDims) / Tensor.weak(Double(count - ddof))
    }
    /// The square root of the variance.
    public func standardDeviation(axes: [Int]? = nil, keepDims: Bool = false, ddof: Int = 0) -> Tensor {
        variance(axes: axes, keepDims: keepDims, ddof: ddof).sqrt()
    }

    /// `log(sum(exp(x)))` over `axes`, without overflow.
    public func logSumExp(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
        let x = floating
        let largest = stopGradient(x.max(axes: axes, keepDims: true))
        let anchor = Tensor.where(largest.isFinite(), largest, Tensor.zeros(like: largest))
        let sum = (x - anchor).exp().sum(axes: axes, keepDims: true).log() + anchor
        return keepDims ? sum : sum.reshaped(x.sum(axes: axes).shape.sizes)
    }

    /// The place of the first largest element along `axis`, as `int32`; a NaN counts as the largest.
    public func argmax(axis: Int? = nil) -> Tensor { argExtreme(axis, smallest: false) }
    /// The place of the first smallest element along `axis`, as `int32`.
    public func argmin(axis: Int? = nil) -> Tensor { argExtreme(axis, smallest: true) }

    private func argExtreme(_ axis: Int?, smallest: Bool) -> Tensor {
        guard let axis else { return flattened().argExtreme(0, smallest: smallest) }
        let resolved = resolve(axis, op: smallest ? "argmin" : "argmax")
        return Tensor(ArgReduce(axis: resolved, smallest: smallest), [computable])
    }

    /// Running sums along `axis`.
    public func cumulativeSum(axis: Int, exclusive: Bool = false, reverse: Bool = false) -> Tensor {
        cumulated(axis, product: false, exclusive, reverse)
    }
    /// Running products along `axis`.
    public func cumulativeProduct(axis: Int, exclusive: Bool = false, reverse: Bool = false) -> Tensor {
        cumulated(axis, product: true, exclusive, reverse)
    }
    private func cumulated(_ axis: Int, product: Bool, _ exclusive: Bool, _ reverse: Bool) -> Tensor {
        let axis = resolve(axis, op: "cumulate")
        return Tensor(Cumulate(axis: axis, product: product, exclusive: exclusive, reverse: reverse), [summable])
    }
}
