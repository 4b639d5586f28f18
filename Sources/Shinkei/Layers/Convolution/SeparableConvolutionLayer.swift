public import ShinkeiCore

/// What a separable convolution is made from. Keras's defaults.
public struct SeparableConvolutionConfig<Axes: SpatialAxes>: LayerConfig {
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
    /// How many channels the depthwise convolution makes of each.
    public var depthMultiplier = 1
    /// What is applied to the output.
    public var activation: ActivationFunction = .linear
    /// Whether a `bias` is added.
    public var useBias = true
    /// The first value of `depthwise_kernel`.
    public var depthwiseInitializer: Initializer = .glorotUniform
    /// The first value of `pointwise_kernel`.
    public var pointwiseInitializer: Initializer = .glorotUniform
    /// The first value of `bias`.
    public var biasInitializer: Initializer = .zeros
    /// What `depthwise_kernel` adds to the loss.
    public var depthwiseRegularizer: Regularizer?
    /// What `pointwise_kernel` adds to the loss.
    public var pointwiseRegularizer: Regularizer?
    /// What `bias` adds to the loss.
    public var biasRegularizer: Regularizer?
    /// What `depthwise_kernel` is put through after each step.
    public var depthwiseConstraint: Constraint?
    /// What `pointwise_kernel` is put through after each step.
    public var pointwiseConstraint: Constraint?
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
            .optional("depth_multiplier", \.depthMultiplier), .required("filters", \.filters),
            .required("kernel_size", \.kernelSize), .optional("strides", \.strides), .optional("padding", \.padding),
            .optional("data_format", \.dataFormat), .optional("dilation_rate", \.dilationRate),
            .optional("activation", \.activation), .optional("use_bias", \.useBias),
            .optional("depthwise_initializer", \.depthwiseInitializer),
            .optional("pointwise_initializer", \.pointwiseInitializer),
            .optional("bias_initializer", \.biasInitializer),
            .optional("depthwise_regularizer", \.depthwiseRegularizer),
            .optional("pointwise_regularizer", \.pointwiseRegularizer),
            .optional("bias_regularizer", \.biasRegularizer), .optional("depthwise_constraint", \.depthwiseConstraint),
            .optional("pointwise_constraint", \.pointwiseConstraint), .optional("bias_constraint", \.biasConstraint),
        ]
    }
    /// What Keras 2 also wrote.
    public static var ignored: Set<String> {
        ["groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"]
    }
    public func check() throws(ConfigError) {
        try checkSize("filters", filters)
        try checkSize("depth_multiplier", depthMultiplier)
        try kernelSize.check("kernel_size")
        try strides.check("strides")
        try dilationRate.check("dilation_rate")
        if padding == .causal && Axes.count > 1 { throw ConfigError("padding: \"causal\" is for one axis only") }
    }
}

/// What `SeparableConv1D` and `SeparableConv2D` share.
public class SeparableConvolutionLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = SeparableConvolutionConfig<Axes>
    /// What the layer was made from.
    public let config: Config
    /// `[window…, channels, depthMultiplier]`.
    public let depthwiseKernel = Weight("depthwise_kernel")
    /// `[1…, channels · depthMultiplier, filters]`.
    public let pointwiseKernel = Weight("pointwise_kernel")
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
        create(
            depthwiseKernel, config.kernelSize.sizes + [channels, config.depthMultiplier], config.depthwiseInitializer,
            regularizer: config.depthwiseRegularizer, constraint: config.depthwiseConstraint)
        create(
            pointwiseKernel,
            [Int](repeating: 1, count: Axes.count) + [channels * config.depthMultiplier, config.filters],
            config.pointwiseInitializer, regularizer: config.pointwiseRegularizer,
            constraint: config.pointwiseConstraint)
        if let bias {
            create(
                bias, [config.filters], config.biasInitializer, regularizer: config.biasRegularizer,
                constraint: config.biasConstraint)
        }
    }

    private var window: [Int] { reach(config.kernelSize.sizes, dilation: config.dilationRate.sizes) }

    override func slide(_ x: Tensor) -> Tensor {
        let strides = config.strides.sizes
        let channelwise = x.convolvedDepthwise(
            with: depthwiseKernel.value, strides: strides,
            padding: borders(of: x, window: window, strides: strides, padding: config.padding),
            dilation: config.dilationRate.sizes)
        let y = channelwise.convolved(with: pointwiseKernel.value)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        let needed = depthwiseKernel.shape[Axes.count]
        guard channels == needed else { throw channelError(channels, needed, depthwiseKernel.shape, input) }
        let counts = try windowCounts(
            sizes, window: window, strides: config.strides.sizes, padding: config.padding, of: input)
        return (counts, config.filters)
    }
}
