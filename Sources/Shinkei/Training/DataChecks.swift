import ShinkeiCore

/// The checks at a model's edge, before anything runs.
struct DataChecks {
    let model: Model
    let method: String

    /// What `compile` set.
    func setup() throws(TrainingError) -> TrainingSetup {
        guard let setup = model.training else {
            throw .notCompiled(method: method, model: model.name)
        }
        return setup
    }

    func argument(_ isGood: Bool, _ text: @autoclosure () -> String) throws(TrainingError) {
        if !isGood { throw .badArgument(method: method, text()) }
    }

    /// Builds the model if need be, and checks that `x` fits its layers.
    /// - Returns: The output's shape.
    func input(_ x: Tensor, called name: String = "x") throws(TrainingError) -> SymbolicShape {
        guard x.rank >= 1 else {
            throw .badArgument(method: method, "\(name) needs a batch axis; got a scalar")
        }
        let shapes: [SymbolicShape]
        do {
            shapes = try model.prepare([SymbolicShape(x.shape).anyRows], parent: nil)
        } catch {
            throw .layer(error, method: method, argument: name, data: x.shape)
        }
        try indices([x])
        return shapes[0]
    }

    /// Builds the model if need be, and checks that the inputs fit its layers and have the same number of rows.
    /// - Returns: The outputs' shapes.
    func inputs(_ x: [Tensor], called name: String = "x") throws(TrainingError) -> [SymbolicShape] {
        if let expected = model.inputShapes?.count, expected != x.count {
            throw .badArgument(method: method, "the model has \(expected) inputs; got \(x.count)")
        }
        for (i, x) in x.enumerated() where x.rank < 1 {
            throw .badArgument(method: method, "\(x.shape) of input \(i) needs a batch axis; got a scalar")
        }
        for other in x.dropFirst() where other.shape[0] != x[0].shape[0] {
            throw .badArgument(
                method: method, "all inputs must have the same number of rows; got \(x[0].shape) and \(other.shape)")
        }
        let shapes: [SymbolicShape]
        do {
            shapes = try model.prepare(x.map { SymbolicShape($0.shape).anyRows }, parent: nil)
        } catch {
            throw .layer(error, method: method, argument: name, data: x[0].shape)
        }
        try indices(x)
        return shapes
    }

    /// Checks that the targets have as many rows as `x` and fit the output.
    func target(_ y: Tensor, x: Tensor, prediction: SymbolicShape, loss: any Loss)
        throws(TrainingError)
    {
        guard y.rank >= 1, x.shape[0] == y.shape[0] else {
            throw .rowsDiffer(method: method, x: x.shape, y: y.shape)
        }
        let (target, output) = matchingRanks(SymbolicShape(y.shape).anyRows, prediction)
        guard loss.accepts(target: target, prediction: output) else {
            throw .target(method: method, loss: loss.name, target: y.shape, prediction: prediction)
        }
        if loss is SparseCategoricalCrossentropy, let classes = prediction.last, y.count > 0 {
            let (least, most) = (y.min(), y.max())
            evaluate([least, most])
            let (smallest, largest) = (least.scalar(of: Int.self), most.scalar(of: Int.self))
            if smallest < 0 || largest >= classes {
                throw .label(method: method, smallest: smallest, largest: largest, classes: classes)
            }
        }
    }
}
