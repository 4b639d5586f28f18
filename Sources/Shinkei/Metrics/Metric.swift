public import ShinkeiCore

/// A number that tells how good a model is, gathered batch by batch.
///
/// The state is kept in `Weight`s, so that `update` runs inside the compiled step.
/// Keras: `keras.metrics.Metric`.
open class Metric {
    /// The key in the history: `accuracy`; validation adds `val_`.
    public let name: String
    /// What the user wrote, if the metric was chosen by a name.
    var spelling: String?

    /// - Parameter name: The key in the history.
    public init(name: String) { self.name = name }

    // MARK: To override

    /// The state.
    open var weights: [Weight] { [] }
    /// Makes state whose shape depends on the data's; unknown sizes are `nil`. Called before `update`, perhaps often.
    open func build(target: SymbolicShape, prediction: SymbolicShape) {}
    /// Takes in a batch.
    ///
    /// - Parameter sampleWeight: What each sample, or each place in it, counts; 1 if it is `nil`.
    open func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor? = nil) {}
    /// The value over everything taken in since the last reset; the mean of several.
    open func result() -> Double { .nan }
    /// The values, of a metric that has several.
    open func results() -> [Double] { [result()] }
    /// Whether the metric has several values, such as one for each class.
    open var isVector: Bool { false }
    /// Whether places that are masked out do not count.
    open var usesMask: Bool { false }

    /// Forgets everything taken in. Unless overridden, sets the state to 0.
    open func reset() {
        for weight in weights {
            weight.value = Tensor.zeros(weight.shape.sizes, dtype: weight.dtype)
        }
    }

    // MARK: Use

    /// - Parameter mask: Which places of the prediction count, if it came with a mask.
    final func update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor?, mask: Tensor?) {
        let weight =
            usesMask ? LossReduction.sum.weight(sampleWeight, mask: mask, dtype: yPred.floating.dtype) : sampleWeight
        update(yTrue: yTrue, yPred: yPred, sampleWeight: weight)
    }
}

/// State of counts: sums of many batches, in `float64`, in which counts are exact.
func countWeight(_ name: String, _ shape: [Int] = []) -> Weight {
    Weight(name, Tensor.zeros(shape, dtype: .float64), isTrainable: false)
}

extension Weight {
    /// Adds to the value.
    func add(_ x: Tensor) { value = value + x.cast(to: dtype) }
    /// The value as numbers.
    var numbers: [Double] { value.array(of: Double.self) }
}

/// The mean of a value over samples, whatever the sizes of the batches.
///
/// Sum and count are `float64`, in which counts are exact.
/// Keras: `keras.metrics.Mean`.
open class Mean: Metric {
    private let total = countWeight("total")
    private let count = countWeight("count")

    public override init(name: String = "mean") { super.init(name: name) }

    public override var weights: [Weight] { [total, count] }
    public override var usesMask: Bool { true }

    /// Takes in one value for each sample; further axes are averaged.
    ///
    /// - Parameter sampleWeight: What each sample, or each place in it, counts.
    public func update(values: Tensor, sampleWeight: Tensor? = nil) {
        guard let sampleWeight else {
            let samples = values.rank > 1 ? values.mean(axes: Array(1..<values.rank)) : values
            return add(samples.sum(), samples: values.rank == 0 ? 1 : values.shape[0])
        }
        var (each, weight) = matchingRanks(values, sampleWeight.cast(to: values.dtype))
        if each.rank > weight.rank { each = each.mean(axes: Array(weight.rank..<each.rank)) }
        weight = weight.broadcast(to: each.shape.sizes)
        each = each * weight
        if weight.rank > 1 {
            each = each.mean(axes: Array(1..<each.rank))
            weight = weight.mean(axes: Array(1..<weight.rank))
        }
        total.add(each.sum())
        count.add(weight.sum())
    }

    /// Takes in a mean over a number of samples.
    func update(mean: Tensor, samples: Int) {
        add(
            mean.cast(to: .float64) * Tensor.constant(Double(samples), dtype: .float64),
            samples: samples)
    }

    private func add(_ sum: Tensor, samples: Int) {
        total.value = total.value + sum.cast(to: .float64)
        count.value = count.value + Tensor.constant(Double(samples), dtype: .float64)
    }

    /// The mean; 0 over nothing, as in Keras.
    open override func result() -> Double {
        let count = count.value.scalar(of: Double.self)
        return count == 0 ? 0 : total.value.scalar(of: Double.self) / count
    }
}

/// The sum of values.
///
/// Keras: `keras.metrics.Sum`.
open class Sum: Metric {
    private let total = countWeight("total")

    public override init(name: String = "sum") { super.init(name: name) }

    public override var weights: [Weight] { [total] }

    /// Takes in values.
    ///
    /// - Parameter sampleWeight: What each sample, or each place in it, counts.
    public func update(values: Tensor, sampleWeight: Tensor? = nil) {
        guard let sampleWeight else { return total.add(values.sum()) }
        let (each, weight) = withWeights(values.floating, sampleWeight)
        total.add((each * weight).sum())
    }

    /// The sum.
    open override func result() -> Double { total.value.scalar(of: Double.self) }
}

/// The quotient; 0 where nothing is divided by nothing.
func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }
