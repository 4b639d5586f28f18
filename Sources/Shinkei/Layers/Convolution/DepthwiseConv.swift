/// A convolution over a sequence that looks at each channel by itself.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, channels · depthMultiplier]`.
/// Weights: `kernel` `[window…, channels, depthMultiplier]`, `bias` `[channels · depthMultiplier]`.
/// Keras: `keras.layers.DepthwiseConv1D`. Same defaults.
public final class DepthwiseConv1D: DepthwiseConvolutionLayer<OneAxis>, ConfiguredLayer {
    /// - Parameters:
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - depthMultiplier: How many output channels each input channel has.
    public convenience init(
        _ kernelSize: Extent<OneAxis>, strides: Extent<OneAxis> = 1, padding: Padding = .valid,
        depthMultiplier: Int = 1,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<OneAxis> = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.depthMultiplier = depthMultiplier
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.activation = activation
        config.useBias = useBias
        config.depthwiseInitializer = depthwiseInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}

/// A convolution over images that looks at each channel by itself.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, channels · depthMultiplier]`.
/// Weights: `kernel` `[window…, channels, depthMultiplier]`, `bias` `[channels · depthMultiplier]`.
/// Keras: `keras.layers.DepthwiseConv2D`. Same defaults.
public final class DepthwiseConv2D: DepthwiseConvolutionLayer<TwoAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - depthMultiplier: How many output channels each input channel has.
    public convenience init(
        _ kernelSize: Extent<TwoAxes>, strides: Extent<TwoAxes> = 1, padding: Padding = .valid,
        depthMultiplier: Int = 1,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<TwoAxes> = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.depthMultiplier = depthMultiplier
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.activation = activation
        config.useBias = useBias
        config.depthwiseInitializer = depthwiseInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}
