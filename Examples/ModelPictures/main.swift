// What a model looks like: as a table, as boxes, as circles.
//
// plotModel needs no other program. (Keras's needs Graphviz, and fails without it, so that the tutorial calls this step optional.)
import ExampleSupport
import Shinkei
import ShinkeiPlot

let model = Sequential {
    Dense(512, activation: .relu, inputShape: [28 * 28])
    Dense(10, activation: .softmax)
}
model.summary()
try plotModel(model, to: "model.svg", showShapes: true)

// A small network, trained, as its neurons: blue links have positive weights, red ones negative, thick ones large.
let small = Sequential {
    Dense(4, activation: .tanh, inputShape: [2], name: "hidden")
    Dense(1, activation: .sigmoid, name: "output")
}
try small.compile(optimizer: .adam(learningRate: 0.1), loss: .binaryCrossentropy)
let (x, y): (Tensor, Tensor) = ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
try small.fit(x, y, epochs: 200, verbose: 0)
try plot(network: small, to: "network.svg")
conclude("parameters", Double(model.parameterCount), atLeast: 407_050, atMost: 407_050)
