public import ShinkeiCore

/// What a transposed convolution is made from. Keras's defaults.
public struct TransposedConvolutionConfig<Axes: SpatialAxes>: LayerConfig {
    /// The number of output channels.
    public var filters: Int
    /// The window's sizes.
    public var kernelSize: Extent<Axes>
    /// How far apart the windows of neighbouring inputs lie in the output.
    public var strides: Extent<Axes> = 1
    /// `valid` or `same`.
    public var padding = Padding.valid
    /// How much larger than necessary the output is; chosen by `padding` if not given.
    public var outputPadding: Extent<Axes>?
    /// Where the channels stand.
    public var dataFormat = DataFormat.channelsLast
    /// The distance of neighbouring taps of a window.
    public var dilationRate: Extent<Axes> = 1
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
            .optional("padding", \.padding), .optional("output_padding", \.outputPadding),
            .optional("data_format", \.dataFormat), .optional("dilation_rate", \.dilationRate),
            .optional("activation", \.activation), .optional("use_bias", \.useBias),
            .optional("kernel_initializer", \.kernelInitializer), .optional("bias_initializer", \.biasInitializer),
            .optional("kernel_regularizer", \.kernelRegularizer), .optional("bias_regularizer", \.biasRegularizer),
            .optional("kernel_constraint", \.kernelConstraint), .optional("bias_constraint", \.biasConstraint),
        ]
    }
    /// What Keras 2 also wrote.
    public static var ignored: Set<String> { ["groups"] }
    public func check() throws(ConfigError) {
        try checkSize("filters", filters)
        try kernelSize.check("kernel_size")
        try strides.check("strides")
        try dilationRate.check("dilation_rate")
        try outputPadding?.check("output_padding", from: 0)
        if padding == .causal { throw ConfigError("padding: must be \"valid\" or \"same\"; got \"causal\"") }
        let window = reach(kernelSize.sizes, dilation: dilationRate.sizes)
        for axis in 0..<Axes.count {
            let size = outputSize(of: 4, axis: axis)
            guard padding.count(size: size, window: window[axis], stride: strides.sizes[axis]) == 4 else {
                throw ConfigError(
                    "output_padding: \(outputPadding!.sizes) does not fit a kernel of \(kernelSize.sizes) with strides \(strides.sizes)"
                )
            }
        }
    }

    /// The output's size on an axis.
    func outputSize(of size: Int, axis: Int) -> Int {
        let stride = strides.sizes[axis]
        let window = (kernelSize.sizes[axis] - 1) * dilationRate.sizes[axis] + 1
        let extra = outputPadding?.sizes[axis]
        if padding == .same { return extra.map { (size - 1) * stride + window % 2 + $0 } ?? size * stride }
        return (size - 1) * stride + window + (extra ?? max(stride - window, 0))
    }
}

/// What `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose` share.
public class TransposedConvolutionLayer<Axes: SpatialAxes>: SlidingLayer<Axes> {
    /// Everything needed to rebuild the layer.
    public typealias Config = TransposedConvolutionConfig<Axes>
    /// What the layer was made from.
    public let config: Config
    /// `[window…, filters, input channels]`.
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
        create(
            kernel, config.kernelSize.sizes + [config.filters, try channels(of: input)], config.kernelInitializer,
            regularizer: config.kernelRegularizer, constraint: config.kernelConstraint)
        if let bias {
            create(
                bias, [config.filters], config.biasInitializer, regularizer: config.biasRegularizer,
                constraint: config.biasConstraint)
        }
    }

    override func slide(_ x: Tensor) -> Tensor {
        let window = reach(config.kernelSize.sizes, dilation: config.dilationRate.sizes)
        let strides = config.strides.sizes
        let sizes = (0..<Axes.count).map { config.outputSize(of: x.shape[$0 + 1], axis: $0) }
        let borders = sizes.indices.map {
            config.padding.border(size: sizes[$0], window: window[$0], stride: strides[$0])
        }
        let y = x.convolvedTransposed(
            with: kernel.value, outputSizes: sizes, strides: strides, padding: borders,
            dilation: config.dilationRate.sizes)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    override func slidingShape(
        _ sizes: [Int?], channels: Int?, of input: SymbolicShape
    ) throws(LayerError) -> ([Int?], Int?) {
        guard channels == kernel.shape.last else {
            throw channelError(channels, kernel.shape.last, kernel.shape, input)
        }
        if sizes.contains(0) { throw LayerError(self, "the input is empty", inputs: [input]) }
        return (
            sizes.enumerated().map { axis, size in size.map { config.outputSize(of: $0, axis: axis) } }, config.filters
        )
    }
}
