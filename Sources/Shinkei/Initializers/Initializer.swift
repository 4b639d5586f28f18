public import ShinkeiCore

/// How a weight gets its first value.
///
/// The random ones draw with the global seed, in the order in which weights are created, unless they have a seed of their
/// own: `.glorotUniform.seeded(7)`.
/// Keras: `keras.initializers`, same defaults.
public struct Initializer: Hashable, Sendable {
    /// What the variance of `varianceScaling` is divided by: how many numbers flow into a unit, out of it, or their mean.
    public enum Mode: String, ConfigWord, Sendable {
        case fanIn = "fan_in"
        case fanOut = "fan_out"
        case fanAverage = "fan_avg"
    }
    /// What `varianceScaling` draws from. The truncated normal has no values further out than two deviations.
    public enum Distribution: String, ConfigWord, Sendable {
        case truncatedNormal = "truncated_normal"
        case untruncatedNormal = "untruncated_normal"
        case uniform
    }
    enum Kind: Hashable {
        case constant(Double)
        case identity(gain: Double)
        case orthogonal(gain: Double)
        case uniform(Double, Double)
        case normal(mean: Double, deviation: Double)
        case truncatedNormal(mean: Double, deviation: Double)
        case varianceScaling(scale: Double, Mode, Distribution)
    }
    let kind: Kind
    /// Keras's name.
    public let name: String
    var seed: Int?

    private init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// All 0.
    public static let zeros = Initializer("zeros", .constant(0))
    /// All 1.
    public static let ones = Initializer("ones", .constant(1))
    /// One value everywhere.
    public static func constant(_ value: Double) -> Initializer { Initializer("constant", .constant(value)) }
    /// Evenly from -0.05 to 0.05.
    public static let randomUniform = randomUniform(-0.05, 0.05)
    /// Evenly between two values.
    public static func randomUniform(_ low: Double, _ high: Double) -> Initializer {
        Initializer("random_uniform", .uniform(low, high))
    }
    /// Normal with the standard deviation 0.05.
    public static let randomNormal = randomNormal(standardDeviation: 0.05)
    /// Normal.
    public static func randomNormal(mean: Double = 0, standardDeviation: Double) -> Initializer {
        Initializer("random_normal", .normal(mean: mean, deviation: standardDeviation))
    }
    /// Normal with the standard deviation 0.05, without what lies further than two of them from the mean.
    public static let truncatedNormal = truncatedNormal(standardDeviation: 0.05)
    /// Normal, without what lies further than two standard deviations from the mean.
    public static func truncatedNormal(mean: Double = 0, standardDeviation: Double) -> Initializer {
        Initializer("truncated_normal", .truncatedNormal(mean: mean, deviation: standardDeviation))
    }
    /// Evenly within ±sqrt(6 / (fanIn + fanOut)). Glorot & Bengio 2010.
    public static let glorotUniform = scaling("glorot_uniform", 1, .fanAverage, .uniform)
    /// Truncated normal of variance 2 / (fanIn + fanOut).
    public static let glorotNormal = scaling("glorot_normal", 1, .fanAverage, .truncatedNormal)
    /// Evenly within ±sqrt(6 / fanIn). He et al. 2015.
    public static let heUniform = scaling("he_uniform", 2, .fanIn, .uniform)
    /// Truncated normal of variance 2 / fanIn.
    public static let heNormal = scaling("he_normal", 2, .fanIn, .truncatedNormal)
    /// Evenly within ±sqrt(3 / fanIn). LeCun et al. 1998.
    public static let lecunUniform = scaling("lecun_uniform", 1, .fanIn, .uniform)
    /// Truncated normal of variance 1 / fanIn.
    public static let lecunNormal = scaling("lecun_normal", 1, .fanIn, .truncatedNormal)
    /// Of mean 0 and variance `scale / fan`.
    public static func varianceScaling(
        scale: Double = 1, mode: Mode = .fanIn, distribution: Distribution = .truncatedNormal
    ) -> Initializer { scaling("variance_scaling", scale, mode, distribution) }

    private static func scaling(
        _ name: String, _ scale: Double, _ mode: Mode, _ distribution: Distribution
    ) -> Initializer { Initializer(name, .varianceScaling(scale: scale, mode, distribution)) }

    /// A random matrix with orthogonal rows or columns of length 1, whichever are fewer. Saxe et al. 2014.
    public static let orthogonal = orthogonal(gain: 1)
    /// A random matrix with orthogonal rows or columns of length `gain`; all axes but the last count as rows.
    public static func orthogonal(gain: Double) -> Initializer { Initializer("orthogonal", .orthogonal(gain: gain)) }
    /// 1 on the diagonal of a matrix, else 0.
    public static let identity = identity(gain: 1)
    /// `gain` on the diagonal of a matrix, else 0.
    public static func identity(gain: Double) -> Initializer { Initializer("identity", .identity(gain: gain)) }

    /// Every initializer that a name can choose, sorted.
    static let all: [Initializer] = [
        .constant(0), .glorotNormal, .glorotUniform, .heNormal, .heUniform, .identity, .lecunNormal, .lecunUniform,
        .ones, .orthogonal, .randomNormal, .randomUniform, .truncatedNormal, .varianceScaling(), .zeros,
    ]
    private static let table = NameTable(
        kind: "initializer",
        entries: all.map { ($0.name, $0) } + [
            ("identity_initializer", .identity), ("normal", .randomNormal), ("one", .ones),
            ("orthogonal_initializer", .orthogonal), ("uniform", .randomUniform), ("zero", .zeros),
        ])

    /// The initializer with this name, as Keras writes it: the function's or the class's.
    ///
    /// - Throws: `UnknownNameError`, which lists the nearest names.
    public init(named name: String) throws(UnknownNameError) { self = try Initializer.table.lookup(name) }

    /// The same initializer with a seed of its own: equal shapes get equal values.
    public func seeded(_ seed: Int) -> Initializer {
        var copy = self
        copy.seed = seed
        return copy
    }

    /// A first value of this shape.
    ///
    /// - Precondition: `orthogonal` gets two or more axes, `identity` two.
    public func callAsFunction(_ shape: [Int], dtype: DType = .float32) -> Tensor {
        if let reason = misfit(shape) { trap("\(name) \(Shape(shape)): \(reason)") }
        // Not more draws than needed: a layer's numbers do not depend on whether the one before has constants.
        var key: RandomKey { seed.map { RandomKey(seed: $0) } ?? Session.current.nextKey() }
        switch kind {
        case .constant(let value): return Tensor.full(shape, value, dtype: dtype)
        case .identity(let gain): return Tensor.eye(shape[0], shape[1], dtype: dtype) * gain
        case .orthogonal(let gain): return orthogonalMatrix(shape, gain: gain, dtype: dtype, key: key)
        case .uniform(let low, let high):
            return Tensor.randomUniform(shape, low: low, high: high, dtype: dtype, key: key)
        case .normal(let mean, let deviation):
            return Tensor.randomNormal(shape, mean: mean, standardDeviation: deviation, dtype: dtype, key: key)
        case .truncatedNormal(let mean, let deviation):
            return Tensor.randomTruncatedNormal(shape, mean: mean, standardDeviation: deviation, dtype: dtype, key: key)
        case .varianceScaling(let scale, let mode, let distribution):
            let (fanIn, fanOut) = Initializer.fans(shape)
            let fan =
                switch mode {
                case .fanIn: fanIn
                case .fanOut: fanOut
                case .fanAverage: (fanIn + fanOut) / 2
                }
            let variance = scale / max(1, fan)
            switch distribution {
            case .truncatedNormal:
                // Cutting at two deviations narrows the distribution by this factor.
                let deviation = variance.squareRoot() / 0.87962566103423978
                return Tensor.randomTruncatedNormal(shape, standardDeviation: deviation, dtype: dtype, key: key)
            case .untruncatedNormal:
                return Tensor.randomNormal(shape, standardDeviation: variance.squareRoot(), dtype: dtype, key: key)
            case .uniform:
                let limit = (3 * variance).squareRoot()
                return Tensor.randomUniform(shape, low: -limit, high: limit, dtype: dtype, key: key)
            }
        }
    }

    /// Why a weight of this shape cannot get such values.
    func misfit(_ shape: [Int]) -> String? {
        switch kind {
        case .identity: shape.count == 2 ? nil : "the identity initializer needs a matrix"
        case .orthogonal: shape.count >= 2 ? nil : "the orthogonal initializer needs two or more axes"
        default: nil
        }
    }

    /// How many numbers flow into and out of a unit of a kernel `[…, in, out]`; leading axes are a convolution's window.
    static func fans(_ shape: [Int]) -> (fanIn: Double, fanOut: Double) {
        switch shape.count {
        case 0: return (1, 1)
        case 1: return (Double(shape[0]), Double(shape[0]))
        default:
            let window = shape.dropLast(2).reduce(1, *)
            return (Double(window * shape[shape.count - 2]), Double(window * shape[shape.count - 1]))
        }
    }
}
