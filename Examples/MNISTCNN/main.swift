// Handwritten digits with convolutions.
//
// A convolution looks for the same thing everywhere, and pooling forgets where exactly it was. That makes the place in
// the image matter less, but not nothing, as "position invariance" would say: images moved by two pixels are read
// worse.
import ExampleSupport
import Shinkei

let mnist = dataOrSkip { try MNIST.load(download: !isShort) }
let train = mnist.train.prefix(isShort ? 3000 : 60_000)
let test = mnist.test.prefix(isShort ? 2000 : 10_000)
// An axis for the channels, of which grey images have one; -1 stands for what is left, the number of images.
let x = train.images.reshaped([-1, 28, 28, 1]).cast(to: .float32) / 255
let testX = test.images.reshaped([-1, 28, 28, 1]).cast(to: .float32) / 255

let model = Sequential {
    Conv2D(32, 3, activation: .relu, inputShape: [28, 28, 1])
    MaxPooling2D(2)
    Conv2D(64, 3, activation: .relu)
    MaxPooling2D(2)
    Flatten()
    Dense(128, activation: .relu)
    Dense(10, activation: .softmax)
}
try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
try model.fit(
    x, train.oneHot, epochs: isShort ? 2 : 5, batchSize: 128, verbose: isShort ? 0 : .auto, validationSplit: 0.1)

let moved = testX.padded([(0, 0), (2, 0), (2, 0), (0, 0)])[0..., 0..<28, 0..<28]
let movedResult = try model.evaluate(moved, test.oneHot, verbose: 0)
print("moved by two pixels:", movedResult.accuracy)
let result = try model.evaluate(testX, test.oneHot, verbose: 0)
conclude("test accuracy", result.accuracy, atLeast: isShort ? 0.85 : 0.985)
