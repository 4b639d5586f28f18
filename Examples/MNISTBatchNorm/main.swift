// Handwritten digits with batch normalization and dropout.
//
// Both behave in training as they do not otherwise: normalization takes mean and variance from the batch, and running
// means of them in evaluate and predict; dropout puts 30% of the numbers to 0 and divides the rest by 0.7, and does
// nothing in evaluate and predict. So the accuracy that fit shows lies below the one that evaluate finds.
import ExampleSupport
import Shinkei

let mnist = dataOrSkip { try MNIST.load(download: !isShort) }
let train = mnist.train.prefix(isShort ? 6000 : 60_000)

let model = Sequential {
    Input(shape: [28 * 28])
    for units in [512, 256, 128] {
        Dense(units)
        BatchNormalization()
        Activation(.relu)
        Dropout(0.3)
    }
    Dense(10, activation: .softmax)
}
try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
try model.fit(
    train.flattened, train.oneHot, epochs: isShort ? 2 : 10, batchSize: 128, verbose: isShort ? 0 : .auto,
    validationSplit: 0.1)
let result = try model.evaluate(mnist.test.flattened, mnist.test.oneHot, verbose: 0)
conclude("test accuracy", result.accuracy, atLeast: isShort ? 0.88 : 0.975)
