import Shinkei
import ShinkeiTesting
import Testing

@Suite struct ActivationTests {
    @Test func `Activation passes the layer check`() throws {
        try checkLayer({ Activation(.tanh) }, input: [3, 4])
        try checkLayer({ Activation(.softmax) }, input: [2, 3, 4])
    }

    @Test func `A layer of its own gives the same bits as the argument`() throws {
        let x = Tensor.randomNormal([5, 7], seed: 3)
        let joined = withSession { Sequential { Dense(20, activation: .sigmoid, inputShape: [7]) } }
        let apart = withSession { Sequential { Dense(20, inputShape: [7]); Activation(.sigmoid) } }
        #expect(try joined.predict(x).hostBytes() == apart.predict(x).hostBytes())
    }
}
