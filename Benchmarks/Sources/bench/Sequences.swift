import Foundation
import Shinkei

/// w8: the last 200 words of 2,560 reviews through `Embedding(10000, 32)`, `LSTM(32)`, `Dense(1)`, time of a step.
///
/// The reviews are `imdb_ints.npz`, which the peers' script makes, in the folder `BENCH_DATA`.
func reviews(_ repeats: Int) throws {
    let folder = ProcessInfo.processInfo.environment["BENCH_DATA"] ?? "."
    let arrays = try Npz("\(folder)/imdb_ints.npz")
    func integers(_ name: String) throws -> [Int32] {
        Tensor(try arrays.read(name)).array(of: Int32.self)
    }
    let (ids, lengths, labels) = (
        try integers("train_ids"), try integers("train_lengths"), try integers("train_labels")
    )
    let (count, length) = (2560, 200)
    var x = [Int32](repeating: 0, count: count * length)
    var end = 0
    for row in 0..<count {
        end += Int(lengths[row])
        let kept = min(Int(lengths[row]), length)
        for i in 0..<kept { x[(row + 1) * length - kept + i] = ids[end - kept + i] }
    }
    let y = Tensor(labels.prefix(count).map { Float($0) }).reshaped([count, 1])
    let model = Sequential {
        Embedding(10000, 32)
        LSTM(32)
        Dense(1)
    }
    try model.compile(optimizer: .adam(), loss: .binaryCrossentropy(fromLogits: true), metrics: [.accuracy])
    let clock = EpochClock()
    try model.fit(
        Tensor(x, shape: [count, length]), y, epochs: repeats + 1, batchSize: 64, verbose: 0, callbacks: [clock])
    report("w8", clock.seconds.dropFirst().map { $0 / 40 }, unit: "ms/step", scale: 1e3)
    report("w8 first epoch", clock.seconds.prefix(1).map { $0 }, unit: "ms", scale: 1e3)
}

/// The time from nothing to the first result of an LSTM over 200 times, forward and backward, without a plan in the cache.
func planning(_ repeats: Int) {
    var times: [Double] = []
    for run in 0..<repeats {
        let layer = LSTM(32)
        let x = Tensor.randomNormal([2 + run, 200, 32], seed: 1).evaluate()
        _ = layer(x[0..<1, 0..<1]).evaluate()
        let start = now()
        let (loss, gradients) = valueAndGradient(at: layer.trainableWeights) {
            layer([x], CallContext(isTraining: true))[0].square().sum()
        }
        evaluate([loss] + gradients)
        times.append(now() - start)
    }
    report("plan of 200 times", times, unit: "ms", scale: 1e3)
}
