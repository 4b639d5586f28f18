import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct FitTests {
    private func xorModel(_ seed: Int = 1) throws -> Sequential {
        try withSession(seed: seed) {
            let model = Sequential {
                Dense(8, activation: .tanh); Dense(1, activation: .sigmoid)
            }
            try model.compile(
                optimizer: .adam(learningRate: 0.05), loss: .binaryCrossentropy,
                metrics: [.accuracy])
            return model
        }
    }

    @Test func `XOR is learned`() throws {
        let model = try xorModel()
        let history = try model.fit(xorInputs, xorTargets, epochs: 300, verbose: 0)
        #expect(history.loss.count == 300)
        #expect(history.epoch == Array(0..<300))
        #expect(history.keys == ["accuracy", "loss"])
        #expect(try #require(history["accuracy"]?.last) == 1)
        let result = try model.evaluate(xorInputs, xorTargets, verbose: 0)
        #expect(result.accuracy == 1)
        #expect(result.loss < 0.1)
        #expect(try model.predict(xorInputs).rounded().array() == [0, 1, 1, 0])
    }

    @Test func `The same seed gives the same bits`() throws {
        func run(_ seed: Int) throws -> (history: [Double], weights: [[UInt8]]) {
            try withSession(seed: seed) {
                let x = Tensor.randomNormal([50, 6], seed: 3),
                    y = Tensor.randomIntegers([50], in: 0..<3, seed: 4)
                let model = Sequential {
                    Dense(16, activation: .relu); Dropout(0.3); Dense(3, activation: .softmax)
                }
                try model.compile(
                    optimizer: .rmsprop(), loss: .sparseCategoricalCrossentropy,
                    metrics: [.accuracy])
                let history = try model.fit(x, y, epochs: 3, batchSize: 8, verbose: 0)
                return (history.loss, model.weights.map { $0.value.hostBytes() })
            }
        }
        let (first, second, other) = (try run(5), try run(5), try run(6))
        #expect(first.history == second.history)
        #expect(first.weights == second.weights)
        #expect(first.history != other.history)
    }

    @Test func `A step does what plain code does`() throws {
        let x = Tensor.randomNormal([10, 4], seed: 1), y = Tensor.randomNormal([10, 2], seed: 2)
        func make() -> Sequential {
            withSession(seed: 9) {
                Sequential {
                    Dense(5, activation: .tanh, inputShape: [4]); Dense(2)
                }
            }
        }
        let fitted = make()
        try fitted.compile(optimizer: .sgd(learningRate: 0.1, momentum: 0.5), loss: .mse)
        try fitted.fit(x, y, epochs: 2, batchSize: 4, verbose: 0, shuffle: false)

        let plain = make()
        let optimizer = SGD(learningRate: 0.1, momentum: 0.5)
        optimizer.build(plain.trainableWeights)
        for _ in 0..<2 {
            for rows in [0..<4, 4..<8, 8..<10] {
                let (_, gradients) = valueAndGradient(at: plain.trainableWeights) {
                    meanSquaredError(plain(x[rows]), y[rows])
                }
                optimizer.apply(gradients)
            }
        }
        for (a, b) in zip(fitted.weights, plain.weights) {
            try expectClose(a.value, b.value, a.path)
        }
    }

    @Test func `The validation rows are the last, and are never trained on`() throws {
        // The last quarter is poisoned: a single training step on it would be refused.
        let clean = Tensor.randomNormal([30, 3], seed: 1)
        let x = Tensor.concatenate([clean, Tensor.full([10, 3], .nan)])
        let y = Tensor.randomNormal([40, 1], seed: 2)
        let model = Sequential { Dense(1) }
        try model.compile(optimizer: .sgd(), loss: .mse)
        let history = try model.fit(
            x, y, epochs: 3, batchSize: 7, verbose: 0, validationSplit: 0.25)
        #expect(history.keys == ["loss", "val_loss"])
        #expect(history.loss.allSatisfy { $0.isFinite })
        #expect(try #require(history["val_loss"]).allSatisfy { $0.isNaN })
    }

    @Test func `Validation data are measured after each epoch`() throws {
        let model = try xorModel()
        let history = try model.fit(
            xorInputs, xorTargets, epochs: 2, verbose: 0, validationData: (xorInputs, xorTargets))
        #expect(history.keys == ["accuracy", "loss", "val_accuracy", "val_loss"])
        let after = try model.evaluate(xorInputs, xorTargets, verbose: 0)
        #expect(history["val_loss"]?.last == after.loss)
    }

    @Test func `Accuracy is what predictions say, exactly`() throws {
        let x = Tensor.randomNormal([101, 4], seed: 1),
            y = Tensor.randomIntegers([101], in: 0..<3, seed: 2)
        let model = Sequential { Dense(3, activation: .softmax) }
        try model.compile(loss: .sparseCategoricalCrossentropy, metrics: ["accuracy"])
        let answers: [Int] = try model.predict(x).argmax(axis: 1).array(of: Int.self)
        let labels: [Int] = y.array(of: Int.self)
        let right = zip(answers, labels).count { $0 == $1 }
        #expect(try model.evaluate(x, y, verbose: 0).accuracy == Double(right) / 101)
    }

    @Test func `The learning rate can be changed between fits`() throws {
        let model = try xorModel()
        try model.fit(xorInputs, xorTargets, epochs: 1, verbose: 0)
        model.optimizer?.learningRate = 0
        let before = model.weights.map { $0.value.hostBytes() }
        try model.fit(xorInputs, xorTargets, epochs: 1, verbose: 0)
        #expect(model.weights.map { $0.value.hostBytes() } == before)
    }

    @Test func `Frozen layers stay, also when frozen after a fit`() throws {
        let model = try xorModel()
        try model.fit(xorInputs, xorTargets, epochs: 1, verbose: 0)
        model.layers[0].isTrainable = false
        let before = model.weights.map { $0.value.hostBytes() }
        try model.fit(xorInputs, xorTargets, epochs: 2, verbose: 0)
        let after = model.weights.map { $0.value.hostBytes() }
        #expect(after[0...1] == before[0...1])
        #expect(after[2] != before[2])
        model.isTrainable = false
        try model.fit(xorInputs, xorTargets, epochs: 1, verbose: 0)
        #expect(model.weights.map { $0.value.hostBytes() } == after)
    }

    @Test func `Weights kept by the user keep their numbers`() throws {
        let model = try xorModel()
        try model.fit(xorInputs, xorTargets, epochs: 1, verbose: 0)
        let kept = model.weights[0].value
        let bytes = kept.hostBytes()
        try model.fit(xorInputs, xorTargets, epochs: 5, verbose: 0)
        #expect(kept.hostBytes() == bytes)
        #expect(model.weights[0].value.hostBytes() != bytes)
    }

    @Test func `initialEpoch numbers the epochs`() throws {
        let history = try xorModel().fit(
            xorInputs, xorTargets, epochs: 5, verbose: 0, initialEpoch: 3)
        #expect(history.epoch == [3, 4])
        #expect(history.loss.count == 2)
    }

    @Test func `Callbacks look on and can stop`() throws {
        final class Recorder: Callback {
            var seen: [String] = []
            func trainingWillBegin(_ model: Model) { seen.append("begin") }
            func epochWillBegin(_ epoch: Int, _ model: Model) { seen.append("epoch \(epoch)") }
            func epochDidEnd(_ epoch: Int, logs: [String: Double], _ model: Model) {
                seen.append(logs.keys.sorted().joined(separator: ","))
                if epoch == 1 { model.stopTraining() }
            }
            func trainingDidEnd(_ model: Model) { seen.append("end") }
        }
        let recorder = Recorder()
        let history = try xorModel().fit(
            xorInputs, xorTargets, epochs: 9, verbose: 0, callbacks: [recorder])
        #expect(
            recorder.seen == [
                "begin", "epoch 0", "accuracy,loss", "epoch 1", "accuracy,loss", "end",
            ])
        #expect(history.epoch == [0, 1])
    }

    @Test func `Each epoch meets every row once, in another order`() throws {
        let shuffles = Weight("shuffles", Tensor(Int64(0)), isTrainable: false)
        let seen = Weight("seen", Tensor.zeros([10]))
        let first = Weight("first", Tensor.zeros([]))
        let x = Tensor.arange(12).cast(to: .float32).evaluate()
        let data = TrainingData(x: [x], y: [x])
        let key = EpochPlan.Key(data, rows: 2..<12, batchSize: 4, isShuffled: true)
        let plan = EpochPlan(key, seed: 1, shuffles: shuffles) {
            seen.value = Tensor.zeros([10])
        } step: { batch, position in
            let x = batch[0]
            seen.value = seen.value + (x - 2).cast(to: .int32).oneHot(10).sum(axis: 0)
            first.value = Tensor.where(position .== Tensor(Int32(0)), x[0], first.value)
        }
        #expect(plan.stepCount == 3)
        var starts: Set<Float> = []
        for _ in 0..<8 {
            plan.run(data.tensors, beforeStep: {}) { _ in true }
            #expect(seen.value.array() == [Float](repeating: 1, count: 10))
            starts.insert(first.value.scalar())
        }
        #expect(starts.count > 2)
    }

    @Test func `A model that nobody holds is freed with its plans`() throws {
        weak var gone: Sequential?
        do {
            let model = try xorModel()
            try model.fit(xorInputs, xorTargets, epochs: 2, verbose: 0, validationSplit: 0.5)
            _ = try model.predict(xorInputs)
            gone = model
        }
        #expect(gone == nil)
    }
}
