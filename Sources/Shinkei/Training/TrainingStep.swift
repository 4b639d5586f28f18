import ShinkeiCore

extension Model {
    /// What a training step does with a batch: forward, loss, gradients, update, metrics. Runs
    /// inside a plan.
    ///
    /// One flag stands over it: the loss and the sum of the gradients' elements are finite. Where it
    /// falls, nothing is updated, in this step and all that follow, so that the step can be
    /// repeated and looked at.
    func trainingStep(
        _ setup: TrainingSetup, trained: [Weight], batch: TrainingData, position: Tensor
    ) {
        let count = setup.counter.value
        let bad = setup.badRow.value
        let before = weights.map { ($0, $0.value) }
        let context = CallContext(isTraining: true, seed: setup.seed, step: count)
        var predictions: [Tensor] = []
        var losses: TrainingSetup.Losses?
        let (_, gradients) = valueAndGradient(at: trained) {
            predictions = self(converted(batch.x), context)
            var values = setup.losses(batch, predictions, context)
            values.total = penalized(values.total, context)
            losses = values
            return setup.optimizer.scaled(values.total)
        }
        guard let losses else { return }
        var isHealthy = losses.total.isFinite() & (bad .< 0)
        if !setup.optimizer.skipsWhatIsNotFinite, let sum = sumOfElements(gradients) {
            isHealthy = isHealthy & sum.isFinite()
        }
        // What layers have set on the way, such as moving means.
        for (weight, old) in before where weight.value.identity != old.identity {
            weight.value = Tensor.where(isHealthy, weight.value, old)
        }
        setup.optimizer.apply(gradients, if: isHealthy)
        setup.counter.value = Tensor.where(isHealthy, count + 1, count)
        setup.badRow.value = Tensor.where(isHealthy | (bad .>= 0), bad, position)
        setup.updateMetrics(losses, batch, predictions, context)
    }

    /// What measuring does with a batch. Runs inside a plan.
    func evaluationStep(_ setup: TrainingSetup, batch: TrainingData) {
        let context = CallContext(isTraining: false, seed: setup.seed)
        let predictions = self(converted(batch.x), context)
        var losses = setup.losses(batch, predictions, context)
        losses.total = penalized(losses.total, context)
        setup.updateMetrics(losses, batch, predictions, context)
    }

    /// Repeats a step whose flag fell, with the same rows, weights and random numbers, and says
    /// what was the first to be not finite.
    func findNotFinite(_ setup: TrainingSetup, trained: [Weight], batch: TrainingData) -> String {
        func isFinite(_ tensor: Tensor) -> Bool { tensor.isFinite().all().scalar(of: Bool.self) }
        if !batch.x.allSatisfy(isFinite) { return "the input x has a value that is not finite" }
        if !batch.y.allSatisfy(isFinite) { return "the target y has a value that is not finite" }
        if !batch.weights.allSatisfy(isFinite) { return "the sample weights have a value that is not finite" }
        for weight in weights where !isFinite(weight.value) {
            return "the weight \"\(weight.path)\" was not finite before the step"
        }
        var culprit: String?
        var context = CallContext(isTraining: true, seed: setup.seed, step: setup.counter.value)
        context.observer = { layer, outputs in
            if culprit == nil && !outputs.allSatisfy(isFinite) {
                culprit =
                    "the output of \(layer.className) \"\(layer.name)\" (\(layer.path)) is not finite"
            }
        }
        let before = weights.map { ($0, $0.value) }
        defer { for (weight, old) in before { weight.value = old } }
        var losses: TrainingSetup.Losses?
        let (_, gradients) = valueAndGradient(at: trained) {
            var values = setup.losses(batch, self(converted(batch.x), context), context)
            values.total = penalized(values.total, context)
            losses = values
            return setup.optimizer.scaled(values.total)
        }
        if let culprit { return culprit }
        for (i, value) in zip(setup.trainedOutputs, losses?.each ?? []) where !isFinite(value) {
            let output = setup.outputs[i]
            return "the loss \(output.loss?.name ?? "") \(output.name.map { "of \"\($0)\" " } ?? "")is not finite"
        }
        if let total = losses?.total, !isFinite(total) { return "the loss is not finite" }
        for (weight, gradient) in zip(trained, gradients) where !isFinite(gradient) {
            return "the gradient of \"\(weight.path)\" is not finite"
        }
        return "the gradients are too large: their sum is not finite"
    }
}

/// Not finite if one element is not: an infinity stays one or becomes NaN, whatever is added to it.
private func sumOfElements(_ tensors: [Tensor]) -> Tensor? {
    guard let first = tensors.first else { return nil }
    return tensors.dropFirst().reduce(first.sum()) { $0 + $1.sum() }
}
