import Shinkei
import ShinkeiImages
import ShinkeiTesting
import Testing

/// Photographs in folders.
@Suite(.serialized) struct PictureTutorialTests {
    @Test(.enabled(if: TutorialData.images != nil, TutorialData.comment))
    func `S3-29: Folders are classes`() async throws {
        let root = try #require(TutorialData.images)
        let flow = try ImageDataGenerator(rescale: 1.0 / 255).flowFromDirectory(
            root + "/test", targetSize: (24, 24), classMode: .categorical, batchSize: 32, verbose: false)
        #expect(flow.classNames == flow.classNames.sorted() && flow.classNames.count == 10)
        let epoch = Array(flow.epoch(0))
        #expect(epoch.map { $0.x.shape.sizes } == Array(repeating: [32, 24, 24, 3], count: 12) + [[16, 24, 24, 3]])
        #expect(epoch.allSatisfy { $0.y?.sum(axis: 1).array().allSatisfy { $0 == 1 } == true })
        #expect(flow.prefix(30).reduce(0) { $0 + $1.items.count } > 400, "it never ends")

        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let root = try #require(TutorialData.images)
            _ = try ImageDataGenerator().flowFromDirectory(root + "/train")
        }
        let line = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(line.contains("Found 1500 images belonging to 10 classes.\n"), "\(line)")
    }
}

@Suite struct StepTutorialTests {
    private static func model() throws -> Sequential {
        let model = Sequential { Dense(1, inputShape: [2]) }
        try model.compile(optimizer: .sgd(), loss: .mse)
        return model
    }
    private static func batches(_ count: Int) -> Dataset<Example> {
        Dataset.fromTensorSlices(Tensor.ones([4 * count, 2]), Tensor.ones([4 * count, 1])).batch(4)
    }

    @Test func `S3-30: Data that never end need steps, and are measured in steps`() throws {
        let history = try Self.model().fit(
            Self.batches(3).repeat(), epochs: 10, verbose: 0, validationData: Self.batches(2).repeat(),
            stepsPerEpoch: 4, validationSteps: 2)
        #expect(history.loss.count == 10 && history["val_loss"]?.count == 10)
    }
}
