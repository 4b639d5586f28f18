import Foundation
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Models that strings come to.
@Suite struct StringModelTests {
    /// Against what the real Keras gave: Tools/reference/make_keras_strings.py.
    @Test func `A functional model of strings and numbers that Keras saved answers as there, also after a copy`() throws
    {
        let path = Fixture.path("lookups/string_model.json")
        let golden = try JSON(parsing: Array(try Data(contentsOf: URL(filePath: path))), name: path)
        func rows<Value: ConfigValue>(_ key: String) throws -> [Value] { try [Value](config: golden[key] ?? .null) }
        let codes: [[Int]] = try rows("codes")
        let ages: [[Double]] = try rows("ages")
        let inputs: [InputData] = [
            .strings(try rows("reviews")), .strings(try rows("towns")),
            .numbers(Tensor(codes.flatMap { $0 }, shape: [codes.count, 2], dtype: .int64)),
            .numbers(Tensor(ages.flatMap { $0 }.map { Float($0) }, shape: [ages.count, 1])),
        ]
        let wanted = try [Double](config: golden["output"]?["values"] ?? .null).map { Float($0) }
        let copy = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).keras").path()
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try Model.load(Fixture.path("lookups/string_model.keras")).save(copy)
        for path in [Fixture.path("lookups/string_model.keras"), copy] {
            let model = try Model.load(path)
            #expect(model.inputs.map(\.holdsStrings) == [true, true, false, false])
            try expectClose(try model.predict(inputs)[0], Tensor(wanted, shape: [5, 2]), absolute: 1e-6)
            // Rows in batches; the towns' column feeds two layers, so five tensors come in for four inputs.
            try expectClose(try model.predict(inputs, batchSize: 2)[0], Tensor(wanted, shape: [5, 2]), absolute: 1e-6)
            let tensors = try model.tensors(for: inputs)
            #expect(tensors.count == 5)
            try expectClose(try model.predict(tensors)[0], Tensor(wanted, shape: [5, 2]), absolute: 1e-6)
            let bins = try #require(model.layer("codebins"))
            let spread = try #require(model.layer("spread"))
            for (layer, key) in [(bins, "code_bins"), (spread, "spread")] {
                let numbers = layer([tensors[3]], CallContext())[0].array(of: Int.self)
                #expect(numbers == (try [[Int]](config: golden[key] ?? .null)).flatMap { $0 }, "\(key)")
            }
        }
    }

    @Test func `Integers are hashed in a model as outside of it`() {
        var values = [0, 1, -1, 9, 10, -9, -10, 99, 100, .max, .min, .min + 1, .max - 1]
        for digits in 1...18 {
            let power = (0..<digits).reduce(1) { value, _ in value * 10 }
            values += [power, power - 1, power + 7, -power, 1 - power, power / 3, -(power / 7)]
        }
        let x = Tensor(values, shape: [values.count], dtype: .int64)
        for bins in [1, 2, 1000, 1 << 40] {
            #expect(Hashing(bins)(x).array(of: Int.self) == Hashing(bins)(values).array(of: Int.self), "\(bins) bins")
        }
        let masked = Hashing(50, maskValue: .integer(9))
        #expect(masked(x).array(of: Int.self) == masked(values).array(of: Int.self))
        #expect(errorText { try Hashing(5, salt: HashSalt(1, 2)).validate([nil, 3]) }.contains("outside of models"))
    }

    @Test func `A layer on strings is checked like all others`() throws {
        func integers(_ x: Tensor) -> Tensor { (x * 100).rounded() }
        try checkLayer({ Hashing(7, outputMode: .oneHot) }, input: [3, 1], isDifferentiable: false, prepare: integers)
        try checkLayer({ Hashing(7) }, input: [3, 2], isDifferentiable: false, prepare: integers)
        try checkLayer(
            { IntegerLookup(vocabulary: [3, 5], outputMode: .count) }, input: [3, 4], isDifferentiable: false,
            prepare: integers)
    }

    private let texts = ["good good film", "bad film", "good", "very bad", "good fun", "bad bad bad", "fun", "bad fun"]
    private let labels = Tensor([1, 0, 1, 0, 1, 0, 1, 0] as [Float], shape: [8, 1])

    @Test func `Strings train, measure and are answered`() throws {
        let words = TextVectorization(outputSequenceLength: 4)
        words.adapt(texts)
        let model = withSession(seed: 1) {
            Sequential {
                Input(strings: [1])
                words
                Embedding(words.vocabulary.count, 4)
                GlobalAveragePooling1D()
                Dense(1, activation: .sigmoid)
            }
        }
        try model.compile(optimizer: .adam(learningRate: 0.1), loss: .binaryCrossentropy, metrics: [.accuracy])
        try model.fit(texts, labels, epochs: 30, verbose: .silent, validationData: (["good"], labels[0..<1]))
        #expect(try model.evaluate(texts, labels, verbose: .silent)["accuracy"] == 1)
        let answers: [Float] = try model.predict(["good", "bad", "nothing known"]).array()
        #expect(answers[0] > 0.5 && answers[1] < 0.5 && answers.count == 3)
        try expectClose(try model.predict(texts), try model.predict(words(texts)), absolute: 0, relative: 0)
        #expect(model.summaryText().contains("text_vectorization"))

        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).keras").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        try expectClose(try Model.load(path).predict(texts), try model.predict(texts), absolute: 0, relative: 0)
    }

    @Test func `Rows of several strings come in, and each batch is as long as its longest text`() throws {
        let tags = StringLookup(vocabulary: ["a", "b"], outputMode: .count)
        let x = Input(strings: [3])
        let model = Model(inputs: x, outputs: Dense(1, useBias: false)(tags(x)))
        let answers = try model.predict([.rows([["a", "a", "c"], ["b", "b", "b"]])])[0]
        #expect(answers.shape.sizes == [2, 1])

        let words = TextVectorization(vocabulary: ["one", "two"])
        let text = Input(strings: [])
        let lengths = Model(inputs: text, outputs: GlobalAveragePooling1D()(Embedding(4, 1)(words(text))))
        let both = try lengths.predict(["one", "one two two"])
        let apart = try lengths.predict(["one", "one two two"], batchSize: 1)
        #expect(both.array()[1] == apart.array()[1])
        #expect(both.array()[0] != apart.array()[0])
    }

    @Test func `What does not fit is said before anything runs`() throws {
        let x = Input(strings: [2], name: "x")
        let model = Model(inputs: x, outputs: Dense(1)(StringLookup(vocabulary: ["a"], outputMode: .multiHot)(x)))
        #expect(errorText { _ = try model.predict(["a"]) }.contains("2 strings in a row"))
        #expect(errorText { _ = try model.predict([.numbers(Tensor.zeros([1, 2]))]) }.contains("takes strings"))
        let numbers = Sequential {
            Input(shape: [2]); Dense(1)
        }
        #expect(errorText { _ = try numbers.predict(["a"]) }.contains("takes numbers"))
        let wrong = Sequential {
            Input(strings: [1]); Dense(1)
        }
        #expect(errorText { try wrong.compile(optimizer: .sgd(), loss: .meanSquaredError) }.contains("not strings"))
        let noStrings = Sequential {
            Input(shape: [1]); TextVectorization(vocabulary: ["a"])
        }
        #expect(errorText { _ = try noStrings.predict(Tensor.zeros([1, 1])) }.contains("Input(strings:)"))
        #expect(
            errorText {
                _ = try Sequential {
                    Input(strings: [1]); StringLookup(vocabulary: ["a"], numOOVIndices: 0); Dense(1)
                }.predict(["b"])
            }
            .contains("not in the vocabulary"))
        #expect(throws: LayerError.self) { try Dense(1).connect([x.symbolic], CallOptions()) }
        let two = Input(strings: [1])
        let inner = Model(inputs: two, outputs: Hashing(3)(two))
        #expect(throws: LayerError.self) { try inner.connect([x.symbolic], CallOptions()) }
    }
}
