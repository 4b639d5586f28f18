public import ShinkeiCore

/// Ends the training when a value has not become better for some epochs.
///
/// Keras: `keras.callbacks.EarlyStopping`. Same defaults.
/// - Note: With `restoreBestWeights` the model always ends with the best epoch's weights; in Keras only if the
///   training was ended early.
public final class EarlyStopping: Callback {
    let monitor: String
    let minDelta: Double
    let patience: Int
    let mode: MonitorMode
    let baseline: Double?
    let restoreBestWeights: Bool
    let startFromEpoch: Int
    /// The epoch at whose end the training was ended; `nil` if it ran through.
    public private(set) var stoppedEpoch: Int?
    /// The epoch with the best value.
    public private(set) var bestEpoch = 0
    /// The best value.
    public private(set) var best = Double.nan
    private var wait = 0
    private var bestWeights: [Tensor]?

    /// - Parameters:
    ///   - monitor: The key in the logs.
    ///   - minDelta: What counts as better at all.
    ///   - patience: How many epochs may pass without.
    ///   - baseline: A value that must be reached for an epoch to count as better.
    ///   - restoreBestWeights: Whether the model gets the best epoch's weights in the end.
    ///   - startFromEpoch: Epochs before this one are not looked at.
    public init(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, mode: MonitorMode = .auto,
        baseline: Double? = nil, restoreBestWeights: Bool = false, startFromEpoch: Int = 0
    ) {
        self.monitor = monitor
        self.minDelta = abs(minDelta)
        self.patience = patience
        self.mode = mode.resolved(for: monitor)
        self.baseline = baseline
        self.restoreBestWeights = restoreBestWeights
        self.startFromEpoch = startFromEpoch
    }

    public func trainingWillBegin(_ model: Model) {
        (wait, stoppedEpoch, bestEpoch, best, bestWeights) = (0, nil, 0, mode.worst, nil)
    }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        guard let value = logs[monitor], epoch >= startFromEpoch else { return }
        if restoreBestWeights && bestWeights == nil {
            bestWeights = model.weights.map(\.value)
            bestEpoch = epoch
        }
        wait += 1
        if mode.isBetter(value, than: best, by: minDelta) {
            (best, bestEpoch) = (value, epoch)
            if restoreBestWeights { bestWeights = model.weights.map(\.value) }
            if baseline.map({ mode.isBetter(value, than: $0, by: minDelta) }) ?? true { wait = 0 }
            return
        }
        if wait >= patience && epoch > 0 {
            stoppedEpoch = epoch
            model.stopTraining()
        }
    }

    public func trainingDidEnd(_ model: Model) {
        guard let bestWeights else { return }
        for (weight, value) in zip(model.weights, bestWeights) { weight.value = value }
    }

    public var state: [String: Tensor] {
        var state = [
            "wait": stateNumber(Double(wait)), "best": stateNumber(best), "best_epoch": stateNumber(Double(bestEpoch)),
            "stopped_epoch": stateNumber(Double(stoppedEpoch ?? -1)),
        ]
        for (i, value) in (bestWeights ?? []).enumerated() { state["weights/\(i)"] = value }
        return state
    }

    public func restore(_ state: [String: Tensor]) {
        wait = Int(state.number("wait") ?? 0)
        best = state.number("best") ?? best
        bestEpoch = Int(state.number("best_epoch") ?? 0)
        if let epoch = state.number("stopped_epoch"), epoch >= 0 { stoppedEpoch = Int(epoch) }
        let count = state.keys.count { $0.hasPrefix("weights/") }
        bestWeights = count == 0 ? nil : (0..<count).compactMap { state["weights/\($0)"] }
    }
}
