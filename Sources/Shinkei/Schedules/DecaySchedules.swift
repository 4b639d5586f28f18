public import ShinkeiCore

/// `initial · rate^(step / steps)`; by stairs, the exponent is rounded down.
///
/// Keras: `keras.optimizers.schedules.ExponentialDecay`.
public struct ExponentialDecay: ConfiguredSchedule {
    public var initialLearningRate = 0.0
    public var decaySteps = 1.0
    public var decayRate = 1.0
    public var staircase = false
    public var name = "ExponentialDecay"

    /// - Precondition: `decaySteps` is positive.
    public init(_ initialLearningRate: Double, decaySteps: Double, decayRate: Double, staircase: Bool = false) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.decayRate = decayRate
        self.staircase = staircase
        trapIfWrong("ExponentialDecay")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("initial_learning_rate", \.initialLearningRate), .required("decay_steps", \.decaySteps),
        .required("decay_rate", \.decayRate), .optional("staircase", \.staircase), .optional("name", \.name),
    ]
    public func check() throws(ConfigError) { try positive("decay_steps", decaySteps) }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        let part = step / number(decaySteps)
        return number(initialLearningRate) * number(decayRate).power(staircase ? part.floor() : part)
    }
}

/// `initial / (1 + rate · step / steps)`; by stairs, the quotient is rounded down.
///
/// Keras: `keras.optimizers.schedules.InverseTimeDecay`.
public struct InverseTimeDecay: ConfiguredSchedule {
    public var initialLearningRate = 0.0
    public var decaySteps = 1.0
    public var decayRate = 1.0
    public var staircase = false
    public var name = "InverseTimeDecay"

    /// - Precondition: `decaySteps` is positive.
    public init(_ initialLearningRate: Double, decaySteps: Double, decayRate: Double, staircase: Bool = false) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.decayRate = decayRate
        self.staircase = staircase
        trapIfWrong("InverseTimeDecay")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("initial_learning_rate", \.initialLearningRate), .required("decay_steps", \.decaySteps),
        .required("decay_rate", \.decayRate), .optional("staircase", \.staircase), .optional("name", \.name),
    ]
    public func check() throws(ConfigError) { try positive("decay_steps", decaySteps) }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        let part = step / number(decaySteps)
        return number(initialLearningRate) / (number(decayRate) * (staircase ? part.floor() : part) + 1)
    }
}

/// From one learning rate to another along a polynomial: `(initial - end) · (1 - step / steps)^power + end`, and then
/// the latter; in cycles, `steps` is doubled, trebled and so on when it is reached.
///
/// Keras: `keras.optimizers.schedules.PolynomialDecay`.
public struct PolynomialDecay: ConfiguredSchedule {
    public var initialLearningRate = 0.0
    public var decaySteps = 1.0
    public var endLearningRate = 0.0001
    public var power = 1.0
    public var cycle = false
    public var name = "PolynomialDecay"

    /// - Precondition: `decaySteps` is positive.
    public init(
        _ initialLearningRate: Double, decaySteps: Double, endLearningRate: Double = 0.0001, power: Double = 1,
        cycle: Bool = false
    ) {
        self.initialLearningRate = initialLearningRate
        self.decaySteps = decaySteps
        self.endLearningRate = endLearningRate
        self.power = power
        self.cycle = cycle
        trapIfWrong("PolynomialDecay")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("initial_learning_rate", \.initialLearningRate), .required("decay_steps", \.decaySteps),
        .optional("end_learning_rate", \.endLearningRate), .optional("power", \.power), .optional("cycle", \.cycle),
        .optional("name", \.name),
    ]
    public func check() throws(ConfigError) { try positive("decay_steps", decaySteps) }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        var steps = number(decaySteps)
        var step = step
        if cycle {
            steps = steps * Tensor.where(step .== 0, number(1), (step / number(decaySteps)).ceil())
        } else {
            step = minimum(step, steps)
        }
        return number(initialLearningRate - endLearningRate) * (1 - step / steps).power(number(power))
            + number(endLearningRate)
    }
}

/// One value after another: `values[0]` up to and with step `boundaries[0]`, and so on.
///
/// Keras: `keras.optimizers.schedules.PiecewiseConstantDecay`.
public struct PiecewiseConstantDecay: ConfiguredSchedule {
    public var boundaries: [Double] = []
    public var values: [Double] = []
    public var name = "PiecewiseConstant"

    /// - Precondition: There is one boundary less than there are values.
    public init(boundaries: [Double], values: [Double]) {
        self.boundaries = boundaries
        self.values = values
        trapIfWrong("PiecewiseConstantDecay")
    }
    private init() {}
    public static let defaults = Self()
    public static let fields: [ConfigField<Self>] = [
        .required("boundaries", \.boundaries), .required("values", \.values), .optional("name", \.name),
    ]
    public func check() throws(ConfigError) {
        if boundaries.count != values.count - 1 {
            throw ConfigError("\(values.count) values need one boundary less; got \(boundaries.count)")
        }
    }

    public func callAsFunction(_ step: Tensor) -> Tensor {
        zip(boundaries, values).reversed().reduce(number(values[values.count - 1])) { later, entry in
            Tensor.where(step .<= number(entry.0.rounded(.towardZero)), number(entry.1), later)
        }
    }
}
