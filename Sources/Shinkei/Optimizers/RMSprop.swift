public import ShinkeiCore

/// Steps divided by a running root mean square of the gradient.
///
/// `v = rho · v + (1 - rho) · g²`, `w -= rate · g / sqrt(v + epsilon)`.
///
/// Centered, the running mean's square is taken off `v`. With momentum,
/// `m = momentum · m + step` and `w -= m`.
/// Keras: `keras.optimizers.RMSprop`. Same defaults: 0.001, rho 0.9, epsilon 1e-7.
/// - Note: Epsilon stands inside the root, as in Keras; PyTorch adds 1e-8 outside.
///
/// Source: Tieleman & Hinton 2012, lecture 6.5.
public final class RMSprop: Optimizer {
    /// How much of the running means is kept in a step.
    public let rho: Double
    /// How much of the last move is kept in a step; 0 for none.
    public let momentum: Double
    /// Keeps the division finite.
    public let epsilon: Double
    /// Whether the mean gradient is taken off first.
    public let centered: Bool

    /// All arguments have Keras's defaults.
    public init(
        learningRate: Double = 0.001, rho: Double = 0.9, momentum: Double = 0,
        epsilon: Double = 1e-7,
        centered: Bool = false, clipping: GradientClipping = .none
    ) {
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        super.init(name: "rmsprop", learningRate: learningRate, clipping: clipping)
    }

    public override var slotGroups: [[String]] {
        [["velocity"]] + (momentum > 0 ? [["momentum"]] : [])
            + (centered ? [["average_gradient"]] : [])
    }

    public override func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let velocity = slots[0] * rho + gradient.square() * (1 - rho)
        var new = [velocity]
        var denominator = velocity + epsilon
        var average: Tensor?
        if centered {
            let mean = slots[slots.count - 1] * rho + gradient * (1 - rho)
            denominator = velocity - mean.square() + epsilon
            average = mean
        }
        var move = step.learningRate * gradient / denominator.sqrt()
        if momentum > 0 {
            move = slots[1] * momentum + move
            new.append(move)
        }
        if let average { new.append(average) }
        return (weight - move, new)
    }
}
