public import ShinkeiCore

/// Puts the running means of the weights into the model while it is measured, and takes them out again.
///
/// The optimizer must keep them (`useEMA`). `evaluate` swaps too, if it is given this callback.
/// Keras: `keras.callbacks.SwapEMAWeights`. Same default.
public final class SwapEMAWeights: Callback {
    private let swapsOnEpoch: Bool
    private var isSwapped = false
    private weak var model: Model?
    public private(set) var error: (any Error)?

    /// - Parameter swapOnEpoch: Whether the means stay in the model from the end of an epoch to the start of the next, so
    ///   that a `ModelCheckpoint` behind this callback saves them.
    public init(swapOnEpoch: Bool = false) { swapsOnEpoch = swapOnEpoch }

    public func trainingWillBegin(_ model: Model) {
        (self.model, isSwapped, error) = (model, false, nil)
        if model.optimizer?.hasAverages != true {
            error = TrainingError.badArgument(
                method: "fit", "SwapEMAWeights needs an optimizer that keeps running means: useEMA")
        }
    }
    public func epochWillBegin(_ epoch: Int, _ model: Model) { if swapsOnEpoch { swap(model, to: false) } }
    public func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
        if swapsOnEpoch { swap(model, to: true) }
    }
    public func validationWillBegin(_ model: Model) { swap(model, to: true) }
    public func validationDidEnd(logs: [String: Double], _ model: Model) { swap(model, to: false) }

    private func swap(_ model: Model, to isSwapped: Bool) {
        guard isSwapped != self.isSwapped, let optimizer = model.optimizer, optimizer.hasAverages else { return }
        optimizer.swapAverages(isSwapped)
        self.isSwapped = isSwapped
    }

    public var state: [String: Tensor] { ["is_swapped": stateNumber(isSwapped ? 1 : 0)] }
    public func restore(_ state: [String: Tensor]) {
        isSwapped = state.number("is_swapped") == 1
        model?.optimizer?.noteSwappedAverages(isSwapped)
    }
}
