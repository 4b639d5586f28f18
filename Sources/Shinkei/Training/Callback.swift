/// Something that looks on while a model is trained, and may change its course.
///
/// Keras: `keras.callbacks.Callback`.
public protocol Callback: AnyObject {
    func trainingWillBegin(_ model: Model)
    func epochWillBegin(_ epoch: Int, _ model: Model)
    /// - Parameter logs: Loss and metrics of the epoch, by name.
    func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model)
    func trainingDidEnd(_ model: Model)
}

extension Callback {
    /// Does nothing.
    public func trainingWillBegin(_ model: Model) {}
    /// Does nothing.
    public func epochWillBegin(_ epoch: Int, _ model: Model) {}
    /// Does nothing.
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {}
    /// Does nothing.
    public func trainingDidEnd(_ model: Model) {}
}
