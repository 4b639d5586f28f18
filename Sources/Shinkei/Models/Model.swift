public import ShinkeiCore

/// Layers that are trained and used together.
///
/// Made ready by `compile`, trained by `fit`, measured by `evaluate`, used by `predict`. Subclasses
/// list their layers in `sublayers` and override `call` and `outputShape`; `Sequential` is the one
/// for layers in a row.
/// Keras: `keras.Model`.
open class Model: Layer {
    /// What `compile` set.
    var training: TrainingSetup?
    /// The compiled predictions by row count.
    let predictor = Predictor()
    /// What `stopTraining()` sets: `fit` ends after this epoch.
    var shouldStop = false

    /// The model's layers in order.
    public var layers: [Layer] { sublayers }

    /// The shape of the input with the batch axis, if it is known before data comes.
    open var inputShape: SymbolicShape? { nil }

    /// The optimizer given to `compile`.
    public var optimizer: Optimizer? { training?.optimizer }

    /// Creates the weights for inputs of this shape, batch axis included.
    ///
    /// - Throws: `LayerError` naming the layer that does not fit.
    public func buildModel(_ input: SymbolicShape) throws(LayerError) {
        try prepare([input.anyRows], parent: nil)
    }

    /// Ends the training after the epoch that is running; for callbacks.
    public func stopTraining() { shouldStop = true }

    /// The weight whose path is `dense_1/kernel`.
    public func weight(_ path: String) -> Weight? { weights.first { $0.path == path } }
}
