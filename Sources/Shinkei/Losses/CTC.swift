public import ShinkeiCore

/// For label sequences shorter than the predictions, whose places in time are not known: `-log` of the probability of
/// all ways to stretch the labels over the steps, each with blanks (class 0) between.
///
/// Prediction: logits `[n, steps, classes]`. Targets: `[n, labels]` class numbers from 1, filled up with 0 at the end.
/// Keras: `keras.losses.CTC`.
/// Source: Graves et al. 2006, equations 5 to 8.
public struct CTC: ConfiguredLoss {
    public var name = "ctc"
    public var reduction = LossReduction.sumOverBatchSize
    /// - Parameter reduction: How one number is made of the samples'.
    public init(reduction: LossReduction = .sumOverBatchSize) { self.reduction = reduction }
    public static let defaults = Self()
    public static let fields = commonFields

    /// A row of class numbers for each row of steps.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        prediction.rank == 3 && target.rank == 2
    }
    /// The classes 0 to the last.
    public func labels(prediction: SymbolicShape) -> LabelRange? {
        prediction.last.map { LabelRange(count: $0, ignored: nil) }
    }

    /// The loss of each sample.
    public func values(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let (rows, steps, classes) = (yPred.shape[0], yPred.shape[1], yPred.shape[2])
        let labels = yTrue.cast(to: .int32)
        let places = 2 * labels.shape[1] + 1
        let zero = Tensor.constant(integer: 0, dtype: .int32)
        // A blank before, between and after the labels.
        let blanks = Tensor.zeros([rows, labels.shape[1]], dtype: .int32)
        let symbols = Tensor.concatenate(
            [
                Tensor.stack([blanks, labels], axis: 2).reshaped([rows, places - 1]),
                Tensor.zeros([rows, 1], dtype: .int32),
            ],
            axis: 1)
        let logarithms = yPred.logSoftmax(axis: -1)
        // [rows, steps, places]: the logarithm of each place's symbol in each step.
        let emission = logarithms.matmul(symbols.oneHot(classes, dtype: yPred.dtype).swapped(1, 2))
        // Stands for minus infinity, and has a derivative.
        let never = Tensor.constant(-1e30, dtype: yPred.dtype)
        func shifted(_ x: Tensor, by count: Int, fill: Double) -> Tensor {
            x.padded([(0, 0), (count, 0)], value: fill)[.all, 0..<places]
        }
        // A label may follow another label at once if it differs from it.
        let skips = (symbols .!= zero) & (symbols .!= shifted(symbols, by: 2, fill: 0))
        let isStart = Tensor.arange(places).expanded(0) .< 2
        var alpha = Tensor.where(isStart, emission[.all, 0], never)
        for step in 1..<Swift.max(steps, 1) {
            let ways = [
                alpha, shifted(alpha, by: 1, fill: -1e30),
                Tensor.where(skips, shifted(alpha, by: 2, fill: -1e30), never),
            ]
            alpha = Tensor.stack(ways, axis: 2).logSumExp(axes: [2]) + emission[.all, step]
        }
        let end = 2 * (labels .!= zero).cast(to: .int32).sum(axis: 1, keepDims: true)
        let place = Tensor.arange(places).expanded(0)
        let isEnd = (place .== end) | (place .== end - 1)
        return -Tensor.where(isEnd, alpha, never).logSumExp(axes: [1])
    }
}
