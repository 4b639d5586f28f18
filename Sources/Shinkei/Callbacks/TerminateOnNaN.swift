public import ShinkeiData

/// Ends the training, without an error, when the loss is not finite. The weights are those before that step.
///
/// Keras: `keras.callbacks.TerminateOnNaN`.
public final class TerminateOnNaN: Callback {
    private let keepsBatch: Bool
    /// What was the first to be not finite.
    public private(set) var reason: TrainingError?
    /// The batch it was found with, if it was to be kept: rows as the step got them, shuffled. Sample weights are those of
    /// the first target.
    public private(set) var batch: Example?

    /// - Parameter keepsBatch: Whether the batch is kept, to be looked at.
    public init(keepsBatch: Bool = false) { self.keepsBatch = keepsBatch }

    public func trainingWillBegin(_ model: Model) { (reason, batch) = (nil, nil) }

    func take(_ error: TrainingError, _ data: TrainingData) {
        reason = error
        if keepsBatch {
            data.evaluate()
            batch = Example(x: data.x, y: data.y, sampleWeight: data.weights.first)
        }
    }
}
