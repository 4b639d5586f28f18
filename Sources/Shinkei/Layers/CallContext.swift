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
    /// What this call of a layer was given besides its inputs.
    var options = CallOptions()
    /// Which elements of a sequence count, for the tensors that have such a mask.
    private let masks = MaskTable()
    /// What the layers have added to the loss in this call.
    private let added = PenaltyList()
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

    /// How many keys have been handed out.
    var drawnKeys: Int { streams.count }

    /// The mask that travels with this tensor, `bool` `[batch, time]`: which places count. Keras: `_keras_mask`.
    public func mask(of tensor: Tensor) -> Tensor? { masks[tensor] }

    /// Lets a mask travel with a tensor.
    public func setMask(_ mask: Tensor?, of tensor: Tensor) { masks[tensor] = mask }

    /// Adds a scalar to the loss of the step that this call is part of. Keras: `Layer.add_loss`.
    public func addPenalty(_ penalty: Tensor) { added.terms.append(penalty) }

    /// What has been added so far.
    var penalties: [Tensor] { added.terms }

    /// The context for a layer inside of the one that is called.
    func inner(_ options: CallOptions = CallOptions()) -> CallContext {
        var copy = self
        copy.options = options
        return copy
    }

    private final class Counter { var count = 0 }
    private final class PenaltyList { var terms: [Tensor] = [] }
}

/// Masks by the tensor they belong to. Holds the tensors, so that no other can take their place in memory.
private final class MaskTable {
    private var entries: [ObjectIdentifier: (tensor: Tensor, mask: Tensor)] = [:]
    subscript(tensor: Tensor) -> Tensor? {
        get { entries.isEmpty ? nil : entries[tensor.identity]?.mask }
        set { entries[tensor.identity] = newValue.map { (tensor, $0) } }
    }
}

/// What a call is given besides tensors in a row: tensors with a name (`initial_state`), which stand behind the others, and
/// plain values (`use_causal_mask`).
struct CallOptions {
    /// How many inputs were given without a name.
    var positional: Int?
    /// The names of those that follow.
    var names: [String] = []
    /// Plain values.
    var values: [String: JSON] = [:]

    /// The inputs without those called `mask`, which are masks of the inputs in their order, as Keras writes them into functional
    /// models; they reach the layer through the context.
    func splitMasks<Value>(_ inputs: [Value]) -> (inputs: [Value], masks: [Value], options: CallOptions) {
        guard names.contains("mask"), let first = positional, first + names.count == inputs.count else {
            return (inputs, [], self)
        }
        var (rest, masks, options) = (Array(inputs.prefix(first)), [Value](), self)
        options.names = names.filter { $0 != "mask" }
        for (name, input) in zip(names, inputs.dropFirst(first)) {
            if name == "mask" { masks.append(input) } else { rest.append(input) }
        }
        return (rest, masks, options)
    }

    /// Where the input of this name stands among the inputs.
    func place(of name: String) -> Int? { names.firstIndex(of: name).map { (positional ?? 0) + $0 } }
}
