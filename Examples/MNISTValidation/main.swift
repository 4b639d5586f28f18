// Handwritten digits with two hidden layers, and a tenth of the training images kept back to see how well it goes
// meanwhile.
//
// What is kept back are the last rows, before anything is shuffled: where rows are sorted by class, shuffle them first.
import ExampleSupport
import Shinkei

let mnist = dataOrSkip { try MNIST.load(download: !isShort) }
let train = mnist.train.prefix(isShort ? 6000 : 60_000)
// float32 from the start; NumPy's division by 255.0 makes 376 MB of float64 here.
let (x, testX) = (train.images.cast(to: .float32) / 255, mnist.test.images.cast(to: .float32) / 255)

let model = Sequential {
    Flatten(inputShape: [28, 28])
    Dense(128, activation: .relu)
    Dense(64, activation: .relu)
    Dense(10, activation: .softmax)
}
try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
let history = try model.fit(
    x, train.oneHot, epochs: isShort ? 2 : 5, batchSize: 32, verbose: isShort ? 0 : .auto, validationSplit: 0.1)

// Where the first goes on growing and the second no longer does, the network learns by heart: it overfits.
for (epoch, pair) in zip(history["accuracy"] ?? [], history["val_accuracy"] ?? []).enumerated() {
    print("epoch \(epoch + 1): accuracy \(pair.0), on what was kept back \(pair.1)")
}
let result = try model.evaluate(testX, mnist.test.oneHot, verbose: 0)
conclude("test accuracy", result.accuracy, atLeast: isShort ? 0.88 : 0.968)
