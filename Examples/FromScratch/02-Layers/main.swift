// Layers with a way forward and a way back, and a network of them that reads digits.
//
// Forward, a layer keeps what it will need; backward, it gets the loss's derivative by its output and gives the one by
// its input.
import ExampleSupport
import Shinkei

protocol Layer: AnyObject {
    func forward(_ x: Tensor) -> Tensor
    func backward(_ gradient: Tensor) -> Tensor
}

final class Affine: Layer {
    var (weights, bias): (Tensor, Tensor)
    var (weightsGradient, biasGradient, x) = (Tensor(0), Tensor(0), Tensor(0))

    init(_ inputs: Int, _ outputs: Int, seed: Int) {
        weights = Tensor.randomNormal([inputs, outputs], seed: seed) * (2 / Double(inputs)).squareRoot()
        bias = Tensor.zeros([outputs])
    }
    func forward(_ x: Tensor) -> Tensor {
        self.x = x
        return x.matmul(weights) + bias
    }
    func backward(_ gradient: Tensor) -> Tensor {
        weightsGradient = x.transposed().matmul(gradient)
        biasGradient = gradient.sum(axis: 0)
        return gradient.matmul(weights.transposed())
    }
}

final class ReLU: Layer {
    var isPositive = Tensor(0)
    func forward(_ x: Tensor) -> Tensor {
        isPositive = (x .> 0).cast(to: .float32)
        return x * isPositive
    }
    func backward(_ gradient: Tensor) -> Tensor { gradient * isPositive }
}

/// Softmax and crossentropy together, since the derivative then is as plain as can be: what came minus what should have
/// come.
final class SoftmaxLoss {
    var (output, target) = (Tensor(0), Tensor(0))
    func forward(_ x: Tensor, _ target: Tensor) -> Tensor {
        (output, self.target) = (x.softmax(), target)
        return -(target * output.log()).sum(axis: 1).mean()
    }
    func backward() -> Tensor { (output - target) / output.shape[0] }
}

struct Network {
    let first = Affine(784, 50, seed: 1)
    let second = Affine(50, 10, seed: 2)
    let last = SoftmaxLoss()
    let layers: [any Layer]

    init() { layers = [first, ReLU(), second] }
    func scores(_ x: Tensor) -> Tensor { layers.reduce(x) { $1.forward($0) } }
    /// The loss; the layers then hold its derivatives by their weights.
    func loss(_ x: Tensor, _ y: Tensor) -> Tensor {
        let loss = last.forward(scores(x), y)
        _ = layers.reversed().reduce(last.backward()) { $1.backward($0) }
        return loss
    }
}

// Digits that the library draws, for which no file is needed.
let digits = DrawnDigits.dataSet(trainCount: 6000, testCount: 500)
let (x, y) = (digits.train.flattened, digits.train.oneHot)

// Are the derivatives right? Those that the library finds by itself should be the same.
let network = Network()
let (first, second) = (network.first, network.second)
_ = network.loss(x[..<10], y[..<10])
let found = gradient(at: [first.weights, first.bias]) { w in
    -(y[..<10] * second.forward(relu(x[..<10].matmul(w[0]) + w[1])).logSoftmax()).sum(axis: 1).mean()
}
let byHand = [first.weightsGradient, first.biasGradient]
let difference = zip(found, byHand).map { abs($0 - $1).max().scalar(of: Double.self) }.max() ?? .nan
print("largest difference from automatic derivatives: \(Float(difference))")

for epoch in 0..<8 {
    for start in stride(from: 0, to: 6000, by: 50) {
        let loss = network.loss(x[start..<(start + 50)], y[start..<(start + 50)])
        for layer in [first, second] {
            layer.weights -= 0.3 * layer.weightsGradient
            layer.bias -= 0.3 * layer.biasGradient
        }
        if start == 5950 { print("epoch \(epoch + 1), loss \(loss)") }
    }
}
let right = (network.scores(digits.test.flattened).argmax(axis: 1) .== digits.test.labels).cast(to: .float32).mean()
let isExact = difference < 1e-6
conclude(
    "test accuracy, derivatives as the automatic ones", isExact ? right.scalar(of: Double.self) : .nan, atLeast: 0.75)
