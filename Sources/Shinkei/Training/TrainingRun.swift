/// Where a running `fit` is.
final class TrainingRun {
    let plan: EpochPlan
    var history: History
    /// The epoch that is running, or the next one.
    var epoch: Int
    /// Steps of the pass that are done.
    var step = 0
    /// The step of the pass with which the epoch has begun.
    var firstStep = 0

    init(_ plan: EpochPlan, _ history: History, epoch: Int) {
        self.plan = plan
        self.history = history
        self.epoch = epoch
    }
}
