import Shinkei

// What data cost the one who takes them.
//
//   batches          MNIST's images, shuffled by a buffer of 1000, 32 in a batch, prefetched: samples a second, median of 9 passes
//   batches cnn      the tutorials' convolutional network on such batches of 128: how long training waits for them

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let time = try ContinuousClock().measure(body).components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
}

let train = try MNIST.load(download: false).train
let x = (train.images.cast(to: .float32) / 255).reshaped([-1, 28, 28, 1]).evaluate()
let y = train.labels.evaluate()

if CommandLine.arguments.dropFirst().first == "cnn" {
    let network = Sequential {
        Conv2D(32, 3, activation: .relu, inputShape: [28, 28, 1])
        MaxPooling2D(2)
        Conv2D(64, 3, activation: .relu)
        MaxPooling2D(2)
        Flatten()
        Dense(128, activation: .relu)
        Dense(10, activation: .softmax)
    }
    try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
    let data = Dataset.fromTensorSlices(x, y).shuffle(1000, seed: 1).batch(128, dropRemainder: true).prefetch()
    for epoch in 0..<3 {
        let batches = data.makeIterator()
        var count = 0
        let time = try seconds {
            while let batch = try batches.tryNext() {
                try network.trainOnBatch(batch.x[0], batch.y[0])
                count += 1
            }
        }
        let waited = batches.waitingTime.components
        let waiting = Double(waited.seconds) + Double(waited.attoseconds) * 1e-18
        print("cnn epoch \(epoch): \(time / Double(count) * 1000) ms a step, of it waiting \(waiting / time * 100) %")
    }
} else {
    let data = Dataset.fromTensorSlices(x, y).shuffle(1000, seed: 1).batch(32).prefetch()
    var rates: [Double] = []
    for _ in 0..<9 {
        var rows = 0
        let time = try seconds { try data.forEach { rows += $0.x[0].shape[0] } }
        rates.append(Double(rows) / time)
    }
    rates.sort()
    print("batches median \(Int(rates[rates.count / 2])) samples/s")
}
