// A number instead of a class: no activation at the end, and the mean squared error as loss.
//
// The tutorial builds this network without training it. Accuracy would say nothing here: one asks how far off the
// predictions are on average (mean absolute error) and which part of the targets' spread they explain (R²: 1 is all of
// it, 0 is what the mean of the targets does).
import ExampleSupport
import Shinkei

let table = Tensor.randomNormal([1200, 10], seed: 1)
let prices = table.matmul(Tensor.randomNormal([10, 1], seed: 2)) + 0.1 * Tensor.randomNormal([1200, 1], seed: 3)
let (x, y, newX, newY) = trainTestSplit(table, prices, testFraction: 1 / 6, seed: 4)

let model = Sequential()
model.add(Dense(512, activation: .relu, inputShape: [10]))
model.add(Dense(1))
try model.compile(optimizer: .rmsprop(), loss: .mse, metrics: [.meanAbsoluteError, R2Score()])
try model.fit(x, y, epochs: 30, verbose: 0)
let result = try model.evaluate(newX, newY, verbose: 0)
let guess = abs(newY - y.mean()).mean()
print("mean absolute error:", result["mean_absolute_error"] ?? .nan, "of always the mean:", guess)
conclude("R² on new rows", result["r2_score"] ?? .nan, atLeast: 0.95)
