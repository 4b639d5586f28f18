public import ShinkeiCore

/// How a recurrent layer goes through time, and what it gives.
public struct RecurrentOptions: Hashable, Sendable {
    /// Whether the outputs of all times are given, instead of the last one.
    public var returnSequences = false
    /// Whether the last states are given as well.
    public var returnState = false
    /// Whether time runs from the end to the start; the outputs then stand in that order.
    public var goBackwards = false
    /// Whether the last states of a batch are the first of the next.
    public var stateful = false
    /// Whether the output at a masked time is 0 instead of the one before.
    public var zeroOutputForMask = false

    /// Keras's defaults.
    public init() {}

    /// The keys, for configurations that hold such options.
    static let fields: [ConfigField<RecurrentOptions>] = [
        .optional("return_sequences", \.returnSequences), .optional("return_state", \.returnState),
        .optional("go_backwards", \.goBackwards), .optional("stateful", \.stateful),
        .optional("zero_output_for_mask", \.zeroOutputForMask),
    ]
}

/// Takes a cell through time.
///
/// Input shape: `[batch, time, features]`, then the first states if they are given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then the last states with `returnState`.
/// Keras: `keras.layers.RNN`.
open class RecurrentLayer: Layer {
    /// What is done at each time.
    public let cell: RecurrentCell
    /// How the layer goes through time.
    public let options: RecurrentOptions
    /// The last states of a stateful layer.
    private var kept: [Weight] = []

    init(_ cell: RecurrentCell, _ options: RecurrentOptions, name: String?) {
        self.cell = cell
        self.options = options
        super.init(name: name)
    }

    public override var sublayers: [Layer] { [cell] }
    public override var savedParts: [SavedPart] { [.one("cell", cell)] }
    override var takesInputsAsList: Bool { false }

    public override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard let x = inputs.first, x.rank >= 3 else {
            throw LayerError(self, "needs [batch, time, features]", inputs: inputs)
        }
        cell.dtype = dtype
        try cell.prepare([SymbolicShape([x[0]] + x.sizes.dropFirst(2))], parent: self)
        guard options.stateful else { return }
        guard let batch = x[0] else {
            throw LayerError(self, "a stateful layer needs a fixed batch size: Input(batchShape:)", inputs: inputs)
        }
        kept = cell.stateSizes.enumerated().map { index, size in
            Weight("state_\(index)", Tensor.zeros([batch, size], dtype: dtype).evaluate(), isTrainable: false)
        }
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let x = inputs.first, x.rank >= 3 else {
            throw LayerError(self, "needs [batch, time, features]", inputs: inputs)
        }
        guard inputs.count == 1 || inputs.count == 1 + cell.stateSizes.count else {
            throw LayerError(
                self, "takes \(cell.stateSizes.count) first states or none; got \(inputs.count - 1)", inputs: inputs)
        }
        try cell.prepare([SymbolicShape([x[0]] + x.sizes.dropFirst(2))], parent: self)
        let output: SymbolicShape = options.returnSequences ? [x[0], x[1], cell.outputSize] : [x[0], cell.outputSize]
        return [output] + (options.returnState ? cell.stateSizes.map { [x[0], $0] } : [])
    }

    /// Sets the states of a stateful layer to 0.
    public func resetStates() {
        for weight in kept { weight.value = Tensor.zeros(weight.shape.sizes, dtype: weight.dtype) }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        var x = inputs[0].cast(to: dtype)
        let mask = context.mask(of: inputs[0])
        let (batch, times) = (x.shape[0], x.shape[1])
        if context.isTraining, cell.dropout.input > 0 {
            // The same places at every time.
            x = x * keepScale([batch, 1] + x.shape.sizes.dropFirst(2), cell.dropout.input, context)
        }
        let prepared = cell.prepared(x)
        var states =
            inputs.count > 1
            ? inputs.dropFirst().map { $0.cast(to: dtype) }
            : options.stateful
                ? kept.map(\.value) : cell.stateSizes.map { Tensor.zeros([batch, $0], dtype: dtype) }
        let recurrentScale =
            context.isTraining && cell.dropout.recurrent > 0
            ? keepScale([batch, cell.stateSizes[0]], cell.dropout.recurrent, context) : nil

        var outputs: [Tensor] = []
        var last = Tensor.zeros([batch, cell.outputSize], dtype: dtype)
        for step in 0..<times {
            let time = options.goBackwards ? times - 1 - step : step
            var before = states
            if let recurrentScale { before[0] = before[0] * recurrentScale }
            let result = cell.step(prepared[.all, time], before)
            var output = result.output
            if let mask {
                let counts = mask[.all, time].expanded(1)
                output = Tensor.where(
                    counts, output, options.zeroOutputForMask ? Tensor.zeros(output.shape.sizes, dtype: dtype) : last)
                states = zip(result.states, states).map { Tensor.where(counts, $0, $1) }
            } else {
                states = result.states
            }
            last = output
            if options.returnSequences { outputs.append(output) }
        }
        if options.stateful { for (weight, state) in zip(kept, states) { weight.value = state } }
        let all = options.returnSequences ? Tensor.stack(outputs, axis: 1) : last
        if options.returnSequences, let mask { context.setMask(mask, of: all) }
        return [all] + (options.returnState ? states : [])
    }

    /// 0 where dropped, else what keeps the sum on average.
    private func keepScale(_ shape: [Int], _ rate: Double, _ context: CallContext) -> Tensor {
        let kept = Tensor.randomBernoulli(shape, probability: 1 - rate, key: context.randomKey())
        return Tensor.where(
            kept, Tensor.constant(rate < 1 ? 1 / (1 - rate) : 0, dtype: dtype), Tensor.constant(0, dtype: dtype))
    }
}
