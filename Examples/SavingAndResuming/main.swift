// A trained model in a file, and a training that goes on where it was interrupted.
import ExampleSupport
import Shinkei

func makeModel() throws -> Sequential {
    let model = Sequential {
        Dense(64, activation: .relu, inputShape: [10])
        Dense(32, activation: .relu)
        Dense(1, activation: .sigmoid)
    }
    try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
    return model
}

// Random labels, as in the tutorial: what is learned is learned by heart, and is of no use for other rows.
let x = Tensor.randomUniform([1000, 10], seed: 1)
let y = Tensor.randomIntegers([1000, 1], in: 0..<2, seed: 2)
let model = try makeModel()
try model.fit(x, y, epochs: 5, batchSize: 32, verbose: 0)
try model.save("my_model.h5")
print("saved")

// The file holds the layers, the weights, what compile was told, and where the optimizer stands.
let loaded = try Model.load("my_model.h5")
let newX = Tensor.randomUniform([10, 10], seed: 3)
print("predictions:", try loaded.predict(newX))
let difference = try abs(loaded.predict(newX) - model.predict(newX)).max()

// Three epochs today, with a backup of everything that counts: weights, the optimizer's state, where the random numbers
// stand. Another day goes on to the sixth, and not a bit is other than without the pause. (A training that crashes goes
// on in the same way.)
setRandomSeed(1)
try makeModel().fit(x, y, epochs: 3, verbose: 0, callbacks: [BackupAndRestore("backup", deleteCheckpoint: false)])
let resumed = try makeModel()
try resumed.fit(x, y, epochs: 6, verbose: 0, callbacks: [BackupAndRestore("backup")])
setRandomSeed(1)
let straight = try makeModel()
try straight.fit(x, y, epochs: 6, verbose: 0)
let change = try abs(resumed.predict(newX) - straight.predict(newX)).max()
conclude("largest difference", (difference + change).scalar(of: Double.self), atMost: 0)
