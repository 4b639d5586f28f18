/// How a window slides over `[batch, spatial…, channels]`. What lies outside does not count.
package struct PoolingGeometry: Sendable, Hashable {
    package var window: [Int]
    package var strides: [Int]
    package var before: [Int]
    package var after: [Int]

    package var rank: Int { window.count }

    func sign(_ signature: inout Signature) {
        for values in [window, strides, before, after] { signature.append(values) }
    }

    func output(_ x: Shape, op: String) throws(ShapeError) -> Shape {
        guard x.rank == rank + 2 else {
            throw ShapeError(op: op, inputs: [x], reason: "needs [batch, \(rank) spatial axes, channels]")
        }
        var sizes = x.sizes
        for axis in 0..<rank {
            let left = x[axis + 1] + before[axis] + after[axis] - window[axis]
            sizes[axis + 1] = left < 0 ? 0 : left / strides[axis] + 1
        }
        return Shape(sizes)
    }

    fileprivate static let examples: [(PoolingGeometry, Shape)] = [
        (PoolingGeometry(window: [2, 2], strides: [2, 2], before: [0, 0], after: [0, 1]), [2, 4, 3, 2]),
        (PoolingGeometry(window: [3], strides: [2], before: [1], after: [1]), [2, 5, 3]),
        (
            PoolingGeometry(window: [2, 1, 2], strides: [1, 2, 1], before: [0, 0, 0], after: [0, 0, 0]),
            [1, 3, 3, 2, 1]
        ),
    ]

    fileprivate func output(_ x: Shape) -> Shape { orTrap { () throws(ShapeError) in try output(x, op: "pooling") } }
}

package enum PoolingPart: UInt32, Sendable { case max, pick, maxGradient, average, averageGradient }

/// The largest element of each window; NaN if any is NaN. The gradient goes to the first largest element, as TensorFlow's.
struct MaxPool: Primitive {
    static let name = "maxPool"
    let geometry: PoolingGeometry
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { try geometry.output(inputs[0], op: Self.name) }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(MaxPoolGradient(geometry: geometry), [c.inputs[0], c.upstream])]
    }
    var lowering: Lowering { .pooling(geometry, .max) }
    static var examples: [OpExample] {
        PoolingGeometry.examples.map { OpExample(MaxPool(geometry: $0.0), .distinct($0.1)) }
    }
}

/// The elements of input 1 where those of input 0 are the first largest of their window.
struct MaxPoolPick: Primitive {
    static let name = "maxPoolPick"
    let geometry: PoolingGeometry
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        guard inputs[0] == inputs[1] else { throw ShapeError(op: Self.name, inputs: inputs, reason: "shapes differ") }
        return try geometry.output(inputs[0], op: Self.name)
    }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [nil, Tensor(MaxPoolGradient(geometry: geometry), [c.inputs[0], c.upstream])]
    }
    var lowering: Lowering { .pooling(geometry, .pick) }
    static var examples: [OpExample] {
        PoolingGeometry.examples.map {
            OpExample(MaxPoolPick(geometry: $0.0), .distinct($0.1), .uniform(-1, 1, $0.1))
        }
    }
}

/// Input 1 added where input 0 is the first largest of each window; 0 elsewhere.
struct MaxPoolGradient: Primitive {
    static let name = "maxPoolGradient"
    let geometry: PoolingGeometry
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        guard try geometry.output(inputs[0], op: Self.name) == inputs[1] else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "the second is not what pooling the first gives")
        }
        return inputs[0]
    }
    func dtype(of inputs: [DType]) -> DType { inputs[1] }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [nil, Tensor(MaxPoolPick(geometry: geometry), [c.inputs[0], c.upstream])]
    }
    var lowering: Lowering { .pooling(geometry, .maxGradient) }
    static var examples: [OpExample] {
        PoolingGeometry.examples.map {
            OpExample(MaxPoolGradient(geometry: $0.0), .distinct($0.1), .uniform(-1, 1, $0.0.output($0.1)))
        }
    }
}

/// The mean of each window, of what lies inside.
struct AveragePool: Primitive {
    static let name = "averagePool"
    let geometry: PoolingGeometry
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { try geometry.output(inputs[0], op: Self.name) }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor(AveragePoolGradient(geometry: geometry, target: c.inputs[0].shape), [c.upstream])]
    }
    var lowering: Lowering { .pooling(geometry, .average) }
    static var examples: [OpExample] {
        PoolingGeometry.examples.map { OpExample(AveragePool(geometry: $0.0), .uniform(-1, 1, $0.1)) }
    }
}

/// Each element in equal parts to what lies in its window.
struct AveragePoolGradient: Primitive {
    static let name = "averagePoolGradient"
    let geometry: PoolingGeometry
    let target: Shape
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        guard try geometry.output(target, op: Self.name) == inputs[0] else {
            throw ShapeError(op: Self.name, inputs: inputs, reason: "is not what pooling \(target) gives")
        }
        return target
    }
    func sign(_ signature: inout Signature) { geometry.sign(&signature) }
    func gradients(_ c: GradientContext) -> [Tensor?] { [Tensor(AveragePool(geometry: geometry), [c.upstream])] }
    var lowering: Lowering { .pooling(geometry, .averageGradient) }
    static var examples: [OpExample] {
        PoolingGeometry.examples.map {
            OpExample(AveragePoolGradient(geometry: $0.0, target: $0.1), .uniform(-1, 1, $0.0.output($0.1)))
        }
    }
}

extension Tensor {
    /// The largest element of each window of `[batch, spatial…, channels]`, with one to three spatial axes; NaN if any is.
    ///
    /// - Parameters:
    ///   - strides: The distance of neighbouring windows; the window's sizes if not given.
    ///   - padding: How far windows reach out before and after each spatial axis. What is outside does not count.
    /// - Precondition: Every window reaches into the input.
    public func maxPooled(
        window: [Int], strides: [Int]? = nil, padding: [(before: Int, after: Int)]? = nil
    ) -> Tensor {
        let geometry = poolingGeometry(window, strides, padding, op: MaxPool.name)
        return Tensor(MaxPool(geometry: geometry), [floating])
    }

    /// The mean of each window of `[batch, spatial…, channels]`, over what lies inside.
    ///
    /// - Precondition: Every window reaches into the input.
    public func averagePooled(
        window: [Int], strides: [Int]? = nil, padding: [(before: Int, after: Int)]? = nil
    ) -> Tensor {
        let geometry = poolingGeometry(window, strides, padding, op: AveragePool.name)
        return Tensor(AveragePool(geometry: geometry), [floating])
    }

    private func poolingGeometry(
        _ window: [Int], _ strides: [Int]?, _ padding: [(before: Int, after: Int)]?, op: String
    ) -> PoolingGeometry {
        let borders = padding ?? window.map { _ in (0, 0) }
        let geometry = PoolingGeometry(
            window: window, strides: strides ?? window, before: borders.map(\.before), after: borders.map(\.after))
        guard (1...3).contains(window.count), rank == window.count + 2, geometry.strides.count == window.count,
            borders.count == window.count
        else { trap("\(op): the window \(window), strides and padding do not fit one to three axes of \(shape)") }
        for axis in window.indices {
            guard window[axis] > 0, geometry.strides[axis] > 0 else {
                trap("\(op): window and strides must be positive; got \(window), \(geometry.strides) for \(shape)")
            }
            let size = shape[axis + 1]
            let padded = size + geometry.before[axis] + geometry.after[axis]
            let last = (padded - window[axis]) / geometry.strides[axis] * geometry.strides[axis] - geometry.before[axis]
            guard (0..<window[axis]).contains(geometry.before[axis]), geometry.after[axis] >= 0, padded >= window[axis],
                last < size
            else { trap("\(op): a window of \(window) with padding \(borders) misses the input \(shape)") }
        }
        return geometry
    }
}
