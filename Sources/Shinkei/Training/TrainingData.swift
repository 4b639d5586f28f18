import ShinkeiCore

/// Rows to learn from or to measure: inputs, targets, and what the rows of each output weigh.
struct TrainingData {
    var x: [Tensor]
    /// One for each output that is trained on.
    var y: [Tensor]
    /// One for each of `y`, or none at all.
    var weights: [Tensor] = []

    /// All in one row, as compiled steps take them.
    var tensors: [Tensor] { x + y + weights }
    var rowCount: Int { x.first?.shape[0] ?? 0 }

    func evaluate() { ShinkeiCore.evaluate(tensors) }
}

/// How many arrays of each kind there are; unlike `TrainingData` it keeps no memory, so that plans can hold it.
struct TrainingParts {
    let inputs: Int
    let targets: Int
    init(_ data: TrainingData) { (inputs, targets) = (data.x.count, data.y.count) }

    func filled(_ tensors: [Tensor]) -> TrainingData {
        TrainingData(
            x: Array(tensors[..<inputs]), y: Array(tensors[inputs..<inputs + targets]),
            weights: Array(tensors[(inputs + targets)...]))
    }
}

/// Rows to measure.
struct Validation {
    let data: TrainingData
    let rows: Range<Int>
}

extension TrainingData {
    /// The same rows, which count by the classes of their targets as well. An empty entry changes nothing.
    func counting(_ classes: [[Int: Double]]) -> TrainingData {
        var copy = self
        copy.weights = zip(y, classes).enumerated().map { i, entry in
            let own = TrainingData.weights(of: entry.0, classes: entry.1)
            if weights.isEmpty { return own }
            let (given, matched) = withWeights(weights[i], own)
            return given * matched
        }
        return copy
    }

    /// What rows weigh by the class of their target: a number, or the place of the largest element.
    ///
    /// Keras: `class_weight`.
    static func weights(of y: Tensor, classes: [Int: Double]) -> Tensor {
        var labels = y
        if y.rank > 1 { labels = y.shape.last == 1 ? y.squeezed(-1) : y.argmax(axis: -1) }
        let numbers = (labels.dtype.isFloating ? labels.rounded() : labels).cast(to: .int32)
        return classes.sorted { $0.key < $1.key }.reduce(Tensor.ones(numbers.shape.sizes)) { weights, entry in
            Tensor.where(
                numbers .== Tensor.constant(integer: Int64(entry.key), dtype: .int32),
                Tensor.constant(entry.value, dtype: .float32), weights)
        }.evaluate()
    }
}
