public import ShinkeiCore
import ShinkeiFormats

/// How `Bidirectional` makes one output of two.
public enum BidirectionalMerge: String, Sendable, ConfigWord {
    case concat, sum, mul, ave
}

/// A recurrent layer through time in both directions.
///
/// Input shape: `[batch, time, …]`, then the first states of the forward and of the backward layer if they are given. Output shape:
/// the layer's, twice as wide if the two are put side by side; two outputs without a merge mode; then, if the layer returns
/// them, the last states of the one and of the other. Weights: those of both layers.
///
/// With `returnSequences` the backward outputs are turned round, so that the outputs of one time stand together, and are 0 at masked
/// times, whatever the layer's own `zeroOutputForMask` is.
/// Keras: `keras.layers.Bidirectional`. Same defaults. Schuster & Paliwal 1997.
public final class Bidirectional: Layer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        var forward: LayerValue?
        var backward: LayerValue?
        /// How the two outputs become one; `nil` leaves them two.
        public var mergeMode: BidirectionalMerge? = .concat
        /// The configuration for a layer, and for another one that goes backwards if it is not to be made from the first.
        public init(_ layer: RecurrentLayer, backwardLayer: RecurrentLayer? = nil) {
            forward = LayerValue(layer)
            backward = backwardLayer.map { LayerValue($0) }
        }
        private init() {}

        public static let defaults = Config()
        public static let fields: [ConfigField<Config>] = [
            .optional("merge_mode", \.mergeMode), .required("layer", \.forward),
            .optional("backward_layer", \.backward),
        ]
        public func check() throws(ConfigError) {
            guard let layer = forward?.layer else { throw ConfigError("layer: is missing") }
            guard let forward = layer as? RecurrentLayer else {
                throw ConfigError("layer: a \(layer.className) is not a recurrent layer")
            }
            guard let layer = backward?.layer else { return }
            guard let backward = layer as? RecurrentLayer else {
                throw ConfigError("backward_layer: a \(layer.className) is not a recurrent layer")
            }
            let (a, b) = (forward.options, backward.options)
            guard a.goBackwards != b.goBackwards else {
                throw ConfigError(
                    "backward_layer: go_backwards must differ from the other layer's; both are \(a.goBackwards)")
            }
            for (key, first, second) in [
                ("stateful", a.stateful, b.stateful), ("return_sequences", a.returnSequences, b.returnSequences),
                ("return_state", a.returnState, b.returnState),
            ] where first != second {
                throw ConfigError("backward_layer: \(key) must be the other layer's, \(first); got \(second)")
            }
        }
    }
    /// What the layer was made from, with both layers.
    public let config: Config
    /// The layer that reads from the start.
    public let forwardLayer: RecurrentLayer
    /// The layer that reads from the end.
    public let backwardLayer: RecurrentLayer

    /// - Precondition: The configuration has a recurrent layer; a backward layer goes the other way and gives the same.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("Bidirectional")
        guard let forward = config.forward?.layer as? RecurrentLayer else { trap("Bidirectional: needs a layer") }
        var config = config
        let backward = config.backward?.layer as? RecurrentLayer ?? Bidirectional.reversed(forward)
        config.backward = LayerValue(backward)
        self.config = config
        (forwardLayer, backwardLayer) = (forward, backward)
        for layer in [forward, backward] { layer.options.zeroOutputForMask = layer.options.returnSequences }
        super.init(name: name)
    }

    /// - Parameters:
    ///   - layer: Reads from the start.
    ///   - backwardLayer: Reads from the end; unless given, a layer like the first one, with weights of its own.
    ///   - mergeMode: How the two outputs become one; `nil` leaves them two.
    public convenience init(
        _ layer: RecurrentLayer, mergeMode: BidirectionalMerge? = .concat, backwardLayer: RecurrentLayer? = nil,
        name: String? = nil
    ) {
        var config = Config(layer, backwardLayer: backwardLayer)
        config.mergeMode = mergeMode
        self.init(config, name: name)
    }

    /// A layer of the same configuration that goes the other way.
    private static func reversed(_ layer: RecurrentLayer) -> RecurrentLayer {
        do throws(ModelFileError) {
            let object = try LayerObject.write(layer)
            guard var members = object.object, var config = members["config"]?.object else {
                throw ModelFileError("layer \"\(layer.name)\": has no configuration")
            }
            config["go_backwards"] = .bool(!layer.options.goBackwards)
            config["name"] = .string("backward_\(layer.name)")
            // Cells of its own have names of their own.
            if let cell = config["cell"] { config["cell"] = unnamed(cell) }
            members["config"] = .object(config)
            members["build_config"] = nil
            guard let made = try LayerObject.read(.object(members)) as? RecurrentLayer else {
                throw ModelFileError("layer \"\(layer.name)\": does not come back as a recurrent layer")
            }
            return made
        } catch {
            trap("Bidirectional: cannot make the backward layer; \(error.description); give one as backwardLayer")
        }
    }

    /// A cell's object without its name and those of the cells inside.
    private static func unnamed(_ cell: JSON) -> JSON {
        guard var members = cell.object, var config = members["config"]?.object else { return cell }
        config["name"] = nil
        if let inner = config["cells"]?.array { config["cells"] = .array(inner.map(unnamed)) }
        members["config"] = .object(config)
        return .object(members)
    }

    public override var sublayers: [Layer] { [forwardLayer, backwardLayer] }
    public override var savedParts: [SavedPart] {
        [.one("forward_layer", forwardLayer), .one("backward_layer", backwardLayer)]
    }
    override var takesInputsAsList: Bool { false }

    /// Sets the states of stateful layers to 0.
    public func resetStates() {
        forwardLayer.resetStates()
        backwardLayer.resetStates()
    }

    /// The inputs of one direction: all share the first, each has half of the states.
    private func split<Value>(_ inputs: [Value]) -> (forward: [Value], backward: [Value]) {
        let half = (inputs.count - 1) / 2
        return (Array(inputs.prefix(1 + half)), [inputs[0]] + inputs.dropFirst(1 + half))
    }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard inputs.count % 2 == 1 else {
            throw LayerError(self, "takes as many first states forward as backward", inputs: inputs)
        }
        let (forward, backward) = split(inputs)
        try forwardLayer.prepare(forward, parent: self)
        try backwardLayer.prepare(backward, parent: self)
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard inputs.count % 2 == 1 else {
            throw LayerError(self, "takes as many first states forward as backward", inputs: inputs)
        }
        let (first, second) = split(inputs)
        let (a, b) = (
            try forwardLayer.prepare(first, parent: self), try backwardLayer.prepare(second, parent: self)
        )
        let states = Array(a.dropFirst() + b.dropFirst())
        guard let mode = config.mergeMode else { return [a[0], b[0]] + states }
        if mode == .concat, let left = a[0].last, let right = b[0].last {
            return [SymbolicShape(a[0].sizes.dropLast() + [left + right])] + states
        }
        guard a[0] == b[0] else {
            throw LayerError(self, "the outputs \(a[0]) and \(b[0]) are not of one shape to \(mode)", inputs: inputs)
        }
        return [a[0]] + states
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let (first, second) = split(inputs)
        let a = forwardLayer(first, context.inner())
        var b = backwardLayer(second, context.inner())
        let returnsSequences = forwardLayer.options.returnSequences
        if returnsSequences { b[0] = b[0][.all, .every(-1)] }
        let outputs =
            switch config.mergeMode {
            case .concat: [Tensor.concatenate([a[0], b[0]], axis: -1)]
            case .sum: [a[0] + b[0]]
            case .mul: [a[0] * b[0]]
            case .ave: [(a[0] + b[0]) / 2]
            case nil: [a[0], b[0]]
            }
        if returnsSequences, let mask = context.mask(of: inputs[0]) {
            for output in outputs { context.setMask(mask, of: output) }
        }
        return outputs + a.dropFirst() + b.dropFirst()
    }
}
