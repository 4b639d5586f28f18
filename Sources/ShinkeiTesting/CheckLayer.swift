public import Shinkei

/// Puts a layer through what every layer must do: its declared shape is what it computes, for any
/// number of rows; weights have names, paths and values; gradients of input and weights agree with
/// central differences in `float64`; the same seed gives the same output; a compiled training step
/// lowers a loss.
///
/// - Parameters:
///   - make: Makes a fresh layer; it is called several times.
///   - shape: The shape of an input, batch axis included.
///   - isDifferentiable: Whether the output follows the input smoothly at random points.
///   - prepare: What is done to the random input, for a layer that does not take any number.
/// - Throws: `CheckFailure` that says what is wrong.
public func checkLayer(
    _ make: () -> Layer, input shape: [Int], isDifferentiable: Bool = true,
    isTraining: Bool = false,
    prepare: (Tensor) -> Tensor = { $0 }
) throws {
    func fresh(_ dtype: DType) -> Layer {
        withSession(seed: 7) {
            let layer = make()
            layer.dtype = dtype
            return layer
        }
    }
    func built(_ layer: Layer) throws -> Layer {
        try withSession(seed: 7) { try layer.validate(SymbolicShape(Shape(shape))) }
        return layer
    }
    func sample(_ dtype: DType) -> Tensor {
        prepare(Tensor.randomUniform(shape, low: -1, high: 1, dtype: dtype, seed: 11))
    }
    func context() -> CallContext { CallContext(isTraining: isTraining, seed: 3) }

    // Shapes.
    let layer = try built(fresh(.float32))
    let name = layer.name
    let output = layer([sample(.float32)], context())[0]
    let declared = try layer.outputShapes([SymbolicShape(Shape(shape))])[0]
    guard declared == SymbolicShape(output.shape) else {
        throw CheckFailure(
            "\(name): declares the output shape \(declared), computes \(output.shape)")
    }
    let anyRows = try layer.outputShapes([SymbolicShape(Shape(shape)).anyRows])[0]
    guard anyRows.accepts(declared) else {
        throw CheckFailure(
            "\(name): with an unknown number of rows it declares \(anyRows), with \(shape[0]) \(declared)"
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
    guard twin([sample(.float32)], context())[0].hostBytes() == output.hostBytes() else {
        throw CheckFailure("\(name): two layers with one seed give different outputs")
    }

    guard isDifferentiable else { return }

    // Gradients.
    let exact = try built(fresh(.float64))
    let trained = exact.trainableWeights
    let x = sample(.float64)
    // Another factor for every output, so that no two cancel.
    let weighting = Tensor.randomUniform(
        output.shape.sizes, low: 0.5, high: 1.5, dtype: .float64, seed: 13)
    let start = trained.map { $0.value }
    try checkGradients(at: [x] + start) { values in
        for (weight, value) in zip(trained, values.dropFirst()) { weight.value = value }
        let y = exact([values[0]], context())[0]
        return (y * weighting).sum()
    }
    for (weight, value) in zip(trained, start) { weight.value = value }

    // A compiled step.
    guard !layer.trainableWeights.isEmpty else { return }
    let learner = try built(fresh(.float32))
    let goal = (output + 0.5).evaluate()
    let data = sample(.float32).evaluate()
    let optimizer = SGD(learningRate: 0.01)
    optimizer.build(learner.trainableWeights)
    let step = compiled { (inputs: [Tensor]) -> [Tensor] in
        let (loss, gradients) = valueAndGradient(at: learner.trainableWeights) {
            meanSquaredError(
                learner([inputs[0]], CallContext(isTraining: isTraining, seed: 3))[0], inputs[1])
        }
        optimizer.apply(gradients)
        return [loss]
    }
    let first = step([data, goal])[0].scalar(of: Double.self)
    let second = step([data, goal])[0].scalar(of: Double.self)
    guard second < first else {
        throw CheckFailure(
            "\(name): a training step did not lower the loss: \(first), then \(second)")
    }
}
