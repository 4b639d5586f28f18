public import ShinkeiCore

/// What a layer may know about the call it is in: training or not, and the random numbers of this
/// step.
///
/// It is handed down from the model; nothing of it is global state.
public struct CallContext {
    /// Whether the model is being trained, which switches layers such as `Dropout` on.
    public var isTraining: Bool

    private let seed: Int
    private let step: Tensor
    /// Counts the keys handed out, so that every draw of a call has a stream of its own.
    private let streams = Counter()
    /// Is shown every layer's output; used to find where a value stops being finite.
    var observer: ((Layer, [Tensor]) -> Void)?

    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - step: How often the model has been trained, a scalar; the counter of the compiled step.
    public init(isTraining: Bool = false, seed: Int = 0, step: Tensor = Tensor(Int64(0))) {
        self.isTraining = isTraining
        self.seed = seed
        self.step = step
    }

    /// The key for this layer's random numbers in this step. Layers are told apart by the order in
    /// which they ask.
    public func randomKey() -> RandomKey {
        streams.count += 1
        return RandomKey(seed: seed, stream: streams.count, step: step)
    }

    private final class Counter { var count = 0 }
}
