public import ShinkeiCore

/// What training makes small.
///
/// A loss gives one number for each sample (and for each place, if the prediction has more axes);
/// `callAsFunction` takes their mean, Keras's `sum_over_batch_size`.
/// Keras: `keras.losses.Loss`.
public protocol Loss: LossConvertible, Sendable {
    /// Keras's name: `categorical_crossentropy`.
    var name: String { get }

    /// Whether a target of this shape fits such a prediction. Both may have unknown sizes; ranks
    /// have been matched.
    func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool

    /// The loss of each sample: the prediction's shape without its last axis, in its type.
    func values(yTrue: Tensor, yPred: Tensor) -> Tensor
}

extension Loss {
    /// The mean loss, a scalar.
    ///
    /// - Parameters:
    ///   - yTrue: The targets. A last axis of size 1 that one of the two lacks is added or taken
    ///     away, as in Keras.
    public func callAsFunction(yTrue: Tensor, yPred: Tensor) -> Tensor {
        let (target, prediction) = matchingRanks(yTrue, yPred.floating)
        guard
            accepts(
                target: SymbolicShape(target.shape), prediction: SymbolicShape(prediction.shape))
        else {
            trap("\(name): targets \(yTrue.shape) do not fit predictions \(yPred.shape)")
        }
        return values(yTrue: target, yPred: prediction).mean()
    }

    /// Unless said otherwise, targets have the prediction's shape.
    public func accepts(target: SymbolicShape, prediction: SymbolicShape) -> Bool {
        prediction.accepts(target)
    }
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

/// What keeps logarithms finite: probabilities are held within `epsilon ... 1 - epsilon`. Keras:
/// `keras.config.epsilon`.
let probabilityEpsilon = 1e-7

extension Tensor {
    /// Probabilities held where their logarithm, and that of their complement, is finite.
    var clippedProbabilities: Tensor {
        clipped(
            Tensor.constant(probabilityEpsilon, dtype: dtype),
            Tensor.constant(1 - probabilityEpsilon, dtype: dtype))
    }
}
