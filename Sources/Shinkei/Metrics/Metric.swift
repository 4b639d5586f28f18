public import ShinkeiCore

/// A number that tells how good a model is, gathered batch by batch.
///
/// The state is kept in `Weight`s, so that `update` runs inside the compiled step.
/// Keras: `keras.metrics.Metric`.
open class Metric {
    /// The key in the history: `accuracy`; validation adds `val_`.
    public let name: String

    /// - Parameter name: The key in the history.
    public init(name: String) { self.name = name }

    // MARK: To override

    /// The state.
    open var weights: [Weight] { [] }
    /// Takes in a batch.
    open func update(yTrue: Tensor, yPred: Tensor) {}
    /// The value over everything taken in since the last reset.
    open func result() -> Double { .nan }

    /// Forgets everything taken in. Unless overridden, sets the state to 0.
    open func reset() {
        for weight in weights {
            weight.value = Tensor.zeros(weight.shape.sizes, dtype: weight.dtype)
        }
    }
}

/// The mean of a value over samples, whatever the sizes of the batches.
///
/// Sum and count are `float64`, in which counts are exact.
/// Keras: `keras.metrics.Mean`.
open class Mean: Metric {
    private let total = Weight("total", Tensor(0.0, dtype: .float64), isTrainable: false)
    private let count = Weight("count", Tensor(0.0, dtype: .float64), isTrainable: false)

    public override init(name: String = "mean") { super.init(name: name) }

    public override var weights: [Weight] { [total, count] }

    /// Takes in one value for each sample; further axes are averaged.
    public func update(values: Tensor) {
        let samples = values.rank > 1 ? values.mean(axes: Array(1..<values.rank)) : values
        add(samples.sum(), samples: values.rank == 0 ? 1 : values.shape[0])
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
    public override func result() -> Double {
        let count = count.value.scalar(of: Double.self)
        return count == 0 ? 0 : total.value.scalar(of: Double.self) / count
    }
}
