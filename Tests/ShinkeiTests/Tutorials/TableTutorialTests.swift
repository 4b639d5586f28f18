import FoundationEssentials
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Define, compile, fit, predict, on tables of numbers.
@Suite(.serialized) struct TableTutorialTests {
    static func classifier() -> Sequential {
        let model = Sequential()
        model.add(Dense(20, inputShape: [31]))
        model.add(Activation(.relu))
        model.add(Dense(100))
        model.add(Activation(.relu))
        model.add(Dense(1))
        model.add(Activation(.sigmoid))
        return model
    }
    static let rows = Tensor.randomNormal([100, 31], seed: 1)
    static let labels = (rows.sum(axis: 1, keepDims: true) .> 0).cast(to: .float32)

    @Test func `S1-2: An activation as a layer of its own`() throws {
        let model = Self.classifier()
        #expect(model.parameterCount == 2841)
        let joined = Sequential {
            Dense(20, activation: .relu, inputShape: [31])
            Dense(100, activation: .relu)
            Dense(1, activation: .sigmoid)
        }
        for (a, b) in zip(model.weights, joined.weights) { b.value = a.value }
        #expect(try model.predict(Self.rows).hostBytes() == joined.predict(Self.rows).hostBytes())
    }

    @Test func `S1-3: Names compile to what the values do`() throws {
        func losses(_ compile: (Sequential) throws -> Void) throws -> [Double] {
            try withSession(seed: 1) {
                let model = Self.classifier()
                try compile(model)
                return try model.fit(Self.rows, Self.labels, epochs: 2, verbose: .silent).loss
            }
        }
        let named = try losses {
            try $0.compile(optimizer: "rmsprop", loss: "binary_crossentropy", metrics: ["accuracy"])
        }
        let typed = try losses {
            try $0.compile(optimizer: .rmsprop(), loss: .binaryCrossentropy, metrics: [.accuracy])
        }
        #expect(named == typed)
        let text = errorText { try Self.classifier().compile(optimizer: "rmsprob", loss: "mse", metrics: [String]()) }
        #expect(text.contains("\"rmsprop\""), "\(text)")
        let loss = errorText {
            try Self.classifier().compile(optimizer: "sgd", loss: "binary_crosentropy", metrics: [String]())
        }
        #expect(loss.contains("binary_crossentropy"), "\(loss)")
    }

    @Test func `S1-4, S1-5, S1-6: Ten losses, rows of float32, and no fit before compile`() throws {
        let model = Self.classifier()
        let early = errorText { try model.fit(Self.rows, Self.labels, verbose: .silent) }
        #expect(early.contains("compile"), "\(early)")
        try model.compile(optimizer: .rmsprop(), loss: .binaryCrossentropy, metrics: [.accuracy])
        let history = try model.fit(Self.rows, Self.labels, epochs: 10, batchSize: 32, verbose: .silent)
        #expect(history.history["loss"]?.count == 10)
        let predictions = try model.predict(Self.rows)
        #expect(predictions.shape == [100, 1] && predictions.dtype == .float32)
        for batchSize in [1, 7, 100] {
            try expectClose(try model.predict(Self.rows, batchSize: batchSize), predictions, absolute: 1e-6)
        }
    }

    @Test func `S1-13: A split by seed, and training beside validation in the history`() throws {
        let (a, b) = (
            trainTestSplit(Self.rows, Self.labels, testFraction: 0.2, seed: 3),
            trainTestSplit(Self.rows, Self.labels, testFraction: 0.2, seed: 3)
        )
        #expect(a.xTrain.shape == [80, 31] && a.yTest.shape == [20, 1])
        #expect(a.xTest.hostBytes() == b.xTest.hostBytes())
        let model = Self.classifier()
        try model.compile(optimizer: .rmsprop(), loss: .binaryCrossentropy, metrics: [.accuracy])
        let history = try model.fit(
            a.xTrain, a.yTrain, epochs: 2, verbose: .silent, validationData: (a.xTest, a.yTest))
        #expect(history.keys == ["accuracy", "loss", "val_accuracy", "val_loss"])
    }

    @Test func `S1-16: A regression, with what its metrics say`() throws {
        let model = Sequential {
            Dense(512, activation: .relu, inputShape: [10])
            Dense(1)
        }
        #expect(model.parameterCount == 6145)
        let x = Tensor.randomNormal([1200, 10], seed: 1)
        let y = x.matmul(Tensor.randomNormal([10, 1], seed: 2)) + 0.1 * Tensor.randomNormal([1200, 1], seed: 3)
        let data = trainTestSplit(x, y, testFraction: 0.2, seed: 1)
        try model.compile(optimizer: .rmsprop(), loss: .mse, metrics: [.meanAbsoluteError, R2Score()])
        try model.fit(data.xTrain, data.yTrain, epochs: 30, verbose: .silent)
        let result = try model.evaluate(data.xTest, data.yTest, verbose: .silent)
        print("S1-16: \(result)")
        #expect(try #require(result["r2_score"]) >= 0.95)
        let guess = abs(data.yTest - data.yTrain.mean()).mean().scalar(of: Double.self)
        #expect(try #require(result["mean_absolute_error"]) < guess / 5)
    }

    @Test func `S3-21: Japanese text in, predictions out, and tables that stay straight`() throws {
        let model = Sequential {
            Dense(2, inputShape: [3], name: "隠れ層")
            Dense(1, name: "output")
        }
        let lines = model.summaryText().split(separator: "\n").filter { $0.hasPrefix("│") || $0.hasPrefix("┃") }
        #expect(lines.contains { $0.contains("隠れ層") })
        // A character of full width fills two columns.
        func width(_ line: Substring) -> Int {
            line.unicodeScalars.reduce(0) { $0 + (0x3000...0x9fff ~= $1.value ? 2 : 1) }
        }
        #expect(Set(lines.map(width)).count == 1, "\(model.summaryText())")
    }

    @Test func `S3-35, S3-36: A trained model comes back from HDF5 with its optimizer`() throws {
        let model = Sequential {
            Dense(64, activation: .relu, inputShape: [10])
            Dense(32, activation: .relu)
            Dense(1, activation: .sigmoid)
        }
        #expect(model.parameterCount == 2817)
        try model.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
        let x = Tensor.randomUniform([1000, 10], seed: 1)
        let y = Tensor.randomIntegers([1000, 1], in: 0..<2, seed: 2)
        let accuracy = try #require(try model.fit(x, y, epochs: 5, verbose: .silent)["accuracy"]?.last)
        // Random labels.
        #expect(abs(accuracy - 0.5) < 0.08, "\(accuracy)")
        let path = FileManager.default.temporaryDirectory.appending(
            path: "shinkei-\(UInt64.random(in: 0 ... .max)).h5"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        let loaded = try Model.load(path)
        #expect(try loaded.predict(x).hostBytes() == model.predict(x).hostBytes())
        let (a, b) = (try #require(model.optimizer), try #require(loaded.optimizer))
        #expect(a.weights.count == b.weights.count && a.weights.count == 2 + 2 * 6)
        for (one, other) in zip(a.weights, b.weights) { #expect(one.value.hostBytes() == other.value.hostBytes()) }
    }
}
