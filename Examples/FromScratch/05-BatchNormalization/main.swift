// Batch normalization with its way back by hand.
//
// Forward: each column of the batch gets mean 0 and variance 1, then a learned spread (gamma) and middle (beta).
// Backward is where it gets interesting: every row has a part in mean and variance, and so in every other row.
import ExampleSupport
import Shinkei

struct BatchNormalization {
    let gamma: Tensor = [1.0, 2.0, 3.0]
    let beta: Tensor = [0.0, -1.0, 1.0]
    var (gammaGradient, betaGradient) = (Tensor(0), Tensor(0))
    var (normalized, deviation) = (Tensor(0), Tensor(0))

    mutating func forward(_ x: Tensor) -> Tensor {
        deviation = (x.variance(axes: [0]) + 1e-5).sqrt()
        normalized = (x - x.mean(axis: 0)) / deviation
        return gamma * normalized + beta
    }

    mutating func backward(_ gradient: Tensor) -> Tensor {
        betaGradient = gradient.sum(axis: 0)
        gammaGradient = (gradient * normalized).sum(axis: 0)
        // What moves all rows alike is taken away by the mean, what stretches them by the variance: both drop out.
        let inner = gradient * gamma
        return (inner - inner.mean(axis: 0) - normalized * (inner * normalized).mean(axis: 0)) / deviation
    }
}

// Columns of very different size.
let x = Tensor.randomNormal([64, 3], seed: 1) * [100, 1, 0.01] + [50, 0, 3]
var layer = BatchNormalization()
let output = layer.forward(x)
print("before: means \(x.mean(axis: 0)), deviations \(x.standardDeviation(axes: [0]))")
print("after:  means \(output.mean(axis: 0)), deviations \(output.standardDeviation(axes: [0]))")

// A loss that weighs every output differently, so that no part of its derivative is 0 by accident.
let weights = Tensor.randomNormal([64, 3], seed: 2)
let byHand = layer.backward(weights)
let found = gradient(at: [x, layer.gamma, layer.beta]) { v in
    let normalized = (v[0] - v[0].mean(axis: 0)) / (v[0].variance(axes: [0]) + 1e-5).sqrt()
    return (weights * (v[1] * normalized + v[2])).sum()
}
let differences = zip(found, [byHand, layer.gammaGradient, layer.betaGradient]).map { a, b in
    (abs(a - b).max() / abs(a).max()).scalar(of: Double.self)
}
conclude("largest difference from automatic derivatives", differences.max() ?? .nan, atMost: 1e-4)
