public import ShinkeiCore

/// A function applied to every element of a layer's output (`softmax` and `logSoftmax`: to every
/// row).
///
/// Written with a leading dot, `Dense(512, activation: .relu)`, or by Keras's name. `Activation` is
/// the layer.
/// Keras: `keras.activations`.
public struct ActivationFunction: Hashable, Sendable {
    enum Kind: Hashable {
        case linear, relu, relu6, sigmoid, hardSigmoid, tanh, softmax, logSoftmax, elu, selu, gelu,
            silu, softplus
        case softsign, exponential, leakyRelu, mish, step
    }
    let kind: Kind
    /// Keras's name.
    public let name: String
    /// The slope below 0 of `leakyRelu`, the limit of `elu`.
    let parameter: Double

    private init(_ kind: Kind, _ name: String, _ parameter: Double = 0) {
        self.kind = kind
        self.name = name
        self.parameter = parameter
    }

    /// `x`
    public static let linear = ActivationFunction(.linear, "linear")
    /// `max(x, 0)`
    public static let relu = ActivationFunction(.relu, "relu")
    /// `min(max(x, 0), 6)`
    public static let relu6 = ActivationFunction(.relu6, "relu6")
    /// `1 / (1 + exp(-x))`
    public static let sigmoid = ActivationFunction(.sigmoid, "sigmoid")
    /// `relu6(x + 3) / 6`
    public static let hardSigmoid = ActivationFunction(.hardSigmoid, "hard_sigmoid")
    /// `(exp(x) - exp(-x)) / (exp(x) + exp(-x))`
    public static let tanh = ActivationFunction(.tanh, "tanh")
    /// `exp(x) / sum(exp(x))` over the last axis.
    public static let softmax = ActivationFunction(.softmax, "softmax")
    /// `log(softmax(x))`
    public static let logSoftmax = ActivationFunction(.logSoftmax, "log_softmax")
    /// `x` above 0, `exp(x) - 1` below.
    public static let elu = ActivationFunction.elu(alpha: 1)
    /// `scale · x` above 0, `scale · alpha · (exp(x) - 1)` below, with the two constants of
    /// Klambauer et al. 2017.
    public static let selu = ActivationFunction(.selu, "selu")
    /// `x · Φ(x)` with the normal distribution function; the exact form, not the tanh
    /// approximation.
    public static let gelu = ActivationFunction(.gelu, "gelu")
    /// `x · sigmoid(x)`, also called swish.
    public static let silu = ActivationFunction(.silu, "silu")
    /// `log(1 + exp(x))`
    public static let softplus = ActivationFunction(.softplus, "softplus")
    /// `x / (1 + |x|)`
    public static let softsign = ActivationFunction(.softsign, "softsign")
    /// `exp(x)`
    public static let exponential = ActivationFunction(.exponential, "exponential")
    /// `x` above 0, `0.2 x` below.
    public static let leakyRelu = ActivationFunction.leakyRelu(negativeSlope: 0.2)
    /// `x · tanh(softplus(x))`
    public static let mish = ActivationFunction(.mish, "mish")
    /// 1 above 0, 0 elsewhere: the threshold of the first artificial neurons. Its derivative is 0,
    /// so it cannot be trained through. Not in Keras.
    public static let step = ActivationFunction(.step, "step")

    /// `x` above 0, `alpha · (exp(x) - 1)` below.
    public static func elu(alpha: Double) -> ActivationFunction {
        ActivationFunction(.elu, "elu", alpha)
    }
    /// `x` above 0, `negativeSlope · x` below.
    public static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction(.leakyRelu, "leaky_relu", negativeSlope)
    }

    /// Every activation that a name can choose, sorted.
    static let all: [ActivationFunction] = [
        .elu, .exponential, .gelu, .hardSigmoid, .leakyRelu, .linear, .logSoftmax, .mish, .relu,
        .relu6, .selu,
        .sigmoid, .silu, .softmax, .softplus, .softsign, .step, .tanh,
    ]
    private static let table = NameTable(
        kind: "activation", entries: all.map { ($0.name, $0) } + [("swish", .silu)])

    /// The activation with this name, as Keras writes it.
    ///
    /// - Throws: `UnknownNameError`, which lists the nearest names.
    public init(named name: String) throws(UnknownNameError) {
        self = try ActivationFunction.table.lookup(name)
    }

    /// Applies the function. Same shape and type as `x`, which is floating.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch kind {
        case .linear: return x
        case .relu: return x.relu()
        case .relu6: return minimum(x.relu(), 6)
        case .sigmoid: return x.sigmoid()
        case .hardSigmoid: return minimum((x + 3).relu(), 6) / 6
        case .tanh: return x.tanh()
        case .softmax: return x.softmax(axis: -1)
        case .logSoftmax: return x.logSoftmax(axis: -1)
        case .elu: return belowZero(x, (exponentialBelowZero(x)) * parameter)
        case .selu:
            return belowZero(x, exponentialBelowZero(x) * 1.6732632423543772) * 1.0507009873554805
        case .gelu: return x * (((x * 0.7071067811865476).erf() + 1) * 0.5)
        case .silu: return x * x.sigmoid()
        case .softplus: return x.softplus()
        case .softsign: return x / (x.abs() + 1)
        case .exponential: return x.exp()
        case .leakyRelu: return belowZero(x, x * parameter)
        case .mish: return x * x.softplus().tanh()
        case .step: return stopGradient(Tensor.where(x.isNaN(), x, (x .> 0).cast(to: x.dtype)))
        }
    }

    private func belowZero(_ x: Tensor, _ low: Tensor) -> Tensor { Tensor.where(x .> 0, x, low) }

    /// `exp(x) - 1`; above 0 the argument is held at 0, so that no infinity meets the zero gradient
    /// of the unused branch.
    private func exponentialBelowZero(_ x: Tensor) -> Tensor { minimum(x, 0).expm1() }
}

extension ActivationFunction: CustomStringConvertible {
    /// The text for a person.
    public var description: String { name }
}
