/// A depthwise convolution over a sequence, and then one with windows of one place that mixes the channels.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, filters]`.
/// Weights: `depthwise_kernel` `[window…, channels, depthMultiplier]`, `pointwise_kernel`
/// `[1…, channels · depthMultiplier, filters]`, `bias` `[filters]`. Chollet 2017 (Xception).
/// Keras: `keras.layers.SeparableConv1D`. Same defaults.
public final class SeparableConv1D: SeparableConvolutionLayer<OneAxis>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - depthMultiplier: How many channels the depthwise convolution makes of each.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<OneAxis>, strides: Extent<OneAxis> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<OneAxis> = 1, depthMultiplier: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.depthMultiplier = depthMultiplier
        config.activation = activation
        config.useBias = useBias
        config.depthwiseInitializer = depthwiseInitializer
        config.pointwiseInitializer = pointwiseInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}

/// A depthwise convolution over images, and then one with windows of one place that mixes the channels.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, filters]`.
/// Weights: `depthwise_kernel` `[window…, channels, depthMultiplier]`, `pointwise_kernel`
/// `[1…, channels · depthMultiplier, filters]`, `bias` `[filters]`. Chollet 2017 (Xception).
/// Keras: `keras.layers.SeparableConv2D`. Same defaults.
public final class SeparableConv2D: SeparableConvolutionLayer<TwoAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - depthMultiplier: How many channels the depthwise convolution makes of each.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<TwoAxes>, strides: Extent<TwoAxes> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<TwoAxes> = 1, depthMultiplier: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
        biasInitializer: Initializer = .zeros, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.depthMultiplier = depthMultiplier
        config.activation = activation
        config.useBias = useBias
        config.depthwiseInitializer = depthwiseInitializer
        config.pointwiseInitializer = pointwiseInitializer
        config.biasInitializer = biasInitializer
        self.init(config, inputShape: inputShape, name: name)
    }
}
