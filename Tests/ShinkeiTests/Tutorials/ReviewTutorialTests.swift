import ShinkeiTesting
import Synchronization
import Testing

@testable import Shinkei

/// The tutorials' network for film reviews.
@Suite(.serialized) struct ReviewTutorialTests {
    static func network(maskZero: Bool = false) throws -> Sequential {
        let network = Sequential {
            Input(shape: [200], dtype: .int32)
            Embedding(10_000, 16, maskZero: maskZero)
            GlobalAveragePooling1D()
            Dense(16, activation: .relu)
            Dense(1, activation: .sigmoid)
        }
        try network.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
        return network
    }

    @Test func `S3-12: Embedding, its parameters, and a number out of range`() throws {
        let network = try Self.network()
        #expect(network.parameterCount == 160_289)
        var x = [Int](repeating: 0, count: 200)
        x[7] = 10_000
        let text = errorText { _ = try network.predict(Tensor(x, shape: [1, 200])) }
        #expect(text.contains(" has the rows 0 ..< 10000") && text.contains("0 to 10000"), "\(text)")
        // What Keras 2's files say and Keras 3 ignores with a warning.
        let json: JSON = ["input_dim": 9, "output_dim": 2, "input_length": 200]
        #expect(try Embedding.Config(json).inputDim == 9)
    }

    @Test(.enabled(if: TutorialData.hasIMDB && TutorialData.isOptimized, TutorialData.comment))
    func `S3-13: Reviews are told apart`() throws {
        let reviews = try IMDB.load(options: SequenceOptions(numWords: 10_000), download: false)
        let (x, y) = (reviews.train.padded(200), reviews.train.targets)
        let (testX, testY) = (reviews.test.padded(200), reviews.test.targets)
        for seed in TutorialData.seeds {
            setRandomSeed(seed)
            let network = try Self.network()
            try network.fit(x, y, epochs: 10, batchSize: 128, verbose: .silent, validationSplit: 0.2)
            let accuracy = try network.evaluate(testX, testY, verbose: .silent).accuracy
            print("S3-13: seed \(seed): test accuracy \(accuracy)")
            #expect(accuracy >= 0.85, "seed \(seed)")
        }
    }

    @Test func `S3-13: The mean leaves out what a mask rules out`() throws {
        let network = Sequential {
            Input(shape: [4], dtype: .int32)
            Embedding(3, 1, embeddingsInitializer: .constant(0), maskZero: true, name: "table")
            GlobalAveragePooling1D()
        }
        network.weight("table/embeddings")?.value = [[100.0], [1], [3]]
        #expect(try network.predict([[0, 0, 1, 2]]).array() == [2])
        #expect(try network.predict([[0, 0, 0, 2]]).array() == [3])
    }
}

/// Six Japanese sentences, three of them glad, and two that the network has not seen.
@Suite(.serialized) struct JapaneseTutorialTests {
    static let texts = [
        "この映画は素晴らしかったです。", "とても面白い映画でした。", "最高の作品だと思います。", "この映画はつまらなかったです。",
        "とても退屈な映画でした。", "最悪の作品だと思います。",
    ]
    static let labels: [Float] = [1, 1, 1, 0, 0, 0]
    static let new = ["最高の映画でした。", "最悪の映画でした。"]

    static func network(length: Int) throws -> Sequential {
        let network = Sequential {
            Input(shape: [.some(length)], dtype: .int32)
            Embedding(100, 16)
            LSTM(32)
            Dense(1, activation: .sigmoid)
        }
        try network.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
        return network
    }

    // Expected: Keras 3.15, keras.layers.LSTM(3) with these weights and this input.
    @Test func `S3-19: The gates of an LSTM are Keras's, and so are its numbers and its first weights`() throws {
        let model = Sequential {
            Input(shape: [5, 2]); LSTM(3)
        }
        #expect(model.weights.map(\.shape.sizes) == [[2, 12], [3, 12], [12]])
        // The forget gate's bias begins at 1; the recurrent kernel's rows are orthonormal.
        #expect(model.weights[2].value.array() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
        let recurrent = model.weights[1].value
        try expectClose(recurrent.matmul(recurrent.transposed()), Tensor.eye(3), absolute: 1e-5)
        model.weights[0].value = Tensor.linspace(-1, 1, count: 24).reshaped([2, 12])
        model.weights[1].value = Tensor.linspace(-0.5, 0.5, count: 36).reshaped([3, 12])
        model.weights[2].value = Tensor.linspace(-0.1, 0.3, count: 12)
        let output = try model.predict(Tensor.linspace(-1, 1, count: 10).reshaped([1, 5, 2]))
        try expectClose(
            output.array(of: Double.self), [0.12933899462223053, 0.21281744539737701, 0.3059867322444916],
            absolute: 1e-6, relative: 1e-5)
    }

    @Test func `S3-17, S3-18: By default a sentence is a word, which is warned of`() throws {
        let warnings = Mutex<[String]>([])
        var tokenizer = Tokenizer(numWords: 100)
        tokenizer.warn = { text in warnings.withLock { $0.append(text) } }
        tokenizer.fit(on: Self.texts)
        // Keras's result.
        #expect(tokenizer.sequences(of: Self.texts) == [[1], [2], [3], [4], [5], [6]])
        let new = tokenizer.sequences(of: Self.new)
        #expect(new == [[], []])
        #expect(padSequences(new, maxLength: 1).array(of: Int.self) == [0, 0])
        let seen = warnings.withLock { $0 }
        #expect(seen.count == 2 && seen.allSatisfy { $0.contains(".japanese") && $0.contains(".characters") })
    }

    @Test func `S3-17: Characters need no spaces`() throws {
        var tokenizer = Tokenizer(segmentation: .characters)
        tokenizer.warn = { _ in Issue.record("warned") }
        tokenizer.fit(on: Self.texts)
        #expect(tokenizer.sequences(of: Self.new).allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: 0..<3)
    func `S3-17, S3-19: Cut into words, new sentences are on the right sides`(seed: Int) throws {
        var tokenizer = Tokenizer(numWords: 100, segmentation: .japanese)
        tokenizer.warn = { _ in Issue.record("warned") }
        tokenizer.fit(on: Self.texts)
        let x = padSequences(tokenizer.sequences(of: Self.texts))
        setRandomSeed(seed)
        let network = try Self.network(length: x.shape[1])
        #expect(network.parameterCount == 7905)
        let targets = Tensor(Self.labels, shape: [6, 1])
        let history = try network.fit(x, targets, epochs: 100, batchSize: 2, verbose: .silent)
        #expect(history["accuracy"]?.last == 1)
        let new = padSequences(tokenizer.sequences(of: Self.new), maxLength: x.shape[1])
        let read = try network.predict(new).array()
        #expect(read[0] > 0.5 && read[1] < 0.5, "\(read)")
    }
}
