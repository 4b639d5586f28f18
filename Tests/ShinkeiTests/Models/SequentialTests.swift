import Shinkei
import ShinkeiTesting
import Testing

@Suite struct SequentialTests {
    @Test func `A model passes the layer check`() throws {
        try checkLayer({ Sequential { Dense(4, activation: .tanh); Dense(2) } }, input: [3, 5])
    }

    @Test func `The builder takes conditions and loops`() {
        let isDeep = true
        let model = Sequential {
            Input(shape: [8])
            for units in [6, 5] { Dense(units) }
            if isDeep { Dense(4) }
            if !isDeep { Dense(9) } else { Dropout(0.5) }
            Dense(1)
        }
        #expect(model.layers.map { type(of: $0).className } == ["Dense", "Dense", "Dense", "Dropout", "Dense"])
        #expect(model.parameterCount == 9 * 6 + 7 * 5 + 6 * 4 + 5)
    }

    @Test func `A builder with names of activations throws`() throws {
        let model = try Sequential { try Dense(3, activation: "relu"); try Activation("softmax") }
        #expect(model.layers.count == 2)
        #expect(errorText { _ = try Sequential { try Dense(3, activation: "rleu") } }.contains(#""relu""#))
    }

    @Test func `The parameter counts of the tutorials`() {
        func count(_ model: Sequential) -> Int { model.parameterCount }
        #expect(count(Sequential { Dense(512, inputShape: [784]); Dense(10) }) == 407_050)
        #expect(count(Sequential { Flatten(inputShape: [28, 28]); Dense(128); Dense(64); Dense(10) }) == 109_386)
        #expect(count(Sequential { Dense(20, inputShape: [31]); Dense(100); Dense(1) }) == 2_841)
        #expect(count(Sequential { Dense(8, inputShape: [2]); Dense(4); Dense(1) }) == 65)
        #expect(count(Sequential { Dense(512, inputShape: [10]); Dense(1) }) == 6_145)
    }

    @Test func `Layers that do not fit are named at compile`() {
        let text = errorText {
            try withSession {
                let model = Sequential { Input(shape: [nil, nil]); Flatten(); Dense(3) }
                try model.compile(loss: .mse)
            }
        }
        #expect(text == #"Dense "dense" (sequential/dense): needs [batch, …, features] with a known number of features; the input's shape is [?, ?]"#)
    }

    @Test func `A model inside a model trains as one`() throws {
        try withSession(seed: 4) {
            let inner = Sequential(name: "inner") { Dense(8, activation: .tanh) }
            let model = Sequential { inner; Dense(1, activation: .sigmoid) }
            try model.compile(optimizer: .adam(learningRate: 0.05), loss: .binaryCrossentropy)
            let history = try model.fit(xorInputs, xorTargets, epochs: 200, verbose: 0)
            #expect(try #require(history.loss.last) < 0.1)
            #expect(inner.layers[0].path == "sequential/inner/dense")
        }
    }

    @Test func `Two layers of one name end the program`() async {
        await #expect(processExitsWith: .failure) { _ = Sequential { Dense(1, name: "a"); Dense(1, name: "a") } }
    }
}
