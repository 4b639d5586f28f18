import Foundation
import Shinkei

/// The last 200 words of the first reviews, padded in front with zeros, and their labels.
///
/// The reviews are `imdb_ints.npz`, which the peers' script makes, in the folder `BENCH_DATA`.
private func reviews(_ count: Int) throws -> (x: Tensor, y: Tensor) {
    let folder = ProcessInfo.processInfo.environment["BENCH_DATA"] ?? "."
    let arrays = try Npz("\(folder)/imdb_ints.npz")
    func integers(_ name: String) throws -> [Int32] {
        Tensor(try arrays.read(name)).array(of: Int32.self)
    }
    let (ids, lengths, labels) = (
        try integers("train_ids"), try integers("train_lengths"), try integers("train_labels")
    )
    let length = 200
    var x = [Int32](repeating: 0, count: count * length)
    var end = 0
    for row in 0..<count {
        end += Int(lengths[row])
        let kept = min(Int(lengths[row]), length)
        for i in 0..<kept { x[(row + 1) * length - kept + i] = ids[end - kept + i] }
    }
    let y = Tensor(labels.prefix(count).map { Float($0) }).reshaped([count, 1])
    return (Tensor(x, shape: [count, length]), y)
}

/// w7: 20,000 reviews through `Embedding(10000, 16)`, their average, `Dense(16)`, `Dense(1)`, batch 128, time of a step.
func averagedReviews(_ repeats: Int) throws {
    let model = Sequential {
        Embedding(10000, 16)
        GlobalAveragePooling1D()
        Dense(16, activation: .relu)
        Dense(1)
    }
    try trainOnReviews(model, "w7", count: 20000, batchSize: 128, repeats)
}

/// w8: 2,560 reviews through `Embedding(10000, 32)`, `LSTM(32)`, `Dense(1)`, batch 64, time of a step.
func recurrentReviews(_ repeats: Int) throws {
    let model = Sequential {
        Embedding(10000, 32)
        LSTM(32)
        Dense(1)
    }
    try trainOnReviews(model, "w8", count: 2560, batchSize: 64, repeats)
}

private func trainOnReviews(_ model: Model, _ name: String, count: Int, batchSize: Int, _ repeats: Int) throws {
    let (x, y) = try reviews(count)
    try model.compile(optimizer: .adam(), loss: .binaryCrossentropy(fromLogits: true), metrics: [.accuracy])
    let clock = EpochClock()
    try model.fit(x, y, epochs: repeats + 1, batchSize: batchSize, verbose: 0, callbacks: [clock])
    let steps = Double((count + batchSize - 1) / batchSize)
    report(name, clock.seconds.dropFirst().map { $0 / steps }, unit: "ms/step", scale: 1e3)
}

/// A layer of 8 heads of 64 over 256 places of 8 samples, forward and the gradients of its weights.
func attention(_ repeats: Int) {
    let layer = MultiHeadAttention(numHeads: 8, keyDim: 64)
    let x = Tensor.randomNormal([8, 256, 512], seed: 1).evaluate()
    _ = layer(inputs: [x, x])[0].evaluate()
    var times: [Double] = []
    for _ in 0...(repeats * 5) {
        let start = now()
        let (loss, gradients) = valueAndGradient(at: layer.trainableWeights) {
            layer([x, x], CallContext(isTraining: true))[0].square().sum()
        }
        evaluate([loss] + gradients)
        times.append(now() - start)
    }
    report("attention", Array(times.dropFirst()), unit: "ms", scale: 1e3)
}
