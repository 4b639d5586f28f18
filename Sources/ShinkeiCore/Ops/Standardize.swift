extension Tensor {
    /// `(x - mean) / sqrt(variance + epsilon) · scale`, with mean and variance of the elements over `axes`.
    ///
    /// The derivative, which goes through mean and variance too, takes two sums over the elements and one pass:
    /// `dx = f (g - mean(g) - (x - mean) · mean(g · (x - mean)) / (variance + epsilon))`, with `f` the factor of `x`. Taken
    /// operation by operation it would take twice as many.
    ///
    /// - Parameters:
    ///   - scale: Of the shape of `mean`, or 1 for all.
    /// - Returns: The result, and mean and variance with the axes as size 1.
    ///
    /// Source: Ioffe & Szegedy 2015, arXiv:1502.03167, §3.
    package func standardized(
        over axes: [Int], epsilon: Double, scale: Tensor? = nil
    ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
        let axes = resolve(axes, op: "standardized")
        let (mean, variance) = moments(over: axes)
        let output = withCustomGradient([self] + (scale.map { [$0] } ?? [])) { inputs in
            let inverse = (stopGradient(variance) + epsilon).rsqrt()
            return (inputs[0] - stopGradient(mean)) * (inputs.count > 1 ? inverse * inputs[1] : inverse)
        } backward: { inputs, _, upstream in
            // The same expressions as above, and so computed once; but these can be derived again.
            let (mean, variance) = inputs[0].moments(over: axes)
            let inverse = (variance + epsilon).rsqrt()
            let centred = inputs[0] - mean
            let sum = upstream.sum(axes: axes, keepDims: true)
            let product = (upstream * centred).sum(axes: axes, keepDims: true)
            let count = Double(axes.map { inputs[0].shape[$0] }.reduce(1, *))
            let factor = inputs.count > 1 ? inverse * inputs[1] : inverse
            let slope = factor * inverse * inverse * product / -count
            let gradient = upstream * factor + (centred * slope - factor * sum / count)
            return inputs.count > 1 ? [gradient, product * inverse] : [gradient]
        }
        return (output, mean, variance)
    }

    private func moments(over axes: [Int]) -> (mean: Tensor, variance: Tensor) {
        (mean(axes: axes, keepDims: true), variance(axes: axes, keepDims: true))
    }
}
