import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct PoolingLayerTests {
    @Test func `All pass the layer check`() throws {
        try checkLayer({ MaxPooling1D() }, input: [2, 5, 3])
        try checkLayer({ MaxPooling2D([2, 3], strides: 1, padding: .same) }, input: [2, 4, 5, 3])
        try checkLayer({ MaxPooling2D(dataFormat: .channelsFirst) }, input: [2, 3, 4, 5])
        try checkLayer({ MaxPooling3D(2, padding: .same) }, input: [1, 3, 3, 2, 2])
        try checkLayer({ AveragePooling1D(3, strides: 2, padding: .same) }, input: [2, 6, 3])
        try checkLayer({ AveragePooling2D() }, input: [2, 5, 4, 3])
        try checkLayer({ AveragePooling3D([2, 1, 2]) }, input: [1, 3, 3, 2, 2])
        try checkLayer({ GlobalAveragePooling1D() }, input: [2, 5, 3])
        try checkLayer({ GlobalAveragePooling2D(keepDims: true) }, input: [2, 3, 4, 5])
        try checkLayer({ GlobalAveragePooling3D(dataFormat: .channelsFirst) }, input: [1, 3, 2, 4, 2])
        try checkLayer({ GlobalMaxPooling1D(keepDims: true) }, input: [2, 5, 3])
        try checkLayer({ GlobalMaxPooling2D(dataFormat: .channelsFirst) }, input: [2, 3, 4, 5])
        try checkLayer({ GlobalMaxPooling3D() }, input: [1, 3, 2, 4, 2])
        try checkLayer({ AdaptiveAveragePooling1D(3) }, input: [2, 7, 3])
        try checkLayer({ AdaptiveAveragePooling2D([2, 3]) }, input: [2, 5, 4, 3])
        try checkLayer({ AdaptiveAveragePooling3D(2) }, input: [1, 3, 3, 2, 2])
        try checkLayer({ AdaptiveMaxPooling1D(4) }, input: [2, 7, 3])
        try checkLayer({ AdaptiveMaxPooling2D(2, dataFormat: .channelsFirst) }, input: [2, 3, 5, 4])
        try checkLayer({ AdaptiveMaxPooling3D(2) }, input: [1, 3, 3, 2, 2])
    }

    @Test func `What lies outside does not count`() throws {
        let x = Tensor([-1.0, -2, -3], shape: [1, 3, 1])
        try expectClose(MaxPooling1D(2, padding: .same)(x), Tensor([-1.0, -3], shape: [1, 2, 1]))
        try expectClose(AveragePooling1D(2, padding: .same)(x), Tensor([-1.5, -3], shape: [1, 2, 1]))
    }

    @Test func `Adaptive parts share an element where sizes do not divide`() throws {
        let x = Tensor([1.0, 2, 3, 4, 5], shape: [1, 5, 1])
        try expectClose(AdaptiveAveragePooling1D(2)(x), Tensor([2.0, 4], shape: [1, 2, 1]))
        try expectClose(AdaptiveMaxPooling1D(3)(x), Tensor([2.0, 4, 5], shape: [1, 3, 1]))
        try expectClose(AdaptiveMaxPooling1D(7)(x), Tensor([1.0, 2, 3, 3, 4, 5, 5], shape: [1, 7, 1]))
    }

    @Test func `Steps that a mask leaves out do not count`() throws {
        let context = CallContext()
        let x = Tensor([1.0, 3, 1000], shape: [1, 3, 1])
        context.setMask(Tensor([true, true, false], shape: [1, 3]), of: x)
        let layer = GlobalAveragePooling1D()
        try layer.validate([nil, 3, 1])
        try expectClose(layer([x], context)[0], Tensor([2.0], shape: [1, 1]))
    }

    @Test func `NaN is never hidden`() throws {
        let x = Tensor([.nan, 3, 1, 2], shape: [1, 4, 1], dtype: .float32)
        for layer in [MaxPooling1D(), AveragePooling1D(), GlobalMaxPooling1D(), AdaptiveMaxPooling1D(2)] as [Layer] {
            #expect(layer(x).array(of: Double.self)[0].isNaN, "\(layer.name)")
        }
    }

    @Test func `Inputs that do not fit throw`() {
        #expect(errorText { try MaxPooling2D().validate([nil, 5, 4]) }.contains("[batch, height, width, channels]"))
        #expect(errorText { try MaxPooling1D(6).validate([nil, 5, 4]) }.contains("a window of [6] is larger"))
        #expect(errorText { try GlobalMaxPooling1D().validate([nil, 5]) }.contains("needs an input of 3 axes"))
        #expect(errorText { try GlobalAveragePooling1D().validate([nil, 0, 4]) }.contains("nothing to pool"))
        #expect(errorText { try AdaptiveMaxPooling1D(2).validate([nil, 0, 4]) }.contains("nothing to pool"))
    }

    @Test func `A configuration without sense ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = MaxPooling1D(0) }
        await #expect(processExitsWith: .failure) { _ = AveragePooling2D(2, strides: [1, 0]) }
        await #expect(processExitsWith: .failure) { _ = AdaptiveMaxPooling1D(0) }
    }
}
