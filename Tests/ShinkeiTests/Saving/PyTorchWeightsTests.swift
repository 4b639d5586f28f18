import Foundation
import ShinkeiFormats
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

    /// Numbers that say where they stand: PyTorch has `[channel · 2 + multiple, 1, row, column]`, and `[filter, channel, 1, 1]`.
    @Test func `Separable convolutions come from two modules`() throws {
        try inFolder { folder in
            let depthwise = Tensor.arange(6 * 2 * 2).cast(to: .float32).reshaped([6, 1, 2, 2])
            let pointwise = Tensor.arange(4 * 6).cast(to: .float32).reshaped([4, 6, 1, 1])
            try Safetensors.write(
                [
                    ("sep.depthwise.weight", HostArray(depthwise)), ("sep.pointwise.weight", HostArray(pointwise)),
                    ("sep.pointwise.bias", HostArray(Tensor.arange(4).cast(to: .float32))),
                ], to: "\(folder)/w.safetensors")
            let layer = SeparableConv2D(4, 2, depthMultiplier: 2, name: "sep")
            let model = Sequential {
                Input(shape: [5, 5, 3]); layer
            }
            try model.loadPyTorchWeights("\(folder)/w.safetensors")
            let (first, second, bias) = (layer.weights[0].value, layer.weights[1].value, layer.weights[2].value)
            for channel in 0..<3 {
                for multiple in 0..<2 {
                    for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                        #expect(
                            first[row][column][channel][multiple].scalar(of: Float.self)
                                == depthwise[channel * 2 + multiple][0][row][column].scalar(of: Float.self))
                    }
                }
            }
            for filter in 0..<4 {
                for channel in 0..<6 {
                    #expect(second[0][0][channel][filter].scalar(of: Float.self) == Float(filter * 6 + channel))
                }
            }
            #expect(bias.array(of: Float.self) == [0, 1, 2, 3])
        }
    }

    /// Grouped kernels with two channels a group have as many numbers, but are no depthwise ones.
    @Test func `A grouped kernel is no depthwise one`() throws {
        try inFolder { folder in
            let grouped = Tensor.arange(4 * 2 * 2 * 2).cast(to: .float32).reshaped([4, 2, 2, 2])
            try Safetensors.write(
                [("depth.weight", HostArray(grouped)), ("depth.bias", HostArray(Tensor.zeros([4])))],
                to: "\(folder)/w.safetensors")
            let model = Sequential {
                Input(shape: [5, 5, 2]); DepthwiseConv2D(2, depthMultiplier: 2, name: "depth")
            }
            #expect {
                try model.loadPyTorchWeights("\(folder)/w.safetensors")
            } throws: {
                "\($0)".contains("[2, 2, 2, 2]") && "\($0)".contains("[4, 2, 2, 2]")
            }
        }
    }

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "shinkei-torch-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
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
