import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ConvLSTMTests {
    @Test func `Convolutional LSTMs pass the layer check`() throws {
        try checkLayer({ ConvLSTM1D(2, 2) }, input: [2, 3, 4, 2])
        try checkLayer({ ConvLSTM1D(2, 3, padding: .same, dilationRate: 2, goBackwards: true) }, input: [2, 2, 5, 1])
        try checkLayer(
            { ConvLSTM2D(2, [2, 3], strides: 2, returnSequences: true) }, input: [2, 2, 4, 5, 2])
        try checkLayer(
            { ConvLSTM2D(2, 2, padding: .same, dataFormat: .channelsFirst, useBias: false) }, input: [2, 2, 2, 3, 3])
        try checkLayer({ ConvLSTM3D(1, 2) }, input: [1, 2, 3, 3, 2, 1])
    }

    @Test func `Each gate drops places of its own, the same through time`() throws {
        try checkLayer(
            { ConvLSTM1D(2, 2, dropout: 0.4, recurrentDropout: 0.3) }, input: [2, 3, 4, 2], isTraining: true)
        let layer = ConvLSTM1D(8, 1, recurrentActivation: .linear, dropout: 0.5)
        try layer.validate([nil, 2, 16, 1])
        let (cell, x) = (layer.cell as! ConvLSTMCell<OneAxis>, Tensor.ones([1, 2, 16, 1]))
        cell.kernel.value = Tensor.ones([1, 1, 32])
        cell.bias?.value = Tensor.zeros([32])
        let dropout = cell.drawDropout([1, 16, 1], CallContext(isTraining: true))
        let prepared = cell.preparedSequence(x, dropout)
        try expectClose(prepared[0, 0], prepared[0, 1])
        let gates = prepared[0, 0].reshaped([16, 4, 8])
        // All filters of one gate see what the gate sees; the gates differ.
        try expectClose(gates[.all, .all, 0], gates[.all, .all, 7])
        #expect((gates[.all, 0, 0] .!= gates[.all, 1, 0]).cast(to: .int32).sum().scalar(of: Int.self) > 0)
    }

    /// Over one pixel with a window of 1 a convolutional LSTM is an LSTM.
    @Test(arguments: [false, true]) func `With one pixel it is an LSTM`(isMasked: Bool) throws {
        let (x, plain) = (Tensor.randomNormal([2, 4, 3], seed: 1), LSTM(5, returnSequences: true, returnState: true))
        let layer = ConvLSTM2D(5, 1, returnSequences: true, returnState: true)
        try plain.validate([nil, 4, 3])
        try layer.validate([nil, 4, 1, 1, 3])
        for (mine, other) in zip(layer.weights, plain.weights) {
            #expect(mine.name == other.name)
            mine.value = other.value.reshaped(mine.shape.sizes)
        }
        let context = CallContext()
        let images = x.reshaped([2, 4, 1, 1, 3])
        if isMasked {
            let mask = Tensor([false, true, true, false, true, false, true, true]).reshaped([2, 4])
            context.setMask(mask, of: x)
            context.setMask(mask, of: images)
        }
        for (mine, other) in zip(layer([images], context), plain([x], context)) {
            try expectClose(mine, other.reshaped(mine.shape.sizes))
        }
    }

    @Test func `A stateful layer goes on where it stopped`() throws {
        let x = Tensor.randomNormal([2, 6, 3, 2], seed: 1)
        let layer = ConvLSTM1D(2, 2, stateful: true)
        try layer.prepare([[2, 3, 3, 2]], parent: nil)
        let whole = ConvLSTM1D(2, 2)
        try whole.validate([nil, 6, 3, 2])
        for (mine, other) in zip(whole.weights, layer.weights) { mine.value = other.value }
        _ = layer([x[.all, 0..<3]], CallContext())
        try expectClose(layer([x[.all, 3..<6]], CallContext())[0], whole(x))
    }

    @Test func `What does not fit is said`() throws {
        for shape: SymbolicShape in [[nil, 3, nil, 2], [nil, 3, 1, 2], [nil, 3, 4]] {
            #expect(throws: LayerError.self) { try ConvLSTM1D(2, 2).validate(shape) }
        }
        let layer = ConvLSTM1D(2, 2)
        try layer.validate([nil, 3, 4, 2])
        #expect(throws: LayerError.self) { try layer.validate([nil, 3, 5, 2]) }
        #expect(throws: ConfigError.self) {
            _ = try ConvLSTM1D.Config(["filters": 2, "kernel_size": 2, "padding": "causal"])
        }
    }

    @Test func `The layer comes back from its object, also inside of Bidirectional`() throws {
        let layer = ConvLSTM2D(2, [2, 3], padding: .same, returnSequences: true, name: "film")
        let again = try LayerObject.read(try LayerObject.write(layer))
        #expect((again as? ConvLSTM2D)?.config == layer.config)
        let both = Bidirectional(layer)
        try both.validate([nil, 2, 4, 4, 1])
        #expect(both.builtOutputShapes == [[nil, 2, 4, 4, 4]])
        #expect(try LayerObject.read(try LayerObject.write(both)) is Bidirectional)
    }
}
