import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct FitArgumentTests {
    typealias Data = CallbackTests

    @Test func `Epochs of some steps go on behind one another`() throws {
        let (whole, parts) = (try Data.model(), try Data.model())
        try whole.fit(Data.x, Data.y, epochs: 1, batchSize: 5, verbose: 0, shuffle: false)
        let history = try parts.fit(
            Data.x, Data.y, epochs: 2, batchSize: 5, verbose: 0, shuffle: false, stepsPerEpoch: 2)
        #expect(history.loss.count == 2)
        #expect(whole.weights.map { $0.value.hostBytes() } == parts.weights.map { $0.value.hostBytes() })
    }

    @Test func `Validation comes every nth epoch`() throws {
        let history = try Data.model().fit(
            Data.x, Data.y, epochs: 4, verbose: 0, validationSplit: 0.5, validationSteps: 1, validationBatchSize: 4,
            validationFreq: 2)
        #expect(history.loss.count == 4)
        #expect(history["val_loss"]?.count == 2)
    }

    @Test func `Single batches train as fit does`() throws {
        let (whole, single) = (try Data.model(), try Data.model())
        try whole.fit(Data.x, Data.y, epochs: 2, batchSize: 20, verbose: 0)
        for _ in 0..<2 {
            single.resetMetrics()
            try single.trainOnBatch(Data.x, Data.y)
        }
        #expect(whole.weights.map { $0.value.hostBytes() } == single.weights.map { $0.value.hostBytes() })
        let measured = try single.evaluate(Data.x, Data.y, verbose: 0)
        single.resetMetrics()
        #expect(try single.testOnBatch(Data.x, Data.y) == measured)
        #expect(try single.predictOnBatch(Data.x).shape == [20, 1])
    }

    @Test func `Steps run eagerly give the same`() throws {
        let (compiled, eager) = (try Data.model(), try Data.model(runEagerly: true))
        try compiled.fit(Data.x, Data.y, epochs: 2, batchSize: 8, verbose: 0, shuffle: false)
        try eager.fit(Data.x, Data.y, epochs: 2, batchSize: 8, verbose: 0, shuffle: false)
        for (a, b) in zip(compiled.weights, eager.weights) {
            try expectClose(
                a.value.array(of: Double.self), b.value.array(of: Double.self), absolute: 1e-6, relative: 1e-5, a.path)
        }
    }

    @Test func `A model may have a training step of its own`() throws {
        final class Own: Model {
            let dense = Dense(1, useBias: false)
            override var sublayers: [Layer] { [dense] }
            override func build(_ input: SymbolicShape) throws(LayerError) {
                _ = try dense.prepare([input], parent: self)
            }
            override func call(_ x: Tensor, _ context: CallContext) -> Tensor { dense([x], context)[0] }
            override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
                SymbolicShape([input.sizes[0], 1])
            }
            override func trainStep(_ step: TrainingStep) {
                step.minimize { step in
                    step.loss(self(step.x, step.context)) * 0 + self.dense.weights[0].value.square().sum()
                }
            }
        }
        let model = Own()
        try model.compile(optimizer: .sgd(learningRate: 0.5), loss: .mse)
        try model.fit(Data.x, Data.y, epochs: 1, batchSize: 20, verbose: 0)
        // The gradient of the sum of squares takes every weight to 0 at once.
        #expect(model.weights[0].value.array().allSatisfy { abs($0) < 1e-6 })
    }

    @Test func `Weights that no gradient reaches are named`() throws {
        final class Own: Model {
            let (used, unused) = (Dense(1, name: "used"), Dense(1, name: "unused"))
            override var sublayers: [Layer] { [used, unused] }
            override func build(_ input: SymbolicShape) throws(LayerError) {
                for layer in sublayers { _ = try layer.prepare([input], parent: self) }
            }
            override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
                _ = unused([x], context)
                return used([x], context)[0]
            }
            override func outputShape(_ input: SymbolicShape) throws(LayerError) -> SymbolicShape {
                SymbolicShape([input.sizes[0], 1])
            }
        }
        let model = Own()
        try model.compile(optimizer: .sgd(), loss: .mse)
        try model.fit(Data.x, Data.y, epochs: 1, verbose: 0)
        #expect(model.weightsWithoutGradient.count == 2)
        #expect(model.weightsWithoutGradient.allSatisfy { $0.contains("unused") })
    }
}
