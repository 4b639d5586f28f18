import Testing

@testable import Shinkei

@Suite struct NamesTests {
    @Test(arguments: [
        ("Dense", "dense"), ("InputLayer", "input_layer"), ("Conv2D", "conv2d"), ("LSTM", "lstm"),
        ("GlobalAveragePooling1D", "global_average_pooling1d"),
        ("BatchNormalization", "batch_normalization"),
        ("MaxPooling2D", "max_pooling2d"), ("GRUCell", "gru_cell"),
        ("Conv2DTranspose", "conv2d_transpose"),
    ])
    func `Class names become Keras's layer names`(className: String, name: String) {
        #expect(snakeCase(className) == name)
    }

    @Test func `Layers are numbered by class, from the start in each session`() {
        for _ in 0..<2 {
            let names = withSession {
                [Dense(1), Dense(1), Flatten(), Dense(1, name: "mine"), Dense(1)].map(\.name)
            }
            #expect(names == ["dense", "dense_1", "flatten", "mine", "dense_2"])
        }
    }

    @Test func `An unknown name lists the nearest`() {
        #expect(
            errorText { _ = try Dense(1, activation: "rellu") }
                == #"there is no activation "rellu"; the nearest are "relu", "celu", "elu""#)
        #expect(
            errorText { _ = try "adm".makeOptimizer() }.contains(
                #"there is no optimizer "adm"; the nearest are "adam""#))
        #expect(
            errorText { _ = try "categorical_crossentropi".makeLoss() }.contains(
                #""categorical_crossentropy""#))
        #expect(errorText { _ = try Metric.named("acuracy") }.contains(#""accuracy""#))
        #expect(errorText { _ = try Initializer(named: "glorot") }.contains("initializer"))
    }

    @Test func `Letter case and underscores do not matter`() throws {
        #expect(try "RMSprop".makeOptimizer() is RMSprop)
        #expect(try "MeanSquaredError".makeLoss() is MeanSquaredError)
        #expect(try ActivationFunction(named: "leakyRelu") == .leakyRelu)
        #expect(try ActivationFunction(named: "swish") == .silu)
    }

    @Test func `Memory sizes and grouped numbers`() {
        #expect(NumberText.memory(0) == "0.00 B")
        #expect(NumberText.memory(1023) == "1023.00 B")
        #expect(NumberText.memory(7168) == "7.00 KB")
        #expect(NumberText.memory(1_628_200) == "1.55 MB")
        #expect(
            [0, 999, 1000, 407_050, 1_234_567].map(NumberText.grouped) == [
                "0", "999", "1,000", "407,050", "1,234,567",
            ])
    }
}
