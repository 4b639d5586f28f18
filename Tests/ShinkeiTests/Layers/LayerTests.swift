import Shinkei
import ShinkeiTesting
import Testing

/// A layer as a user writes one.
final class Scale: Layer {
    let factor = Weight("factor")
    override func build(_ input: SymbolicShape) throws(LayerError) { create(factor, [], .constant(2)) }
    override func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor.value }
}

@Suite struct LayerTests {
    @Test func `A user's layer needs no output shape`() throws {
        try checkLayer({ Scale() }, input: [3, 4])
        let model = withSession { Sequential { Input(shape: [4]); Scale(); Dense(2) } }
        #expect(model.layers.map(\.name) == ["scale", "dense"])
        #expect(model.layers[0].builtOutputShapes == [[nil, 4]])
    }

    @Test func `Freezing a layer takes its weights from training`() {
        let model = Sequential { Input(shape: [4]); Dense(3); Dense(2) }
        model.layers[0].isTrainable = false
        #expect(model.trainableWeights.map(\.name) == ["kernel", "bias"])
        #expect(model.nonTrainableWeights.count == 2)
        model.isTrainable = false
        #expect(model.trainableWeights.isEmpty)
    }

    @Test func `A weight read before build ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = Dense(3).kernel.value }
    }

    @Test func `The type can be chosen before the layer is built`() throws {
        let layer = Dense(3)
        layer.dtype = .float64
        #expect(layer(Tensor.ones([2, 4])).dtype == .float64)
        let model = Sequential { Dense(3); Activation(.relu) }
        model.dtype = .float64
        #expect(try model.predict(Tensor.ones([2, 4], dtype: .float64)).dtype == .float64)
    }
}
