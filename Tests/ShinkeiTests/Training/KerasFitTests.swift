import ShinkeiTesting
import Testing

@testable import Shinkei

/// Whole trainings beside Keras's, from the same weights; see Tools/reference/make_keras_fits.py.
@Suite struct KerasFitTests {
    struct Golden: Decodable {
        var x: [Double]
        var cases: [Case]
    }
    struct Case: Decodable {
        struct Value: Decodable {
            var shape: [Int]
            var values: [Double]
        }
        var name: String
        var activation: String
        var units: Int
        var last: String
        var loss: String
        var metrics: [String]
        var y: [Double]
        var yShape: [Int]
        var before: [Value]
        var after: [[Double]]
        var validationSplit: Double
        var keys: [String]
        var history: [String: [Double]]
        var evaluation: [String: Double]
        var prediction: [Double]
    }

    static func optimizer(_ name: String) -> Optimizer? {
        switch name {
        case "adam", "sparse", "column": Adam(learningRate: 0.02)
        case "rmsprop": RMSprop(learningRate: 0.02)
        case "sgd": SGD(learningRate: 0.1, momentum: 0.9)
        case "clipped": SGD(learningRate: 0.5, clipping: .globalNorm(0.5))
        case "multilabel": RMSprop(learningRate: 0.01, centered: true)
        case "logits": Adam(learningRate: 0.02, amsgrad: true)
        default: nil
        }
    }

    @Test(arguments: ["adam", "rmsprop", "sgd", "sparse", "column", "clipped", "multilabel", "logits"])
    func `Losses, metrics and weights are Keras's`(name: String) throws {
        let golden: Golden = try Fixture.decode("fits.json")
        let entry = try #require(golden.cases.first { $0.name == name })
        let x = Tensor(golden.x, shape: [22, 4])
        let y = Tensor(entry.y, shape: entry.yShape)
        let model = try Sequential {
            try Dense(8, activation: entry.activation, inputShape: [4])
            try Dense(entry.units, activation: entry.last)
        }
        for (weight, value) in zip(model.weights, entry.before) { weight.value = Tensor(value.values, shape: value.shape) }
        try model.compile(optimizer: try #require(Self.optimizer(name)), loss: entry.loss, metrics: entry.metrics)
        let history = try model.fit(
            x, y, epochs: 4, batchSize: 5, verbose: 0, validationSplit: entry.validationSplit, shuffle: false)
        #expect(history.keys == entry.keys)
        for (key, values) in entry.history {
            try expectClose(history[key] ?? [], values, absolute: 1e-5, relative: 1e-5, key)
        }
        for (weight, values) in zip(model.weights, entry.after) {
            try expectClose(weight.value.array(of: Double.self), values, absolute: 2e-5, relative: 1e-4, weight.path)
        }
        let result = try model.evaluate(x, y, batchSize: 6, verbose: 0)
        #expect(Set(result.names) == Set(entry.evaluation.keys))
        for (key, value) in entry.evaluation {
            try expectClose([result[key] ?? .nan], [value], absolute: 1e-5, relative: 1e-5, "evaluate \(key)")
        }
        try expectClose(try model.predict(x).array(of: Double.self), entry.prediction, absolute: 2e-5, relative: 1e-4)
    }
}
