// A network of 3, 4 and 2 neurons, with nothing but tensors: no layers, no automatic derivatives.
import ExampleSupport
import Shinkei

struct Network {
    // Normal random numbers, as the tutorial's code draws them; its text says uniform ones, which would be
    // randomUniform.
    var w1 = Tensor.randomNormal([3, 4], seed: 1)
    var w2 = Tensor.randomNormal([4, 2], seed: 2)
    var b1 = Tensor.randomNormal([4], seed: 3)
    var b2 = Tensor.randomNormal([2], seed: 4)

    // The hidden layer's output is returned too: learning needs it. Where it stays inside of this function, as in the
    // tutorial, the first step ends with a name that is not known.
    func forward(_ x: Tensor) -> (hidden: Tensor, output: Tensor) {
        let hidden = sigmoid(x.matmul(w1) + b1)
        return (hidden, sigmoid(hidden.matmul(w2) + b2))
    }
}

var network = Network()
let x: Tensor = [[0, 1, 1], [1, 0, 1]]
let target: Tensor = [[0, 1], [1, 0]]
let learningRate = 0.1
for epoch in 0..<1000 {
    let (hidden, output) = network.forward(x)
    let error = target - output
    // All derivatives come before all changes. The tutorial changes w2 first and so works out w1's with a w2 that is
    // already another; it learns all the same, but what it follows is not the gradient.
    let outputDelta = error * output * (1 - output)
    let hiddenDelta = outputDelta.matmul(network.w2.transposed()) * hidden * (1 - hidden)
    network.w2 += learningRate * hidden.transposed().matmul(outputDelta)
    network.w1 += learningRate * x.transposed().matmul(hiddenDelta)
    // A bias is added to every row, so its derivative is the sum over the rows.
    network.b2 += learningRate * outputDelta.sum(axis: 0)
    network.b1 += learningRate * hiddenDelta.sum(axis: 0)
    // What the tutorial calls loss is the error; the loss is the mean of its squares.
    if epoch % 250 == 0 { print("epoch \(epoch), loss \(error.square().mean())") }
}
let prediction = network.forward([[0, 1, 1]]).output
print(prediction)
conclude("largest error of a prediction", abs(prediction - [[0, 1]]).max().scalar(of: Double.self), atMost: 0.2)
