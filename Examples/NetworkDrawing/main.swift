// A small network as its neurons, before and after it has learned: blue links have positive weights, red ones negative,
// and the thicker a link, the larger its weight.
import ExampleSupport
import Shinkei
import ShinkeiPlot

let model = Sequential {
    Dense(4, activation: .tanh, inputShape: [2], name: "hidden")
    Dense(1, activation: .sigmoid, name: "output")
}
try plot(network: model, to: "before.svg")
try model.compile(optimizer: .adam(learningRate: 0.1), loss: .binaryCrossentropy)
let x: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
let y: Tensor = [[0], [1], [1], [0]]
let history = try model.fit(x, y, epochs: 200, verbose: 0)
try plot(network: model, to: "after.svg")
conclude("loss after 200 epochs, from \(history.loss[0])", history.loss[199], atMost: 0.1)
