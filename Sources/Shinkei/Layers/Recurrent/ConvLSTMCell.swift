public import ShinkeiCore

/// What a convolutional LSTM is made from. Keras's defaults.
public struct ConvLSTMCellConfig<Axes: SpatialAxes>: LayerConfig {
    /// The number of output channels.
    public var filters: Int
    /// The window's sizes, of the convolution of the inputs and of that of the state.
    public var kernelSize: Extent<Axes>
    /// The distance of neighbouring windows over the inputs.
    public var strides: Extent<Axes> = 1
    /// Where windows may reach over the border of the inputs; those of the state are `same`.
    public var padding = Padding.valid
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast
    /// The distance of neighbouring taps of a window over the inputs.
    public var dilationRate: Extent<Axes> = 1
    /// What is applied to the candidate and to the memory.
    public var activation = ActivationFunction.tanh
    /// What is applied to the gates.
    public var recurrentActivation = ActivationFunction.sigmoid
    /// Whether a `bias` is added.
    public var useBias = true
    /// The first value of `kernel`.
    public var kernelInitializer = Initializer.glorotUniform
    /// The first value of `recurrent_kernel`.
    public var recurrentInitializer = Initializer.orthogonal
    /// The first value of `bias`.
    public var biasInitializer = Initializer.zeros
    /// Whether the forget gate's bias begins at 1, so that memory is kept at first.
    public var unitForgetBias = true
    public var kernelRegularizer: Regularizer?
    public var recurrentRegularizer: Regularizer?
    public var biasRegularizer: Regularizer?
    public var kernelConstraint: Constraint?
    public var recurrentConstraint: Constraint?
    public var biasConstraint: Constraint?
    /// The fraction of the inputs dropped in training, for each gate its own places.
    public var dropout = 0.0
    /// The fraction of the state dropped in training, for each gate its own places.
    public var recurrentDropout = 0.0
    /// Kept for files; draws follow the model's seed.
    public var seed: Int?

    /// The default configuration.
    public init(filters: Int, kernelSize: Extent<Axes>) {
        self.filters = filters
        self.kernelSize = kernelSize
    }

    public static var defaults: Self { Self(filters: 0, kernelSize: 0) }
    public static var fields: [ConfigField<Self>] {
        [
            .required("filters", \.filters), .required("kernel_size", \.kernelSize), .optional("strides", \.strides),
            .optional("padding", \.padding), .optional("data_format", \.dataFormat),
            .optional("dilation_rate", \.dilationRate), .optional("activation", \.activation),
            .optional("recurrent_activation", \.recurrentActivation), .optional("use_bias", \.useBias),
            .optional("kernel_initializer", \.kernelInitializer),
            .optional("recurrent_initializer", \.recurrentInitializer),
            .optional("bias_initializer", \.biasInitializer), .optional("unit_forget_bias", \.unitForgetBias),
            .optional("kernel_regularizer", \.kernelRegularizer),
            .optional("recurrent_regularizer", \.recurrentRegularizer),
            .optional("bias_regularizer", \.biasRegularizer), .optional("kernel_constraint", \.kernelConstraint),
            .optional("recurrent_constraint", \.recurrentConstraint),
            .optional("bias_constraint", \.biasConstraint), .optional("dropout", \.dropout),
            .optional("recurrent_dropout", \.recurrentDropout), .optional("seed", \.seed),
        ]
    }
    /// How the work is arranged in Keras; the numbers are the same.
    public static var ignored: Set<String> { ["unroll", "time_major"] }

    public func check() throws(ConfigError) {
        try checkSize("filters", filters)
        try kernelSize.check("kernel_size")
        try strides.check("strides")
        try dilationRate.check("dilation_rate")
        if padding == .causal { throw ConfigError("padding: a convolutional LSTM has \"valid\" and \"same\"") }
        for (key, rate) in [("dropout", dropout), ("recurrent_dropout", recurrentDropout)]
        where !(0...1).contains(rate) {
            throw ConfigError("\(key): must be a fraction in 0 ... 1; got \(rate)")
        }
    }
}

/// One time of a convolutional LSTM: an LSTM whose products are convolutions, so that its states are images.
///
/// With `z = x ∗ kernel + h ∗ recurrent_kernel + bias` in four parts: `c' = σ(z₁) · c + σ(z₀) · tanh(z₂)`, `h' = σ(z₃) · tanh(c')`.
/// Input shape: `[batch, spatial…, channels]`, with `channelsFirst` the channels follow the batch; spatial sizes must be known.
/// Weights: `kernel` `[window…, channels, 4 · filters]`, `recurrent_kernel` `[window…, filters, 4 · filters]`, `bias`
/// `[4 · filters]`, each with the gates input, forget, candidate, output side by side. States: output `h` and memory `c`.
/// Keras: the cell of `keras.layers.ConvLSTM2D`. Source: Shi et al. 2015, arXiv:1506.04214, without peepholes.
public final class ConvLSTMCell<Axes: SpatialAxes>: RecurrentCell {
    /// Everything needed to rebuild the cell.
    public typealias Config = ConvLSTMCellConfig<Axes>
    /// What the cell was made from.
    public let config: Config
    /// The weights of the inputs, `[window…, channels, 4 · filters]`.
    public let kernel = Weight("kernel")
    /// The weights of the state, `[window…, filters, 4 · filters]`.
    public let recurrentKernel = Weight("recurrent_kernel")
    /// `nil` without a bias.
    public let bias: Weight?
    /// The shape of both states, without the batch axis, known once the cell is built.
    private var stateShape: [Int] = []

    init(_ config: Config, name: String?) {
        config.trapIfWrong("ConvLSTMCell")
        self.config = config
        bias = config.useBias ? Weight("bias") : nil
        super.init(name: name)
    }

    public override class var className: String { "ConvLSTMCell" }
    public override var stateShapes: [[Int]] { [stateShape, stateShape] }
    public override var outputShape: [Int] { stateShape }
    public override var dropout: (input: Double, recurrent: Double) { (config.dropout, config.recurrentDropout) }
    private var isChannelsFirst: Bool { config.dataFormat == .channelsFirst }
    private var window: [Int] { reach(config.kernelSize.sizes, dilation: config.dilationRate.sizes) }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        let sizes = input.sizes.dropFirst().compactMap { $0 }
        guard input.rank == Axes.count + 2, sizes.count == Axes.count + 1, sizes.allSatisfy({ $0 > 0 }) else {
            throw LayerError(
                self, "needs \(Axes.count) spatial axes and channels at each time, all of known size", inputs: [input])
        }
        let spatial = isChannelsFirst ? Array(sizes.dropFirst()) : Array(sizes.dropLast())
        let counts = spatial.indices.map {
            config.padding.count(size: spatial[$0], window: window[$0], stride: config.strides.sizes[$0])
        }
        guard counts.allSatisfy({ $0 > 0 }) else {
            throw LayerError(self, "a window of \(window) is larger than the input", inputs: [input])
        }
        let filters = config.filters
        stateShape = isChannelsFirst ? [filters] + counts : counts + [filters]
        let channels = isChannelsFirst ? sizes[0] : sizes[Axes.count]
        create(
            kernel, config.kernelSize.sizes + [channels, 4 * filters], config.kernelInitializer,
            regularizer: config.kernelRegularizer, constraint: config.kernelConstraint)
        create(
            recurrentKernel, config.kernelSize.sizes + [filters, 4 * filters], config.recurrentInitializer,
            regularizer: config.recurrentRegularizer, constraint: config.recurrentConstraint)
        guard let bias else { return }
        create(
            bias, [4 * filters], config.biasInitializer, regularizer: config.biasRegularizer,
            constraint: config.biasConstraint)
        if config.unitForgetBias { openForgetGate(bias, units: filters) }
    }

    // MARK: Computation, with channels last

    /// With channels last, whatever the data format.
    private func channelsLast(_ x: Tensor) -> Tensor {
        isChannelsFirst ? x.transposed([0] + Array(2..<x.rank) + [1]) : x
    }
    private func inFormat(_ x: Tensor) -> Tensor {
        isChannelsFirst ? x.transposed([0, x.rank - 1] + Array(1..<x.rank - 1)) : x
    }

    /// Factors for the four gates' copies of a tensor with channels last.
    private func gateDropout(_ shape: [Int], _ rate: Double, _ context: CallContext) -> Tensor? {
        rate > 0 ? keepScale(shape.dropLast() + [4 * shape[shape.count - 1]], rate, context) : nil
    }

    override func drawDropout(_ input: [Int], _ context: CallContext) -> CellDropout {
        guard context.isTraining else { return CellDropout() }
        func last(_ shape: [Int]) -> [Int] {
            isChannelsFirst ? [shape[0]] + shape.dropFirst(2) + [shape[1]] : shape
        }
        return CellDropout(
            input: gateDropout(last(input), dropout.input, context),
            state: gateDropout(last([input[0]] + stateShape), dropout.recurrent, context))
    }

    /// The convolution for all gates. With something dropped, each gate sees its own copy of the channels: the kernel's columns
    /// are then four groups.
    private func convolve(
        _ x: Tensor, _ kernel: Tensor, strides: [Int], padding: Padding, dilation: [Int], scale: Tensor?
    ) -> Tensor {
        let window = reach(config.kernelSize.sizes, dilation: dilation)
        let seen = scale.map { Tensor.concatenate([x, x, x, x], axis: -1) * $0 } ?? x
        return seen.convolved(
            with: kernel, strides: strides,
            padding: window.indices.map {
                padding.border(size: x.shape[$0 + 1], window: window[$0], stride: strides[$0])
            }, dilation: dilation, groups: scale == nil ? 1 : 4)
    }

    public override func prepared(_ x: Tensor) -> Tensor { prepared(x, CellDropout()) }

    override func prepared(_ x: Tensor, _ dropout: CellDropout) -> Tensor {
        let y = convolve(
            channelsLast(x), kernel.value, strides: config.strides.sizes, padding: config.padding,
            dilation: config.dilationRate.sizes, scale: dropout.input)
        return bias.map { y + $0.value } ?? y
    }

    /// All times as rows of one batch: one convolution for the whole sequence.
    override func preparedSequence(_ x: Tensor, _ dropout: CellDropout) -> Tensor {
        let (batch, times) = (x.shape[0], x.shape[1])
        let rows = x.reshaped([batch * times] + x.shape.sizes.dropFirst(2))
        let scale = dropout.input.map { scale in
            let one = Array(scale.shape.sizes.dropFirst())
            return scale.expanded(1).broadcast(to: [batch, times] + one).reshaped([batch * times] + one)
        }
        let y = prepared(rows, CellDropout(input: scale))
        return y.reshaped([batch, times] + y.shape.sizes.dropFirst())
    }

    public override func step(_ x: Tensor, _ states: [Tensor]) -> (output: Tensor, states: [Tensor]) {
        step(x, states, CellDropout())
    }

    override func step(
        _ x: Tensor, _ states: [Tensor], _ dropout: CellDropout
    ) -> (output: Tensor, states: [Tensor]) {
        let ones = [Int](repeating: 1, count: Axes.count)
        let z =
            x
            + convolve(
                channelsLast(states[0]), recurrentKernel.value, strides: ones, padding: .same, dilation: ones,
                scale: dropout.state)
        func gate(_ index: Int) -> Tensor {
            z.sliced(axis: z.rank - 1, index * config.filters..<(index + 1) * config.filters)
        }
        let (input, forget) = (config.recurrentActivation(gate(0)), config.recurrentActivation(gate(1)))
        let memory = forget * channelsLast(states[1]) + input * config.activation(gate(2))
        let output = inFormat(config.recurrentActivation(gate(3)) * config.activation(memory))
        return (output, [output, inFormat(memory)])
    }
}
