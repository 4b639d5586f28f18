public import ShinkeiCore

/// Gradient descent, with momentum if asked for.
///
/// `w -= rate · g`, or `m = momentum · m - rate · g` and `w += m`.
///
/// Nesterov's form looks ahead: `w += momentum · m - rate · g` with the new `m`.
/// Keras: `keras.optimizers.SGD`. Same defaults: learning rate 0.01, no momentum.
public final class SGD: Optimizer {
    /// How much of the last move is kept in a step; 0 for none.
    public let momentum: Double
    /// Whether the move looks ahead.
    public let nesterov: Bool

    /// - Precondition: `momentum` is in `0 ... 1`.
    public init(
        learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false,
        clipping: GradientClipping = .none
    ) {
        guard momentum >= 0, momentum <= 1 else {
            trap("SGD: momentum lies in 0 ... 1; got \(momentum)")
        }
        self.momentum = momentum
        self.nesterov = nesterov
        super.init(name: "sgd", learningRate: learningRate, clipping: clipping)
    }

    public override var slotGroups: [[String]] { momentum == 0 ? [] : [["momentum"]] }

    public override func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let move = gradient * step.learningRate
        guard let old = slots.first else { return (weight - move, []) }
        let new = old * momentum - move
        return (nesterov ? weight + (new * momentum - move) : weight + new, [new])
    }
}
