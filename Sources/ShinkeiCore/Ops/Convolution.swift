/// How a kernel slides over an input `[batch, spatial…, channels]`, axis by axis.
package struct ConvolutionGeometry: Sendable, Hashable {
    package var strides: [Int]
    /// Zeros before and after each spatial axis.
    package var before: [Int]
    package var after: [Int]
    package var dilation: [Int]
    /// Channels of a group meet those of the same group alone.
    package var groups: Int

    package var rank: Int { strides.count }

    /// How many places the kernel has on an axis.
    package func count(axis: Int, input: Int, window: Int) -> Int {
        let left = input + before[axis] + after[axis] - (window - 1) * dilation[axis] - 1
        return left < 0 ? 0 : left / strides[axis] + 1
    }

    func sign(_ signature: inout Signature) {
        for values in [strides, before, after, dilation] { signature.append(values) }
        signature.append(groups)
    }

    /// The output of `x` and `kernel`, or what does not fit.
    func output(_ x: Shape, _ kernel: Shape, op: String) throws(ShapeError) -> Shape {
        func mistake(_ reason: String) -> ShapeError { ShapeError(op: op, inputs: [x, kernel], reason: reason) }
        guard x.rank == rank + 2, kernel.rank == rank + 2 else {
            throw mistake("needs [batch, \(rank) spatial axes, channels] and a kernel [\(rank) axes, in, out]")
        }
        guard x.last == kernel[rank] * groups else {
            throw mistake("the input has \(x.last) channels, the kernel takes \(kernel[rank] * groups)")
        }
        guard kernel.last % groups == 0 else {
            throw mistake("\(kernel.last) output channels do not divide into \(groups) groups")
        }
        for axis in 0..<rank where kernel[axis] == 0 { throw mistake("the kernel's axis \(axis) is empty") }
        var sizes = [x[0]]
        for axis in 0..<rank { sizes.append(count(axis: axis, input: x[axis + 1], window: kernel[axis])) }
        return Shape(sizes + [kernel.last])
    }

    /// Inputs that take every turn of the kernels: borders, strides, dilation, groups, one to three axes.
    fileprivate static let examples: [(ConvolutionGeometry, x: Shape, kernel: Shape)] = [
        (
            ConvolutionGeometry(strides: [1, 2], before: [1, 0], after: [0, 1], dilation: [1, 1], groups: 1),
            [2, 4, 5, 2], [3, 2, 2, 3]
        ),
        (ConvolutionGeometry(strides: [2], before: [3], after: [0], dilation: [2], groups: 2), [2, 6, 4], [2, 2, 2]),
        (
            ConvolutionGeometry(strides: [1, 1], before: [1, 1], after: [1, 1], dilation: [1, 1], groups: 3),
            [1, 3, 3, 3], [3, 3, 1, 6]
        ),
        (
            ConvolutionGeometry(
                strides: [1, 2, 3], before: [0, 1, 0], after: [0, 0, 0], dilation: [1, 1, 1], groups: 1),
            [1, 2, 3, 4, 1], [2, 2, 2, 1, 2]
        ),
    ]
}

/// Which of the three arrays of a convolution is computed from the other two.
package enum ConvolutionPart: Int32, Sendable { case output, input, kernel }

/// `y[n, o, c'] = sum over t, c of x[n, o · stride - before + t · dilation, c] · k[t, c, c']`, `x` being 0 outside.
///
/// A primitive for speed: windows are never written out. The sum of `g · y` is linear in each of `x`, `k` and `g`, so the
/// three derivatives are each other's.
struct Convolution: Primitive {
    static let name = "convolution"
    let geometry: ConvolutionGeometry
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        try geometry.output(inputs[0], inputs[1], op: Self.name)
    }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let (x, kernel) = (c.inputs[0], c.inputs[1])
        return [
            Tensor(ConvolutionInput(geometry: geometry, target: x.shape), [c.upstream, kernel]),
            Tensor(ConvolutionKernel(geometry: geometry, target: kernel.shape), [x, c.upstream]),
        ]
    }
    var lowering: Lowering { .convolution(geometry, .output) }
    static var examples: [OpExample] {
        ConvolutionGeometry.examples.map {
            OpExample(Convolution(geometry: $0.0), .uniform(-1, 1, $0.x), .uniform(-1, 1, $0.kernel))
        }
    }
}

/// The derivative of a convolution with respect to its input, of the upstream gradient and the kernel; the transposed
/// convolution.
struct ConvolutionInput: Primitive {
    static let name = "convolutionInput"
    let geometry: ConvolutionGeometry
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let fitting = try geometry.output(target, inputs[1], op: Self.name)
        guard inputs[0] == fitting else {
            throw ShapeError(
                op: Self.name, inputs: inputs, reason: "an input \(target) has the output \(fitting), not \(inputs[0])")
        }
        return target
    }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [
            Tensor(Convolution(geometry: geometry), [c.upstream, c.inputs[1]]),
            Tensor(ConvolutionKernel(geometry: geometry, target: c.inputs[1].shape), [c.upstream, c.inputs[0]]),
        ]
    }
    var lowering: Lowering { .convolution(geometry, .input) }
    static var examples: [OpExample] {
        ConvolutionGeometry.examples.map { geometry, x, kernel in
            let y = orTrap { () throws(ShapeError) in try geometry.output(x, kernel, op: name) }
            return OpExample(
                ConvolutionInput(geometry: geometry, target: x), .uniform(-1, 1, y), .uniform(-1, 1, kernel))
        }
    }
}

/// The derivative of a convolution with respect to its kernel, of the input and the upstream gradient.
struct ConvolutionKernel: Primitive {
    static let name = "convolutionKernel"
    let geometry: ConvolutionGeometry
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let fitting = try geometry.output(inputs[0], target, op: Self.name)
        guard inputs[1] == fitting else {
            throw ShapeError(
                op: Self.name, inputs: inputs,
                reason: "a kernel \(target) gives the output \(fitting), not \(inputs[1])")
        }
        return target
    }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [
            Tensor(ConvolutionInput(geometry: geometry, target: c.inputs[0].shape), [c.inputs[1], c.upstream]),
            Tensor(Convolution(geometry: geometry), [c.inputs[0], c.upstream]),
        ]
    }
    var lowering: Lowering { .convolution(geometry, .kernel) }
    static var examples: [OpExample] {
        ConvolutionGeometry.examples.map { geometry, x, kernel in
            let y = orTrap { () throws(ShapeError) in try geometry.output(x, kernel, op: name) }
            return OpExample(
                ConvolutionKernel(geometry: geometry, target: kernel), .uniform(-1, 1, x), .uniform(-1, 1, y))
        }
    }
}

extension Tensor {
    /// The convolution of `[batch, spatial…, channels]`, with one to three spatial axes, with a kernel
    /// `[window…, channels / groups, filters]`.
    ///
    /// As everywhere in neural networks it is a correlation: the kernel is not turned round.
    ///
    /// - Parameters:
    ///   - strides: The distance of neighbouring windows, one number an axis; 1 if not given.
    ///   - padding: How many zeros stand before and after each spatial axis; none if not given.
    ///   - dilation: The distance of neighbouring taps of a window; 1 if not given.
    ///   - groups: Into how many parts the channels are cut that do not see each other.
    /// - Precondition: The channels agree, and the kernel is nowhere larger than the padded input.
    public func convolved(
        with kernel: Tensor, strides: [Int]? = nil, padding: [(before: Int, after: Int)]? = nil,
        dilation: [Int]? = nil, groups: Int = 1
    ) -> Tensor {
        let (x, k) = Tensor.aligned(floating, kernel.floating)
        let geometry = Tensor.geometry(x, k, strides, padding, dilation, groups, op: Convolution.name)
        let result = Tensor(Convolution(geometry: geometry), [x, k])
        if result.shape.sizes.dropFirst().dropLast().contains(0), !x.shape.sizes.contains(0) {
            trap("convolution: the kernel \(k.shape) is larger than the padded input \(x.shape)")
        }
        return result
    }

    /// The transposed convolution: the input `[batch, outputSizes…, channels]` whose gradient this tensor would be made to
    /// by a convolution of these options.
    ///
    /// - Parameters:
    ///   - kernel: As of that convolution: `[window…, output channels / groups, input channels]`.
    ///   - outputSizes: The sizes of the result's spatial axes.
    /// - Precondition: That convolution of the result has this tensor's shape.
    public func convolvedTransposed(
        with kernel: Tensor, outputSizes: [Int], strides: [Int]? = nil,
        padding: [(before: Int, after: Int)]? = nil, dilation: [Int]? = nil, groups: Int = 1
    ) -> Tensor {
        let (y, k) = Tensor.aligned(floating, kernel.floating)
        let geometry = Tensor.geometry(y, k, strides, padding, dilation, groups, op: ConvolutionInput.name)
        guard outputSizes.count == geometry.rank else {
            trap("convolutionInput: \(outputSizes) does not give one size for each spatial axis of \(y.shape)")
        }
        let target = Shape([y.shape[0]] + outputSizes + [k.shape[geometry.rank] * groups])
        return Tensor(ConvolutionInput(geometry: geometry, target: target), [y, k])
    }

    private static func geometry(
        _ x: Tensor, _ kernel: Tensor, _ strides: [Int]?, _ padding: [(before: Int, after: Int)]?, _ dilation: [Int]?,
        _ groups: Int, op: String
    ) -> ConvolutionGeometry {
        let rank = x.rank - 2
        guard (1...3).contains(rank), kernel.rank == x.rank else {
            trap(
                "\(op): needs [batch, one to three axes, channels] and a kernel of as many axes; got \(x.shape), \(kernel.shape)"
            )
        }
        let ones = [Int](repeating: 1, count: rank)
        let borders = padding ?? ones.map { _ in (0, 0) }
        let geometry = ConvolutionGeometry(
            strides: strides ?? ones, before: borders.map(\.before), after: borders.map(\.after),
            dilation: dilation ?? ones, groups: groups)
        let isComplete = [geometry.strides, geometry.before, geometry.after, geometry.dilation].allSatisfy {
            $0.count == rank
        }
        guard isComplete, groups > 0, geometry.strides.allSatisfy({ $0 > 0 }), geometry.dilation.allSatisfy({ $0 > 0 }),
            (geometry.before + geometry.after).allSatisfy({ $0 >= 0 })
        else {
            trap(
                "\(op): needs positive strides, dilation and groups and non-negative padding for each of \(rank) axes; got \(geometry)"
            )
        }
        return geometry
    }
}
