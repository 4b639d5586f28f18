import Testing

@testable import Shinkei

/// Compares with what Keras printed; see Tools/reference/make_keras_texts.py.
@Suite struct SummaryTests {
    struct Golden: Decodable {
        var cases: [Case]
    }
    struct Case: Decodable {
        var model: String
        var lineLength: Int
        var text: String
    }

    private func mlp() -> Sequential {
        Sequential { Dense(512, activation: .relu, inputShape: [784]); Dense(10, activation: .softmax) }
    }

    private func make(_ name: String) throws -> Model {
        switch name {
        case "mlp": return mlp()
        case "mlp_compiled", "mlp_trained":
            let model = mlp()
            try model.compile(optimizer: "rmsprop", loss: "categorical_crossentropy")
            if name == "mlp_trained" { try model.fit(Tensor.zeros([2, 784]), Tensor.eye(2, 10), verbose: 0) }
            return model
        case "unbuilt": return Sequential { Flatten(); Dense(128); Dropout(0.3); Dense(10) }
        case "flatten_dropout":
            return Sequential {
                Input(shape: [28, 28]); Flatten(); Dense(128, activation: .relu); Dropout(0.3); Dense(10)
                Activation(.softmax)
            }
        case "adam_trained":
            let model = Sequential([
                Dense(20, inputShape: [31]), Activation(.relu), Dense(100), Activation(.relu), Dense(1), Activation(.sigmoid),
            ])
            try model.compile(optimizer: .adam(), loss: .binaryCrossentropy)
            try model.fit(Tensor.zeros([2, 31]), Tensor.zeros([2, 1]), verbose: 0)
            return model
        case "names_and_frozen":
            let model = Sequential(name: "named") {
                Input(shape: [5, 4])
                Dense(8, name: "a_layer_with_a_name_that_is_rather_long")
                Dense(3, useBias: false, name: "frozen")
            }
            model.layers[1].isTrainable = false
            return model
        case "nested":
            let inner = Sequential(name: "base") { Input(shape: [6]); Dense(4) }
            return Sequential { Input(shape: [6]); inner; Dense(3) }
        case "big": return Sequential { Input(shape: [4096]); Dense(4096, kernelInitializer: .zeros); Dense(25000, useBias: false, kernelInitializer: .zeros) }
        default: throw UnknownNameError(kind: "model", name: name, known: [])
        }
    }

    @Test func `The text equals Keras's, cell for cell`() throws {
        let golden: Golden = try Fixture.decode("summaries.json")
        for entry in golden.cases {
            let text = try withSession { try make(entry.model).summaryText(lineLength: entry.lineLength) }
            #expect(text == entry.text, "\(entry.model), \(entry.lineLength) columns")
        }
    }

    @Test func `Builder, array and add give one summary`() {
        let texts = [
            withSession { Sequential { Input(shape: [4]); Dense(3); Dropout(0.1) }.summaryText() },
            withSession { Sequential([Input(shape: [4]), Dense(3), Dropout(0.1)]).summaryText() },
            withSession {
                let model = Sequential()
                model.add(Dense(3, inputShape: [4]))
                model.add(Dropout(0.1))
                return model.summaryText()
            },
        ]
        #expect(Set(texts).count == 1)
        #expect(texts[0].contains("(None, 3)"))
    }
}
