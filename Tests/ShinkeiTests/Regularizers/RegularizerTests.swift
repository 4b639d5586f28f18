import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct RegularizerTests {
    private func value(_ regularizer: Regularizer, _ x: Tensor) -> Double { regularizer(x).scalar(of: Double.self) }

    @Test func `Penalties are the formulas'`() {
        let x: Tensor = [[1, -2], [3, 4]]
        #expect(abs(value(.l1(0.5), x) - 5) < 1e-6)
        #expect(abs(value(.l2(0.1), x) - 3) < 1e-6)
        #expect(abs(value(.l1l2(l1: 0.5, l2: 0.1), x) - 8) < 1e-6)
        #expect(value(.l1l2(), x) == 0)
        // cos of the angle between the rows: -5 / (sqrt(5) · 5).
        #expect(abs(value(.orthogonal(factor: 2), x) - 2 * 5 / (5.0.squareRoot() * 5)) < 1e-6)
        // And between the columns: 10 / (sqrt(10) · sqrt(20)).
        #expect(abs(value(.orthogonal(factor: 2, mode: .columns), x) - 2 * 10 / 200.0.squareRoot()) < 1e-6)
        #expect(value(.orthogonal(), [[1, 2]]) == 0)
        #expect(value(.l1(), Tensor([Float.nan])).isNaN)
    }

    @Test func `Gradients equal differences`() throws {
        let x = Tensor.randomNormal([3, 4], dtype: .float64, seed: 2)
        for regularizer: Regularizer in [.l1(), .l2(), .l1l2(l1: 1, l2: 2), .orthogonal(), .orthogonal(mode: .columns)]
        {
            try checkGradients(at: [x]) { regularizer($0[0]) }
        }
        let slopes = gradient(at: Tensor.zeros([2, 2])) { Regularizer.orthogonal()($0) }
        #expect(slopes.isFinite().all().scalar(of: Bool.self))
    }

    @Test(arguments: [
        Regularizer.l1(0.1), .l2(0.2), .l1l2(l1: 0.1, l2: 0.2), .orthogonal(factor: 0.3, mode: .columns),
    ])
    func `Files keep them`(regularizer: Regularizer) throws {
        #expect(try Regularizer(config: regularizer.config) == regularizer)
    }

    @Test func `Names stand for the defaults`() throws {
        #expect(try Regularizer(config: "l2") == .l2(0.01))
        #expect(try Regularizer(config: "L1") == .l1(0.01))
        #expect(try Regularizer(config: "l1_l2") == .l1l2())
        #expect(try Regularizer(config: "orthogonal_regularizer") == .orthogonal())
        #expect(errorText { _ = try Regularizer(config: "l3") }.contains(#"there is no regularizer "l3""#))
        #expect(
            errorText { _ = try Regularizer(config: ["class_name": "L1", "config": ["l1": -1.0]]) }
                == "l1: must be a number from 0; got -1.0")
    }

    private func compiledLoss(_ model: Model, _ x: Tensor, _ y: Tensor) throws -> Double {
        try model.compile(optimizer: .sgd(), loss: "mse")
        return try model.evaluate(x, y, verbose: .silent)["loss"]!
    }

    @Test func `The loss holds each weight once, and no frozen one`() throws {
        let shared = Dense(2, kernelInitializer: .ones, kernelRegularizer: .l2(0.5))
        let x = Input(shape: [2])
        let inner = Model(inputs: x, outputs: shared(x))
        let outer = Input(shape: [2])
        let model = Model(inputs: outer, outputs: shared(inner(outer)))
        #expect(model.parameterCount == 6)
        let (data, zeros) = (Tensor.zeros([3, 2]), Tensor.zeros([3, 2]))
        #expect(try compiledLoss(model, data, zeros) == 2)
        shared.isTrainable = false
        #expect(try model.evaluate(data, zeros, verbose: .silent)["loss"] == 0)
    }

    @Test func `An activity is averaged over the rows, for every call`() throws {
        let layer = ActivityRegularization(l1: 1, l2: 1)
        let x = Input(shape: [1])
        let model = Model(inputs: x, outputs: layer(layer(x)))
        let data: Tensor = [[1], [3.0]]
        #expect(try compiledLoss(model, data, data) == 2 * (2 + 5))
        let dense = Sequential {
            Input(shape: [1]); Dense(1, kernelInitializer: .ones, activityRegularizer: .l1(0.5))
        }
        #expect(try compiledLoss(dense, data, data) == 1)
    }

    @Test func `Training follows the penalty`() throws {
        let model = Sequential {
            Input(shape: [2]); Dense(1, useBias: false, kernelInitializer: .ones, kernelRegularizer: .l2(0.5))
        }
        try model.compile(optimizer: .sgd(learningRate: 0.1), loss: "mse")
        try model.fit(Tensor.zeros([4, 2]), Tensor.zeros([4, 1]), verbose: .silent)
        // The derivative of w² / 2 is w.
        try expectClose(model.weights[0].value, [[0.9], [0.9]])
    }

    @Test func `What asks for a matrix says so`() {
        let layer = Dense(2, biasRegularizer: .orthogonal(), name: "d")
        #expect(
            errorText { try layer.validate([nil, 3]) }.contains("bias [2]: the orthogonal regularizer needs a matrix"))
    }
}
