import FoundationEssentials
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Which layer of a model takes which weights of an older `.h5` file.
@Suite struct LegacyH5Tests {
    /// Two layers whose weights have one shape, so that only names and places tell them apart.
    private func model(_ first: String, _ second: String) -> Sequential {
        Sequential {
            Input(shape: [3]); Dense(3, name: first); Dense(3, name: second)
        }
    }

    /// The kernels, each filled with one number, after loading a file of layers `dense_7` (1) and `dense_8` (2).
    private func kernels(loadedInto target: Sequential) throws -> [Float] {
        let saved = model("dense_7", "dense_8")
        for (i, layer) in saved.layers.enumerated() {
            for weight in layer.weights { weight.value = Tensor.full(weight.shape.sizes, Double(i + 1)) }
        }
        let folder = FileManager.default.temporaryDirectory.path() + "shinkei-h5-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try saved.save("\(folder)/m.h5")
        try target.loadWeights("\(folder)/m.h5")
        return target.layers.map { $0.weights[0].value.array(of: Float.self)[0] }
    }

    @Test func `Layers numbered otherwise take weights by place`() throws {
        #expect(try kernels(loadedInto: model("dense", "dense_1")) == [1, 2])
    }

    @Test func `Layers of the file's names take weights by name`() throws {
        #expect(try kernels(loadedInto: model("dense_8", "dense_7")) == [2, 1])
    }

    /// The second layer of a model that counts from 7 is `dense_8`, by chance the file's second: no name means anything.
    @Test func `One foreign name makes all go by place`() throws {
        #expect(try kernels(loadedInto: model("dense_8", "dense_9")) == [1, 2])
    }
}
