import ShinkeiCore

/// Looks at a step that is repeated for what is the first to be not finite.
final class StepInspection {
    /// What it is.
    private(set) var culprit: String?

    /// A layer was called.
    func look(_ layer: Layer, _ outputs: [Tensor]) {
        if !outputs.allSatisfy(isFinite) {
            note("the output of \(layer.className) \"\(layer.name)\" (\(layer.path)) is not finite")
        }
    }

    /// Losses and gradients were computed.
    func look(
        _ total: Tensor, _ losses: [Tensor], _ gradients: some Sequence<(Weight, Tensor)>, _ setup: TrainingSetup
    ) {
        for (i, value) in zip(setup.trainedOutputs, losses) where !isFinite(value) {
            let output = setup.outputs[i]
            note("the loss \(output.loss?.name ?? "") \(output.name.map { "of \"\($0)\" " } ?? "")is not finite")
        }
        if !isFinite(total) { note("the loss is not finite") }
        for (weight, gradient) in gradients where !isFinite(gradient) {
            note("the gradient of \"\(weight.path)\" is not finite")
        }
    }

    private func note(_ text: String) { culprit = culprit ?? text }
}

private func isFinite(_ tensor: Tensor) -> Bool { tensor.isFinite().all().scalar(of: Bool.self) }

extension Model {
    /// Repeats a step whose flag fell, with the same rows, weights and random numbers, and says
    /// what was the first to be not finite.
    func findNotFinite(_ setup: TrainingSetup, trained: [Weight], batch: TrainingData) -> String {
        if !batch.x.allSatisfy(isFinite) { return "the input x has a value that is not finite" }
        if !batch.y.allSatisfy(isFinite) { return "the target y has a value that is not finite" }
        if !batch.weights.allSatisfy(isFinite) { return "the sample weights have a value that is not finite" }
        for weight in weights where !isFinite(weight.value) {
            return "the weight \"\(weight.path)\" was not finite before the step"
        }
        // What layers set on the way, such as moving means, goes back.
        let before = weights.map { ($0, $0.value) }
        defer { for (weight, old) in before { weight.value = old } }
        let inspection = StepInspection()
        trainStep(
            TrainingStep(
                self, setup, trained: trained, batch, position: Tensor(Int32(0)), isTraining: true,
                inspection: inspection))
        return inspection.culprit ?? "the gradients are too large: their sum is not finite"
    }
}
