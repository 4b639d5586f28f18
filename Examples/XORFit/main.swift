// XOR with layers and fit.
//
// The tutorial's layers have relu, and with them 22 of 100 beginnings fail, however long one trains: a relu that gets
// nothing but negative numbers gives 0, its derivative is 0 too, and so it stays. Of eight there are then too few left.
// tanh has a derivative everywhere; with it every beginning that was tried succeeds.
import ExampleSupport
import Shinkei

let x: Tensor = [[0, 0], [0, 1], [1, 0], [1, 1]]
let y: Tensor = [[0], [1], [1], [0]]
let model = Sequential {
    Dense(8, activation: .tanh, inputShape: [2])
    Dense(4, activation: .tanh)
    Dense(1, activation: .sigmoid)
}
try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
try model.fit(x, y, epochs: 1000, verbose: 0)
let predictions = try model.predict(x)
print(predictions)
conclude("largest error", abs(predictions - y).max().scalar(of: Double.self), atMost: 0.4)
