import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ActivationLayerTests {
    private let x: Tensor = [[-3, -0.5, 0, 0.5, 2, 7]]

    @Test func `They pass the layer check`() throws {
        try checkLayer({ ReLU(maxValue: 0.9, negativeSlope: 0.2, threshold: 0.1) }, input: [3, 4])
        try checkLayer({ LeakyReLU() }, input: [3, 2, 4])
        try checkLayer({ ELU(alpha: 0.7) }, input: [3, 4])
        try checkLayer({ PReLU(alphaInitializer: .constant(0.2)) }, input: [3, 4])
        try checkLayer({ PReLU(alphaInitializer: .constant(0.2), sharedAxes: [1, 2]) }, input: [2, 3, 4, 2])
        try checkLayer({ Softmax() }, input: [3, 4])
        try checkLayer({ Softmax(axes: [1, -1]) }, input: [2, 3, 2, 2])
        try checkLayer({ ActivityRegularization(l1: 0.1) }, input: [3, 4])
    }

    @Test func `Values are the formulas'`() throws {
        try expectClose(ReLU()(x), [[0.0, 0, 0, 0.5, 2, 7]])
        try expectClose(
            ReLU(maxValue: 6, negativeSlope: 0.1, threshold: 1)(x), [[-0.4, -0.15, -0.1, -0.05, 2, 6]])
        try expectClose(LeakyReLU()(x), [[-0.9, -0.15, 0, 0.5, 2, 7]])
        try expectClose(PReLU(alphaInitializer: .constant(0.5))(x), [[-1.5, -0.25, 0, 0.5, 2, 7]])
        try expectClose(Softmax(axes: [0, 1])([[0.0, 0], [0.0, 0]]), [[0.25, 0.25], [0.25, 0.25]])
    }

    @Test func `The slopes of a PReLU have the input's shape, 1 where shared`() throws {
        let layer = PReLU(sharedAxes: [1, -2], name: "p")
        try layer.validate([nil, nil, 3, 5])
        #expect(layer.weights.map(\.path) == ["p/alpha"])
        #expect(layer.alpha.shape == [1, 1, 5])
        #expect(errorText { try layer.validate([2, 7, 3, 4]) }.contains("alpha is [1, 1, 5]"))
        #expect(errorText { try PReLU().validate([nil, nil, 3]) }.contains("axis 1 is unknown"))
        #expect(errorText { try PReLU(sharedAxes: [4]).validate([nil, 3]) }.contains("no axis 4"))
    }

    @Test func `A mask takes places out of a softmax`() throws {
        let (x, mask) = (Input(shape: [3]), Input(shape: [3]))
        let model = Model(inputs: [x, mask], outputs: [Softmax()([x, mask])])
        let y = try model.predict([[[5.0, 1, 1], [1.0, 2, 3]], [[0.0, 1, 1], [0.0, 0, 0]]])[0]
        try expectClose(y, [[0.0, 0.5, 0.5], [0.0, 0, 0]])
        #expect(
            errorText { _ = try Softmax().outputShapes([[nil, 3], [nil, 4]]) }.contains("the mask does not fit"))
    }

    @Test func `A mask that travels counts too`() throws {
        let context = CallContext()
        let x: Tensor = [[[1, 1], [3, 3]]]
        context.setMask([[1, 0]] .> 0, of: x)
        try expectClose(Softmax()([x], context)[0], [[[0.5, 0.5], [0.0, 0]]])
    }

    @Test func `Values that make no sense are refused`() async throws {
        #expect(errorText { try ReLU.Config(maxValue: -1).check() } == "max_value: cannot be negative; got -1.0")
        #expect(errorText { try ReLU.Config(threshold: .nan).check() }.contains("threshold"))
        await #expect(processExitsWith: .failure) { _ = ReLU(negativeSlope: -1) }
        await #expect(processExitsWith: .failure) { _ = Softmax(axes: []) }
    }

    @Test func `The old name of a slope is read, the new one written`() throws {
        let config = try LeakyReLU.Config(["alpha": 0.1])
        #expect(config.negativeSlope == 0.1)
        #expect(config.members.map(\.0) == ["negative_slope"])
    }
}
