import ShinkeiImages
import Testing

@testable import Shinkei

/// `fit` on flows of an `ImageDataGenerator`, and validation of another kind than training.
@Suite struct GeneratorFitTests {
    private let x = Tensor.randomUniform([30, 6, 6, 1], seed: 1).evaluate()
    private let y = Tensor((0..<30).map { Float($0 % 2) }, shape: [30, 1])

    private func model() throws -> Sequential {
        try withSession(seed: 2) {
            let model = Sequential([Input(shape: [6, 6, 1]), Flatten(), Dense(1, activation: .sigmoid)])
            try model.compile(optimizer: .sgd(), loss: .binaryCrossentropy, metrics: [.accuracy])
            return model
        }
    }

    /// What a body running in a process of its own says on standard error.
    private func lines(_ bytes: [UInt8]?) -> [String] {
        String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init).filter {
            $0.hasPrefix("shinkei: ")
        }
    }

    @Test func `S3-30: A flow never runs out, neither for training nor for validation`() async throws {
        let result = try await #require(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            let tests = GeneratorFitTests()
            let flow = ImageDataGenerator(horizontalFlip: true).flow(tests.x, tests.y, batchSize: 8, seed: 3)
            let held = ImageDataGenerator().flow(tests.x, tests.y, batchSize: 8, seed: 4)
            let history = try tests.model().fit(
                flow.dataset, epochs: 3, verbose: .silent, validationData: held.dataset, stepsPerEpoch: 10,
                validationSteps: 5)
            #expect(history.loss.count == 3 && history["val_accuracy"]?.count == 3)
        }
        #expect(lines(result.standardErrorContent) == [])
    }

    @Test func `S3-30: Too few batches give one warning with the right number, and what was done is kept`() async throws
    {
        let result = try await #require(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            let tests = GeneratorFitTests()
            let flow = ImageDataGenerator().flow(tests.x, tests.y, batchSize: 8, seed: 3)
            let history = try tests.model().fit(
                flow.epoch(0).dataset, epochs: 3, verbose: .silent, validationData: flow.epoch(1).dataset,
                stepsPerEpoch: 100, validationSteps: 50)
            #expect(history.loss.count == 3 && history.loss.allSatisfy(\.isFinite))
            #expect(history["val_loss"]?.count == 3)
        }
        let told = lines(result.standardErrorContent)
        #expect(told.count == 2)
        #expect(told.first?.contains("after 4 of 100 batches") == true)
        #expect(told.last?.contains("after 4 of 50 batches") == true)
    }

    @Test func `Arrays are validated on a data set, and a data set on arrays, to the same bits`() throws {
        let flat = x.reshaped([30, 6, 6, 1])
        let (a, b, c) = (try model(), try model(), try model())
        let first = try a.fit(
            flat, y, epochs: 2, batchSize: 10, verbose: .silent, validationData: (x, y), shuffle: false,
            validationBatchSize: 8)
        let second = try b.fit(
            flat, y, epochs: 2, batchSize: 10, verbose: .silent,
            validationData: Dataset.fromTensorSlices(x, y).batch(8), shuffle: false)
        let third = try c.fit(
            Dataset.fromTensorSlices(flat, y).batch(10), epochs: 2, verbose: .silent, validationData: (x: x, y: y),
            validationBatchSize: 8)
        #expect(first.history == second.history)
        #expect(first.history == third.history)
        let part = try b.fit(
            flat, y, verbose: .silent, validationData: ImageDataGenerator().flow(x, y).dataset, validationSteps: 1)
        #expect(part["val_loss"]?.count == 1)
        #expect(throws: TrainingError.self) {
            try c.fit(Dataset.fromTensorSlices(flat, y).batch(10), validationData: (x: x, y: y[0..<3]))
        }
    }

    @Test func `A flow's sample weights count`() throws {
        let weights = Tensor((0..<30).map { Float($0 % 3) })
        let flow = ImageDataGenerator(validationSplit: 0.2).flow(
            x, y, batchSize: 7, shuffle: false, sampleWeight: weights, subset: .training)
        let all = try flow.all()
        #expect(all.sampleWeight?.array() == Array(weights.array()[6...]))
        let (a, b) = (try model(), try model())
        try a.fit(flow.epoch(0).dataset, verbose: .silent)
        try b.fit(x[6..<30], y[6..<30], batchSize: 7, verbose: .silent, sampleWeight: weights[6..<30], shuffle: false)
        #expect(a.weights.map { $0.value.hostBytes() } == b.weights.map { $0.value.hostBytes() })
    }
}
