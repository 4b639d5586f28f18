import ShinkeiCore

extension Model {
    /// What a training step does with a batch: forward, loss, gradients, update, metrics. Runs
    /// inside a plan.
    ///
    /// One flag stands over it: the loss and the sum of the gradients' elements are finite. Where it
    /// falls, nothing is updated, in this step and all that follow, so that the step can be
    /// repeated and looked at.
    func trainingStep(
        _ setup: TrainingSetup, trained: [Weight], x: Tensor, y: Tensor, position: Tensor
    ) {
        let count = setup.counter.value
        let bad = setup.badRow.value
        let before = weights.map { ($0, $0.value) }
        var prediction = x
        let (loss, gradients) = valueAndGradient(at: trained) {
            let context = CallContext(isTraining: true, seed: setup.seed, step: count)
            prediction = self([x], context)[0]
            return penalized(setup.loss(yTrue: y, yPred: prediction), context)
        }
        var isHealthy = loss.isFinite() & (bad .< 0)
        if let sum = sumOfElements(gradients) { isHealthy = isHealthy & sum.isFinite() }
        // What layers have set on the way, such as moving means.
        for (weight, old) in before where weight.value.identity != old.identity {
            weight.value = Tensor.where(isHealthy, weight.value, old)
        }
        setup.optimizer.apply(gradients, if: isHealthy)
        setup.counter.value = Tensor.where(isHealthy, count + 1, count)
        setup.badRow.value = Tensor.where(isHealthy | (bad .>= 0), bad, position)
        setup.updateMetrics(loss: loss, yTrue: y, yPred: prediction)
    }

    /// What measuring does with a batch. Runs inside a plan.
    func evaluationStep(_ setup: TrainingSetup, x: Tensor, y: Tensor) {
        let context = CallContext(isTraining: false, seed: setup.seed)
        let prediction = self([x], context)[0]
        setup.updateMetrics(
            loss: penalized(setup.loss(yTrue: y, yPred: prediction), context), yTrue: y, yPred: prediction)
    }

    /// Repeats a step whose flag fell, with the same rows, weights and random numbers, and says
    /// what was the first to be not finite.
    func findNotFinite(_ setup: TrainingSetup, trained: [Weight], x: Tensor, y: Tensor) -> String {
        func isFinite(_ tensor: Tensor) -> Bool { tensor.isFinite().all().scalar(of: Bool.self) }
        if !isFinite(x) { return "the input x has a value that is not finite" }
        if !isFinite(y) { return "the target y has a value that is not finite" }
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
        let (loss, gradients) = valueAndGradient(at: trained) {
            penalized(setup.loss(yTrue: y, yPred: self([x], context)[0]), context)
        }
        if let culprit { return culprit }
        if !isFinite(loss) { return "the loss \(setup.loss.name) is not finite" }
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
