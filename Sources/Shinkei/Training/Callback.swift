/// Something that looks on while a model is trained, and may change its course.
///
/// Keras: `keras.callbacks.Callback`.
public protocol Callback: AnyObject {
    /// Training is about to begin.
    func trainingWillBegin(_ model: Model)
    /// An epoch, counted from 0, is about to begin.
    func epochWillBegin(_ epoch: Int, _ model: Model)
    /// A training step is done. Loss and metrics are not read for this, since that would hold up
    /// the next step.
    /// - Parameter batch: Within the epoch, from 0.
    func batchDidEnd(_ batch: Int, _ model: Model)
    /// An epoch is over.
    /// - Parameter logs: Loss and metrics of the epoch, by name.
    func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model)
    /// Training is over.
    func trainingDidEnd(_ model: Model)
}

extension Callback {
    /// Does nothing.
    public func trainingWillBegin(_ model: Model) {}
    /// Does nothing.
    public func epochWillBegin(_ epoch: Int, _ model: Model) {}
    /// Does nothing.
    public func batchDidEnd(_ batch: Int, _ model: Model) {}
    /// Does nothing.
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {}
    /// Does nothing.
    public func trainingDidEnd(_ model: Model) {}
}
