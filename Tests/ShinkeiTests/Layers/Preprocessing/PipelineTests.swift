import Foundation
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct PipelineTests {
    @Test func `Layers run one after the other`() throws {
        try checkLayer({ Pipeline([Rescaling(1 / 255), CenterCrop(height: 3, width: 2)]) }, input: [2, 4, 5, 3])
        let x = Tensor.randomUniform([4, 6, 6, 3], high: 255, seed: 1)
        let both = Pipeline([Rescaling(1 / 255), RandomFlip()])
        try expectClose(both(x), x / 255)
        #expect(both([x], CallContext(isTraining: true, seed: 2))[0].array() != (x / 255).array())
        #expect(throws: ConfigError.self) { try Pipeline.Config(["layers": []]).check() }
    }

    @Test func `A model with one is saved and read, what it has learnt included`() throws {
        let normal = Normalization()
        try normal.adapt(Tensor.randomUniform([50, 3], low: 2, high: 4, seed: 1))
        let model = Sequential {
            Input(shape: [3]); Pipeline([Rescaling(2), normal]); Dense(2)
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).keras").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        let x = Tensor.randomUniform([5, 3], seed: 2)
        try expectClose(try Model.load(path).predict(x), try model.predict(x), absolute: 0, relative: 0)
    }
}
