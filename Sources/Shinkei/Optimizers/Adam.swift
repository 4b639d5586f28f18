public import ShinkeiCore

/// Steps from running means of the gradient and of its square.
///
/// `m += (g - m)(1 - beta1)`, `v += (g² - v)(1 - beta2)`, `w -= alpha · m / (sqrt(v) + epsilon)`
/// with `alpha = rate · sqrt(1 - beta2^t) / (1 - beta1^t)`.
///
/// AMSGrad divides by the largest `v` so far.
/// Keras: `keras.optimizers.Adam`. Same defaults: 0.001, 0.9, 0.999, epsilon 1e-7.
/// - Note: Epsilon is added to the root of the uncorrected `v`, as in Keras: "epsilon hat" in the
///   paper.
///
/// Source: Kingma & Ba 2015, Algorithm 1, arXiv:1412.6980.
public final class Adam: Optimizer {
    /// How much of the mean gradient is kept in a step.
    public let beta1: Double
    /// How much of the mean square is kept in a step.
    public let beta2: Double
    /// Keeps the division finite.
    public let epsilon: Double
    /// Whether the largest mean square so far divides.
    public let amsgrad: Bool

    /// All arguments have Keras's defaults.
    public init(
        learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-7,
        amsgrad: Bool = false, clipping: GradientClipping = .none
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        super.init(name: "adam", learningRate: learningRate, clipping: clipping)
    }

    public override var slotGroups: [[String]] {
        [["momentum", "velocity"]] + (amsgrad ? [["velocity_hat"]] : [])
    }

    public override func updated(
        _ weight: Tensor, gradient: Tensor, slots: [Tensor], _ step: OptimizerStep
    ) -> (weight: Tensor, slots: [Tensor]) {
        let dtype = weight.dtype.computed
        let power1 = Tensor.constant(beta1, dtype: dtype).power(step.number)
        let power2 = Tensor.constant(beta2, dtype: dtype).power(step.number)
        let alpha = step.learningRate * (1 - power2).sqrt() / (1 - power1)
        let momentum = slots[0] + (gradient - slots[0]) * (1 - beta1)
        let velocity = slots[1] + (gradient.square() - slots[1]) * (1 - beta2)
        var new = [momentum, velocity]
        var spread = velocity
        if amsgrad {
            spread = maximum(slots[2], velocity)
            new.append(spread)
        }
        return (weight - momentum * alpha / (spread.sqrt() + epsilon), new)
    }
}
