import Shinkei
import ShinkeiTesting
import Testing

@Suite struct DenseTests {
    @Test(arguments: [[4, 3], [2, 5, 3]])
    func `Dense passes the layer check`(shape: [Int]) throws {
        try checkLayer({ Dense(6, activation: .tanh) }, input: shape)
        try checkLayer({ Dense(2, useBias: false) }, input: shape)
    }

    @Test func `The output is x kernel plus bias`() throws {
        let layer = Dense(2, activation: .relu, kernelInitializer: .constant(0.5), biasInitializer: .constant(-1))
        try expectClose(layer([[1, 2, 3], [0.0, 1, 0]]), [[2.0, 2], [0.0, 0]])
    }

    @Test func `Integers come as floats`() throws {
        let layer = Dense(1, kernelInitializer: .ones)
        let y = layer([[1, 2]])
        #expect(y.dtype == .float32)
        try expectClose(y, [[3.0]])
    }

    @Test func `Weights have Keras's names and layout`() throws {
        let layer = Dense(3, name: "d")
        try layer.validate([nil, 5])
        #expect(layer.weights.map(\.path) == ["d/kernel", "d/bias"])
        #expect(layer.kernel.shape == [5, 3])
        #expect(layer.parameterCount == 18)
    }

    @Test func `Inputs that do not fit throw with both shapes`() throws {
        let layer = Dense(3, name: "d")
        try layer.validate([nil, 5])
        #expect(
            errorText { try layer.validate([2, 7]) }
                == #"Dense "d" (d): the last axis of the input is 7, the kernel [5, 3] needs 5; the input's shape is [?, 7]"#)
        #expect(errorText { try Dense(3).validate([nil]) }.contains("needs [batch, …, features]"))
    }

    @Test func `No units end the program`() async {
        await #expect(processExitsWith: .failure) { _ = Dense(0) }
    }
}
