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
