/// A transposed convolution over a sequence: what a convolution's gradient is to its input, so that strides enlarge.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, filters]`.
/// Weights: `kernel` `[window…, filters, channels]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv1DTranspose`. Same defaults.
public final class Conv1DTranspose: TransposedConvolutionLayer<OneAxis>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - outputPadding: How much larger than necessary the output is; less than the strides.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<OneAxis>, strides: Extent<OneAxis> = 1, padding: Padding = .valid,
        outputPadding: Extent<OneAxis>? = nil, dataFormat: DataFormat = .channelsLast,
        dilationRate: Extent<OneAxis> = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.outputPadding = outputPadding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}

/// A transposed convolution over images: what a convolution's gradient is to its input, so that strides enlarge.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, filters]`.
/// Weights: `kernel` `[window…, filters, channels]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv2DTranspose`. Same defaults.
public final class Conv2DTranspose: TransposedConvolutionLayer<TwoAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - outputPadding: How much larger than necessary the output is; less than the strides.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<TwoAxes>, strides: Extent<TwoAxes> = 1, padding: Padding = .valid,
        outputPadding: Extent<TwoAxes>? = nil, dataFormat: DataFormat = .channelsLast,
        dilationRate: Extent<TwoAxes> = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.outputPadding = outputPadding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}

/// A transposed convolution over volumes: what a convolution's gradient is to its input, so that strides enlarge.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, new depth, new height, new width, filters]`.
/// Weights: `kernel` `[window…, filters, channels]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv3DTranspose`. Same defaults.
public final class Conv3DTranspose: TransposedConvolutionLayer<ThreeAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - outputPadding: How much larger than necessary the output is; less than the strides.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<ThreeAxes>, strides: Extent<ThreeAxes> = 1, padding: Padding = .valid,
        outputPadding: Extent<ThreeAxes>? = nil, dataFormat: DataFormat = .channelsLast,
        dilationRate: Extent<ThreeAxes> = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.outputPadding = outputPadding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}
