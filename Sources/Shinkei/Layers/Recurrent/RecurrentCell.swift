public import ShinkeiCore

/// What a recurrent layer does at one time: from an input and the states before, an output and the states after.
///
/// What does not depend on the states, the product of the inputs with the kernel, is computed for all times at once.
/// Keras: the cells of `keras.layers.RNN`.
open class RecurrentCell: Layer {
    /// The size of each state, without the batch axis.
    open var stateSizes: [Int] { [] }
    /// The size of the output.
    open var outputSize: Int { stateSizes[0] }

    /// The part of a step that needs only inputs: `[…, features]` to whatever `step` takes.
    open func prepared(_ x: Tensor) -> Tensor { x }

    /// One time: `x` as `prepared` gave it, `[batch, …]`.
    open func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        trap("\(name): a cell overrides step(_:_:)")
    }

    /// The fractions of the inputs and of the first state that are dropped in training, the same places at every time.
    open var dropout: (input: Double, recurrent: Double) { (0, 0) }

    /// One time as a layer of its own: inputs are `x` and the states, outputs the output and the new states.
    public final override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        guard inputs.count == 1 + stateSizes.count else {
            trap("\(name): takes an input and \(stateSizes.count) states; got \(inputs.count) tensors")
        }
        let result = step(prepared(inputs[0].cast(to: dtype)), Array(inputs.dropFirst()))
        return [result.output] + result.states
    }

    public final override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard let input = inputs.first else { throw LayerError(self, "needs an input", inputs: inputs) }
        try build(input)
    }

    public final override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let input = inputs.first else { throw LayerError(self, "needs an input", inputs: inputs) }
        return ([outputSize] + stateSizes).map { [input[0], $0] }
    }

    /// The number of features, or an error.
    final func features(_ input: SymbolicShape) throws(LayerError) -> Int {
        guard input.rank == 2, let features = input.last else {
            throw LayerError(
                self, "needs [batch, features] at each time, with a known number of features", inputs: [input])
        }
        return features
    }
}

/// What the three cells of Keras are made from.
public protocol GatedCellConfig: LayerConfig {
    /// The size of the output and of each state.
    var units: Int { get set }
    /// What is applied to the candidate and, in an LSTM, to the output.
    var activation: ActivationFunction { get set }
    /// Whether a `bias` is added.
    var useBias: Bool { get set }
    /// The first value of `kernel`.
    var kernelInitializer: Initializer { get set }
    /// The first value of `recurrent_kernel`.
    var recurrentInitializer: Initializer { get set }
    /// The first value of `bias`.
    var biasInitializer: Initializer { get set }
    var kernelRegularizer: Regularizer? { get set }
    var recurrentRegularizer: Regularizer? { get set }
    var biasRegularizer: Regularizer? { get set }
    var kernelConstraint: Constraint? { get set }
    var recurrentConstraint: Constraint? { get set }
    var biasConstraint: Constraint? { get set }
    /// The fraction of the inputs dropped in training.
    var dropout: Double { get set }
    /// The fraction of the state dropped in training.
    var recurrentDropout: Double { get set }
    /// Kept for files; draws follow the model's seed.
    var seed: Int? { get set }
}

extension GatedCellConfig {
    static var commonFields: [ConfigField<Self>] {
        [
            .required("units", \.units), .optional("activation", \.activation), .optional("use_bias", \.useBias),
            .optional("kernel_initializer", \.kernelInitializer),
            .optional("recurrent_initializer", \.recurrentInitializer),
            .optional("bias_initializer", \.biasInitializer), .optional("kernel_regularizer", \.kernelRegularizer),
            .optional("recurrent_regularizer", \.recurrentRegularizer),
            .optional("bias_regularizer", \.biasRegularizer), .optional("kernel_constraint", \.kernelConstraint),
            .optional("recurrent_constraint", \.recurrentConstraint),
            .optional("bias_constraint", \.biasConstraint), .optional("dropout", \.dropout),
            .optional("recurrent_dropout", \.recurrentDropout), .optional("seed", \.seed),
        ]
    }
    /// How the work is arranged in Keras; the numbers are the same.
    public static var ignored: Set<String> { ["implementation", "unroll", "time_major", "use_cudnn"] }

    public func check() throws(ConfigError) {
        guard units > 0 else { throw ConfigError("units: must be a positive integer; got \(units)") }
        for (key, rate) in [("dropout", dropout), ("recurrent_dropout", recurrentDropout)]
        where rate < 0 || rate > 1 {
            throw ConfigError("\(key): must be a fraction in 0 ... 1; got \(rate)")
        }
    }
}

/// A cell of one kernel for the inputs and one for the state, `gates` pieces of `units` columns each.
public class GatedCell<Config: GatedCellConfig>: RecurrentCell {
    /// What the cell was made from.
    public let config: Config
    /// The weights of the inputs, `[features, gates · units]`.
    public let kernel = Weight("kernel")
    /// The weights of the state, `[units, gates · units]`.
    public let recurrentKernel = Weight("recurrent_kernel")
    /// `nil` without a bias.
    public let bias: Weight?

    init(gated config: Config, name: String?) {
        self.config = config
        bias = config.useBias ? Weight("bias") : nil
        super.init(name: name)
    }

    var gates: Int { 1 }
    var biasShape: [Int] { [gates * config.units] }
    var firstBias: Initializer { config.biasInitializer }

    public override var stateSizes: [Int] { [config.units] }
    public override var dropout: (input: Double, recurrent: Double) { (config.dropout, config.recurrentDropout) }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        create(
            kernel, [try features(input), gates * config.units], config.kernelInitializer,
            regularizer: config.kernelRegularizer, constraint: config.kernelConstraint)
        create(
            recurrentKernel, [config.units, gates * config.units], config.recurrentInitializer,
            regularizer: config.recurrentRegularizer, constraint: config.recurrentConstraint)
        guard let bias else { return }
        create(bias, biasShape, firstBias, regularizer: config.biasRegularizer, constraint: config.biasConstraint)
    }

    public override func prepared(_ x: Tensor) -> Tensor {
        let product = x.matmul(kernel.value)
        return bias.map { product + $0.value } ?? product
    }

    /// Columns of one gate of `[batch, gates · units]`.
    final func gate(_ x: Tensor, _ index: Int) -> Tensor {
        x[.all, (index * config.units)..<((index + 1) * config.units)]
    }
}
