// Batches that are made while the network learns from those before them.
//
// The labels are drawn at random, so there is nothing to learn from: the loss stays near ln 10 = 2.30, which is what
// ten classes cost that are guessed. That is no mistake of the program, though the tutorial does not say so.
import ExampleSupport
import Shinkei

/// Shuffled within a buffer, in another order in every epoch; the last batch may be smaller.
func makeDataset(_ x: Tensor, _ y: Tensor, batchSize: Int = 32, bufferSize: Int = 1000) -> Dataset<Example> {
    Dataset.fromTensorSlices(x, y).shuffle(bufferSize).batch(batchSize).prefetch()
}

let x = Tensor.randomUniform([1000, 28, 28, 1], seed: 1)
let labels = toCategorical(Tensor.randomIntegers([1000], in: 0..<10, seed: 2), numClasses: 10)
let train = makeDataset(x, labels)
print("batches:", train.knownCount ?? 0)

let model = Sequential {
    Conv2D(32, 3, activation: .relu, inputShape: [28, 28, 1])
    MaxPooling2D(2)
    Flatten()
    Dense(64, activation: .relu)
    Dense(10, activation: .softmax)
}
try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
let history = try model.fit(train, epochs: isShort ? 2 : 5, verbose: isShort ? 0 : .auto)
print("steps have waited for batches:", history.waitingTimes)
conclude("loss of the first epoch, ln 10 being 2.30", history.loss[0], atLeast: 2.2, atMost: 2.4)
