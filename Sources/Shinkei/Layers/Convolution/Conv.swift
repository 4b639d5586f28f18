/// A convolution over a sequence: `y = activation(x ∗ kernel + bias)`.
///
/// Input shape: `[batch, steps, channels]`. Output shape: `[batch, new steps, filters]`; with
/// `channelsFirst` the channels follow the batch. `.causal` lets no output see what comes after it.
/// Weights: `kernel` `[window…, channels / groups, filters]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv1D`. Same defaults.
public final class Conv1D: ConvolutionLayer<OneAxis>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - inputShape: Without the batch axis; only for a model's first layer, in place of `Input(shape:)`.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<OneAxis>, strides: Extent<OneAxis> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<OneAxis> = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.groups = groups
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        config.kernelRegularizer = kernelRegularizer
        config.biasRegularizer = biasRegularizer
        config.kernelConstraint = kernelConstraint
        config.biasConstraint = biasConstraint
        self.init(config, inputShape: inputShape, name: name)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution over images: `y = activation(x ∗ kernel + bias)`.
///
/// Input shape: `[batch, height, width, channels]`. Output shape: `[batch, new height, new width, filters]`; with
/// `channelsFirst` the channels follow the batch.
/// Weights: `kernel` `[window…, channels / groups, filters]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv2D`. Same defaults.
public final class Conv2D: ConvolutionLayer<TwoAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - inputShape: Without the batch axis; only for a model's first layer, in place of `Input(shape:)`.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<TwoAxes>, strides: Extent<TwoAxes> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<TwoAxes> = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.groups = groups
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        config.kernelRegularizer = kernelRegularizer
        config.biasRegularizer = biasRegularizer
        config.kernelConstraint = kernelConstraint
        config.biasConstraint = biasConstraint
        self.init(config, inputShape: inputShape, name: name)
        self.activityRegularizer = activityRegularizer
    }
}

/// A convolution over volumes: `y = activation(x ∗ kernel + bias)`.
///
/// Input shape: `[batch, depth, height, width, channels]`. Output shape: `[batch, new depth, new height, new width, filters]`; with
/// `channelsFirst` the channels follow the batch.
/// Weights: `kernel` `[window…, channels / groups, filters]`, `bias` `[filters]`.
/// Keras: `keras.layers.Conv3D`. Same defaults.
public final class Conv3D: ConvolutionLayer<ThreeAxes>, ConfiguredLayer {
    /// - Parameters:
    ///   - filters: The number of output channels.
    ///   - kernelSize: The window's sizes, one number or one for each axis.
    ///   - inputShape: Without the batch axis; only for a model's first layer, in place of `Input(shape:)`.
    public convenience init(
        _ filters: Int, _ kernelSize: Extent<ThreeAxes>, strides: Extent<ThreeAxes> = 1, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast, dilationRate: Extent<ThreeAxes> = 1, groups: Int = 1,
        activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(filters: filters, kernelSize: kernelSize)
        config.strides = strides
        config.padding = padding
        config.dataFormat = dataFormat
        config.dilationRate = dilationRate
        config.groups = groups
        config.activation = activation
        config.useBias = useBias
        config.kernelInitializer = kernelInitializer
        config.biasInitializer = biasInitializer
        config.kernelRegularizer = kernelRegularizer
        config.biasRegularizer = biasRegularizer
        config.kernelConstraint = kernelConstraint
        config.biasConstraint = biasConstraint
        self.init(config, inputShape: inputShape, name: name)
        self.activityRegularizer = activityRegularizer
    }
}
