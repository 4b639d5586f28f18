public import ShinkeiCore

/// One step of training or measuring, as a subclass of `Model` sees it that overrides `trainStep`.
///
/// ```swift
/// override func trainStep(_ step: TrainingStep) {
///     step.minimize { step in
///         let predictions = self(step.x, step.context)
///         return step.loss(predictions) + 0.1 * predictions[0].square().mean()
///     }
/// }
/// ```
public final class TrainingStep {
    /// The inputs' batch.
    public var x: [Tensor] {
        get { batch.x }
        set { batch.x = newValue }
    }
    /// The targets' batch, one for each output that has a loss.
    public var y: [Tensor] {
        get { batch.y }
        set { batch.y = newValue }
    }
    /// What the rows count, one for each of `y`, or nothing.
    public var sampleWeights: [Tensor] { batch.weights }
    /// What layers are called with.
    public let context: CallContext

    private let model: Model
    private let setup: TrainingSetup
    private let trained: [Weight]
    private var batch: TrainingData
    private let position: Tensor
    private var predictions: [Tensor]?
    private var losses: TrainingSetup.Losses?

    init(
        _ model: Model, _ setup: TrainingSetup, trained: [Weight], _ batch: TrainingData, position: Tensor,
        isTraining: Bool
    ) {
        self.model = model
        self.setup = setup
        self.trained = trained
        self.batch = batch
        self.position = position
        context =
            isTraining
            ? CallContext(isTraining: true, seed: setup.seed, step: setup.counter.value)
            : CallContext(isTraining: false, seed: setup.seed)
    }

    /// The model's loss with these predictions, regularizers included. Metrics will take these predictions in.
    public func loss(_ predictions: [Tensor]) -> Tensor {
        var values = setup.losses(batch, predictions, context)
        values.total = model.penalized(values.total, context)
        (self.predictions, losses) = (predictions, values)
        return values.total
    }

    /// Calls the model, and changes its weights so that the loss becomes smaller.
    public func minimize() { minimize { step in step.loss(step.model(step.model.converted(step.x), step.context)) } }

    /// Changes the model's weights so that what `body` returns becomes smaller.
    ///
    /// One flag stands over it: the loss and the sum of the gradients' elements are finite. Where it
    /// falls, nothing is updated, in this step and all that follow, so that the step can be
    /// repeated and looked at.
    public func minimize(_ body: (TrainingStep) -> Tensor) {
        let (count, bad) = (setup.counter.value, setup.badRow.value)
        let before = model.weights.map { ($0, $0.value) }
        var total = Tensor(0.0, dtype: .float32)
        let (_, gradients) = valueAndGradient(at: trained) {
            total = body(self)
            return setup.optimizer.scaled(total)
        }
        setup.unreached = zip(trained, gradients).filter { $0.1.isZeroByConstruction }.map(\.0.path)
        var isHealthy = total.isFinite() & (bad .< 0)
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
        if losses == nil { losses = TrainingSetup.Losses(total: total, each: []) }
        losses?.total = total
        updateMetrics()
    }

    /// Calls the model and takes loss and predictions into the metrics.
    public func measure() {
        _ = loss(model(model.converted(x), context))
        updateMetrics()
    }

    private func updateMetrics() {
        guard let losses else { return }
        setup.updateMetrics(losses, batch, predictions ?? [], context)
    }

    /// Not finite if one element is not: an infinity stays one or becomes NaN, whatever is added to it.
    private func sumOfElements(_ tensors: [Tensor]) -> Tensor? {
        guard let first = tensors.first else { return nil }
        return tensors.dropFirst().reduce(first.sum()) { $0 + $1.sum() }
    }
}

extension Model {
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
