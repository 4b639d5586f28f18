public import ShinkeiCore

/// One time of a `SimpleRNN`: `h = activation(x · kernel + h · recurrent_kernel + bias)`.
///
/// Weights: `kernel` `[features, units]`, `recurrent_kernel` `[units, units]`, `bias` `[units]`. State: the output.
/// Keras: `keras.layers.SimpleRNNCell`. Source: Elman 1990.
public final class SimpleRNNCell: GatedCell<SimpleRNNCell.Config>, ConfiguredLayer {
    /// Everything needed to rebuild the cell, with Keras's defaults.
    public struct Config: GatedCellConfig {
        public var units: Int
        public var activation = ActivationFunction.tanh
        public var useBias = true
        public var kernelInitializer = Initializer.glorotUniform
        public var recurrentInitializer = Initializer.orthogonal
        public var biasInitializer = Initializer.zeros
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
        public static let fields = commonFields
    }

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("SimpleRNNCell")
        super.init(gated: config, name: name)
    }

    override var recurrence: RecurrenceKind? { config.activation == .tanh ? .simple : nil }
    public override class var className: String { "SimpleRNNCell" }

    public override func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let output = config.activation(x + states[0].matmul(recurrentKernel.value))
        return (output, [output])
    }
}

/// The plain recurrent network.
///
/// Input shape: `[batch, time, features]`, then a first state if given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then the state with `returnState`. Weights: see `SimpleRNNCell`.
/// Keras: `keras.layers.SimpleRNN`. Same defaults.
public final class SimpleRNN: RecurrentLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var cell: SimpleRNNCell.Config
        public var options = RecurrentOptions()

        public static let defaults = Config(cell: .defaults)
        public static let fields: [ConfigField<Config>] =
            SimpleRNNCell.Config.fields.map { $0.inside(\.cell) } + RecurrentOptions.fields.map { $0.inside(\.options) }
        public static let ignored = SimpleRNNCell.Config.ignored
        public func check() throws(ConfigError) { try cell.check() }
    }

    /// What the layer was made from.
    public let config: Config

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(SimpleRNNCell(config.cell), config.options, name: name)
    }

    /// - Parameter units: The size of the output.
    public convenience init(
        _ units: Int, activation: ActivationFunction = .tanh, useBias: Bool = true, dropout: Double = 0,
        recurrentDropout: Double = 0, returnSequences: Bool = false, returnState: Bool = false,
        goBackwards: Bool = false, stateful: Bool = false, name: String? = nil
    ) {
        var config = Config(cell: SimpleRNNCell.Config(units: units))
        config.cell.activation = activation
        config.cell.useBias = useBias
        config.cell.dropout = dropout
        config.cell.recurrentDropout = recurrentDropout
        config.options.returnSequences = returnSequences
        config.options.returnState = returnState
        config.options.goBackwards = goBackwards
        config.options.stateful = stateful
        self.init(config, name: name)
    }
}
