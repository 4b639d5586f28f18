import ShinkeiCore

/// A step over a batch that is handed in, compiled for its shapes.
final class BatchStep {
    /// What a compiled step depends on.
    struct Key: Hashable {
        var isTraining: Bool
        var data: EpochPlan.Key
    }
    let key: Key
    private let parts: TrainingParts
    private let body: ([Tensor]) -> [Tensor]

    fileprivate init(_ key: Key, _ model: Model, _ setup: TrainingSetup, _ data: TrainingData, trained: [Weight]) {
        self.key = key
        let parts = TrainingParts(data)
        self.parts = parts
        // The step belongs to the model: it must not keep the model alive.
        let body = { [unowned model, unowned setup] (tensors: [Tensor]) -> [Tensor] in
            let step = TrainingStep(
                model, setup, trained: trained, parts.filled(tensors), position: Tensor(Int32(0)),
                isTraining: key.isTraining)
            if key.isTraining { model.trainStep(step) } else { model.testStep(step) }
            return []
        }
        if setup.runEagerly {
            self.body = body
        } else {
            let plan = compiled(body)
            self.body = { plan($0) }
        }
    }

    func run(_ data: TrainingData) { _ = body(data.tensors) }
}

extension Model {
    /// The step for batches of these shapes. The last few are kept.
    func batchStep(_ setup: TrainingSetup, _ data: TrainingData, isTraining: Bool) -> BatchStep {
        // What is trained decides whose penalties count.
        let trained = trainableWeights
        let shapes = EpochPlan.Key(
            data, rows: 0..<data.rowCount, batchSize: data.rowCount, isShuffled: false, trained: trained)
        let key = BatchStep.Key(isTraining: isTraining, data: shapes)
        let step: BatchStep
        if let place = setup.batchSteps.lastIndex(where: { $0.key == key }) {
            step = setup.batchSteps.remove(at: place)
        } else {
            step = BatchStep(key, self, setup, data, trained: isTraining ? trained : [])
            if setup.batchSteps.count == 64 { setup.batchSteps.removeFirst() }
        }
        setup.batchSteps.append(step)
        return step
    }
}
