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
/// Input shape: `[batch, time, …]`, then the first states if they are given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then the last states with `returnState`. A cell whose output is no vector
/// has its output's shape in place of `units`.
/// Keras: `keras.layers.RNN`.
open class RecurrentLayer: Layer {
    /// What is done at each time.
    public let cell: RecurrentCell
    /// How the layer goes through time.
    public internal(set) var options: RecurrentOptions
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
        cell.policy = policy
        try cell.prepare([SymbolicShape([x[0]] + x.sizes.dropFirst(2))], parent: self)
        guard options.stateful else { return }
        guard let batch = x[0] else {
            throw LayerError(self, "a stateful layer needs a fixed batch size: Input(batchShape:)", inputs: inputs)
        }
        kept = cell.stateShapes.enumerated().map { index, shape in
            Weight("state_\(index)", Tensor.zeros([batch] + shape, dtype: dtype).evaluate(), isTrainable: false)
        }
    }

    public override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let x = inputs.first, x.rank >= 3 else {
            throw LayerError(self, "needs [batch, time, features]", inputs: inputs)
        }
        let shapes = try cell.prepare([SymbolicShape([x[0]] + x.sizes.dropFirst(2))], parent: self)
        guard inputs.count == 1 || inputs.count == shapes.count else {
            throw LayerError(
                self, "takes \(shapes.count - 1) first states or none; got \(inputs.count - 1)", inputs: inputs)
        }
        let output = options.returnSequences ? SymbolicShape([x[0], x[1]] + shapes[0].sizes.dropFirst()) : shapes[0]
        return [output] + (options.returnState ? Array(shapes.dropFirst()) : [])
    }

    /// Sets the states of a stateful layer to 0.
    public func resetStates() {
        for weight in kept { weight.value = Tensor.zeros(weight.shape.sizes, dtype: weight.dtype) }
    }

    public override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        let x = inputs[0].cast(to: dtype)
        let mask = context.mask(of: inputs[0])
        let batch = x.shape[0]
        let dropout = cell.drawDropout([batch] + x.shape.sizes.dropFirst(2), context)
        if options.stateful, inputs.count == 1, let rows = kept.first?.shape[0], rows != batch {
            trap("\(name): a stateful layer keeps the states of \(rows) rows; got \(x.shape)")
        }
        let first =
            inputs.count > 1
            ? inputs.dropFirst().map { $0.cast(to: dtype) }
            : options.stateful ? kept.map(\.value) : cell.stateShapes.map { Tensor.zeros([batch] + $0, dtype: dtype) }
        let prepared = cell.preparedSequence(x, dropout)
        let isFirstZero = inputs.count == 1 && !options.stateful
        let (output, states) =
            atOnce(prepared, first, mask, dropout, isFirstZero: isFirstZero) ?? loop(prepared, first, mask, dropout)
        if options.stateful { for (weight, state) in zip(kept, states) { weight.value = state } }
        if options.returnSequences, let mask { context.setMask(mask, of: output) }
        return [output] + (options.returnState ? states : [])
    }

    /// All times in one kernel, if the cell has one: then a sequence of any length is planned at once.
    private func atOnce(
        _ prepared: Tensor, _ first: [Tensor], _ mask: Tensor?, _ dropout: CellDropout, isFirstZero: Bool
    ) -> (output: Tensor, states: [Tensor])? {
        guard dropout.state == nil,
            let all = cell.sequence(prepared, first, mask, goesBackwards: options.goBackwards)
        else { return nil }
        let last = options.goBackwards ? 0 : prepared.shape[1] - 1
        var (outputs, counted) = (all[0], mask)
        if options.goBackwards { (outputs, counted) = (outputs[.all, .every(-1)], mask?[.all, .every(-1)]) }
        if let counted, options.zeroOutputForMask || !isFirstZero {
            // A time that does not count repeats the output before it, which at first is 0, whatever the state is.
            let shows =
                options.zeroOutputForMask ? counted : counted.cast(to: .int32).cumulativeSum(axis: 1) .> 0
            outputs = Tensor.where(shows.expanded(2), outputs, Tensor.constant(0, dtype: dtype))
        }
        return (options.returnSequences ? outputs : outputs[.all, -1], all.map { $0[.all, last] })
    }

    /// All times, one after the other.
    private func loop(
        _ prepared: Tensor, _ first: [Tensor], _ mask: Tensor?, _ dropout: CellDropout
    ) -> (output: Tensor, states: [Tensor]) {
        let (batch, times) = (prepared.shape[0], prepared.shape[1])
        let zero = Tensor.zeros([batch] + cell.outputShape, dtype: dtype)
        var (states, last, outputs) = (first, zero, [Tensor]())
        for step in 0..<times {
            let time = options.goBackwards ? times - 1 - step : step
            let result = cell.step(prepared[.all, time], states, dropout)
            if let mask {
                let counts = mask[.all, time]
                last = RecurrentLayer.choose(counts, result.output, options.zeroOutputForMask ? zero : last)
                states = zip(result.states, states).map { RecurrentLayer.choose(counts, $0, $1) }
            } else {
                (last, states) = (result.output, result.states)
            }
            if options.returnSequences { outputs.append(last) }
        }
        guard options.returnSequences else { return (last, states) }
        let all =
            times > 0 ? Tensor.stack(outputs, axis: 1) : Tensor.zeros([batch, 0] + cell.outputShape, dtype: dtype)
        return (all, states)
    }

    /// Whole rows of the one or of the other.
    private static func choose(_ counts: Tensor, _ new: Tensor, _ old: Tensor) -> Tensor {
        let ones = [Int](repeating: 1, count: new.rank - 1)
        return Tensor.where(counts.reshaped([counts.shape[0]] + ones), new, old)
    }
}
