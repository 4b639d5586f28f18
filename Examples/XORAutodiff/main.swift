// XOR again, without a derivative worked out by hand: valueAndGradient finds them.
import ExampleSupport
import Shinkei

let x: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
let y: Tensor = [[0], [1], [1], [0]]
// A weight belongs to whatever reads it. Here the bias is there, so two columns are enough.
let w1 = Weight("w1", Tensor.randomNormal([2, 4], seed: 1))
let b1 = Weight("b1", Tensor.zeros([4]))
let w2 = Weight("w2", Tensor.randomNormal([4, 1], seed: 2))
let b2 = Weight("b2", Tensor.zeros([1]))
let weights = [w1, b1, w2, b2]

func network(_ x: Tensor) -> Tensor { sigmoid(tanh(x.matmul(w1.value) + b1.value).matmul(w2.value) + b2.value) }

// Until the loss is small enough, but not for ever.
var (loss, steps) = (Tensor(1.0), 0)
while loss.scalar() > 0.001 && steps < 10_000 {
    let gradients: [Tensor]
    (loss, gradients) = valueAndGradient(at: weights) { (network(x) - y).square().mean() }
    for (weight, gradient) in zip(weights, gradients) { weight.value -= 1.0 * gradient }
    steps += 1
}
print("loss \(loss) after \(steps) steps")
print(network(x))
conclude("largest error", abs(network(x) - y).max().scalar(of: Double.self), atMost: 0.1)
