// What a model looks like, as a table and as boxes.
//
// plotModel needs no other program. (Keras's needs Graphviz, and fails without it, so that the tutorial calls this step
// optional.)
import ExampleSupport
import Shinkei
import ShinkeiPlot

let model = Sequential {
    Dense(512, activation: .relu, inputShape: [28 * 28])
    Dense(10, activation: .softmax)
}
model.summary()
try plotModel(model, to: "model.svg", showShapes: true)
conclude("parameters", Double(model.parameterCount), atLeast: 407_050, atMost: 407_050)
