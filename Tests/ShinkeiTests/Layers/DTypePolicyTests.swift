import Testing

@testable import Shinkei

@Suite struct DTypePolicyTests {
    @Test func `A mixed policy keeps float32 weights and its name in files, also inside of wrappers`() throws {
        let layer = TimeDistributed(LSTM(2))
        layer.policy = .mixedFloat16
        #expect((layer.layer as? LSTM)?.cell.policy.name == "mixed_float16")
        try layer.validate([nil, 2, 3, 4])
        #expect(layer.weights.allSatisfy { $0.dtype == .float32 })
        let object = try LayerObject.write(layer)
        #expect(object["config"]?["dtype"]?["config"]?["name"]?.string == "mixed_float16")
        #expect(try LayerObject.read(object).policy == .mixedFloat16)
    }

    @Test func `A policy has Keras's name`() {
        #expect(DTypePolicy(name: "mixed_bfloat16") == .mixedBFloat16)
        #expect(DTypePolicy(name: "float64")?.variableType == .float64)
        #expect(DTypePolicy(name: "int8_from_float32") == nil)
        let layer = Dense(2)
        layer.dtype = .float64
        #expect(layer.policy.name == "float64")
    }
}
