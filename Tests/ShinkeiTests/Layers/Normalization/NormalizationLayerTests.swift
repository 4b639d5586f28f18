import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct NormalizationLayerTests {
    @Test func `All pass the layer check`() throws {
        try checkLayer({ BatchNormalization() }, input: [6, 3])
        try checkLayer({ BatchNormalization(axis: 1) }, input: [4, 3, 2], isTraining: true)
        try checkLayer({ LayerNormalization() }, input: [3, 5])
        try checkLayer({ LayerNormalization(axes: [1, 2]) }, input: [3, 4, 2])
        try checkLayer({ LayerNormalization(axes: [1], center: false) }, input: [3, 4, 2])
        try checkLayer({ RMSNormalization() }, input: [3, 5])
        try checkLayer({ RMSNormalization(axes: [1]) }, input: [3, 4, 2])
        try checkLayer({ UnitNormalization() }, input: [3, 5])
        try checkLayer({ UnitNormalization(axes: [1, 2]) }, input: [3, 4, 2])
        try checkLayer({ GroupNormalization(groups: 2) }, input: [2, 3, 4])
        try checkLayer({ GroupNormalization(groups: -1, axis: 1) }, input: [2, 3, 4])
        try checkLayer({ SpectralNormalization(Dense(3)) }, input: [2, 4])
    }

    @Test func `In training the batch counts, and the moving statistics follow it`() throws {
        let layer = BatchNormalization(momentum: 0.9, epsilon: 0)
        let x = Tensor([1.0, 10, 3, 30], shape: [2, 2])
        let y = layer(x, isTraining: true)
        try expectClose(y, Tensor([-1.0, -1, 1, 1], shape: [2, 2]))
        try expectClose(layer.movingMean.value, Tensor([0.2, 2.0]))
        // The biased variance, 1 and 100.
        try expectClose(layer.movingVariance.value, Tensor([1.0, 10.9]))
        let before = layer.movingMean.value.hostBytes()
        _ = layer(x)
        #expect(layer.movingMean.value.hostBytes() == before)
    }

    @Test func `A frozen layer runs as in inference`() throws {
        let layer = BatchNormalization(epsilon: 0)
        let x = Tensor([1.0, 10, 3, 30], shape: [2, 2])
        try layer.validate([nil, 2])
        layer.isTrainable = false
        try expectClose(layer(x, isTraining: true), x)
        #expect(layer.movingMean.value.array(of: Double.self) == [0, 0])
        #expect(layer.trainableWeights.isEmpty)
    }

    @Test func `Freezing a model freezes the layers in it`() throws {
        let base = withSession {
            Sequential {
                Input(shape: [2]); BatchNormalization(epsilon: 0)
            }
        }
        base.isTrainable = false
        let x = Tensor([1.0, 10, 3, 30], shape: [2, 2])
        try expectClose(base(x, isTraining: true), x)
        base.isTrainable = true
        try expectClose(base(x, isTraining: true), Tensor([-1.0, -1, 1, 1], shape: [2, 2]))
    }

    @Test func `Places ruled out do not count`() throws {
        let layer = BatchNormalization(momentum: 0, epsilon: 0)
        try layer.validate([nil, 3, 1])
        let context = CallContext(isTraining: true)
        let x = Tensor([1.0, 3, 1000], shape: [1, 3, 1])
        context.setMask(Tensor([true, true, false], shape: [1, 3]), of: x)
        let y = layer([x], context)[0]
        try expectClose(layer.movingMean.value, Tensor([2.0]), relative: 1e-6)
        try expectClose(y[0, 0..<2], Tensor([-1.0, 1], shape: [2, 1]), absolute: 1e-5)
        #expect(context.mask(of: y) != nil)
    }

    @Test func `Fitting moves the statistics, and a step that fails does not`() throws {
        let model = withSession(seed: 1) {
            Sequential {
                Input(shape: [2]); BatchNormalization(momentum: 0.5); Dense(1)
            }
        }
        try model.compile(optimizer: "sgd", loss: "mse")
        let layer = model.layers[0] as! BatchNormalization
        let y = Tensor.ones([2, 1])
        try model.fit(Tensor([1.0, 10, 3, 30], shape: [2, 2]), y, epochs: 1, verbose: .silent, shuffle: false)
        try expectClose(layer.movingMean.value, Tensor([1.0, 10]))
        let before = layer.movingMean.value.hostBytes()
        let text = errorText { try model.fit(Tensor([1.0, .infinity, 3, 30], shape: [2, 2]), y, verbose: .silent) }
        #expect(text.contains("not finite"))
        #expect(layer.movingMean.value.hostBytes() == before)
    }

    @Test func `Rows have mean 0 and variance 1`() throws {
        let x = Tensor.randomNormal([4, 6], mean: 3, standardDeviation: 2, seed: 1)
        let y = LayerNormalization(epsilon: 0)(x)
        try expectClose(y.mean(axis: 1), Tensor.zeros([4]), absolute: 1e-5)
        try expectClose(y.variance(axes: [1]), Tensor.ones([4]), absolute: 1e-4)
        // One group of all channels is a layer normalization.
        try expectClose(GroupNormalization(groups: 1, epsilon: 0)(x), y, absolute: 1e-5)
        try expectClose(UnitNormalization()(x).square().sum(axis: 1), Tensor.ones([4]), absolute: 1e-5)
        try expectClose(RMSNormalization(epsilon: 0)(x).square().mean(axis: 1), Tensor.ones([4]), absolute: 1e-4)
        #expect(UnitNormalization()(Tensor.zeros([1, 3])).array(of: Double.self) == [0, 0, 0])
    }

    @Test func `A kernel is divided by its largest singular value`() throws {
        let dense = Dense(2, useBias: false)
        let layer = SpectralNormalization(dense, powerIterations: 30)
        try layer.validate([nil, 2])
        dense.kernel.value = Tensor([3.0, 0, 0, 1], shape: [2, 2])
        _ = layer(Tensor.ones([1, 2]), isTraining: true)
        try expectClose(dense.kernel.value, Tensor([1.0, 0, 0, 1.0 / 3], shape: [2, 2]), absolute: 1e-4)
        #expect(layer.savedWeights.map(\.name) == ["kernel", "vector_u"])
        #expect(errorText { try SpectralNormalization(Flatten()).validate([nil, 2]) }.contains("neither kernel"))
    }

    @Test func `Inputs that do not fit throw`() {
        #expect(errorText { try BatchNormalization(axis: 3).validate([nil, 2]) }.contains("on axis 3"))
        #expect(errorText { try LayerNormalization(axes: [2]).validate([nil, 2]) }.contains("needs axes [2]"))
        #expect(errorText { try GroupNormalization(groups: 3).validate([nil, 4]) }.contains("do not divide into 3"))
        let layer = BatchNormalization()
        #expect(errorText { try layer.validate([nil, 2]) }.isEmpty)
        #expect(errorText { try layer.validate([nil, 3]) }.contains("was built for 2 channels"))
    }
}
