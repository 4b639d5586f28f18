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
    private let inspection: StepInspection?

    /// - Parameter inspection: Looks for what is not finite; the step then changes nothing.
    init(
        _ model: Model, _ setup: TrainingSetup, trained: [Weight], _ batch: TrainingData, position: Tensor,
        isTraining: Bool, inspection: StepInspection? = nil
    ) {
        self.model = model
        self.setup = setup
        self.trained = trained
        self.batch = batch
        self.position = position
        self.inspection = inspection
        var context =
            isTraining
            ? CallContext(isTraining: true, seed: setup.seed, step: setup.counter.value)
            : CallContext(isTraining: false, seed: setup.seed)
        if let inspection { context.observer = inspection.look }
        self.context = context
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
        if let inspection {
            return inspection.look(total, losses?.each ?? [], zip(trained, gradients), setup)
        }
        // As in Keras, weights that the loss does not depend on are let alone: no decay, no momentum.
        let reached = gradients.map { $0.isZeroByConstruction ? nil : $0 }
        setup.unreached = zip(trained, reached).filter { $0.1 == nil }.map(\.0.path)
        var isHealthy = total.isFinite() & (bad .< 0)
        if !setup.optimizer.skipsWhatIsNotFinite, let sum = sumOfElements(reached.compactMap { $0 }) {
            isHealthy = isHealthy & sum.isFinite()
        }
        // What layers have set on the way, such as moving means.
        for (weight, old) in before where weight.value.identity != old.identity {
            weight.value = Tensor.where(isHealthy, weight.value, old)
        }
        setup.optimizer.apply(reached, if: isHealthy)
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
