// XOR with the derivatives worked out by hand. (The tutorial calls it a network of one layer; there is a hidden one in
// it.)
import ExampleSupport
import Shinkei

struct NeuralNetwork {
    var weights1 = Tensor.randomUniform([3, 4], seed: 1)
    var weights2 = Tensor.randomUniform([4, 1], seed: 2)

    func predict(_ x: Tensor) -> Tensor { sigmoid(sigmoid(x.matmul(weights1)).matmul(weights2)) }

    mutating func train(_ x: Tensor, _ y: Tensor, iterations: Int) {
        for _ in 0..<iterations {
            let layer1 = sigmoid(x.matmul(weights1))
            let output = sigmoid(layer1.matmul(weights2))
            let delta = 2 * (y - output) * output * (1 - output)
            let step1 = x.transposed().matmul(delta.matmul(weights2.transposed()) * layer1 * (1 - layer1))
            weights2 += layer1.transposed().matmul(delta)
            weights1 += step1
        }
    }
}

// Rows whose numbers the tutorial's page has lost. The third column is the bias.
let x: Tensor = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
let y: Tensor = [[0], [1], [1], [0]]
var network = NeuralNetwork()
network.train(x, y, iterations: 10_000)
// Worked out anew with the last weights. The tutorial prints what it kept from before the last step.
let output = network.predict(x)
print(output)
conclude("largest error", abs(output - y).max().scalar(of: Double.self), atMost: 0.05)
