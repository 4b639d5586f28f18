import ShinkeiCore

/// A function applied to every element of a layer's output (`softmax`, `logSoftmax`, `sparsemax` and `glu`: along an axis).
///
/// Written with a leading dot, `Dense(512, activation: .relu)`, or by Keras's name. `Activation` is the layer.
/// Keras: `keras.activations`, same defaults.
public struct ActivationFunction: Hashable, Sendable {
    enum Kind: Hashable {
        case celu(alpha: Double)
        case elu(alpha: Double)
        case exponential
        case gelu(isApproximate: Bool)
        case glu(axis: Int)
        case hardShrink(Double)
        case hardSigmoid, hardSilu, hardTanh
        case leakyRelu(negativeSlope: Double)
        case linear
        case logSigmoid
        case logSoftmax(axis: Int)
        case mish
        case relu(negativeSlope: Double, maxValue: Double?, threshold: Double)
        case relu6, selu, sigmoid, silu
        case softShrink(Double)
        case softmax(axes: [Int])
        case softplus, softsign, sparsePlus, sparseSigmoid
        case sparsemax(axis: Int)
        case squareplus(b: Double)
        case step, tanh, tanhShrink
        case threshold(Double, value: Double)
    }
    let kind: Kind
    /// Keras's name.
    public let name: String

    private init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// `x` above 0, `exp(x) - 1` below.
    public static let celu = celu(alpha: 1)
    /// `x` above 0, `exp(x) - 1` below. Clevert et al. 2016.
    public static let elu = elu(alpha: 1)
    /// `exp(x)`
    public static let exponential = ActivationFunction(.exponential, "exponential")
    /// `x · Φ(x)` with the normal distribution function; the exact form, not the tanh approximation.
    public static let gelu = gelu(approximate: false)
    /// `a · sigmoid(b)` of the halves `a` and `b` of the last axis, which becomes half as long. Dauphin et al. 2017.
    public static let glu = glu(axis: -1)
    /// `x` where `|x| > 0.5`, else 0.
    public static let hardShrink = hardShrink(threshold: 0.5)
    /// `relu6(x + 3) / 6`
    public static let hardSigmoid = ActivationFunction(.hardSigmoid, "hard_sigmoid")
    /// `x · hardSigmoid(x)`, also called hard swish. Howard et al. 2019.
    public static let hardSilu = ActivationFunction(.hardSilu, "hard_silu")
    /// `x` limited to -1 … 1.
    public static let hardTanh = ActivationFunction(.hardTanh, "hard_tanh")
    /// `x` above 0, `0.2 x` below.
    public static let leakyRelu = leakyRelu(negativeSlope: 0.2)
    /// `x`
    public static let linear = ActivationFunction(.linear, "linear")
    /// `log(sigmoid(x))`
    public static let logSigmoid = ActivationFunction(.logSigmoid, "log_sigmoid")
    /// `log(softmax(x))`
    public static let logSoftmax = logSoftmax(axis: -1)
    /// `x · tanh(softplus(x))`. Misra 2019.
    public static let mish = ActivationFunction(.mish, "mish")
    /// `max(x, 0)`
    public static let relu = relu(negativeSlope: 0)
    /// `min(max(x, 0), 6)`
    public static let relu6 = ActivationFunction(.relu6, "relu6")
    /// `scale · x` above 0, `scale · alpha · (exp(x) - 1)` below, with the two constants of Klambauer et al. 2017.
    public static let selu = ActivationFunction(.selu, "selu")
    /// `1 / (1 + exp(-x))`
    public static let sigmoid = ActivationFunction(.sigmoid, "sigmoid")
    /// `x · sigmoid(x)`, also called swish.
    public static let silu = ActivationFunction(.silu, "silu")
    /// `x - 0.5` above 0.5, `x + 0.5` below -0.5, else 0.
    public static let softShrink = softShrink(threshold: 0.5)
    /// `exp(x) / sum(exp(x))` over the last axis.
    public static let softmax = softmax(axis: -1)
    /// `log(1 + exp(x))`
    public static let softplus = ActivationFunction(.softplus, "softplus")
    /// `x / (1 + |x|)`
    public static let softsign = ActivationFunction(.softsign, "softsign")
    /// 0 up to -1, `(x + 1)² / 4` up to 1, then `x`.
    public static let sparsePlus = ActivationFunction(.sparsePlus, "sparse_plus")
    /// 0 up to -1, `(x + 1) / 2` up to 1, then 1.
    public static let sparseSigmoid = ActivationFunction(.sparseSigmoid, "sparse_sigmoid")
    /// A softmax with exact zeros over the last axis, after Martins & Astudillo 2016.
    ///
    /// - Note: As Keras computes it, so that its models give their numbers: where more than one element stays, the threshold is another than
    ///   the paper's, and the results do not sum to 1.
    public static let sparsemax = sparsemax(axis: -1)
    /// `(x + sqrt(x² + 4)) / 2`
    public static let squareplus = squareplus(b: 4)
    /// 1 above 0, 0 elsewhere: the threshold of the first artificial neurons. Its derivative is 0, so it cannot be trained
    /// through. Not in Keras.
    public static let step = ActivationFunction(.step, "step")
    /// `(exp(x) - exp(-x)) / (exp(x) + exp(-x))`
    public static let tanh = ActivationFunction(.tanh, "tanh")
    /// `x - tanh(x)`
    public static let tanhShrink = ActivationFunction(.tanhShrink, "tanh_shrink")

    /// `x` above 0, `alpha · (exp(x / alpha) - 1)` below. Barron 2017.
    public static func celu(alpha: Double) -> ActivationFunction { ActivationFunction(.celu(alpha: alpha), "celu") }
    /// `x` above 0, `alpha · (exp(x) - 1)` below.
    public static func elu(alpha: Double) -> ActivationFunction { ActivationFunction(.elu(alpha: alpha), "elu") }
    /// `x · Φ(x)`, or `x / 2 · (1 + tanh(sqrt(2 / π) (x + 0.044715 x³)))`. Hendrycks & Gimpel 2016.
    public static func gelu(approximate: Bool) -> ActivationFunction {
        ActivationFunction(.gelu(isApproximate: approximate), "gelu")
    }
    /// `a · sigmoid(b)` of the halves of an axis.
    public static func glu(axis: Int) -> ActivationFunction { ActivationFunction(.glu(axis: axis), "glu") }
    /// `x` where `|x| > threshold`, else 0.
    public static func hardShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction(.hardShrink(threshold), "hard_shrink")
    }
    /// `x` above 0, `negativeSlope · x` below.
    public static func leakyRelu(negativeSlope: Double) -> ActivationFunction {
        ActivationFunction(.leakyRelu(negativeSlope: negativeSlope), "leaky_relu")
    }
    /// `log(softmax(x))` along an axis.
    public static func logSoftmax(axis: Int) -> ActivationFunction {
        ActivationFunction(.logSoftmax(axis: axis), "log_softmax")
    }
    /// `x` above the threshold, at most `maxValue`; `negativeSlope · (x - threshold)` up to it.
    ///
    /// With a `maxValue`, what lies above a negative threshold is at least 0, as in Keras.
    public static func relu(
        negativeSlope: Double, maxValue: Double? = nil, threshold: Double = 0
    ) -> ActivationFunction {
        ActivationFunction(.relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold), "relu")
    }
    /// `x - threshold` above the threshold, `x + threshold` below its negative, else 0.
    public static func softShrink(threshold: Double) -> ActivationFunction {
        ActivationFunction(.softShrink(threshold), "soft_shrink")
    }
    /// `exp(x) / sum(exp(x))` along an axis.
    public static func softmax(axis: Int) -> ActivationFunction { softmax(axes: [axis]) }
    /// `exp(x) / sum(exp(x))` over some axes together.
    public static func softmax(axes: [Int]) -> ActivationFunction {
        ActivationFunction(.softmax(axes: axes), "softmax")
    }
    /// A softmax with exact zeros along an axis; see `sparsemax`.
    public static func sparsemax(axis: Int) -> ActivationFunction {
        ActivationFunction(.sparsemax(axis: axis), "sparsemax")
    }
    /// `(x + sqrt(x² + b)) / 2`. Barron 2021.
    public static func squareplus(b: Double) -> ActivationFunction {
        ActivationFunction(.squareplus(b: b), "squareplus")
    }
    /// `x` above a threshold, else `value`.
    public static func threshold(_ threshold: Double, value: Double) -> ActivationFunction {
        ActivationFunction(.threshold(threshold, value: value), "threshold")
    }

    /// Every activation that a name can choose, sorted. `threshold` is none of them: it has no defaults.
    static let all: [ActivationFunction] = [
        .celu, .elu, .exponential, .gelu, .glu, .hardShrink, .hardSigmoid, .hardSilu, .hardTanh, .leakyRelu, .linear,
        .logSigmoid, .logSoftmax, .mish, .relu, .relu6, .selu, .sigmoid, .silu, .softShrink, .softmax, .softplus,
        .softsign, .sparsePlus, .sparseSigmoid, .sparsemax, .squareplus, .step, .tanh, .tanhShrink,
    ]
    private static let table = NameTable(
        kind: "activation", entries: all.map { ($0.name, $0) } + [("hard_swish", .hardSilu), ("swish", .silu)])

    /// The activation with this name, as Keras writes it.
    ///
    /// - Throws: `UnknownNameError`, which lists the nearest names.
    public init(named name: String) throws(UnknownNameError) {
        self = try ActivationFunction.table.lookup(name)
    }

    /// The shape of the result for an input of this shape.
    ///
    /// - Throws: `ShapeError` if the function cannot be applied to it.
    func outputShape(_ input: SymbolicShape) throws(ShapeError) -> SymbolicShape {
        switch kind {
        case .glu(let axis):
            let place = try resolve(axis, in: input)
            guard let size = input[place] else { return input }
            guard size % 2 == 0 else {
                throw ShapeError(op: name, inputs: [input.filled(with: 1)], reason: "axis \(axis) has no halves")
            }
            var output = input
            output.sizes[place] = size / 2
            return output
        case .softmax(let axes):
            guard !axes.isEmpty else {
                throw ShapeError(op: name, inputs: [input.filled(with: 1)], reason: "needs an axis")
            }
            for axis in axes { _ = try resolve(axis, in: input) }
            return input
        case .logSoftmax(let axis), .sparsemax(let axis):
            _ = try resolve(axis, in: input)
            return input
        default: return input
        }
    }

    private func resolve(_ axis: Int, in shape: SymbolicShape) throws(ShapeError) -> Int {
        let place = axis < 0 ? axis + shape.rank : axis
        guard shape.sizes.indices.contains(place) else {
            throw ShapeError(op: name, inputs: [shape.filled(with: 1)], reason: "there is no axis \(axis)")
        }
        return place
    }
}

extension ActivationFunction: CustomStringConvertible {
    /// The text for a person.
    public var description: String { name }
}
