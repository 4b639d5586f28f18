/// The gradients of a scalar with respect to tensors.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(at: [w]) { w in (x.matmul(w[0]) - y).square().mean() }
/// ```
///
/// The closure's parameters stand for `tensors`; whatever it captures counts as constant. Derivatives are a walk over
/// the same graph that adds nodes, so they can be differentiated again.
///
/// - Precondition: The closure returns one element of a floating type, and the tensors are of floating types: `[1, 2]` is
///   a tensor of integers, `[1.0, 2]` one of `float32`.
public func valueAndGradient(
    at tensors: [Tensor], _ body: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    for tensor in tensors where !tensor.dtype.isFloating {
        trap("gradient: needs variables of a floating type; got \(tensor.dtype) \(tensor.shape)")
    }
    return try Scope.run {
        let variables = tensors.map { Tensor(Alias(), [$0]) }
        let value = try body(variables)
        return (value, gradients(of: value, at: variables))
    }
}

public func valueAndGradient(
    at tensor: Tensor, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueAndGradient(at: [tensor]) { try body($0[0]) }
    return (value, gradients[0])
}

/// The gradients of a scalar with respect to the weights that the closure reads.
public func valueAndGradient(
    at weights: [Weight], _ body: () throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    try Scope.run {
        // Under names of their own: two weights may hold one tensor, and a value read before is a constant.
        let variables = weights.map { Tensor(Alias(), [$0.value]) }
        for (weight, variable) in zip(weights, variables) { Scope.current?.name(weight, variable) }
        let value = try body()
        return (value, gradients(of: value, at: variables))
    }
}

/// As `valueAndGradient`, without the value.
public func gradient(at tensors: [Tensor], _ body: ([Tensor]) throws -> Tensor) rethrows -> [Tensor] {
    try valueAndGradient(at: tensors, body).gradients
}

public func gradient(at tensor: Tensor, _ body: (Tensor) throws -> Tensor) rethrows -> Tensor {
    try valueAndGradient(at: tensor, body).gradient
}

/// `x` as a constant: no gradient passes. Keras: `keras.ops.stop_gradient`.
public func stopGradient(_ x: Tensor) -> Tensor { Tensor(StopGradient(), [x]) }

/// `forward(x)` with a derivative of one's own: `backward` is given the inputs, the output and the upstream gradient
/// and returns a gradient for each input (`nil` for none).
///
/// Keras: `keras.ops.custom_gradient`.
public func withCustomGradient(
    _ inputs: [Tensor], forward: ([Tensor]) -> Tensor,
    backward: @escaping @Sendable (_ inputs: [Tensor], _ output: Tensor, _ upstream: Tensor) -> [Tensor?]
) -> Tensor {
    let output = forward(inputs.map { stopGradient($0) })
    return Tensor(CustomGradient(rule: backward), [output] + inputs)
}

/// The same tensor under another name, so that a gradient can be taken with respect to it.
struct Alias: Primitive {
    static let name = "alias"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream] }
    var lowering: Lowering { .alias }
    static var examples: [OpExample] { [OpExample(Alias(), .uniform(-2, 2, [3]))] }
}

struct StopGradient: Primitive {
    static let name = "stopGradient"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
    var lowering: Lowering { .alias }
    static var examples: [OpExample] { [] }
}

/// Input 0, with a derivative for the inputs after it.
struct CustomGradient: Primitive {
    static let name = "customGradient"
    let rule: @Sendable ([Tensor], Tensor, Tensor) -> [Tensor?]
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let inputs = Array(c.inputs.dropFirst())
        let gradients = rule(inputs, c.output, c.upstream)
        guard gradients.count == inputs.count else {
            trap("withCustomGradient: \(gradients.count) gradients for \(inputs.count) inputs")
        }
        return [nil] + gradients
    }
    var lowering: Lowering { .alias }
    static var examples: [OpExample] { [] }
}

/// Reverse mode: from the value back to the variables, every node once.
func gradients(of value: Tensor, at variables: [Tensor]) -> [Tensor] {
    guard value.count == 1, value.dtype.isFloating else {
        trap("gradient: needs one value of a floating type; got \(value.dtype) \(value.shape)")
    }
    let walk = GradientWalk(from: value.node, to: variables.map(\.node))
    var upstream: [Int: Tensor] = [:]
    upstream[walk.nodes.count - 1] = Tensor.ones(value.shape.sizes, dtype: value.dtype)
    for index in walk.nodes.indices.reversed() where walk.leads[index] {
        guard let gradient = upstream[index] else { continue }
        let (node, inputs) = (walk.nodes[index], walk.inputs[index])
        if inputs.isEmpty || walk.isTarget[index] { continue }
        upstream[index] = nil
        let context = GradientContext(
            inputs: inputs.map { Tensor(node: walk.nodes[$0]) }, output: Tensor(node: node), upstream: gradient)
        for (input, gradient) in zip(inputs, node.primitive.gradients(context)) where walk.leads[input] {
            guard let gradient, walk.nodes[input].dtype.isFloating else { continue }
            let fitted = gradient.summed(to: walk.nodes[input].shape).cast(to: walk.nodes[input].dtype)
            upstream[input] = upstream[input].map { $0 + fitted } ?? fitted
        }
    }
    return variables.enumerated().map { (i, variable) in
        // Half-width gradients are added up in float32.
        upstream[walk.targets[i]]?.cast(to: variable.dtype) ?? Tensor.zeros(variable.shape.sizes, dtype: variable.dtype)
    }
}

extension Tensor {
    /// Summed over the axes along which it was stretched from `shape`.
    func summed(to shape: Shape) -> Tensor {
        if self.shape == shape { return self }
        let missing = rank - shape.rank
        let axes = (0..<rank).filter { $0 < missing || shape[$0 - missing] != self.shape[$0] }
        return sum(axes: axes).reshaped(shape.sizes)
    }
}

/// The nodes between a value and the variables, inputs before users, and which of them lead to a variable.
private struct GradientWalk {
    var nodes: [Node] = []
    var inputs: [[Int]] = []
    var leads: [Bool] = []
    var isTarget: [Bool] = []
    /// The place of each variable, -1 if the walk did not meet it.
    var targets: [Int] = []

    init(from root: Node, to variables: [Node]) {
        var index: [ObjectIdentifier: Int] = [:]
        let wanted = Set(variables.map(ObjectIdentifier.init))
        var metCut = false
        var stack: [(node: Node, inputs: [Node], next: Int)] = []
        Graph.lock.lock()
        stack.append((root, root.inputs, 0))
        while let top = stack.last {
            if top.next < top.inputs.count && !wanted.contains(ObjectIdentifier(top.node)) {
                stack[stack.count - 1].next += 1
                let input = top.inputs[top.next]
                if index[ObjectIdentifier(input)] == nil { stack.append((input, input.inputs, 0)) }
                continue
            }
            stack.removeLast()
            let id = ObjectIdentifier(top.node)
            if index[id] != nil { continue }
            index[id] = nodes.count
            let target = wanted.contains(id)
            let indices = target ? [] : top.inputs.map { index[ObjectIdentifier($0)]! }
            if top.node.wasCut && !target { metCut = true }
            let barrier = top.node.primitive is StopGradient
            leads.append(target || (!barrier && indices.contains { leads[$0] }))
            isTarget.append(target)
            nodes.append(top.node)
            inputs.append(indices)
        }
        Graph.lock.unlock()
        targets = variables.map { index[ObjectIdentifier($0)] ?? -1 }
        if metCut && !variables.isEmpty && !targets.contains(where: { $0 >= 0 }) {
            trap(
                """
                gradient: the value does not lead back to the variables: a tensor on the way was computed outside of the closure, \
                which cuts its edges. Compute the loss from the variables inside valueAndGradient { }
                """)
        }
    }
}
