import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ConvolutionLayerTests {
    @Test func `Conv passes the layer check`() throws {
        try checkLayer({ Conv1D(3, 3) }, input: [2, 6, 2])
        try checkLayer({ Conv1D(4, 2, padding: .causal, dilationRate: 2) }, input: [2, 6, 2])
        try checkLayer({ Conv1D(4, 3, strides: 2, padding: .same, groups: 2, activation: .tanh) }, input: [2, 5, 4])
        try checkLayer({ Conv2D(3, [3, 2]) }, input: [2, 5, 4, 2])
        try checkLayer({ Conv2D(3, 3, strides: [2, 1], padding: .same, useBias: false) }, input: [2, 5, 4, 2])
        try checkLayer({ Conv2D(2, 2, dataFormat: .channelsFirst, dilationRate: [1, 2]) }, input: [2, 3, 4, 5])
        try checkLayer({ Conv2D(8, 3, padding: .same) }, input: [1, 6, 6, 8])
        try checkLayer({ Conv3D(2, 2, padding: .same) }, input: [1, 3, 3, 2, 2])
    }

    @Test func `Transposed convolutions pass the layer check`() throws {
        try checkLayer({ Conv1DTranspose(3, 3) }, input: [2, 5, 2])
        try checkLayer({ Conv1DTranspose(3, 2, strides: 3, padding: .same) }, input: [2, 4, 2])
        try checkLayer({ Conv2DTranspose(3, 3, strides: 2, padding: .same, outputPadding: 1) }, input: [2, 3, 2, 2])
        try checkLayer({ Conv2DTranspose(2, [2, 3], dataFormat: .channelsFirst) }, input: [2, 3, 3, 2])
        try checkLayer({ Conv3DTranspose(2, 2, strides: [1, 2, 1]) }, input: [1, 2, 2, 3, 2])
    }

    @Test func `Depthwise and separable convolutions pass the layer check`() throws {
        try checkLayer({ DepthwiseConv1D(3) }, input: [2, 6, 3])
        try checkLayer({ DepthwiseConv2D(3, padding: .same, depthMultiplier: 2) }, input: [2, 4, 5, 3])
        try checkLayer({ DepthwiseConv2D(2, strides: 2, dataFormat: .channelsFirst) }, input: [2, 3, 4, 5])
        try checkLayer({ SeparableConv1D(4, 3, padding: .causal) }, input: [2, 6, 3])
        try checkLayer({ SeparableConv2D(4, [2, 3], depthMultiplier: 2, activation: .tanh) }, input: [2, 4, 5, 3])
    }

    @Test func `Weights have Keras's names and shapes`() throws {
        func weights(_ layer: Layer, _ shape: SymbolicShape) throws -> [String: Shape] {
            try layer.validate(shape)
            return Dictionary(uniqueKeysWithValues: layer.weights.map { ($0.name, $0.value.shape) })
        }
        let images: SymbolicShape = [nil, nil, nil, 4]
        #expect(try weights(Conv2D(6, [3, 2], groups: 2), images) == ["kernel": [3, 2, 2, 6], "bias": [6]])
        #expect(try weights(Conv2DTranspose(6, [3, 2]), images) == ["kernel": [3, 2, 6, 4], "bias": [6]])
        #expect(try weights(DepthwiseConv2D(3, depthMultiplier: 2), images) == ["kernel": [3, 3, 4, 2], "bias": [8]])
        #expect(
            try weights(SeparableConv2D(5, 3, depthMultiplier: 2), images) == [
                "depthwise_kernel": [3, 3, 4, 2], "pointwise_kernel": [1, 1, 8, 5], "bias": [5],
            ])
    }

    @Test func `Sizes that are not known stay so`() throws {
        #expect(try Conv2D(6, 3).validated([nil, nil, 9, 4]) == [nil, nil, 7, 6])
        #expect(try Conv2D(6, 3, strides: 2, padding: .same).validated([nil, nil, 9, 4]) == [nil, nil, 5, 6])
        #expect(try Conv2DTranspose(6, 3, strides: 2).validated([nil, nil, 4, 4]) == [nil, nil, 9, 6])
        #expect(try Conv1D(6, 3, padding: .causal, dilationRate: 4).validated([nil, 5, 4]) == [nil, 5, 6])
        #expect(try Conv2D(6, 3, dataFormat: .channelsFirst).validated([nil, 4, 9, 8]) == [nil, 6, 7, 6])
    }

    @Test func `Causal windows see nothing of what comes`() throws {
        let layer = Conv1D(1, 2, padding: .causal, useBias: false, kernelInitializer: .ones)
        try expectClose(layer(Tensor([1.0, 10, 100], shape: [1, 3, 1])), Tensor([1.0, 11, 110], shape: [1, 3, 1]))
    }

    @Test func `Channels first is channels last turned round`() throws {
        let (first, last) = withSession(seed: 3) { (Conv2D(5, 3, dataFormat: .channelsFirst), Conv2D(5, 3)) }
        let x = Tensor.randomNormal([2, 4, 6, 7], seed: 5)
        try first.validate([nil, 4, 6, 7])
        try last.validate([nil, 6, 7, 4])
        last.kernel.value = first.kernel.value
        try expectClose(first(x), last(x.transposed([0, 2, 3, 1])).transposed([0, 3, 1, 2]))
    }

    @Test func `A transposed convolution of one place lays down the kernel`() throws {
        let layer = Conv1DTranspose(1, 3, strides: 2, useBias: false)
        try layer.validate([nil, 2, 1])
        layer.kernel.value = Tensor([1.0, 2, 3], shape: [3, 1, 1])
        try expectClose(layer(Tensor([1.0, 10], shape: [1, 2, 1])), Tensor([1.0, 2, 13, 20, 30], shape: [1, 5, 1]))
    }

    @Test func `Inputs that do not fit throw`() throws {
        #expect(
            errorText { try Conv2D(2, 3).validate([nil, 5, 4]) }.contains("needs [batch, height, width, channels]"))
        #expect(errorText { try Conv2D(2, 3).validate([nil, 5, 4, nil]) }.contains("known number of channels"))
        #expect(errorText { try Conv2D(2, 3).validate([nil, 5, 2, 1]) }.contains("a window of [3, 3] is larger"))
        #expect(errorText { try Conv2D(4, 3, groups: 2).validate([nil, 5, 5, 3]) }.contains("do not divide into 2"))
        let layers: [Layer] = [Conv1D(2, 2), Conv1DTranspose(2, 2), DepthwiseConv1D(2), SeparableConv1D(2, 2)]
        for layer in layers {
            try layer.validate([nil, 5, 3])
            let text = errorText { try layer.validate([nil, 5, 4]) }
            #expect(text.contains("4 channels") && text.contains("needs 3"), "\(text)")
        }
    }

    @Test func `A configuration without sense ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = Conv2D(0, 3) }
        await #expect(processExitsWith: .failure) { _ = Conv2D(4, 0) }
        await #expect(processExitsWith: .failure) { _ = Conv2D(4, 3, padding: .causal) }
        await #expect(processExitsWith: .failure) { _ = Conv2D(4, 3, groups: 3) }
    }
}

extension Layer {
    /// The output's shape of a layer that was just built for this input.
    fileprivate func validated(_ shape: SymbolicShape) throws -> SymbolicShape {
        try validate(shape)
        return try outputShapes([shape])[0]
    }
}
