public import ShinkeiCore

/// Something that looks on while a model is trained, and may change its course.
///
/// Keras: `keras.callbacks.Callback`.
public protocol Callback: AnyObject {
    /// Training is about to begin.
    func trainingWillBegin(_ model: Model)
    /// An epoch, counted from 0, is about to begin.
    func epochWillBegin(_ epoch: Int, _ model: Model)
    /// A training step is about to begin.
    /// - Parameter batch: Within the epoch, from 0.
    func batchWillBegin(_ batch: Int, _ model: Model)
    /// A training step is done. Loss and metrics are not read for this, since that would hold up
    /// the next step; `model.trainingLogs` reads them.
    /// - Parameter batch: Within the epoch, from 0.
    func batchDidEnd(_ batch: Int, _ model: Model)
    /// The held-out rows are about to be measured.
    func validationWillBegin(_ model: Model)
    /// The held-out rows have been measured.
    /// - Parameter logs: Loss and metrics, by name.
    func validationDidEnd(logs: [String: Double], _ model: Model)
    /// An epoch is over.
    /// - Parameter logs: Loss and metrics of the epoch, by name.
    func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model)
    /// Training is over.
    func trainingDidEnd(_ model: Model)

    /// What went wrong, such as a file that could not be written. `fit` throws it as soon as it is there.
    var error: (any Error)? { get }
    /// What the callback must know to go on in the middle of a training. `BackupAndRestore` stores it.
    var state: [String: Tensor] { get }
    /// Takes up such a state, after `trainingWillBegin`.
    func restore(_ state: [String: Tensor])
}

extension Callback {
    /// Does nothing.
    public func trainingWillBegin(_ model: Model) {}
    /// Does nothing.
    public func epochWillBegin(_ epoch: Int, _ model: Model) {}
    /// Does nothing.
    public func batchWillBegin(_ batch: Int, _ model: Model) {}
    /// Does nothing.
    public func batchDidEnd(_ batch: Int, _ model: Model) {}
    /// Does nothing.
    public func validationWillBegin(_ model: Model) {}
    /// Does nothing.
    public func validationDidEnd(logs: [String: Double], _ model: Model) {}
    /// Does nothing.
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {}
    /// Does nothing.
    public func trainingDidEnd(_ model: Model) {}
    /// Nothing.
    public var error: (any Error)? { nil }
    /// Nothing.
    public var state: [String: Tensor] { [:] }
    /// Does nothing.
    public func restore(_ state: [String: Tensor]) {}
}

/// Which way a watched value is better.
public enum MonitorMode: String, Sendable {
    /// By its name: larger for accuracies, AUC, precision, recall, F-scores; smaller for the rest.
    case auto
    case min
    case max

    /// The direction for a name: never `auto`. Callbacks ask once, since names are long to look through.
    func resolved(for monitor: String) -> MonitorMode {
        if self != .auto { return self }
        let larger = [
            "acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "sensitivity", "specificity",
        ]
        return larger.contains { monitor.contains($0) } ? .max : .min
    }

    /// - Precondition: The mode is resolved, as for `worst`.
    func isBetter(_ value: Double, than best: Double, by delta: Double) -> Bool {
        self == .max ? value > best + delta : value < best - delta
    }
    var worst: Double { self == .max ? -.infinity : .infinity }
}

extension Dictionary<String, Tensor> {
    /// A number of a callback's state.
    func number(_ name: String) -> Double? { self[name]?.scalar(of: Double.self) }
}

/// A number in a callback's state: exact, whatever it is.
func stateNumber(_ value: Double) -> Tensor { Tensor.constant(value, dtype: .float64).evaluate() }
