public import ShinkeiCore

/// Brings the columns of a table to mean 0 and standard deviation 1: `(x - mean) / deviation`.
///
/// Learned from training rows, it is applied to all others. The deviation is that of a whole population (divided by the number of
/// rows); a column without any is only shifted. As scikit-learn's `StandardScaler`.
public struct StandardScaler: Sendable {
    /// The columns' means.
    public let mean: Tensor
    /// The columns' standard deviations; 1 where there is none.
    public let deviation: Tensor

    /// Learns from rows, along the first axis.
    public init(_ rows: Tensor) {
        guard rows.rank >= 1, rows.shape[0] > 0 else { trap("StandardScaler: needs rows; got \(rows.shape)") }
        let x = rows.dtype.isFloating ? rows : rows.cast(to: .float32)
        let wide = x.cast(to: .float64)
        let mean = wide.mean(axis: 0)
        let offset: Tensor = wide - mean
        let variance = (offset * offset).mean(axis: 0)
        self.mean = mean.cast(to: x.dtype).evaluate()
        deviation = Tensor.where(variance .== 0, Tensor.ones([], dtype: .float64), variance.sqrt()).cast(to: x.dtype)
            .evaluate()
    }
    /// The rows, scaled.
    public func transform(_ rows: Tensor) -> Tensor { (rows - mean) / deviation }
    /// The rows as they were before scaling.
    public func inverse(_ rows: Tensor) -> Tensor { rows * deviation + mean }
}

/// Brings the columns of a table into a range: the smallest value becomes `range.lowerBound`, the largest `range.upperBound`.
///
/// A column whose values are all the same becomes the lower bound. As scikit-learn's `MinMaxScaler`.
public struct MinMaxScaler: Sendable {
    /// The columns' smallest and largest values.
    public let smallest: Tensor
    public let largest: Tensor
    public let range: ClosedRange<Double>
    private let span: Tensor

    /// Learns from rows, along the first axis.
    public init(_ rows: Tensor, range: ClosedRange<Double> = 0...1) {
        guard rows.rank >= 1, rows.shape[0] > 0 else { trap("MinMaxScaler: needs rows; got \(rows.shape)") }
        let x = rows.dtype.isFloating ? rows : rows.cast(to: .float32)
        smallest = x.min(axis: 0).evaluate()
        largest = x.max(axis: 0).evaluate()
        self.range = range
        let span = largest - smallest
        self.span = Tensor.where(span .== 0, Tensor.ones([], dtype: x.dtype), span).evaluate()
    }
    /// The rows, scaled.
    public func transform(_ rows: Tensor) -> Tensor {
        (rows - smallest) / span * Tensor(range.upperBound - range.lowerBound, dtype: smallest.dtype)
            + Tensor(range.lowerBound, dtype: smallest.dtype)
    }
    /// The rows as they were before scaling.
    public func inverse(_ rows: Tensor) -> Tensor {
        (rows - Tensor(range.lowerBound, dtype: smallest.dtype))
            / Tensor(range.upperBound - range.lowerBound, dtype: smallest.dtype) * span + smallest
    }
}

/// Numbers of classes as rows with a 1 at the class and 0 elsewhere.
///
/// - Parameters:
///   - labels: Whole numbers from 0; a last axis of size 1 is left out.
///   - numClasses: The number of classes; one more than the largest label if not given.
/// - Precondition: All labels are in `0 ..< numClasses`.
///
/// Keras: `keras.utils.to_categorical`.
public func toCategorical(_ labels: Tensor, numClasses: Int? = nil, dtype: DType = .float32) -> Tensor {
    let flat = labels.rank > 1 && labels.shape.last == 1 ? labels.squeezed(-1) : labels
    let values = flat.array(of: Int.self)
    let count = numClasses ?? (values.max() ?? -1) + 1
    if let bad = values.first(where: { !(0..<count ~= $0) }) {
        trap("toCategorical: label \(bad) is not in 0 ..< \(count)")
    }
    return flat.cast(to: .int32).oneHot(count, dtype: dtype)
}
