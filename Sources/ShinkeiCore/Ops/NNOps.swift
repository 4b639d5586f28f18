/// `exp(x - max) / sum` over the last axis. With `y` the result, `dx = y (g - sum(g y))`.
///
/// A primitive because one pass over a row in the cache replaces five over memory.
struct Softmax: Primitive {
    static let name = "softmax"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let weighted = c.upstream * c.output
        return [weighted - c.output * weighted.sum(axis: -1, keepDims: true)]
    }
    var lowering: Lowering { .softmax(logarithm: false) }
    static var examples: [OpExample] {
        [OpExample(Softmax(), .uniform(-2, 2, [3, 5])), OpExample(Softmax(), .uniform(-2, 2, [1]))]
    }
}

/// `x - log(sum(exp(x)))` over the last axis. With `y` the result, `dx = g - exp(y) sum(g)`.
struct LogSoftmax: Primitive {
    static let name = "logSoftmax"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream - c.output.exp() * c.upstream.sum(axis: -1, keepDims: true)]
    }
    var lowering: Lowering { .softmax(logarithm: true) }
    static var examples: [OpExample] {
        [OpExample(LogSoftmax(), .uniform(-2, 2, [3, 5])), OpExample(LogSoftmax(), .uniform(-2, 2, [1]))]
    }
}

/// 1 where `x` is above 0, 0 elsewhere, NaN where it is NaN: the threshold of the first artificial neurons.
///
/// Its derivative is 0 everywhere, so nothing is learned through it.
///
/// - Parameter surrogate: A function whose derivative stands in for the step's, such as `sigmoid`; with `{ $0 }` the
///   gradient goes straight through. Bengio et al. 2013, "Estimating or Propagating Gradients Through Stochastic Neurons".
public func step(_ x: Tensor, surrogate: ((Tensor) -> Tensor)? = nil) -> Tensor {
    let x = x.floating
    let hard = stopGradient(Tensor.where(x.isNaN(), x, (x .> 0).cast(to: x.dtype)))
    guard let surrogate else { return hard }
    let soft = surrogate(x)
    // The bracket is exactly 0 and has the derivative of its first half.
    return hard + (soft - stopGradient(soft))
}

extension Tensor {
    /// `exp(x) / sum(exp(x))` along `axis`, without overflow. Keras: `keras.ops.softmax`.
    public func softmax(axis: Int = -1) -> Tensor { alongLast(axis, Softmax()) }

    /// `log(softmax(x))` along `axis`, exact where the softmax is tiny.
    public func logSoftmax(axis: Int = -1) -> Tensor { alongLast(axis, LogSoftmax()) }

    private func alongLast(_ axis: Int, _ primitive: some Primitive) -> Tensor {
        let axis = resolve(axis, op: type(of: primitive).name)
        if axis == rank - 1 { return Tensor(primitive, [floating]) }
        return Tensor(primitive, [floating.swapped(axis, -1)]).swapped(axis, -1)
    }

    /// What a softmax over the last axis made this tensor from. Losses use it: the logarithm of a softmax is exact
    /// where the softmax itself has rounded to 0.
    package var softmaxLogits: Tensor? { input(of: Softmax.self) }

    /// What a sigmoid made this tensor from.
    package var sigmoidLogits: Tensor? { input(of: Sigmoid.self) }

    /// What a softmax over the last axis or a sigmoid made this tensor from. Keras hangs it on the output of both,
    /// and its crossentropies take it from either.
    package var activationLogits: Tensor? { softmaxLogits ?? sigmoidLogits }

    private func input<P: Primitive>(of type: P.Type) -> Tensor? {
        guard node.primitive is P else { return nil }
        Graph.lock.lock()
        defer { Graph.lock.unlock() }
        return node.inputs.first.map(Tensor.init(node:))
    }
}
