// What a film review thinks of the film.
//
// Each word has 16 numbers that the network learns; their mean over the review goes through a small network. Shorter
// reviews are filled up with zeros at the front. The tutorial takes the mean over these too; with maskZero it is one of
// the words alone.
import ExampleSupport
import Shinkei

let numWords = 10_000
let reviews = dataOrSkip { try IMDB.load(options: SequenceOptions(numWords: numWords), download: !isShort) }
let train = reviews.train.prefix(isShort ? 4000 : 25_000)
let maxLength = 200
let (x, testX) = (train.padded(maxLength), reviews.test.padded(maxLength))

let model = Sequential {
    Embedding(numWords, 16, maskZero: true)
    GlobalAveragePooling1D()
    Dense(16, activation: .relu)
    Dense(1, activation: .sigmoid)
}
try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
try model.fit(x, train.targets, epochs: 10, batchSize: 128, verbose: isShort ? 0 : .auto, validationSplit: 0.2)
let result = try model.evaluate(testX, reviews.test.targets, verbose: 0)
conclude("test accuracy", result.accuracy, atLeast: isShort ? 0.7 : 0.85)
