public import Shinkei

/// Puts a layer through what every layer must do: its declared shape is what it computes, for any
/// number of rows; weights have names, paths and values; gradients of input and weights agree with
/// central differences in `float64`; the same seed gives the same output; a compiled training step
/// lowers a loss.
///
/// - Parameters:
///   - make: Makes a fresh layer; it is called several times.
///   - shape: The shape of an input, batch axis included.
///   - isDifferentiable: Whether the output follows the input smoothly at random points. If not, gradients of the
///     weights alone are checked.
///   - prepare: What is done to the random input, for a layer that does not take any number.
/// - Throws: `CheckFailure` that says what is wrong.
public func checkLayer(
    _ make: () -> Layer, input shape: [Int], isDifferentiable: Bool = true,
    isTraining: Bool = false,
    prepare: (Tensor) -> Tensor = { $0 }
) throws {
    try checkLayer(
        make, inputs: [shape], isDifferentiable: isDifferentiable, isTraining: isTraining, prepare: prepare)
}

/// The same for a layer of several inputs.
public func checkLayer(
    _ make: () -> Layer, inputs shapes: [[Int]], isDifferentiable: Bool = true,
    isTraining: Bool = false,
    prepare: (Tensor) -> Tensor = { $0 }
) throws {
    let inputShapes = shapes.map { SymbolicShape(Shape($0)) }
    func fresh(_ dtype: DType) -> Layer {
        withSession(seed: 7) {
            let layer = make()
            layer.dtype = dtype
            return layer
        }
    }
    func built(_ layer: Layer) throws -> Layer {
        try withSession(seed: 7) { try layer.validate(inputShapes) }
        return layer
    }
    func samples(_ dtype: DType) -> [Tensor] {
        shapes.enumerated().map {
            prepare(Tensor.randomUniform($1, low: -1, high: 1, dtype: dtype, seed: 11 + 100 * $0))
        }
    }
    func context() -> CallContext { CallContext(isTraining: isTraining, seed: 3) }

    // Shapes.
    let layer = try built(fresh(.float32))
    let name = layer.name
    let output = layer(samples(.float32), context())[0]
    let declared = try layer.outputShapes(inputShapes)[0]
    guard declared == SymbolicShape(output.shape) else {
        throw CheckFailure(
            "\(name): declares the output shape \(declared), computes \(output.shape)")
    }
    let anyRows = try layer.outputShapes(inputShapes.map(\.anyRows))[0]
    guard anyRows.accepts(declared) else {
        throw CheckFailure(
            "\(name): with an unknown number of rows it declares \(anyRows), with \(shapes[0][0]) \(declared)"
        )
    }

    // Weights.
    var paths: Set<String> = []
    for weight in layer.weights {
        guard weight.isInitialized else {
            throw CheckFailure("\(name): \(weight.path) has no value after build")
        }
        guard paths.insert(weight.path).inserted else {
            throw CheckFailure("\(name): two weights are called \(weight.path)")
        }
        guard weight.path.contains("/") else {
            throw CheckFailure("\(name): the path \(weight.path) lacks the layer")
        }
    }

    // The same seed, the same bits.
    let twin = try built(fresh(.float32))
    guard twin(samples(.float32), context())[0].hostBytes() == output.hostBytes() else {
        throw CheckFailure("\(name): two layers with one seed give different outputs")
    }

    // Gradients.
    let exact = try built(fresh(.float64))
    let trained = exact.trainableWeights
    let inputs = samples(.float64)
    let x = isDifferentiable ? inputs : []
    // Another factor for every output, so that no two cancel.
    let weighting = Tensor.randomUniform(
        output.shape.sizes, low: 0.5, high: 1.5, dtype: .float64, seed: 13)
    let start = trained.map { $0.value }
    if x.isEmpty && start.isEmpty { return }
    try checkGradients(at: x + start) { values in
        for (weight, value) in zip(trained, values.dropFirst(x.count)) { weight.value = value }
        let y = exact(isDifferentiable ? Array(values.prefix(x.count)) : inputs, context())[0]
        return (y * weighting).sum()
    }
    for (weight, value) in zip(trained, start) { weight.value = value }

    // A compiled step.
    guard !layer.trainableWeights.isEmpty else { return }
    let learner = try built(fresh(.float32))
    let goal = (output + 0.5).evaluate()
    let data = samples(.float32).map { $0.evaluate() }
    let optimizer = SGD(learningRate: 0.01)
    optimizer.build(learner.trainableWeights)
    let step = compiled { (inputs: [Tensor]) -> [Tensor] in
        let (loss, gradients) = valueAndGradient(at: learner.trainableWeights) {
            meanSquaredError(
                learner(Array(inputs.dropLast()), CallContext(isTraining: isTraining, seed: 3))[0], inputs[data.count])
        }
        optimizer.apply(gradients)
        return [loss]
    }
    let first = step(data + [goal])[0].scalar(of: Double.self)
    let second = step(data + [goal])[0].scalar(of: Double.self)
    guard second < first else {
        throw CheckFailure(
            "\(name): a training step did not lower the loss: \(first), then \(second)")
    }
}
