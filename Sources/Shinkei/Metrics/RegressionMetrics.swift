public import ShinkeiCore

/// A loss as a metric: its mean over samples.
///
/// Keras: `keras.metrics.MeanMetricWrapper`.
public final class LossMetric: Mean {
    let loss: any Loss
    /// - Parameter name: The key in the history; the loss's name by default.
    public init(_ loss: any Loss, name: String? = nil) {
        self.loss = loss
        super.init(name: name ?? loss.name)
    }
    public override func update(yTrue: Tensor, yPred: Tensor) {
        let (target, prediction) = matchingRanks(
            yTrue, yPred.dtype.isFloating ? yPred : yPred.cast(to: .float32))
        update(values: loss.values(yTrue: target, yPred: prediction))
    }
}
