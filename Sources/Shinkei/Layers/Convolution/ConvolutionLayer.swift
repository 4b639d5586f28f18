public import ShinkeiCore

/// What a convolution is made from. Keras's defaults.
public struct ConvolutionConfig<Axes: SpatialAxes>: LayerConfig {
    /// The number of output channels.
    public var filters: Int
    /// The window's sizes.
    public var kernelSize: Extent<Axes>
    /// The distance of neighbouring windows.
    public var strides: Extent<Axes> = 1
    /// Where windows may reach over the border.
    public var padding = Padding.valid
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast
    /// The distance of neighbouring taps of a window.
    public var dilationRate: Extent<Axes> = 1
    /// Into how many parts the channels are cut that do not see each other.
    public var groups = 1
    /// What is applied to the output.
    public var activation: ActivationFunction = .linear
    /// Whether a `bias` is added.
    public var useBias = true
    /// The first value of `kernel`.
    public var kernelInitializer: Initializer = .glorotUniform
    /// The first value of `bias`.
    public var biasInitializer: Initializer = .zeros
    /// What `kernel` adds to the loss.
    public var kernelRegularizer: Regularizer?
    /// What `bias` adds to the loss.
    public var biasRegularizer: Regularizer?
    /// What `kernel` is put through after each step.
    public var kernelConstraint: Constraint?
    /// What `bias` is put through after each step.
    public var biasConstraint: Constraint?

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
            .optional("dilation_rate", \.dilationRate), .optional("groups", \.groups),
            .optional("activation", \.activation), .optional("use_bias", \.useBias),
            .optional("kernel_initializer", \.kernelInitializer), .optional("bias_initializer", \.biasInitializer),
            .optional("kernel_regularizer", \.kernelRegularizer), .optional("bias_regularizer", \.biasRegularizer),
            .optional("kernel_constraint", \.kernelConstraint), .optional("bias_constraint", \.biasConstraint),
        ]
    }
    public func check() throws(ConfigError) {
        try checkSize("filters", filters)
        guard groups > 0, filters % groups == 0 else {
            throw ConfigError("groups: must be a divisor of the \(filters) filters; got \(groups)")
        }
        try kernelSize.check("kernel_size")
        try strides.check("strides")
        try dilationRate.check("dilation_rate")
        if padding == .causal && Axes.count > 1 { throw ConfigError("padding: \"causal\" is for one axis only") }
    }
}

/// What `Conv1D`, `Conv2D` and `Conv3D` share: `y = activation(x ∗ kernel + bias)`.
public class ConvolutionLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = ConvolutionConfig<Axes>
    /// What the layer was made from.
    public let config: Config
    /// `[window…, input channels / groups, filters]`.
    public let kernel = Weight("kernel")
    /// `nil` without a bias.
    public let bias: Weight?

    /// - Precondition: The configuration makes sense.
    public init(_ config: Config, inputShape: SymbolicShape?, name: String?) {
        config.trapIfWrong(Self.className)
        self.config = config
        bias = config.useBias ? Weight("bias") : nil
        super.init(dataFormat: config.dataFormat, inputShape: inputShape, name: name)
    }

    public convenience init(_ config: Config, name: String?) { self.init(config, inputShape: nil, name: name) }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        let channels = try channels(of: input)
        guard channels % config.groups == 0 else {
            throw LayerError(self, "\(channels) channels do not divide into \(config.groups) groups", inputs: [input])
        }
        create(
            kernel, config.kernelSize.sizes + [channels / config.groups, config.filters], config.kernelInitializer,
            regularizer: config.kernelRegularizer, constraint: config.kernelConstraint)
        if let bias {
            create(
                bias, [config.filters], config.biasInitializer, regularizer: config.biasRegularizer,
                constraint: config.biasConstraint)
        }
    }

    private var window: [Int] { reach(config.kernelSize.sizes, dilation: config.dilationRate.sizes) }

    override func slide(_ x: Tensor) -> Tensor {
        let strides = config.strides.sizes
        let y = x.convolved(
            with: kernel.value, strides: strides,
            padding: borders(of: x, window: window, strides: strides, padding: config.padding),
            dilation: config.dilationRate.sizes, groups: config.groups)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        let needed = kernel.shape[Axes.count] * config.groups
        guard channels == needed else { throw channelError(channels, needed, kernel.shape, input) }
        let counts = try windowCounts(
            sizes, window: window, strides: config.strides.sizes, padding: config.padding, of: input)
        return (counts, config.filters)
    }
}

extension Layer {
    func channelError(_ came: Int?, _ needed: Int, _ kernel: Shape, _ input: SymbolicShape) -> LayerError {
        let count = came.map(String.init) ?? "an unknown number of"
        return LayerError(
            self, "the input has \(count) channels, the kernel \(kernel) needs \(needed)", inputs: [input])
    }
}
