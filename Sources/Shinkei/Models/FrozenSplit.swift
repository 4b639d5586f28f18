import ShinkeiCore

/// A model in two parts: what its training leaves as it is, and the rest.
///
/// The first part gives the same features for a row in every epoch, so these can be computed once:
///
/// ```swift
/// base.isTrainable = false
/// if let parts = try model.splitAtFrozenPart() {
///     let features = try parts.base.predict([x])
///     try parts.head.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
///     try parts.head.fit(features, [y], epochs: 20)
/// }
/// ```
///
/// The parts share their layers with the model: to train the head is to train the model.
public struct FrozenSplit {
    /// From the model's inputs to the features: frozen, and without anything random.
    public let base: Model
    /// From the features to the model's outputs.
    public let head: Model
}

extension Model {
    /// Cuts the model behind the last layers that training does not change and that give the same in each step.
    ///
    /// A layer belongs to the base if all before it do, it has no weights to train, and in training it draws no random
    /// numbers, keeps no statistics and adds nothing to the loss. A model inside counts as a whole.
    ///
    /// - Returns: `nil` if there is no such layer or no other one, if the model is no graph of layers, or if a size of its
    ///   inputs is unknown.
    /// - Throws: `LayerError` if layers do not fit.
    public func splitAtFrozenPart() throws(LayerError) -> FrozenSplit? {
        guard let graph = try layerGraph(), let frozen = graph.frozenCalls() else { return nil }
        let rest = graph.calls.filter { !frozen.contains(ObjectIdentifier($0)) }
        var features: [SymbolicTensor] = []
        var known = Set<Place>()
        for tensor in rest.flatMap(\.inputs) + graph.outputs
        where frozen.contains(ObjectIdentifier(tensor.call)) && known.insert(Place(tensor)).inserted {
            features.append(tensor)
        }
        guard !rest.isEmpty, features.contains(where: { !($0.call.layer is InputLayer) }) else { return nil }

        var made: [Place: SymbolicTensor] = [:]
        let inputs = features.enumerated().map { i, tensor in
            let input = InputLayer(batchShape: tensor.shape, dtype: tensor.dtype, name: "features_\(i)").symbolic
            made[Place(tensor)] = input
            return input
        }
        for call in rest {
            let outputs = try call.layer.connect(call.inputs.map { made[Place($0)]! }, call.options)
            for (i, output) in outputs.enumerated() { made[Place(call, i)] = output }
        }
        do {
            return FrozenSplit(
                base: Model(try LayerGraph(inputs: graph.inputs, outputs: features), name: name),
                head: Model(
                    try LayerGraph(inputs: inputs, outputs: graph.outputs.map { made[Place($0)]! }), name: name))
        } catch {
            throw LayerError(self, error.description, inputs: [])
        }
    }
}

/// An output of a call.
private struct Place: Hashable {
    let call: ObjectIdentifier
    let index: Int
    init(_ call: LayerCall, _ index: Int) { (self.call, self.index) = (ObjectIdentifier(call), index) }
    init(_ tensor: SymbolicTensor) { self.init(tensor.call, tensor.index) }
}

extension LayerGraph {
    /// The calls that give the same in each step of a training. Found by calling the layers as in training, on tensors that
    /// nobody asks for; `nil` if these cannot be made, or if a mask travels on from such a call.
    fileprivate func frozenCalls() -> Set<ObjectIdentifier>? {
        let weights = layers.flatMap(\.weights)
        let values = weights.map(\.value)
        defer { for (weight, value) in zip(weights, values) { weight.value = value } }

        let context = CallContext(isTraining: true)
        var known: [ObjectIdentifier: [Tensor]] = [:]
        var frozen = Set(inputs.map { ObjectIdentifier($0.call) })
        for feed in feeds {
            guard !feed.shape.sizes.dropFirst().contains(nil) else { return nil }
            known[ObjectIdentifier(feed.call)] = [Tensor.zeros(feed.shape.filled(with: 1).sizes, dtype: feed.dtype)]
            frozen.insert(ObjectIdentifier(feed.call))
        }
        for call in running {
            let (arguments, masks, options) = call.options.splitMasks(
                call.inputs.map { known[ObjectIdentifier($0.call)]![$0.index] })
            for (argument, mask) in zip(arguments, masks) { context.setMask(mask, of: argument) }
            let own = call.layer.weights
            let before = (context.drawnKeys, context.penalties.count, own.map(\.value.identity))
            let outputs = call.layer(arguments, context.inner(options))
            known[ObjectIdentifier(call)] = outputs
            let isFed = call.inputs.allSatisfy { frozen.contains(ObjectIdentifier($0.call)) }
            let after = (context.drawnKeys, context.penalties.count, own.map(\.value.identity))
            if isFed && call.layer.trainableWeights.isEmpty && before == after {
                // A mask goes with the tensors of one run; features that are kept would lose it.
                if outputs.contains(where: { context.mask(of: $0) != nil }) { return nil }
                frozen.insert(ObjectIdentifier(call))
            }
        }
        return frozen
    }
}
