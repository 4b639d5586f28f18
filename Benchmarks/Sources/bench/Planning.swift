import Foundation
import Shinkei
import ShinkeiApplications

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

/// What the first training step of ResNet50 takes more than the second: the graph, its derivatives and the plan. On images of 32×32,
/// since the size of the images changes nothing in it.
func planningOfResNet50(_ repeats: Int) throws {
    var times: [Double] = []
    for run in 0..<repeats {
        let model = try ResNet50(inputShape: [32, 32, 3], classes: 10)
        try model.compile(optimizer: .sgd(), loss: .sparseCategoricalCrossentropy)
        evaluate(model.weights.map(\.value))
        let x = Tensor.randomNormal([1 + run, 32, 32, 3], seed: 1).evaluate()
        let y = Tensor.zeros([1 + run], dtype: .int32).evaluate()
        func step() throws -> Double {
            let start = now()
            _ = try model.trainOnBatch(x, y)
            return now() - start
        }
        let first = try step()
        let second = try step()
        times.append(first - second)
    }
    report("plan of ResNet50", times, unit: "ms", scale: 1e3)
}
