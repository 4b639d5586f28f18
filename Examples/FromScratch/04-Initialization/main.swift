// How large the first weights are decides whether anything gets through a deep network.
//
// A thousand rows go through five layers of 100; what comes out should still be spread. With weights of 1 every tanh is
// at its end, -1 or 1, where it is flat and nothing is learned; with 0.01 everything ends up near 0, and all neurons
// say the same. 1/√n (Xavier Glorot, for tanh) and √(2/n) (Kaiming He, for relu, which takes away one half) keep the
// spread.
import ExampleSupport
import Shinkei

let x = Tensor.randomNormal([1000, 100], seed: 1)

/// The output of the fifth layer.
func fifth(_ activation: (Tensor) -> Tensor, spread: Double) -> Tensor {
    (0..<5).reduce(x) { layer, i in
        activation(layer.matmul(spread * Tensor.randomNormal([100, 100], seed: 2 + i)))
    }
}

let (glorot, he) = (0.1, 0.02.squareRoot())
let cases: [(name: String, activation: (Tensor) -> Tensor, spread: Double)] = [
    ("tanh, 1", tanh, 1), ("tanh, 0.01", tanh, 0.01), ("tanh, Glorot", tanh, glorot),
    ("relu, 0.01", relu, 0.01), ("relu, Glorot", relu, glorot), ("relu, He", relu, he),
]
var deviations: [String: Double] = [:]
for (name, activation, spread) in cases {
    let output = fifth(activation, spread: spread)
    let atEnd = (abs(output) .> 0.99).cast(to: .float32).mean()
    deviations[name] = output.standardDeviation().scalar(of: Double.self)
    print("\(name): standard deviation \(output.standardDeviation()), beyond ±0.99: \(atEnd)")
}
conclude(
    "spread under relu, He's beside Glorot's", (deviations["relu, He"] ?? 0) / (deviations["relu, Glorot"] ?? 0),
    atLeast: 2)
