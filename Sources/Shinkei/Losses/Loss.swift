public import ShinkeiCore
public import ShinkeiFormats

/// What training makes small.
///
/// A loss gives one number for each sample (and for each place, if the prediction has more axes);
/// `callAsFunction` makes one number of them, the mean unless `reduction` says otherwise.
/// Keras: `keras.losses.Loss`.
public protocol Loss: LossConvertible, Sendable {
    /// Keras's name: `categorical_crossentropy`.
    var name: String { get }

    /// How one number is made of the samples'.
    var reduction: LossReduction { get }

    /// Whether a target of this shape fits such a prediction. Both may have unknown sizes; ranks
    /// have been matched.
    func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool

    /// The loss of each sample: the prediction's shape without its last axis, in its type.
    func values(yTrue: Tensor, yPred: Tensor) -> Tensor

    /// Which of the values count, `bool` in their shape; `nil` if all do.
    func mask(yTrue: Tensor, values: Tensor) -> Tensor?

    /// What targets may be, if they are class numbers.
    func labels(prediction: SymbolicShape) -> LabelRange?
}

/// What targets may be that are class numbers.
public struct LabelRange: Hashable, Sendable {
    /// Targets are in `0 ..< count`.
    public var count: Int
    /// A number that may stand there as well: the target does not count.
    public var ignored: Int?
}

extension Loss {
    /// The mean.
    public var reduction: LossReduction { .sumOverBatchSize }

    /// Unless said otherwise, targets have the prediction's shape.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        prediction.accepts(target)
    }

    /// Unless said otherwise, all count.
    public func mask(yTrue: Tensor, values: Tensor) -> Tensor? { nil }

    /// Unless said otherwise, targets are no class numbers.
    public func labels(prediction: SymbolicShape) -> LabelRange? { nil }

    /// The loss of a batch: a scalar, unless the reduction is `none`.
    ///
    /// - Parameters:
    ///   - yTrue: The targets. A last axis of size 1 that one of the two lacks is added or taken
    ///     away, as in Keras.
    ///   - sampleWeight: What each sample, or each place in it, counts.
    public func callAsFunction(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) -> Tensor {
        reduced(yTrue: yTrue, yPred: yPred, sampleWeight: sampleWeight, mask: nil)
    }

    /// - Parameter mask: Which places of the prediction count, if it came with a mask.
    func reduced(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor?, mask: Tensor?) -> Tensor {
        let (target, prediction) = matchingRanks(yTrue, yPred.floating)
        guard
            accepts(
                target: SymbolicShape(target.shape), prediction: SymbolicShape(prediction.shape))
        else {
            trap("\(name): targets \(yTrue.shape) do not fit predictions \(yPred.shape)")
        }
        let values = values(yTrue: target, yPred: prediction)
        let own = self.mask(yTrue: target, values: values)
        let both = if let mask, let own { mask & own } else { mask ?? own }
        guard let weight = reduction.weight(sampleWeight, mask: both, dtype: values.dtype) else {
            return reduction(values)
        }
        let (matched, fitted) = withWeights(values, weight)
        return reduction(matched * fitted, weight: fitted)
    }
}

/// How one number is made of the losses of a batch.
public enum LossReduction: String, Hashable, Sendable, CaseIterable {
    /// Their sum.
    case sum
    /// Their sum divided by their number, whatever they weigh.
    case sumOverBatchSize = "sum_over_batch_size"
    /// The same by another name.
    case mean
    /// Their sum divided by the sum of the weights.
    case meanWithSampleWeight = "mean_with_sample_weight"
    /// They stay as they are; training goes down their sum and reports their mean.
    case none

    func callAsFunction(_ values: Tensor, weight: Tensor? = nil) -> Tensor {
        switch self {
        case .none: values
        case .sum: values.rank == 0 ? values : values.sum()
        case .sumOverBatchSize, .mean: values.rank == 0 ? values : values.mean()
        case .meanWithSampleWeight:
            if let weight {
                values.sum().dividedOrZero(by: weight.broadcast(to: values.shape.sizes).sum())
            } else {
                values.rank == 0 ? values : values.mean()
            }
        }
    }

    /// Weights and mask in one; `nil` if there is neither. Where losses are divided by their number, those masked out
    /// do not count in it.
    func weight(_ sampleWeight: Tensor?, mask: Tensor?, dtype: DType) -> Tensor? {
        let sampleWeight = sampleWeight?.cast(to: dtype)
        guard let mask else { return sampleWeight }
        var weight = mask.cast(to: dtype)
        if self == .sumOverBatchSize || self == .mean {
            let valid = weight.sum()
            weight = weight * Tensor.constant(Double(mask.count), dtype: dtype).dividedOrZero(by: valid)
        }
        guard let sampleWeight else { return weight }
        let (a, b) = withWeights(weight, sampleWeight)
        return a * b
    }
}

extension LossReduction: ConfigValue {
    public init(config: JSON) throws(ConfigError) {
        switch config.string {
        // What Keras 2 called its default.
        case "auto": self = .sumOverBatchSize
        case .some(let word) where LossReduction(rawValue: word) != nil: self = LossReduction(rawValue: word)!
        case nil where config.isNull: self = .none
        default:
            throw expected(
                "one of " + LossReduction.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "), config)
        }
    }
    public var config: JSON { .string(rawValue) }
}

/// A loss that is a plain value with Keras's arguments and can therefore be saved and loaded.
public protocol ConfiguredLoss: Loss, Configuration, Hashable {
    /// The key in messages.
    var name: String { get set }
    /// How one number is made of the samples'.
    var reduction: LossReduction { get set }
}

extension ConfiguredLoss {
    /// Keras's name of the class.
    static var className: String { String(describing: Self.self) }

    /// The keys that every loss has.
    static var commonFields: [ConfigField<Self>] {
        [.optional("name", \.name), .optional("reduction", \.reduction)]
    }

    static func make(_ object: JSON) throws(ConfigError) -> any Loss {
        try Self(object, besides: ["dtype", "fn"])
    }

    /// The object that files hold.
    var object: JSON {
        [
            "module": "keras.losses", "class_name": .string(Self.className), "config": .object(JSON.Object(members)),
            "registered_name": .null,
        ]
    }
}

/// Values and weights in shapes that can be multiplied: weights count for all that lies within their place.
func withWeights(_ values: Tensor, _ weights: Tensor) -> (values: Tensor, weights: Tensor) {
    if values.rank == 0 { return (values, weights) }
    var (values, weights) = matchingRanks(values, weights.cast(to: values.dtype))
    while weights.rank > 0 && weights.rank < values.rank { weights = weights.expanded(-1) }
    return (values, weights)
}

/// Two tensors whose ranks differ by one, made equal where a last axis of size 1 is all that is
/// between them: `[n]` beside `[n, 1]` becomes `[n, 1]`, otherwise the axis goes.
func matchingRanks(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
    func matched(_ long: Tensor, _ short: Tensor) -> (Tensor, Tensor) {
        guard long.shape.last == 1 else { return (long, short) }
        return short.rank == 1 ? (long, short.expanded(-1)) : (long.squeezed(-1), short)
    }
    if a.rank == b.rank + 1 { return matched(a, b) }
    if b.rank == a.rank + 1 {
        let (long, short) = matched(b, a)
        return (short, long)
    }
    return (a, b)
}

/// The same rule for shapes.
func matchingRanks(_ a: SymbolicShape, _ b: SymbolicShape) -> (SymbolicShape, SymbolicShape) {
    func matched(_ long: SymbolicShape, _ short: SymbolicShape) -> (SymbolicShape, SymbolicShape) {
        guard long.last == 1 else { return (long, short) }
        if short.rank == 1 { return (long, SymbolicShape(short.sizes + [1])) }
        return (SymbolicShape(Array(long.sizes.dropLast())), short)
    }
    if a.rank == b.rank + 1 { return matched(a, b) }
    if b.rank == a.rank + 1 {
        let (long, short) = matched(b, a)
        return (short, long)
    }
    return (a, b)
}

/// What keeps logarithms and divisions finite: probabilities are held within `epsilon ... 1 - epsilon`. Keras:
/// `keras.config.epsilon`.
let probabilityEpsilon = 1e-7

extension Tensor {
    /// Probabilities held where their logarithm, and that of their complement, is finite.
    var clippedProbabilities: Tensor { clipped(probabilityEpsilon, 1 - probabilityEpsilon) }

    /// Elements held within two numbers.
    func clipped(_ low: Double, _ high: Double) -> Tensor {
        clipped(Tensor.constant(low, dtype: dtype), Tensor.constant(high, dtype: dtype))
    }

    /// Elements held at or above a number.
    func atLeast(_ low: Double) -> Tensor { maximum(self, Tensor.constant(low, dtype: dtype)) }

    /// The quotient; 0 where the divisor is 0.
    func dividedOrZero(by divisor: Tensor) -> Tensor {
        let zero = Tensor.constant(0, dtype: divisor.dtype)
        let isZero = divisor .== zero
        return Tensor.where(
            isZero, zero, self / Tensor.where(isZero, Tensor.constant(1, dtype: divisor.dtype), divisor))
    }

    /// Scaled to Euclidean norm 1 along an axis; shorter ones than 1e-7 are multiplied by 1e7.
    func normalized(axis: Int) -> Tensor {
        self / square().sum(axis: axis, keepDims: true).atLeast(probabilityEpsilon * probabilityEpsilon).sqrt()
    }
}
