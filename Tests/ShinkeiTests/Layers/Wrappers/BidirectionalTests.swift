import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct BidirectionalTests {
    @Test func `Bidirectional passes the layer check`() throws {
        for mode in BidirectionalMerge.allCases {
            try checkLayer({ Bidirectional(GRU(3, returnSequences: true), mergeMode: mode) }, input: [2, 4, 3])
        }
        try checkLayer({ Bidirectional(LSTM(2)) }, input: [2, 3, 3])
        try checkLayer(
            { Bidirectional(RNN([LSTMCell(.init(units: 2)), GRUCell(.init(units: 3))])) }, input: [2, 3, 3])
    }

    @Test func `The second half reads from the end`() throws {
        let layer = Bidirectional(LSTM(3, returnSequences: true, returnState: true))
        let x = Tensor.randomNormal([2, 4, 5], seed: 1)
        try layer.validate([nil, 4, 5])
        let y = layer([x], CallContext())
        #expect(y.map(\.shape) == [[2, 4, 6], [2, 3], [2, 3], [2, 3], [2, 3]])
        try expectClose(y[0][.all, .all, ..<3], layer.forwardLayer([x], CallContext())[0])
        let turned = layer.backwardLayer([x], CallContext())
        try expectClose(y[0][.all, 0, 3...], turned[0][.all, 3])
        try expectClose(y[0][.all, 0, 3...], y[3])
        #expect(layer.backwardLayer.options.goBackwards)
        #expect(layer.weights.count == 6)
    }

    @Test func `States go in halves to both directions`() throws {
        let layer = Bidirectional(GRU(3), mergeMode: nil)
        let x = Tensor.randomNormal([2, 4, 5], seed: 1)
        let (a, b) = (Tensor.randomNormal([2, 3], seed: 2), Tensor.randomNormal([2, 3], seed: 3))
        try layer.prepare([[nil, 4, 5], [nil, 3], [nil, 3]], parent: nil)
        let y = layer([x, a, b], CallContext())
        try expectClose(y[0], layer.forwardLayer([x, a], CallContext())[0])
        try expectClose(y[1], layer.backwardLayer([x, b], CallContext())[0])
    }

    @Test func `A backward layer must fit`() throws {
        func text(_ a: RecurrentLayer, _ b: RecurrentLayer) -> String {
            errorText { try Bidirectional.Config(a, backwardLayer: b).check() }
        }
        #expect(text(LSTM(2), LSTM(2)).contains("go_backwards must differ"))
        #expect(text(LSTM(2), LSTM(2, returnSequences: true, goBackwards: true)).contains("return_sequences"))
        let layer = Bidirectional(LSTM(2), mergeMode: .sum, backwardLayer: GRU(3, goBackwards: true))
        #expect(errorText { try layer.validate([nil, 4, 5]) }.contains("not of one shape"))
        #expect(errorText { try Bidirectional(LSTM(2)).validate([nil, 3]) }.contains("[batch, time, features]"))
    }
}
