import ShinkeiCore

/// Where a running `fit` is.
final class TrainingRun {
    let source: any StepSource
    var history: History
    /// The epoch at which training ends.
    let epochs: Int
    /// The epoch that is running, or the next one.
    var epoch: Int
    /// Steps of the pass that are done.
    var step = 0
    /// The step of the pass with which the epoch has begun.
    var firstStep = 0

    init(_ source: any StepSource, _ history: History, epoch: Int, epochs: Int) {
        self.source = source
        self.history = history
        self.epoch = epoch
        self.epochs = epochs
    }
}
