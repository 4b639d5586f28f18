import ShinkeiCore

/// What `compile` makes of its arguments, and what training keeps between calls of `fit`.
final class TrainingSetup {
    let optimizer: Optimizer
    let loss: any Loss
    let metrics: [Metric]
    let lossMean = Mean(name: "loss")
    /// The seed of everything random in training.
    let seed: Int
    /// Training steps done, by which random layers draw other numbers in each.
    let counter = Weight("step", Tensor(Int64(0)), isTrainable: false)
    /// Shuffles done.
    let shuffles = Weight("shuffles", Tensor(Int64(0)), isTrainable: false)
    /// The first row of the first batch whose loss or gradient was not finite; -1 while there is
    /// none.
    let badRow = Weight("bad_row", Tensor(Int32(-1)), isTrainable: false)

    /// The keys of the history, sorted as Keras sorts them.
    let names: [String]
    private let trackers: [Metric]

    /// Plans of the last `fit` and of the last few data sets measured.
    var fitPlan: EpochPlan?
    var evaluationPlans: [EpochPlan] = []

    init(optimizer: Optimizer, loss: any Loss, metrics: [Metric], seed: Int) {
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.seed = seed
        trackers = ([lossMean] + metrics).sorted { $0.name < $1.name }
        names = trackers.map(\.name)
    }

    /// Loss and metrics since the last reset, in the order of `names`.
    func read() -> [Double] { trackers.map { $0.result() } }

    func resetMetrics() { for tracker in trackers { tracker.reset() } }

    func updateMetrics(loss: Tensor, yTrue: Tensor, yPred: Tensor) {
        lossMean.update(mean: loss, samples: yPred.shape[0])
        for metric in metrics { metric.update(yTrue: yTrue, yPred: yPred) }
    }
}
