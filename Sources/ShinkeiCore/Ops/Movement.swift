/// The same elements in another shape.
struct Reshape: Primitive {
    static let name = "reshape"
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { target }
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream.reshaped(c.inputs[0].shape.sizes)] }
    var lowering: Lowering { .reshape }
    static var examples: [OpExample] {
        [
            OpExample(Reshape(target: [2, 6]), .uniform(-2, 2, [3, 4])),
            OpExample(Reshape(target: [1]), .uniform(-2, 2, [])),
        ]
    }
}

struct Permute: Primitive {
    static let name = "transpose"
    let axes: [Int]
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { Shape(axes.map { inputs[0][$0] }) }
    func sign(_ signature: inout Signature) { signature.append(axes) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        var back = axes
        for (i, axis) in axes.enumerated() { back[axis] = i }
        return [c.upstream.transposed(back)]
    }
    var lowering: Lowering { .view(.permute(axes)) }
    static var examples: [OpExample] {
        [
            OpExample(Permute(axes: [1, 0]), .uniform(-2, 2, [3, 4])),
            OpExample(Permute(axes: [2, 0, 1]), .uniform(-2, 2, [2, 3, 4])),
        ]
    }
}

struct Broadcast: Primitive {
    static let name = "broadcast"
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        guard try Shape.broadcast(inputs[0], target, op: Self.name) == target else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "cannot be stretched to \(target)")
        }
        return target
    }
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream] }  // summed to the input's shape by the walk
    var lowering: Lowering { .view(.broadcast(target)) }
    static var examples: [OpExample] {
        [OpExample(Broadcast(target: [2, 3, 4]), .uniform(-2, 2, [3, 1]))]
    }
}

/// Every `step`-th element from `start`, on each axis.
struct Slice: Primitive {
    static let name = "slice"
    let slices: [AxisSlice]
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { Shape(slices.map(\.count)) }
    func sign(_ signature: inout Signature) {
        for slice in slices {
            signature.append(slice.start)
            signature.append(slice.step)
        }
    }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(Scatter(slices: slices, target: c.inputs[0].shape), [c.upstream])]
    }
    var lowering: Lowering { .view(.slice(slices)) }
    static var examples: [OpExample] {
        let slices = [AxisSlice(start: 1, step: 2, count: 2), AxisSlice(start: 3, step: -1, count: 3)]
        return [
            OpExample(Slice(slices: slices), .uniform(-2, 2, [5, 4])),
            OpExample(Slice(slices: [AxisSlice(start: 0, step: 1, count: 0)]), .uniform(-2, 2, [3])),
        ]
    }
}

/// Zeros with the input laid where a slice took it from: the derivative of `Slice`.
struct Scatter: Primitive {
    static let name = "sliceGradient"
    let slices: [AxisSlice]
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { target }
    func sign(_ signature: inout Signature) { Slice(slices: slices).sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] { [Tensor(Slice(slices: slices), [c.upstream])] }
    var lowering: Lowering {
        .place(fill: 0, Layout(target).applying(.slice(slices)))
    }
    static var examples: [OpExample] {
        let slices = [AxisSlice(start: 1, step: 2, count: 2), AxisSlice(start: 3, step: -1, count: 3)]
        return [OpExample(Scatter(slices: slices, target: [5, 4]), .uniform(-2, 2, [2, 3]))]
    }
}

/// A constant border.
struct Pad: Primitive {
    static let name = "pad"
    let before: [Int]
    let after: [Int]
    let value: Double
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        Shape(inputs[0].sizes.enumerated().map { before[$0.offset] + $0.element + after[$0.offset] })
    }
    func sign(_ signature: inout Signature) {
        signature.append(before)
        signature.append(value.bitPattern)
    }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(Slice(slices: inner(c.inputs[0].shape)), [c.upstream])]
    }
    func inner(_ shape: Shape) -> [AxisSlice] {
        shape.sizes.enumerated().map { AxisSlice(start: before[$0.offset], step: 1, count: $0.element) }
    }
    var lowering: Lowering { .pad(before: before, value: value) }
    static var examples: [OpExample] {
        [OpExample(Pad(before: [1, 0], after: [0, 2], value: 0.5), .uniform(-2, 2, [2, 3]))]
    }
}

/// Tensors one after the other along an axis.
struct Concatenate: Primitive {
    static let name = "concatenate"
    let axis: Int
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        var sizes = inputs[0].sizes
        sizes[axis] = 0
        for input in inputs {
            var others = input.sizes
            guard others.count == sizes.count else {
                throw ShapeError(op: Self.name, inputs: inputs, reason: "ranks differ")
            }
            others[axis] = sizes[axis]
            guard others == sizes else {
                throw ShapeError(
                    op: Self.name, inputs: inputs, reason: "sizes off axis \(axis) differ")
            }
            sizes[axis] += input[axis]
        }
        return Shape(sizes)
    }
    func sign(_ signature: inout Signature) { signature.append(axis) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        var start = 0
        return c.inputs.map { input in
            defer { start += input.shape[axis] }
            return c.upstream.sliced(axis: axis, start..<start + input.shape[axis])
        }
    }
    var lowering: Lowering { .concatenate(axis: axis) }
    static var examples: [OpExample] {
        [
            OpExample(Concatenate(axis: 1), .uniform(-2, 2, [2, 3]), .uniform(-2, 2, [2, 1])),
            OpExample(
                Concatenate(axis: 0), .uniform(-2, 2, [1, 2]), .uniform(-2, 2, [0, 2]), .uniform(-2, 2, [2, 2])),
        ]
    }
}

extension Tensor {
    /// The same elements, in row-major order, with other sizes; one size may be -1 and is worked out.
    ///
    /// - Precondition: The counts agree.
    public func reshaped(_ sizes: [Int]) -> Tensor {
        var sizes = sizes
        if let unknown = sizes.firstIndex(of: -1) {
            let known = sizes.enumerated().filter { $0.offset != unknown }.map(\.element).reduce(1, *)
            guard known > 0, count % known == 0 else {
                trap("reshape: \(count) elements of \(shape) do not divide into \(sizes)")
            }
            sizes[unknown] = count / known
        }
        let target = Shape(sizes)
        if target == shape { return self }
        guard target.count == count else {
            trap("reshape: \(shape) has \(count) elements, \(target) has \(target.count)")
        }
        return Tensor(Reshape(target: target), [node], shape: target, dtype: dtype)
    }

    /// All elements on one axis.
    public func flattened() -> Tensor { reshaped([count]) }

    /// The axes in another order; reversed if none is given.
    public func transposed(_ axes: [Int]? = nil) -> Tensor {
        guard let axes else { return rank < 2 ? self : Tensor(Permute(axes: (0..<rank).reversed()), [self]) }
        let order = axes.map { resolve($0, op: "transpose") }
        guard order.sorted() == Array(0..<rank) else {
            trap("transpose: \(axes) does not name each axis of \(shape) once")
        }
        if order == Array(0..<rank) { return self }
        return Tensor(Permute(axes: order), [self])
    }

    /// Two axes exchanged.
    public func swapped(_ a: Int, _ b: Int) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(resolve(a, op: "swapaxes"), resolve(b, op: "swapaxes"))
        return transposed(order)
    }

    /// Stretched to `sizes` by NumPy's rule.
    public func broadcast(to sizes: [Int]) -> Tensor {
        if sizes == shape.sizes { return self }
        return Tensor(Broadcast(target: Shape(sizes)), [self])
    }

    /// A new axis of size 1 before `axis`.
    public func expanded(_ axis: Int) -> Tensor {
        var sizes = shape.sizes
        let place = axis < 0 ? axis + rank + 1 : axis
        guard place >= 0, place <= rank else { trap("expand: there is no place \(axis) in \(shape)") }
        sizes.insert(1, at: place)
        return reshaped(sizes)
    }

    /// Without the axes of size 1, or without `axis`, which must have size 1.
    public func squeezed(_ axis: Int? = nil) -> Tensor {
        guard let axis else { return reshaped(shape.sizes.filter { $0 != 1 }) }
        let resolved = resolve(axis, op: "squeeze")
        guard shape[resolved] == 1 else { trap("squeeze: axis \(axis) is not 1; got \(shape)") }
        var sizes = shape.sizes
        sizes.remove(at: resolved)
        return reshaped(sizes)
    }

    /// `range` of `axis`, all of the others.
    package func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        if range == 0..<shape[axis] { return self }
        let slices = shape.sizes.enumerated().map { (i, size) in
            i == axis
                ? AxisSlice(start: range.lowerBound, step: 1, count: range.count)
                : AxisSlice(start: 0, step: 1, count: size)
        }
        return Tensor(Slice(slices: slices), [self])
    }

    /// The elements of `axes` (all if `nil`) in reverse order.
    public func reversed(axes: [Int]? = nil) -> Tensor {
        let axes = resolve(axes, op: "reverse")
        let slices = shape.sizes.enumerated().map { (i, size) in
            axes.contains(i) && size > 0
                ? AxisSlice(start: size - 1, step: -1, count: size)
                : AxisSlice(start: 0, step: 1, count: size)
        }
        return Tensor(Slice(slices: slices), [self])
    }

    /// A border of `value`, as many elements before and after each axis as `widths` says.
    public func padded(_ widths: [(Int, Int)], value: Double = 0) -> Tensor {
        guard widths.count == rank, widths.allSatisfy({ $0.0 >= 0 && $0.1 >= 0 }) else {
            trap("pad: needs a non-negative width before and after each axis of \(shape); got \(widths)")
        }
        return Tensor(Pad(before: widths.map(\.0), after: widths.map(\.1), value: value), [self])
    }

    /// Repeats of the whole, `repeats[i]` times along axis i. NumPy: `tile`.
    public func tiled(_ repeats: [Int]) -> Tensor {
        let rank = Swift.max(self.rank, repeats.count)
        let sizes = [Int](repeating: 1, count: rank - self.rank) + shape.sizes
        let times = [Int](repeating: 1, count: rank - repeats.count) + repeats
        let spread = reshaped(sizes.flatMap { [1, $0] })
            .broadcast(to: zip(times, sizes).flatMap { [$0, $1] })
        return spread.reshaped(zip(times, sizes).map { $0 * $1 })
    }

    /// Each element `times` times along `axis`. NumPy: `repeat`.
    public func repeated(_ times: Int, axis: Int) -> Tensor {
        let axis = resolve(axis, op: "repeat")
        var spread = shape.sizes
        spread.insert(times, at: axis + 1)
        var result = shape.sizes
        result[axis] *= times
        return expanded(axis + 1).broadcast(to: spread).reshaped(result)
    }

    /// Tensors one after the other along `axis`.
    public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { trap("concatenate: there is nothing to join") }
        if tensors.count == 1 { return first }
        guard first.rank > 0 else { trap("concatenate: scalars have no axis to join on; stack them") }
        let dtype = tensors.dropFirst().reduce(first.dtype) { DType.promoted($0, $1.dtype) }
        return Tensor(
            Concatenate(axis: first.resolve(axis, op: "concatenate")), tensors.map { $0.cast(to: dtype) })
    }

    /// Tensors of one shape side by side on a new axis.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { trap("stack: there is nothing to stack") }
        for tensor in tensors where tensor.shape != first.shape {
            trap("stack: shapes differ; got \(first.shape), \(tensor.shape)")
        }
        let place = axis < 0 ? axis + first.rank + 1 : axis
        return concatenate(tensors.map { $0.expanded(place) }, axis: place)
    }

    /// Equal parts along `axis`.
    public func split(_ parts: Int, axis: Int = 0) -> [Tensor] {
        let axis = resolve(axis, op: "split")
        guard parts > 0, shape[axis] % parts == 0 else {
            trap("split: axis \(axis) of \(shape) does not divide into \(parts)")
        }
        return split(sizes: [Int](repeating: shape[axis] / parts, count: parts), axis: axis)
    }

    /// Parts of the given sizes along `axis`.
    public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
        let axis = resolve(axis, op: "split")
        guard sizes.reduce(0, +) == shape[axis] else {
            trap("split: \(sizes) do not add up to axis \(axis) of \(shape)")
        }
        var start = 0
        return sizes.map { size in
            defer { start += size }
            return sliced(axis: axis, start..<start + size)
        }
    }
}
