public import ShinkeiCore

/// Down half a cosine wave to `alpha` times the start, after a straight warm-up if there is one.
///
/// `start · ((1 - alpha) · (1 + cos(π · step / steps)) / 2 + alpha)`. With a warm-up the rate first goes from
/// `initial` to `warmupTarget` in `warmupSteps`, and the cosine starts there.
///
/// Keras: `keras.optimizers.schedules.CosineDecay`. Source: Loshchilov & Hutter 2017, equation 5, arXiv:1608.03983.
public struct CosineDecay: ConfiguredSchedule {
    public var initialLearningRate = 0.0
    public var decaySteps = 1.0
    public var alpha = 0.0
    public var name = "CosineDecay"
    public var warmupTarget: Double?
    public var warmupSteps = 0.0

    /// - Precondition: `decaySteps` is positive.
    public init(
        _ initialLearningRate: Double, decaySteps: Double, alpha: Double = 0, warmupTarget: Double? = nil,
        warmupSteps: Double = 0
    ) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.alpha = alpha
        self.warmupTarget = warmupTarget
        self.warmupSteps = warmupSteps
        trapIfWrong("CosineDecay")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("initial_learning_rate", \.initialLearningRate), .required("decay_steps", \.decaySteps),
        .optional("alpha", \.alpha), .optional("name", \.name), .optional("warmup_target", \.warmupTarget),
        .optional("warmup_steps", \.warmupSteps),
    ]
    public func check() throws(ConfigError) { try positive("decay_steps", decaySteps) }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        func decayed(_ step: Tensor, from start: Double) -> Tensor {
            let wave = (number(.pi) * (step / number(decaySteps))).cos()
            return number(start) * (number(1 - alpha) * (0.5 * (1 + wave)) + number(alpha))
        }
        guard let warmupTarget else { return decayed(minimum(step, number(decaySteps)), from: initialLearningRate) }
        let step = minimum(step, number(decaySteps + warmupSteps))
        let falling = decayed(step - number(warmupSteps), from: warmupTarget)
        if warmupSteps <= 0 { return falling }
        let rising =
            number(warmupTarget - initialLearningRate) * (step / number(warmupSteps)) + number(initialLearningRate)
        return Tensor.where(step .< number(warmupSteps), rising, falling)
    }
}

/// Down half a cosine wave again and again: each is `tMul` times as long as the one before and begins `mMul` times as
/// high.
///
/// Keras: `keras.optimizers.schedules.CosineDecayRestarts`. Source: Loshchilov & Hutter 2017, arXiv:1608.03983.
public struct CosineDecayRestarts: ConfiguredSchedule {
    public var initialLearningRate = 0.0
    public var firstDecaySteps = 1.0
    public var tMul = 2.0
    public var mMul = 1.0
    public var alpha = 0.0
    public var name = "SGDRDecay"

    /// - Precondition: `firstDecaySteps` is positive.
    public init(
        _ initialLearningRate: Double, firstDecaySteps: Double, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0
    ) {
        self.initialLearningRate = initialLearningRate
        self.firstDecaySteps = firstDecaySteps
        self.tMul = tMul
        self.mMul = mMul
        self.alpha = alpha
        trapIfWrong("CosineDecayRestarts")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("initial_learning_rate", \.initialLearningRate), .required("first_decay_steps", \.firstDecaySteps),
        .optional("t_mul", \.tMul), .optional("m_mul", \.mMul), .optional("alpha", \.alpha), .optional("name", \.name),
    ]
    public func check() throws(ConfigError) { try positive("first_decay_steps", firstDecaySteps) }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        var part = step / number(firstDecaySteps)
        let restarts: Tensor
        if tMul == 1 {
            restarts = part.floor()
            part = part - restarts
        } else {
            let stretch = number(tMul)
            // In float32, so that the quotient of logarithms is whole where a wave begins.
            let growth = number(Double(1 - Float(tMul)))
            restarts = ((1 - part * growth).log() / stretch.log()).floor()
            let power = stretch.power(restarts)
            part = (part - (1 - power) / growth) / power
        }
        let wave = 0.5 * number(mMul).power(restarts) * (1 + (number(.pi) * part).cos())
        return number(initialLearningRate) * (number(1 - alpha) * wave + number(alpha))
    }
}
