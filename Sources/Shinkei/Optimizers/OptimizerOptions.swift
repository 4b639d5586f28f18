/// What every optimizer can be told besides its own arguments. All are off unless set.
///
/// ```swift
/// .adam(learningRate: 0.01, options: .init(gradientAccumulationSteps: 4))
/// ```
///
/// Keras: the arguments that its optimizers share.
public struct OptimizerOptions: Hashable, Sendable {
    /// By how much weights shrink in a step, times the learning rate, before the gradient is applied.
    public var weightDecay: Double?
    /// Limits on the gradients before they are used.
    public var clipping: GradientClipping
    /// Whether a running mean of the weights is kept, which they become at the end of training.
    public var useEMA: Bool
    /// How much of that mean is kept in a step, in `0 ... 1`.
    public var emaMomentum: Double
    /// After how many steps the weights become their mean on the way; `nil` for at the end only.
    public var emaOverwriteFrequency: Int?
    /// What the loss is multiplied by before the gradients are taken, and they are divided by.
    public var lossScaleFactor: Double?
    /// How many steps' gradients, averaged, make one change of the weights.
    public var gradientAccumulationSteps: Int?
    /// What the optimizer is called in files; its own name if it is `nil`.
    public var name: String?

    public init(
        weightDecay: Double? = nil, clipping: GradientClipping = .none, useEMA: Bool = false,
        emaMomentum: Double = 0.99,
        emaOverwriteFrequency: Int? = nil, lossScaleFactor: Double? = nil, gradientAccumulationSteps: Int? = nil,
        name: String? = nil
    ) {
        self.weightDecay = weightDecay
        self.clipping = clipping
        self.useEMA = useEMA
        self.emaMomentum = emaMomentum
        self.emaOverwriteFrequency = emaOverwriteFrequency
        self.lossScaleFactor = lossScaleFactor
        self.gradientAccumulationSteps = gradientAccumulationSteps
        self.name = name
    }

    /// These, with weight decay and clipping where they were given beside them.
    func with(weightDecay: Double?, clipping: GradientClipping) -> OptimizerOptions {
        var copy = self
        if let weightDecay { copy.weightDecay = weightDecay }
        if clipping != .none { copy.clipping = clipping }
        return copy
    }

    func check() throws(ConfigError) {
        if useEMA && !(0...1).contains(emaMomentum) {
            throw ConfigError("ema_momentum: must lie in 0 ... 1; got \(emaMomentum)")
        }
        if let every = emaOverwriteFrequency, every < 1 {
            throw ConfigError("ema_overwrite_frequency: must be at least 1; got \(every)")
        }
        if let steps = gradientAccumulationSteps, steps < 2 {
            throw ConfigError("gradient_accumulation_steps: must be at least 2; got \(steps)")
        }
        if let scale = lossScaleFactor, !(scale > 0) {
            throw ConfigError("loss_scale_factor: must be positive; got \(scale)")
        }
    }
}
