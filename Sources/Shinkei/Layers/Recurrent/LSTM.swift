public import ShinkeiCore

/// One time of an `LSTM`.
///
/// Weights: `kernel` `[features, 4 · units]`, `recurrent_kernel` `[units, 4 · units]`, `bias` `[4 · units]`, each with the gates
/// input, forget, candidate, output side by side. States: output `h` and memory `c`.
/// Keras: `keras.layers.LSTMCell`. Source: Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000.
public final class LSTMCell: GatedCell<LSTMCell.Config>, ConfiguredLayer {
    /// Everything needed to rebuild the cell, with Keras's defaults.
    public struct Config: GatedCellConfig {
        public var units: Int
        public var activation = ActivationFunction.tanh
        /// What is applied to the gates.
        public var recurrentActivation = ActivationFunction.sigmoid
        public var useBias = true
        public var kernelInitializer = Initializer.glorotUniform
        public var recurrentInitializer = Initializer.orthogonal
        public var biasInitializer = Initializer.zeros
        /// Whether the forget gate's bias begins at 1, so that memory is kept at first.
        public var unitForgetBias = true
        public var kernelRegularizer: Regularizer?
        public var recurrentRegularizer: Regularizer?
        public var biasRegularizer: Regularizer?
        public var kernelConstraint: Constraint?
        public var recurrentConstraint: Constraint?
        public var biasConstraint: Constraint?
        public var dropout = 0.0
        public var recurrentDropout = 0.0
        public var seed: Int?

        /// The default configuration.
        public init(units: Int) { self.units = units }
        public static let defaults = Config(units: 0)
        public static let fields =
            commonFields + [
                .optional("recurrent_activation", \.recurrentActivation),
                .optional("unit_forget_bias", \.unitForgetBias),
            ]
    }

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("LSTMCell")
        super.init(gated: config, name: name)
    }

    override var gates: Int { 4 }
    override var recurrence: RecurrenceKind? {
        config.activation == .tanh && config.recurrentActivation == .sigmoid ? .lstm : nil
    }
    public override var stateSizes: [Int] { [config.units, config.units] }
    public override class var className: String { "LSTMCell" }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        try super.build(input)
        if let bias, config.unitForgetBias { openForgetGate(bias, units: config.units) }
    }

    public override func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let z = x + states[0].matmul(recurrentKernel.value)
        let (input, forget) = (config.recurrentActivation(gate(z, 0)), config.recurrentActivation(gate(z, 1)))
        let memory = forget * states[1] + input * config.activation(gate(z, 2))
        let output = config.recurrentActivation(gate(z, 3)) * config.activation(memory)
        return (output, [output, memory])
    }
}

/// Long short-term memory: reads a sequence and keeps what matters.
///
/// Input shape: `[batch, time, features]`, then first states `h` and `c` if given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then `h` and `c` with `returnState`. Weights: see `LSTMCell`.
/// Keras: `keras.layers.LSTM`. Same defaults.
public final class LSTM: RecurrentLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var cell: LSTMCell.Config
        public var options = RecurrentOptions()

        public static let defaults = Config(cell: .defaults)
        public static let fields: [ConfigField<Config>] =
            LSTMCell.Config.fields.map { $0.inside(\.cell) } + RecurrentOptions.fields.map { $0.inside(\.options) }
        public static let ignored = LSTMCell.Config.ignored
        public func check() throws(ConfigError) { try cell.check() }
    }

    /// What the layer was made from.
    public let config: Config

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(LSTMCell(config.cell), config.options, name: name)
    }

    /// - Parameter units: The size of the output.
    public convenience init(
        _ units: Int, activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        useBias: Bool = true, unitForgetBias: Bool = true, dropout: Double = 0, recurrentDropout: Double = 0,
        returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        name: String? = nil
    ) {
        var config = Config(cell: LSTMCell.Config(units: units))
        config.cell.activation = activation
        config.cell.recurrentActivation = recurrentActivation
        config.cell.useBias = useBias
        config.cell.unitForgetBias = unitForgetBias
        config.cell.dropout = dropout
        config.cell.recurrentDropout = recurrentDropout
        config.options.returnSequences = returnSequences
        config.options.returnState = returnState
        config.options.goBackwards = goBackwards
        config.options.stateful = stateful
        self.init(config, name: name)
    }
}
