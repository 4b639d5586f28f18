// Why a network with steps does not learn, where the tutorial breaks off.
//
// A derivative says which way to turn a weight. A step is flat everywhere except where it jumps, so its derivative is
// 0, whatever the weights: nothing says which way. A sigmoid is a step with a soft edge, and its derivative is 0
// nowhere.
import ExampleSupport
import Shinkei

let x: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
let or: Tensor = [[0], [1], [1], [1]]

/// The error of one neuron after 500 steps of learning OR, and how far its weights have moved.
func learned(_ activation: (Tensor) -> Tensor) -> (error: Double, moved: Double) {
    let start: Tensor = [[-0.5], [-0.4], [0.2]]
    var w = start
    let rows = Tensor.concatenate([x, Tensor.ones([4, 1])], axis: 1)  // the last weight is the bias
    for _ in 0..<500 {
        w -= gradient(at: w) { (activation(rows.matmul($0)) - or).square().sum() }
    }
    let error = abs(step(rows.matmul(w)) - or).sum().scalar(of: Double.self)
    return (error, abs(w - start).sum().scalar(of: Double.self))
}

let hard = learned { step($0) }
let soft = learned { sigmoid($0) }
// A way to keep the step: go forward with it, and backward as if it were a sigmoid. This is called a surrogate
// gradient.
let surrogate = learned { step($0, surrogate: sigmoid) }
print("step:      \(hard.error) of 4 wrong, weights moved by \(hard.moved)")
print("sigmoid:   \(soft.error) of 4 wrong, weights moved by \(soft.moved)")
print("surrogate: \(surrogate.error) of 4 wrong, weights moved by \(surrogate.moved)")

// In a model, fit says which weights cannot learn: it warns of the first layer here.
let model = Sequential {
    Dense(4, activation: .step, inputShape: [2], name: "stuck")
    Dense(1, activation: .sigmoid)
}
try model.compile(optimizer: .sgd(), loss: .binaryCrossentropy)
try model.fit(x, or, epochs: 10, verbose: 0)
print("without a gradient:", model.weightsWithoutGradient)
let mistakes = soft.error + surrogate.error + hard.moved + Double(2 - model.weightsWithoutGradient.count)
conclude("mistakes where learning is possible", mistakes, atMost: 0)
