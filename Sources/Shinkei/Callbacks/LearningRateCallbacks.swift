public import ShinkeiCore

/// Makes the learning rate smaller when a value has not become better for some epochs.
///
/// Keras: `keras.callbacks.ReduceLROnPlateau`. Same defaults.
public final class ReduceLROnPlateau: Callback {
    let monitor: String
    let factor: Double
    let patience: Int
    let mode: MonitorMode
    let minDelta: Double
    let cooldown: Int
    let minLearningRate: Double
    private var best = Double.nan
    private var wait = 0
    private var rest = 0

    /// - Precondition: `factor` is less than 1.
    /// - Parameters:
    ///   - cooldown: How many epochs after a change are not counted.
    ///   - minLearningRate: The rate does not become smaller.
    public init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, mode: MonitorMode = .auto,
        minDelta: Double = 1e-4, cooldown: Int = 0, minLearningRate: Double = 0
    ) {
        if factor >= 1 { trap("ReduceLROnPlateau: factor must be less than 1; got \(factor)") }
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.mode = mode.resolved(for: monitor)
        self.minDelta = minDelta
        self.cooldown = cooldown
        self.minLearningRate = minLearningRate
    }

    public func trainingWillBegin(_ model: Model) { (best, wait, rest) = (mode.worst, 0, 0) }

    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        guard let value = logs[monitor], let optimizer = model.optimizer else { return }
        if rest > 0 { (rest, wait) = (rest - 1, 0) }
        if mode.isBetter(value, than: best, by: minDelta) {
            (best, wait) = (value, 0)
        } else if rest == 0 {
            wait += 1
            let rate = optimizer.learningRate
            if wait >= patience && rate > Double(Float(minLearningRate)) {
                optimizer.learningRate = max(rate * factor, minLearningRate)
                (rest, wait) = (cooldown, 0)
            }
        }
    }

    public var state: [String: Tensor] {
        ["best": stateNumber(best), "wait": stateNumber(Double(wait)), "rest": stateNumber(Double(rest))]
    }
    public func restore(_ state: [String: Tensor]) {
        best = state.number("best") ?? best
        wait = Int(state.number("wait") ?? 0)
        rest = Int(state.number("rest") ?? 0)
    }
}

/// Sets the learning rate before each epoch.
///
/// Keras: `keras.callbacks.LearningRateScheduler`.
public final class LearningRateScheduler: Callback {
    private let schedule: (_ epoch: Int, _ rate: Double) -> Double

    /// - Parameter schedule: Is given the epoch, from 0, and the rate of now.
    public init(_ schedule: @escaping (_ epoch: Int, _ rate: Double) -> Double) { self.schedule = schedule }

    public func epochWillBegin(_ epoch: Int, _ model: Model) {
        guard let optimizer = model.optimizer else { return }
        optimizer.learningRate = schedule(epoch, optimizer.learningRate)
    }
}
