// Two classes from a table with 31 columns: define, compile, fit, predict.
//
// The tutorial has no data for its network. Here they are drawn: a row belongs to class 1 where a weighted sum of its
// numbers lies above 0.
import ExampleSupport
import Shinkei

let table = Tensor.randomNormal([1200, 31], seed: 1)
let labels = (table.matmul(Tensor.randomNormal([31, 1], seed: 2)) .> 0).cast(to: .float32)
let (x, y, newX, newY) = trainTestSplit(table, labels, testFraction: 1 / 6, seed: 3)

// An activation may be a layer of its own. The first Dense is a hidden layer, not, as the tutorial's comment says, the
// input: that is the 31 numbers.
let model = Sequential()
model.add(Dense(20, inputShape: [31]))
model.add(Activation(.relu))
model.add(Dense(100))
model.add(Activation(.relu))
model.add(Dense(1))
model.add(Activation(.sigmoid))
try model.compile(optimizer: .rmsprop(), loss: .binaryCrossentropy, metrics: [.accuracy])
try model.fit(x, y, epochs: 10, batchSize: 32, verbose: isShort ? 0 : .auto)
let predictions = try model.predict(newX)
let right = ((predictions .> 0.5) .== (newY .> 0.5)).cast(to: .float32).mean()
conclude("accuracy on new rows", right.scalar(of: Double.self), atLeast: 0.8)
