public import ShinkeiCore

/// What a recurrent layer does at one time: from an input and the states before, an output and the states after.
///
/// What does not depend on the states, the product of the inputs with the kernel, is computed for all times at once.
/// Keras: the cells of `keras.layers.RNN`.
open class RecurrentCell: Layer {
    /// The size of each state that is a vector, without the batch axis.
    open var stateSizes: [Int] { [] }
    /// The size of an output that is a vector.
    open var outputSize: Int { stateSizes[0] }
    /// The shape of each state, without the batch axis; for a cell whose states are no vectors known once it is built.
    open var stateShapes: [[Int]] { stateSizes.map { [$0] } }
    /// The shape of the output, without the batch axis.
    open var outputShape: [Int] { [outputSize] }

    /// The part of a step that needs only inputs: `[…, features]` to whatever `step` takes.
    open func prepared(_ x: Tensor) -> Tensor { x }

    /// One time: `x` as `prepared` gave it, `[batch, …]`.
    open func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        trap("\(name): a cell overrides step(_:_:)")
    }

    /// The fractions of the inputs and of the first state that are dropped in training, the same places at every time.
    open var dropout: (input: Double, recurrent: Double) { (0, 0) }

    /// Draws what is dropped while a batch goes through time. `input` is the shape at one time.
    func drawDropout(_ input: [Int], _ context: CallContext) -> CellDropout {
        guard context.isTraining else { return CellDropout() }
        return CellDropout(
            input: dropout.input > 0 ? keepScale(input, dropout.input, context) : nil,
            state: dropout.recurrent > 0 ? keepScale([input[0]] + stateShapes[0], dropout.recurrent, context) : nil)
    }

    /// 0 where dropped, else what keeps the sum on average.
    final func keepScale(_ shape: [Int], _ rate: Double, _ context: CallContext) -> Tensor {
        let kept = Tensor.randomBernoulli(shape, probability: 1 - rate, key: context.randomKey())
        return Tensor.where(
            kept, Tensor.constant(rate < 1 ? 1 / (1 - rate) : 0, dtype: dtype), Tensor.constant(0, dtype: dtype))
    }

    /// The part of a step that needs only inputs, with what this call drops.
    func prepared(_ x: Tensor, _ dropout: CellDropout) -> Tensor { prepared(dropout.input.map { x * $0 } ?? x) }

    /// The part of all steps that needs only inputs: `x` is `[batch, time, …]`.
    func preparedSequence(_ x: Tensor, _ dropout: CellDropout) -> Tensor {
        prepared(dropout.input.map { x * $0.expanded(1) } ?? x)
    }

    /// All times at once, from what `preparedSequence` gave: the states after each time. `nil` if the cell has no kernel for
    /// that, and goes step by step.
    func sequence(_ x: Tensor, _ states: [Tensor], _ mask: Tensor?, goesBackwards: Bool) -> [Tensor]? { nil }

    /// One time, with what this call drops.
    func step(_ x: Tensor, _ states: [Tensor], _ dropout: CellDropout) -> (output: Tensor, states: [Tensor]) {
        guard let scale = dropout.state else { return step(x, states) }
        return step(x, [states[0] * scale] + states.dropFirst())
    }

    /// One time as a layer of its own: inputs are `x` and the states, outputs the output and the new states.
    public final override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        guard inputs.count == 1 + stateShapes.count else {
            trap("\(name): takes an input and \(stateShapes.count) states; got \(inputs.count) tensors")
        }
        let dropout = drawDropout(inputs[0].shape.sizes, context)
        let x = inputs[0].cast(to: dtype)
        let result = step(prepared(x, dropout), Array(inputs.dropFirst()), dropout)
        return [result.output] + result.states
    }

    public final override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
        guard let input = inputs.first else { throw LayerError(self, "needs an input", inputs: inputs) }
        try build(input)
    }

    public final override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] {
        guard let input = inputs.first else { throw LayerError(self, "needs an input", inputs: inputs) }
        if let built = builtInputShapes?.first {
            let fits =
                built.rank == input.rank
                && zip(built.sizes, input.sizes).dropFirst().allSatisfy {
                    $0 == nil || $1 == nil || $0 == $1
                }
            guard fits else { throw LayerError(self, "was built for \(built) at each time", inputs: [input]) }
        }
        return ([outputShape] + stateShapes).map { SymbolicShape([input[0]] + $0) }
    }

    /// Lets the forget gate, the second of four, begin open: memory is kept at first.
    final func openForgetGate(_ bias: Weight, units: Int) {
        guard !Session.isLoading else { return }
        let isForget = Tensor((0..<4 * units).map { $0 / units == 1 })
        bias.value = Tensor.where(isForget, Tensor.ones([4 * units], dtype: bias.dtype), bias.value).evaluate()
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

/// What a cell drops while a batch goes through time: factors that are 0 in the places dropped.
struct CellDropout {
    var input: Tensor?
    var state: Tensor?
    /// The same for the cells inside.
    var inner: [CellDropout] = []
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
        try checkSize("units", units)
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

    /// The kernel that does all times at once, for the activations Keras has by default.
    var recurrence: RecurrenceKind? { nil }
    /// What is added to the state's product, if that has a bias of its own.
    var stateBias: Tensor? { nil }

    override final func sequence(
        _ x: Tensor, _ states: [Tensor], _ mask: Tensor?, goesBackwards: Bool
    ) -> [Tensor]? {
        guard let recurrence, x.dtype == .float32 || x.dtype == .float64, x.count > 0 else { return nil }
        return x.recurrence(
            recurrence, kernel: recurrentKernel.value, bias: stateBias, states: states, mask: mask,
            goesBackwards: goesBackwards)
    }

    /// Columns of one gate of `[batch, gates · units]`.
    final func gate(_ x: Tensor, _ index: Int) -> Tensor {
        x[.all, (index * config.units)..<((index + 1) * config.units)]
    }
}
