import Foundation
import ShinkeiFormats
import Testing

@testable import Shinkei
@testable import ShinkeiApplications

/// The networks are Keras's, layer for layer. `Tests/Fixtures/applications/layers.json` was printed from Keras 3.15.1 by
/// `Tools/reference/make_applications.py layers`.
@Suite struct StructureTests {
    private struct Expected: Decodable {
        var name: String
        var params: Int
        var layers: [Row]
    }
    /// Name, class, parameters, trained parameters, the layers before, the output's shape.
    private struct Row: Decodable {
        var text: String
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            let (name, kind) = (try row.decode(String.self), try row.decode(String.self))
            let (all, trained) = (try row.decode(Int.self), try row.decode(Int.self))
            let inputs = try row.decode([String].self)
            let shape = try row.decode([Int?].self)
            text = Row.text(name, kind, all, trained, inputs, SymbolicShape(shape))
        }
        static func text(
            _ name: String, _ kind: String, _ all: Int, _ trained: Int, _ inputs: [String], _ shape: SymbolicShape
        ) -> String {
            // A name that Keras counts up is not the network's own.
            let plain = { (name: String) in name.hasPrefix("input_layer") ? "input_layer" : name }
            return "\(plain(name)) \(kind) \(all) \(trained) \(inputs.map(plain)) \(shape)"
        }
    }

    private static let golden: [String: Expected] = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let url = URL(filePath: "\(root)/Tests/Fixtures/applications/layers.json")
        return try! JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: url))
    }()

    @Test(arguments: ["VGG16", "VGG19", "ResNet50", "ResNet50V2", "MobileNetV2", "EfficientNetB0"], [true, false])
    func `Layers, weights and connections are Keras's`(network: String, hasTop: Bool) throws {
        try withSession {
            let model = try makeApplication(network, hasTop: hasTop)
            let expected = try #require(Self.golden[hasTop ? network : "\(network)-notop"])
            #expect(model.parameterCount == expected.params)
            #expect(model.name == expected.name)
            let graph = try #require(try model.layerGraph())
            let calls = Dictionary(uniqueKeysWithValues: graph.calls.map { ($0.layer.name, $0) })
            let rows = model.layers.map { layer in
                let call = calls[layer.name]
                return Row.text(
                    layer.name, layer.className, layer.parameterCount,
                    layer.trainableWeights.map(\.shape.count).reduce(0, +),
                    call?.inputs.map(\.call.layer.name) ?? [], call?.outputShapes[0] ?? [])
            }
            let texts = expected.layers.map(\.text)
            #expect(rows.count == texts.count)
            for (row, text) in zip(rows, texts) where row != text { #expect(row == text) }
        }
    }
}

/// With the top for 224 pixels a side; without it for 96 by 64, with the mean of each channel.
func makeApplication(_ network: String, hasTop: Bool, weights: PretrainedWeights? = nil) throws -> Model {
    let shape: SymbolicShape = hasTop ? [224, 224, 3] : [96, 64, 3]
    let pooling: Application.Pooling? = hasTop ? nil : .average
    return switch network {
    case "VGG16": try VGG16(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    case "VGG19": try VGG19(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    case "ResNet50": try ResNet50(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    case "ResNet50V2": try ResNet50V2(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    case "MobileNetV2": try MobileNetV2(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    default: try EfficientNetB0(weights: weights, includeTop: hasTop, inputShape: shape, pooling: pooling)
    }
}
