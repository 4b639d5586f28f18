public import ShinkeiCore

// Comparisons are with NaN in mind: it fails every one, so `x` stands where a failed comparison leads. The branch that is
// not taken is kept finite, since a gradient of 0 times infinity is NaN.

extension ActivationFunction {
    /// Applies the function to `x`, which is floating. The same type, and but for `glu` the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch kind {
        case .celu(let alpha): return Tensor.where(x .> 0, x, (Formula.held(x) / alpha).expm1() * alpha)
        case .elu(let alpha): return Tensor.where(x .> 0, x, Formula.held(x).expm1() * alpha)
        case .exponential: return x.exp()
        case .gelu(let isApproximate): return isApproximate ? Formula.approximateGelu(x) : Formula.gelu(x)
        case .glu(let axis): return Formula.glu(x, axis)
        case .hardShrink(let limit): return Tensor.where(x.abs() .<= number(limit, x), number(0, x), x)
        case .hardSigmoid: return Formula.hardSigmoid(x)
        case .hardSilu: return x * Formula.hardSigmoid(x)
        case .hardTanh: return Formula.limited(x, -1, 1)
        case .leakyRelu(let slope): return Tensor.where(x .> 0, x, x * slope)
        case .linear: return x
        case .logSigmoid: return -(-x).softplus()
        case .logSoftmax(let axis): return x.logSoftmax(axis: axis)
        case .mish: return x * x.softplus().tanh()
        case .relu(let slope, let limit, let threshold): return Formula.relu(x, slope, limit, threshold)
        case .relu6: return Tensor.where(x .>= 6, number(6, x), x.relu())
        case .selu:
            // At 0 the slope is that of the upper part.
            let low = Tensor.where(x .>= 0, number(0, x), x).expm1() * 1.6732632423543772
            return Tensor.where(x .>= 0, x, low) * 1.0507009873554805
        case .sigmoid: return x.sigmoid()
        case .silu: return x * x.sigmoid()
        case .softShrink(let limit):
            let outside = Tensor.where(x .> number(limit, x), x - limit, x + limit)
            return Tensor.where(x.abs() .<= number(limit, x), number(0, x), outside)
        case .softmax(let axes): return Formula.softmax(x, axes)
        case .softplus: return x.softplus()
        case .softsign: return Formula.softsign(x)
        case .sparsePlus: return Formula.sparsePlus(x)
        case .sparseSigmoid:
            let middle = (x + 1) * 0.5
            return Tensor.where(x .<= -1, number(0, x), Tensor.where(x .>= 1, number(1, x), middle))
        case .sparsemax(let axis): return Formula.sparsemax(x, axis)
        case .squareplus(let b): return Formula.squareplus(x, b)
        case .step: return ShinkeiCore.step(x)
        case .tanh: return x.tanh()
        case .tanhShrink: return x - x.tanh()
        case .threshold(let limit, let value): return Tensor.where(x .<= number(limit, x), number(value, x), x)
        }
    }
}

/// A constant of `x`'s type.
private func number(_ value: Double, _ x: Tensor) -> Tensor { Tensor.constant(value, dtype: x.dtype) }

private enum Formula {
    /// `x`, and 0 above 0; the slope at 0 is 1.
    static func held(_ x: Tensor) -> Tensor { Tensor.where(x .> 0, number(0, x), x) }

    /// `x` limited to a range; the slope at both ends is 1, as that of TensorFlow's clip.
    static func limited(_ x: Tensor, _ low: Double, _ high: Double) -> Tensor {
        Tensor.where(
            x .< number(low, x), number(low, x),
            Tensor.where(x .> number(high, x), number(high, x), x))
    }

    static func hardSigmoid(_ x: Tensor) -> Tensor { limited(x / 6 + 0.5, 0, 1) }

    /// `erfc` and not `1 + erf`, of which nothing is left below -5.
    static func gelu(_ x: Tensor) -> Tensor { x * ((x * -0.7071067811865476).erfc() * 0.5) }

    /// `(1 + tanh(z)) / 2` is `sigmoid(2 z)`. Further out than 100 it is 0 or 1, and the cube could overflow.
    static func approximateGelu(_ x: Tensor) -> Tensor {
        let near = limited(x, -100, 100)
        return x * ((near + near * near * near * 0.044715) * 1.5957691216057308).sigmoid()
    }

    static func glu(_ x: Tensor, _ axis: Int) -> Tensor {
        let place = axis < 0 ? axis + x.rank : axis
        guard (0..<x.rank).contains(place), x.shape[place] % 2 == 0 else {
            trap("glu: axis \(axis) of \(x.shape) has no halves")
        }
        let halves = x.split(2, axis: place)
        return halves[0] * halves[1].sigmoid()
    }

    static func relu(_ x: Tensor, _ slope: Double, _ limit: Double?, _ threshold: Double) -> Tensor {
        if limit == nil && threshold == 0 { return slope == 0 ? x.relu() : Tensor.where(x .> 0, x, x * slope) }
        var y = x
        if let limit { y = limited(x, 0, limit) }
        let low = slope == 0 ? number(0, x) : (x - threshold) * slope
        return Tensor.where(x .<= number(threshold, x), low, y)
    }

    static func softmax(_ x: Tensor, _ axes: [Int]) -> Tensor {
        if axes.count == 1 { return x.softmax(axis: axes[0]) }
        // The axes to the end, and there as one.
        let places = Set(axes.map { $0 < 0 ? $0 + x.rank : $0 }).sorted()
        guard !places.isEmpty, places.allSatisfy({ (0..<x.rank).contains($0) }) else {
            trap("softmax: there are no axes \(axes) in \(x.shape)")
        }
        let order = (0..<x.rank).filter { !places.contains($0) } + places
        let moved = x.transposed(order)
        let sizes = moved.shape.sizes
        let joined = sizes.dropLast(places.count) + [sizes.suffix(places.count).reduce(1, *)]
        let back = (0..<x.rank).map { order.firstIndex(of: $0)! }
        return moved.reshaped(Array(joined)).softmax().reshaped(sizes).transposed(back)
    }

    /// The derivative `1 / (1 + |x|)²` is given, since that of the quotient is a difference in which nothing is left far out.
    static func softsign(_ x: Tensor) -> Tensor {
        withCustomGradient([x]) {
            $0[0] / ($0[0].abs() + 1)
        } backward: { inputs, _, upstream in
            let scale = (inputs[0].abs() + 1).reciprocal()
            return [upstream * scale * scale]
        }
    }

    static func sparsePlus(_ x: Tensor) -> Tensor {
        let middle = (limited(x, -1, 1) + 1).square() * 0.25
        return Tensor.where(x .<= -1, number(0, x), Tensor.where(x .>= 1, x, middle))
    }

    /// With `s = sqrt(x² + b)`: `(x + s) / 2`, for negative `x` as `b / 2 / (s - x)`, and the derivative `y / s`; so nothing is
    /// lost in a difference.
    static func squareplus(_ x: Tensor, _ b: Double) -> Tensor {
        // Where x² would overflow, b does not count any more.
        @Sendable func root(_ x: Tensor) -> Tensor {
            let size = x.abs()
            let near = Tensor.where(size .> 1e12, number(0, x), x)
            return Tensor.where(size .> 1e12, size, (near.square() + b).sqrt())
        }
        return withCustomGradient([x]) {
            let x = $0[0]
            return x.relu() + (b / 2) / (root(x) + x.abs())
        } backward: { inputs, output, upstream in
            [upstream * (output / root(inputs[0]))]
        }
    }

    /// `max(x - τ, 0)`. The `k` largest elements stay for which `k · x_k + 1` exceeds their sum, and `τ` is that of Keras:
    /// `(S - 1) / k`, where `S` is the sum of the sums of the 1, 2, … `k` largest, not of the `k` largest alone.
    static func sparsemax(_ x: Tensor, _ axis: Int) -> Tensor {
        let place = axis < 0 ? axis + x.rank : axis
        guard (0..<x.rank).contains(place), x.shape[place] > 0 else {
            trap("sparsemax: there is nothing along axis \(axis) of \(x.shape)")
        }
        let rows = x.swapped(place, -1)
        let sorted = rows.sorted(descending: true)
        let sums = sorted.cumulativeSum(axis: -1)
        let counts = (Tensor.arange(rows.shape.last) + 1).cast(to: x.dtype)
        let isKept = (sorted - (sums - 1) / counts) .> 0
        let count = isKept.cast(to: x.dtype).sum(axis: -1, keepDims: true)
        let kept = Tensor.where(isKept, sums, number(0, x)).sum(axis: -1, keepDims: true)
        return (rows - (kept - 1) / count).relu().swapped(place, -1)
    }
}
