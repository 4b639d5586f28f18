/// Calls closures.
///
/// Keras: `keras.callbacks.LambdaCallback`.
public final class LambdaCallback: Callback {
    public var onEpochBegin: ((Int, Model) -> Void)?
    public var onEpochEnd: ((Int, [String: Double], Model) -> Void)?
    public var onTrainBegin: ((Model) -> Void)?
    public var onTrainEnd: ((Model) -> Void)?
    public var onTrainBatchBegin: ((Int, Model) -> Void)?
    public var onTrainBatchEnd: ((Int, Model) -> Void)?

    public init(
        onEpochBegin: ((Int, Model) -> Void)? = nil, onEpochEnd: ((Int, [String: Double], Model) -> Void)? = nil,
        onTrainBegin: ((Model) -> Void)? = nil, onTrainEnd: ((Model) -> Void)? = nil,
        onTrainBatchBegin: ((Int, Model) -> Void)? = nil, onTrainBatchEnd: ((Int, Model) -> Void)? = nil
    ) {
        self.onEpochBegin = onEpochBegin
        self.onEpochEnd = onEpochEnd
        self.onTrainBegin = onTrainBegin
        self.onTrainEnd = onTrainEnd
        self.onTrainBatchBegin = onTrainBatchBegin
        self.onTrainBatchEnd = onTrainBatchEnd
    }

    public func trainingWillBegin(_ model: Model) { onTrainBegin?(model) }
    public func trainingDidEnd(_ model: Model) { onTrainEnd?(model) }
    public func epochWillBegin(_ epoch: Int, _ model: Model) { onEpochBegin?(epoch, model) }
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) { onEpochEnd?(epoch, logs, model) }
    public func batchWillBegin(_ batch: Int, _ model: Model) { onTrainBatchBegin?(batch, model) }
    public func batchDidEnd(_ batch: Int, _ model: Model) { onTrainBatchEnd?(batch, model) }
}
