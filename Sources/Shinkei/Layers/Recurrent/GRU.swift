public import ShinkeiCore

/// One time of a `GRU`.
///
/// Weights: `kernel` `[features, 3 · units]`, `recurrent_kernel` `[units, 3 · units]`, `bias` `[2, 3 · units]` (for inputs and for
/// the state), or `[3 · units]` without `resetAfter`, each with the gates update, reset, candidate side by side. State: the
/// output.
/// Keras: `keras.layers.GRUCell`. Source: Cho et al. 2014, arXiv:1406.1078; reset after the product: as in cuDNN.
public final class GRUCell: GatedCell<GRUCell.Config>, ConfiguredLayer {
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
        public var kernelRegularizer: Regularizer?
        public var recurrentRegularizer: Regularizer?
        public var biasRegularizer: Regularizer?
        public var kernelConstraint: Constraint?
        public var recurrentConstraint: Constraint?
        public var biasConstraint: Constraint?
        public var dropout = 0.0
        public var recurrentDropout = 0.0
        /// Whether the reset gate is applied after the state's product, with a bias of its own.
        public var resetAfter = true
        public var seed: Int?

        /// The default configuration.
        public init(units: Int) { self.units = units }
        public static let defaults = Config(units: 0)
        public static let fields =
            commonFields + [
                .optional("recurrent_activation", \.recurrentActivation), .optional("reset_after", \.resetAfter),
            ]
    }

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        config.trapIfWrong("GRUCell")
        super.init(gated: config, name: name)
    }

    override var gates: Int { 3 }
    override var recurrence: RecurrenceKind? {
        config.activation == .tanh && config.recurrentActivation == .sigmoid && config.resetAfter ? .gru : nil
    }
    override var stateBias: Tensor? { bias.map { $0.value[1] } }
    override var biasShape: [Int] { config.resetAfter ? [2, 3 * config.units] : [3 * config.units] }
    public override class var className: String { "GRUCell" }

    public override func prepared(_ x: Tensor) -> Tensor {
        let product = x.matmul(kernel.value)
        return bias.map { product + (config.resetAfter ? $0.value[0] : $0.value) } ?? product
    }

    public override func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        let (h, units, kernel) = (states[0], config.units, recurrentKernel.value)
        let update: Tensor
        let candidate: Tensor
        if config.resetAfter {
            var product = h.matmul(kernel)
            if let bias { product = product + bias.value[1] }
            update = config.recurrentActivation(gate(x, 0) + gate(product, 0))
            let reset = config.recurrentActivation(gate(x, 1) + gate(product, 1))
            candidate = config.activation(gate(x, 2) + reset * gate(product, 2))
        } else {
            let product = h.matmul(kernel[.all, ..<(2 * units)])
            update = config.recurrentActivation(gate(x, 0) + gate(product, 0))
            let reset = config.recurrentActivation(gate(x, 1) + gate(product, 1))
            candidate = config.activation(gate(x, 2) + (reset * h).matmul(kernel[.all, (2 * units)...]))
        }
        let output = update * h + (1 - update) * candidate
        return (output, [output])
    }
}

/// Gated recurrent unit: as `LSTM`, with one state and fewer weights.
///
/// Input shape: `[batch, time, features]`, then a first state if given. Output shape: `[batch, units]`, or
/// `[batch, time, units]` with `returnSequences`; then the state with `returnState`. Weights: see `GRUCell`.
/// Keras: `keras.layers.GRU`. Same defaults.
public final class GRU: RecurrentLayer, ConfiguredLayer {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        public var cell: GRUCell.Config
        public var options = RecurrentOptions()

        public static let defaults = Config(cell: .defaults)
        public static let fields: [ConfigField<Config>] =
            GRUCell.Config.fields.map { $0.inside(\.cell) } + RecurrentOptions.fields.map { $0.inside(\.options) }
        public static let ignored = GRUCell.Config.ignored
        public func check() throws(ConfigError) { try cell.check() }
    }

    /// What the layer was made from.
    public let config: Config

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, name: String? = nil) {
        self.config = config
        super.init(GRUCell(config.cell), config.options, name: name)
    }

    /// - Parameter units: The size of the output.
    public convenience init(
        _ units: Int, activation: ActivationFunction = .tanh, recurrentActivation: ActivationFunction = .sigmoid,
        useBias: Bool = true, resetAfter: Bool = true, dropout: Double = 0, recurrentDropout: Double = 0,
        returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false, stateful: Bool = false,
        name: String? = nil
    ) {
        var config = Config(cell: GRUCell.Config(units: units))
        config.cell.activation = activation
        config.cell.recurrentActivation = recurrentActivation
        config.cell.useBias = useBias
        config.cell.resetAfter = resetAfter
        config.cell.dropout = dropout
        config.cell.recurrentDropout = recurrentDropout
        config.options.returnSequences = returnSequences
        config.options.returnState = returnState
        config.options.goBackwards = goBackwards
        config.options.stateful = stateful
        self.init(config, name: name)
    }
}
