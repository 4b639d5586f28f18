/// Something that looks on while a model is trained, and may change its course.
///
/// Keras: `keras.callbacks.Callback`.
public protocol Callback: AnyObject {
    func trainingWillBegin(_ model: Model)
    func epochWillBegin(_ epoch: Int, _ model: Model)
    /// A training step is done. Loss and metrics are not read for this, since that would hold up the next step.
    /// - Parameter batch: Within the epoch, from 0.
    func batchDidEnd(_ batch: Int, _ model: Model)
    /// - Parameter logs: Loss and metrics of the epoch, by name.
    func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model)
    func trainingDidEnd(_ model: Model)
}

extension Callback {
    public func trainingWillBegin(_ model: Model) {}
    public func epochWillBegin(_ epoch: Int, _ model: Model) {}
    public func batchDidEnd(_ batch: Int, _ model: Model) {}
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {}
    public func trainingDidEnd(_ model: Model) {}
}
