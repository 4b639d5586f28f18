public import ShinkeiCore

/// A fully connected layer: `y = activation(x · kernel + bias)`.
///
/// Input shape: `[batch, …, features]`. Output shape: `[batch, …, units]`.
/// Weights: `kernel` `[features, units]`, `bias` `[units]`.
/// Keras: `keras.layers.Dense`. Same defaults.
public final class Dense: Layer, ConfiguredLayer, GivesInputShape {
    /// Everything needed to rebuild the layer.
    public struct Config: LayerConfig {
        /// The size of the output's last axis.
        public var units: Int
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
        public init(units: Int) { self.units = units }

        public static let defaults = Config(units: 0)
        public static let fields: [ConfigField<Config>] = [
            .required("units", \.units), .optional("activation", \.activation), .optional("use_bias", \.useBias),
            .optional("kernel_initializer", \.kernelInitializer), .optional("bias_initializer", \.biasInitializer),
            .optional("kernel_regularizer", \.kernelRegularizer), .optional("bias_regularizer", \.biasRegularizer),
            .optional("kernel_constraint", \.kernelConstraint), .optional("bias_constraint", \.biasConstraint),
        ]
        public func check() throws(ConfigError) {
            try checkSize("units", units)
        }
    }

    /// What the layer was made from.
    public let config: Config
    /// The weights of the inputs, `[features, units]`.
    public let kernel = Weight("kernel")
    /// `nil` without a bias.
    public let bias: Weight?
    /// The input's shape without the batch axis, if the layer was given it as a model's first.
    let inputShape: SymbolicShape?

    /// - Precondition: There is at least one unit.
    public init(_ config: Config, inputShape: SymbolicShape? = nil, name: String? = nil) {
        config.trapIfWrong("Dense")
        self.config = config
        self.inputShape = inputShape
        bias = config.useBias ? Weight("bias") : nil
        super.init(name: name)
    }

    public convenience init(_ config: Config, name: String?) { self.init(config, inputShape: nil, name: name) }

    /// - Parameters:
    ///   - units: The size of the output's last axis.
    ///   - inputShape: Without the batch axis; only for a model's first layer, in place of
    ///     `Input(shape:)`.
    public convenience init(
        _ units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        activityRegularizer: Regularizer? = nil, kernelConstraint: Constraint? = nil,
        biasConstraint: Constraint? = nil, inputShape: SymbolicShape? = nil, name: String? = nil
    ) {
        var config = Config(units: units)
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

    /// - Throws: `UnknownNameError` if there is no such activation.
    public convenience init(
        _ units: Int, activation: String, useBias: Bool = true, inputShape: SymbolicShape? = nil,
        name: String? = nil
    ) throws {
        self.init(
            units, activation: try ActivationFunction(named: activation), useBias: useBias,
            inputShape: inputShape,
            name: name)
    }

    public override func build(_ input: SymbolicShape) throws(LayerError) {
        guard input.rank >= 2, let features = input.last else {
            throw LayerError(
                self, "needs [batch, …, features] with a known number of features", inputs: [input])
        }
        create(
            kernel, [features, config.units], config.kernelInitializer, regularizer: config.kernelRegularizer,
            constraint: config.kernelConstraint)
        if let bias {
            create(
                bias, [config.units], config.biasInitializer, regularizer: config.biasRegularizer,
                constraint: config.biasConstraint)
        }
    }

    public override var supportsMasking: Bool { true }

    public override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = x.cast(to: dtype).matmul(kernel.value)
        return config.activation(bias.map { y + $0.value } ?? y)
    }

    public override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
        guard input.rank >= 2, input.last == kernel.shape[0] else {
            let came = input.last.map(String.init) ?? "unknown"
            throw LayerError(
                self,
                "the last axis of the input is \(came), the kernel \(kernel.shape) needs \(kernel.shape[0])",
                inputs: [input])
        }
        do throws(ShapeError) { return try config.activation.outputShape(input.replacingLast(config.units)) } catch {
            throw LayerError(self, error.reason, inputs: [input])
        }
    }
}
