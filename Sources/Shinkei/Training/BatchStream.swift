import ShinkeiCore
import ShinkeiData

/// Steps over batches that come from outside: a `Dataset`, or any sequence.
final class BatchStream: StepSource {
    private let model: Model
    private let setup: TrainingSetup
    private let checks: DataChecks
    private let batches: any Sequence<Example>
    private let isTraining: Bool
    private let classWeights: [[Int: Double]]

    private var iteration: BatchIteration?
    /// Where the next iteration begins, if another process has left off there.
    private var start: DatasetPosition?
    private var nextPass = 0
    /// A batch that was taken to see what the data are like.
    private var peeked: Example?
    private var failedBatch: (step: Int, batch: TrainingData)?
    /// What the last batch was like, and what is done with such batches.
    private var known: (form: Form, outputs: [SymbolicShape], step: BatchStep)?

    /// Whether it has been said that the data end before the epoch does.
    private var hasWarned = false

    private(set) var stepCount: Int?
    private(set) var waited = Duration.zero
    /// The batch of a step that went wrong is gone with the next one.
    let checkInterval = 1

    init(
        _ model: Model, _ setup: TrainingSetup, _ checks: DataChecks, _ batches: any Sequence<Example>,
        isTraining: Bool, classWeights: [[Int: Double]] = []
    ) {
        (self.model, self.setup, self.checks, self.batches) = (model, setup, checks, batches)
        (self.isTraining, self.classWeights) = (isTraining, classWeights)
        stepCount = (batches as? Dataset<Example>)?.knownCount
    }

    /// Takes the first batch, which builds the model, and keeps it for the first pass.
    ///
    /// - Throws: `TrainingError` if there is none, or if it does not fit; what the data throw.
    func begin() throws {
        guard let first = try next() else {
            throw TrainingError.badArgument(method: checks.method, "there are no batches")
        }
        _ = try checked(first)
        peeked = first
    }

    func run(from first: Int, to last: Int?, beforeStep: () throws -> Void, afterStep: (Int) throws -> Bool) throws {
        if first == 0 {
            setup.resetMetrics()
            if peeked == nil { close() }
        }
        known = nil
        var number = first
        while number != last {
            guard let example = try next() else {
                if let last, !hasWarned {
                    hasWarned = true
                    Terminal.warn(
                        "\(checks.method): the data ended after \(number) of \(last) batches, and the epoch with them; "
                            + "repeat() makes them go on")
                }
                stepCount = number
                return close()
            }
            try beforeStep()
            let (batch, step) = try checked(example)
            step.run(batch)
            number += 1
            if isTraining && setup.badRow.value.scalar(of: Int.self) >= 0 { failedBatch = (number - 1, batch) }
            if try !afterStep(number) { break }
        }
        if number == stepCount { close() }
    }

    func failed(at place: Int) -> (step: Int, batch: TrainingData) {
        failedBatch ?? (0, TrainingData(x: [], y: []))
    }

    func close() {
        iteration?.cancel()
        (iteration, peeked) = (nil, nil)
    }

    // MARK: - Where the data stand

    var position: [Int] {
        let place = iteration?.position ?? DatasetPosition(pass: nextPass, offset: 0)
        return [place.pass, place.offset, stepCount ?? -1]
    }

    func resume(behind step: Int, _ position: [Int]) {
        guard position.count == 3 else { return }
        close()
        start = DatasetPosition(pass: position[0], offset: position[1])
        stepCount = position[2] < 0 ? nil : position[2]
    }

    private func next() throws -> Example? {
        if let example = peeked {
            peeked = nil
            return example
        }
        let before = ContinuousClock.now
        defer { waited += ContinuousClock.now - before }
        if iteration == nil {
            let new = BatchIteration(batches, pass: nextPass, at: start)
            (iteration, start, nextPass) = (new, nil, new.position.pass + 1)
        }
        return try iteration?.next()
    }

    // MARK: - What a batch is like

    /// Shapes and types of a batch's parts.
    private struct Form: Equatable {
        var parts: [[Shape]]
        var types: [DType]

        init(_ example: Example) {
            let weights = example.sampleWeight.map { [$0] } ?? []
            parts = [example.x.map(\.shape), example.y.map(\.shape), weights.map(\.shape)]
            types = (example.x + example.y + weights).map(\.dtype)
        }
    }

    /// The batch, if it fits the model, and its step. What came before is not looked at again, but for numbers that name
    /// classes or rows of tables.
    private func checked(_ example: Example) throws -> (batch: TrainingData, step: BatchStep) {
        let weights = example.sampleWeight.map { [$0] } ?? []
        let form = Form(example)
        if let known, known.form == form {
            try checks.indices(example.x)
            for (y, i) in zip(example.y, setup.trainedOutputs) {
                if let loss = setup.outputs[i].loss { try checks.labels(y, prediction: known.outputs[i], loss: loss) }
            }
            return (try weighed(checks.matched(example.x, example.y, weights)), known.step)
        }
        let data = try checks.data(setup, example.x, example.y, weights, called: "the batch's x")
        try checks.argument(data.rowCount > 0, "a batch has no rows; its x has the shape \(form.parts[0][0])")
        if isTraining { setup.optimizer.build(model.trainableWeights) }
        let batch = try weighed(data)
        let step = model.batchStep(setup, batch, isTraining: isTraining)
        known = (form, try checks.inputs(example.x), step)
        return (batch, step)
    }

    private func weighed(_ data: TrainingData) throws -> TrainingData {
        var data = data
        if !classWeights.isEmpty {
            try checks.argument(
                classWeights.count == data.y.count,
                "classWeights were given for \(classWeights.count) outputs; the model is trained on \(data.y.count)")
            data = data.counting(classWeights)
        }
        data.evaluate()
        return data
    }
}
