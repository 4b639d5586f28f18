// A network with two layers of weights as a type of its own, and the curve of its loss.
//
// There is no bias. The third number of each row is always 1, and its weights do what a bias does. (The tutorial says
// the bias is 0.)
import ExampleSupport
import Shinkei
import ShinkeiPlot

struct NeuralNetwork {
    var weights1 = Tensor.randomUniform([3, 4], seed: 1)
    var weights2 = Tensor.randomUniform([4, 1], seed: 2)

    /// One step of learning; gives the loss before it, the sum of the squared errors (their mean would be a quarter of
    /// it).
    mutating func train(_ x: Tensor, _ y: Tensor) -> Double {
        let layer1 = sigmoid(x.matmul(weights1))
        let output = sigmoid(layer1.matmul(weights2))
        // Minus the derivative of (y - output)² by the output's input: that is why it is added below. s · (1 - s) is a
        // sigmoid's derivative where s is what it gave.
        let delta = 2 * (y - output) * output * (1 - output)
        let step1 = x.transposed().matmul(delta.matmul(weights2.transposed()) * layer1 * (1 - layer1))
        weights2 += layer1.transposed().matmul(delta)
        weights1 += step1
        return (y - output).square().sum().scalar(of: Double.self)
    }
}

let x: Tensor = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
let y: Tensor = [[0], [1], [1], [0]]
var network = NeuralNetwork()
let losses = (0..<1500).map { _ in network.train(x, y) }
try plotHistory(["loss": losses], to: "loss.svg")
// What is left is no protection against overfitting, as the tutorial has it: training simply is not over, and the loss
// goes on falling.
conclude("loss after 1500 steps, from \(losses[0])", losses[1499], atMost: 0.01)
