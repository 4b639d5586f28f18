import Foundation
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Weights and outputs of the real PyTorch.
@Suite struct PyTorchWeightsTests {
    private struct Case: Decodable {
        var x: [Double]
        var y: [Double]
    }
    private struct Expected: Decodable {
        var pictures: Case
        var words: Case
    }
    private static let folder = (Fixture.root + ["Tests", "Fixtures", "pytorch"]).joined(separator: "/")
    private static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(filePath: "\(folder)/expected.json")))
    }

    private func pictures(units: Int = 6) -> Sequential {
        Sequential {
            Input(shape: [6, 7, 2]); Conv2D(4, 3, activation: .relu, name: "conv")
            DepthwiseConv2D(2, depthMultiplier: 2, name: "depth"); BatchNormalization(name: "norm"); Activation(.relu)
            Conv2DTranspose(3, 2, name: "up"); PReLU(name: "slope"); Flatten(); Dense(units, name: "end")
        }
    }

    @Test func `Convolutions, normalization, and a dense layer over flattened pictures`() throws {
        let expected = try Self.expected().pictures
        let model = pictures()
        try model.loadPyTorchWeights(
            "\(Self.folder)/pictures.safetensors", modules: ["slope": "head.0", "end": "head.1"])
        let x = Tensor(expected.x, shape: [2, 6, 7, 2]).cast(to: .float32)
        try expectClose(
            try model.predict(x).array(of: Double.self), expected.y, absolute: 1e-5, relative: 1e-5, "pictures")
    }

    @Test func `Embeddings and recurrent layers`() throws {
        let expected = try Self.expected().words
        let model = Sequential {
            Input(shape: [5]); Embedding(9, 4, name: "embedding")
            Bidirectional(LSTM(3, returnSequences: true), name: "lstm"); GRU(5, returnSequences: true, name: "gru")
            SimpleRNN(4, returnSequences: true, name: "rnn"); LayerNormalization(name: "norm")
        }
        try model.loadPyTorchWeights("\(Self.folder)/words.safetensors")
        let x = Tensor(expected.x, shape: [2, 5]).cast(to: .float32)
        try expectClose(
            try model.predict(x).array(of: Double.self), expected.y, absolute: 1e-5, relative: 1e-5, "words")
    }

    @Test func `What is missing or does not fit is named`() throws {
        let file = "\(Self.folder)/pictures.safetensors"
        #expect {
            try pictures().loadPyTorchWeights(file)
        } throws: {
            "\($0)".contains("layer \"slope\"") && "\($0)".contains("slope.weight")
        }
        #expect {
            try pictures(units: 7).loadPyTorchWeights(file, modules: ["slope": "head.0", "end": "head.1"])
        } throws: {
            "\($0)".contains("[60, 7]") && "\($0)".contains("[6, 60]")
        }
    }
}
