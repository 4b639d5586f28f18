import Foundation
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ReversibleEmbeddingTests {
    @Test func `Passes the checks`() throws {
        try checkLayer({ ReversibleEmbedding(7, 3, tieWeights: true) }, input: [4, 5], isDifferentiable: false) {
            ($0 * 3 + 3).floor().cast(to: .int32)
        }
    }

    @Test func `The way back is the product with the table`() throws {
        for isTied in [true, false] {
            let layer = ReversibleEmbedding(5, 3, tieWeights: isTied, logitSoftCap: 2)
            let x = Tensor([1, 4, 0, 2] as [Int32], shape: [2, 2])
            let hidden = layer(x)
            try expectClose(hidden, layer.embeddings.value.taking(x))
            #expect(layer.weights.count == (isTied ? 1 : 2))
            let kernel = layer.reverseEmbeddings?.value ?? layer.embeddings.value.transposed([1, 0])
            try expectClose(layer.reversed(hidden), (hidden.matmul(kernel) / 2).tanh() * 2)
        }
    }

    @Test func `A model that goes there and back is saved and loaded`() throws {
        let (input, layer) = (Input(shape: [3], dtype: .int32), ReversibleEmbedding(5, 2, maskZero: true))
        let model = Model(inputs: [input], outputs: [layer.reversed(layer(input))])
        let x = Tensor([1, 4, 0] as [Int32], shape: [1, 3])
        let y = try model.predict(x)
        #expect(y.shape == [1, 3, 5])
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).keras").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.save(path)
        try expectClose(try Model.load(path).predict(x), y)
    }

    @Test func `Vectors of another size are refused`() throws {
        let layer = ReversibleEmbedding(5, 2)
        try layer.validate([nil, 3])
        var options = CallOptions()
        options.values["reverse"] = .bool(true)
        #expect(throws: LayerError.self) { try layer.prepare([[nil, 3, 4]], parent: nil, options: options) }
    }
}
