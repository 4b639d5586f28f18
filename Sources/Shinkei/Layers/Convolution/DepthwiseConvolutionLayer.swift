public import ShinkeiCore

/// What a depthwise convolution is made from. Keras's defaults.
public struct DepthwiseConvolutionConfig<Axes: SpatialAxes>: LayerConfig {
    /// The window's sizes.
    public var kernelSize: Extent<Axes>
    /// The distance of neighbouring windows.
    public var strides: Extent<Axes> = 1
    /// Where windows may reach over the border.
    public var padding = Padding.valid
    /// How many output channels each input channel has.
    public var depthMultiplier = 1
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast
    /// The distance of neighbouring taps of a window.
    public var dilationRate: Extent<Axes> = 1
    /// What is applied to the output.
    public var activation: ActivationFunction = .linear
    /// Whether a `bias` is added.
    public var useBias = true
    /// The first value of `kernel`.
    public var depthwiseInitializer: Initializer = .glorotUniform
    /// The first value of `bias`.
    public var biasInitializer: Initializer = .zeros
    /// What `kernel` adds to the loss.
    public var depthwiseRegularizer: Regularizer?
    /// What `bias` adds to the loss.
    public var biasRegularizer: Regularizer?
    /// What `kernel` is put through after each step.
    public var depthwiseConstraint: Constraint?
    /// What `bias` is put through after each step.
    public var biasConstraint: Constraint?

    /// The default configuration.
    public init(kernelSize: Extent<Axes>) { self.kernelSize = kernelSize }

    public static var defaults: Self { Self(kernelSize: 0) }
    public static var fields: [ConfigField<Self>] {
        [
            .optional("depth_multiplier", \.depthMultiplier), .required("kernel_size", \.kernelSize),
            .optional("strides", \.strides), .optional("padding", \.padding), .optional("data_format", \.dataFormat),
            .optional("dilation_rate", \.dilationRate), .optional("activation", \.activation),
            .optional("use_bias", \.useBias), .optional("depthwise_initializer", \.depthwiseInitializer),
            .optional("bias_initializer", \.biasInitializer),
            .optional("depthwise_regularizer", \.depthwiseRegularizer),
            .optional("bias_regularizer", \.biasRegularizer), .optional("depthwise_constraint", \.depthwiseConstraint),
            .optional("bias_constraint", \.biasConstraint),
        ]
    }
    /// What Keras 2 also wrote.
    public static var ignored: Set<String> {
        ["groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"]
    }
    public func check() throws(ConfigError) {
        try checkSize("depth_multiplier", depthMultiplier)
        try kernelSize.check("kernel_size")
        try strides.check("strides")
        try dilationRate.check("dilation_rate")
        if padding == .causal { throw ConfigError("padding: must be \"valid\" or \"same\"; got \"causal\"") }
    }
}

/// What `DepthwiseConv1D` and `DepthwiseConv2D` share.
public class DepthwiseConvolutionLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = DepthwiseConvolutionConfig<Axes>
    /// What the layer was made from.
    public let config: Config
    /// `[window…, channels, depthMultiplier]`.
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
        create(
            kernel, config.kernelSize.sizes + [channels, config.depthMultiplier], config.depthwiseInitializer,
            regularizer: config.depthwiseRegularizer, constraint: config.depthwiseConstraint)
        if let bias {
            create(
                bias, [channels * config.depthMultiplier], config.biasInitializer,
                regularizer: config.biasRegularizer, constraint: config.biasConstraint)
        }
    }

    private var window: [Int] { reach(config.kernelSize.sizes, dilation: config.dilationRate.sizes) }

    override func slide(_ x: Tensor) -> Tensor {
        let strides = config.strides.sizes
        let y = x.convolvedDepthwise(
            with: kernel.value, strides: strides,
            padding: borders(of: x, window: window, strides: strides, padding: config.padding),
            dilation: config.dilationRate.sizes)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        let needed = kernel.shape[Axes.count]
        guard channels == needed else { throw channelError(channels, needed, kernel.shape, input) }
        let counts = try windowCounts(
            sizes, window: window, strides: config.strides.sizes, padding: config.padding, of: input)
        return (counts, needed * config.depthMultiplier)
    }
}

extension Tensor {
    /// A convolution of each channel by itself, with a kernel `[window…, channels, multiplier]`.
    func convolvedDepthwise(
        with kernel: Tensor, strides: [Int], padding: [(before: Int, after: Int)], dilation: [Int]
    ) -> Tensor {
        let channels = kernel.shape[kernel.rank - 2]
        let grouped = kernel.reshaped(kernel.shape.sizes.dropLast(2) + [1, channels * kernel.shape.last])
        return convolved(with: grouped, strides: strides, padding: padding, dilation: dilation, groups: channels)
    }
}
