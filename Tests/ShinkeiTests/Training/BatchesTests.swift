import Testing

@testable import Shinkei

/// `fit`, `evaluate` and `predict` over batches that come from outside.
@Suite struct BatchesTests {
    private let x = Tensor((0..<66).map { Float(($0 * 37) % 17) / 17 - 0.5 }, shape: [22, 3])
    private var y: Tensor { x.sum(axis: 1, keepDims: true).square().evaluate() }

    private func model() throws -> Sequential {
        try withSession(seed: 5) {
            let model = Sequential([Input(shape: [3]), Dense(6, activation: .tanh), Dropout(0.2), Dense(1)])
            try model.compile(optimizer: .adam(learningRate: 0.02), loss: .mse, metrics: [.mae])
            return model
        }
    }
    private func bits(_ model: Model) -> [[UInt8]] { model.weights.map { $0.value.hostBytes() } }

    /// Batches whose number nobody knows before.
    private func pairs(_ size: Int) -> [(Tensor, Tensor)] {
        stride(from: 0, to: 22, by: size).map { first in
            let rows = first..<min(first + size, 22)
            return (x.sliced(axis: 0, rows).evaluate(), y.sliced(axis: 0, rows).evaluate())
        }
    }

    @Test func `A Dataset, a sequence of pairs and arrays train to the same bits`() throws {
        let (a, b, c) = (try model(), try model(), try model())
        let held = (x: x.sliced(axis: 0, 0..<7).evaluate(), y: y.sliced(axis: 0, 0..<7).evaluate())
        let first = try a.fit(
            x, y, epochs: 3, batchSize: 5, verbose: 0, validationData: held, shuffle: false, validationBatchSize: 4)
        let data = Dataset.fromTensorSlices(x, y).batch(5).prefetch()
        let validation = Dataset.fromTensorSlices(held.x, held.y).batch(4)
        let second = try b.fit(data, epochs: 3, verbose: 0, validationData: validation)
        let third = try c.fit(Batches(pairs(5)), epochs: 3, verbose: 0, validationData: validation)
        #expect(bits(a) == bits(b))
        #expect(bits(a) == bits(c))
        #expect(first.history == second.history)
        #expect(first.history == third.history)
        let measured = try a.evaluate(x, y, batchSize: 5, verbose: 0)
        #expect(try b.evaluate(data, verbose: 0) == measured)
        #expect(try c.evaluate(Batches(pairs(5)), verbose: 0) == measured)
        #expect(try b.predict(data)[0].array() == (try a.predict(x).array()))
        #expect(try b.predict(data, steps: 2)[0].shape == [10, 1])
    }

    @Test func `Sample and class weights count`() throws {
        let weights = Tensor((0..<22).map { Float($0 % 3) })
        let (a, b, c) = (try model(), try model(), try model())
        try a.fit(x, y, epochs: 2, batchSize: 6, verbose: 0, sampleWeight: weights, shuffle: false)
        try b.fit(Dataset.fromTensorSlices(x, y, sampleWeight: weights).batch(6), epochs: 2, verbose: 0)
        #expect(bits(a) == bits(b))
        let triples = pairs(6).enumerated().map { i, pair in
            (pair.0, pair.1, weights.sliced(axis: 0, i * 6..<min(i * 6 + 6, 22)).evaluate())
        }
        try c.fit(Batches(triples), epochs: 2, verbose: 0)
        #expect(bits(a) == bits(c))
        let (d, e) = (try model(), try model())
        let classes = Tensor((0..<22).map { Float($0 % 2) }, shape: [22, 1])
        try d.fit(x, classes, batchSize: 6, verbose: 0, classWeight: [0: 3, 1: 0.5], shuffle: false)
        try e.fit(Dataset.fromTensorSlices(x, classes).batch(6), verbose: 0, classWeight: [0: 3, 1: 0.5])
        #expect(bits(d) == bits(e))
    }

    @Test func `An epoch may be a part of a pass, or data without an end`() throws {
        final class Counter: Callback {
            var batches: [Int] = []
            func epochWillBegin(_ epoch: Int, _ model: Model) { batches.append(0) }
            func batchDidEnd(_ batch: Int, _ model: Model) {
                batches[batches.count - 1] += 1
                #expect(batches.last == batch + 1)
            }
        }
        let counter = Counter()
        let (a, b) = (try model(), try model())
        try a.fit(
            Dataset.fromTensorSlices(x, y).batch(5).repeat(), epochs: 3, verbose: 0, callbacks: [counter],
            stepsPerEpoch: 5, validationSteps: 1)
        #expect(counter.batches == [5, 5, 5])
        try b.fit(x, y, epochs: 3, batchSize: 5, verbose: 0, shuffle: false)
        #expect(bits(a) == bits(b))
        // Behind the last batch of a pass the next begins.
        try a.fit(
            Dataset.fromTensorSlices(x, y).batch(5), epochs: 3, verbose: 0, callbacks: [counter], stepsPerEpoch: 3)
        #expect(counter.batches.suffix(3) == [3, 2, 3])
    }

    @Test func `Waiting for data is told`() throws {
        struct Slow: Sequence, IteratorProtocol {
            var left: [(Tensor, Tensor)]
            mutating func next() -> (Tensor, Tensor)? {
                let end = ContinuousClock.now + .milliseconds(4)
                while ContinuousClock.now < end {}
                return left.isEmpty ? nil : left.removeFirst()
            }
        }
        let model = try model()
        let history = try model.fit(Batches(Slow(left: pairs(5))), epochs: 2, verbose: 0)
        #expect(history.waitingTimes.count == 2)
        #expect(history.waitingTimes[1] >= .milliseconds(20))
        #expect(try model.fit(x, y, verbose: 0).waitingTimes == [.zero])
    }

    @Test func `What is wrong with batches is thrown`() throws {
        struct Broken: Error {}
        let model = try model()
        let broken = Dataset.fromTensorSlices(x, y).map { example in
            if example.x[0].array(of: Float.self)[0] == x.array(of: Float.self)[39] { throw Broken() }
            return example
        }.batch(4).prefetch()
        #expect(throws: (any Error).self) { try model.fit(broken, verbose: 0) }
        #expect(throws: (any Error).self) { try model.evaluate(broken, verbose: 0) }
        #expect(throws: (any Error).self) { try model.predict(broken) }
        let none = Batches([(Tensor, Tensor)]())
        #expect(errorText { try model.fit(none, verbose: 0) } == "fit: there are no batches")
        #expect(errorText { _ = try model.evaluate(none, verbose: 0) } == "evaluate: there are no batches")
        let odd = Batches([(x, y), (Tensor.ones([4, 5]), Tensor.ones([4, 1]))])
        #expect(errorText { try model.fit(odd, verbose: 0) }.hasPrefix(#"fit: Dense "dense""#))
        #expect(errorText { try model.fit(Batches(pairs(5)), stepsPerEpoch: 0) }.contains("stepsPerEpoch"))
        let bad = Batches([(x, y), (x, Tensor.full([22, 1], .nan)), (x, y)])
        let text = errorText { try model.fit(bad, verbose: 0) }
        #expect(text.hasPrefix("fit: epoch 1, step 2: the target y has a value that is not finite"))
        try model.compile(optimizer: .sgd(), loss: .sparseCategoricalCrossentropy)
        let labels = Batches([(x, Tensor.zeros([22])), (x, Tensor.ones([22]))])
        #expect(errorText { try model.fit(labels, verbose: 0) }.contains("the model's output has the classes 0 ..< 1"))
    }

    @Test func `A batch in which a number stops being finite is kept, whatever the step`() throws {
        final class Own: Model {
            override func trainStep(_ step: TrainingStep) {
                step.minimize { step in step.loss(self(step.x, step.context)) + step.x[0].log().mean() * 0 }
            }
        }
        let input = Input(shape: [3])
        let model = Own(.connecting([input], [Dense(1)(input)]))
        try model.compile(optimizer: .sgd(), loss: .mse)
        // The logarithm is the user's own; no layer of the model makes what is not finite.
        let good = x.abs() + 1
        let bad = Tensor.where(good .> 1.4, -good, good).evaluate()
        #expect(errorText { try model.fit(bad, y, batchSize: 22, verbose: 0) }.contains("the loss is not finite"))
        let ends = TerminateOnNaN(keepsBatch: true)
        let batches = Batches([(good.evaluate(), y), (bad, y), (good.evaluate(), y)])
        let history = try model.fit(batches, epochs: 3, verbose: 0, callbacks: [ends])
        #expect(history.loss.count == 1)
        #expect(ends.batch?.x[0].array(of: Float.self) == bad.array(of: Float.self))
        #expect("\(try #require(ends.reason))".contains("epoch 1, step 2: the loss is not finite"))
    }

    @Test func `Weights that no gradient reaches are let alone, and told of`() throws {
        try withSession(seed: 2) {
            let input = Input(shape: [3])
            let (used, idle) = (Dense(1, name: "used"), Dense(2, name: "idle"))
            let model = Model(inputs: [input], outputs: [used(input), idle(input)])
            try model.compile(
                optimizer: .adamW(learningRate: 0.1, weightDecay: 0.5),
                outputs: [OutputTraining("mse"), OutputTraining(nil)])
            let (before, other) = (idle.weights.map { $0.value.hostBytes() }, used.weights.map { $0.value.hostBytes() })
            try model.fit([x], [y], epochs: 2, verbose: 0)
            #expect(model.weightsWithoutGradient == idle.weights.map(\.path))
            #expect(idle.weights.map { $0.value.hostBytes() } == before)
            #expect(used.weights.map { $0.value.hostBytes() } != other)

            final class Blind: Model {
                override func trainStep(_ step: TrainingStep) { step.minimize { $0.y[0].mean() } }
            }
            let blind = Blind(.connecting([input], [Dense(1)(input)]))
            try blind.compile(optimizer: .sgd(), loss: .mse)
            #expect(errorText { try blind.fit(x, y, verbose: 0) }.contains("no gradient reaches any weight"))
        }
    }
}
