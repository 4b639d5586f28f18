// Handwritten digits with one hidden layer of 512.
import ExampleSupport
import Shinkei

// Pixels from 0 to 1 in rows of 784, and labels as rows with a 1 at the class.
let mnist = dataOrSkip { try MNIST.load(download: !isShort) }
let train = mnist.train.prefix(isShort ? 6000 : 60_000)
let (trainImages, trainLabels) = (train.flattened, train.oneHot)
let (testImages, testLabels) = (mnist.test.flattened, mnist.test.oneHot)

let model = Sequential()
model.add(Dense(512, activation: .relu, inputShape: [28 * 28]))
model.add(Dense(10, activation: .softmax))

try model.compile(optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
try model.fit(trainImages, trainLabels, epochs: isShort ? 2 : 5, batchSize: 128, verbose: isShort ? 0 : .auto)

let predictions = try model.predict(testImages)
print(predictions[0])
let result = try model.evaluate(testImages, testLabels, verbose: 0)
conclude("test accuracy", result.accuracy, atLeast: isShort ? 0.88 : 0.975)
