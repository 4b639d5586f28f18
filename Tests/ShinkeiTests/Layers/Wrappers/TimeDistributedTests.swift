import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct TimeDistributedTests {
    @Test func `TimeDistributed passes the layer check`() throws {
        try checkLayer({ TimeDistributed(Dense(3, activation: .tanh)) }, input: [2, 4, 5])
        try checkLayer({ TimeDistributed(Flatten()) }, input: [2, 4, 5, 3])
    }

    @Test func `Every step is what the layer makes of it`() throws {
        let dense = Dense(3)
        let x = Tensor.randomNormal([2, 4, 5], seed: 1)
        let y = TimeDistributed(dense)(x)
        for time in 0..<4 { try expectClose(y[.all, time], dense(x[.all, time])) }
        #expect(errorText { try TimeDistributed(Dense(2)).validate([nil, 3]) }.contains("[batch, time, …]"))
    }

    @Test func `Statistics are learnt step by step`() throws {
        let inner = BatchNormalization(momentum: 0.5)
        let x = Tensor([1.0, 3, 1, 3], shape: [2, 2, 1])
        _ = TimeDistributed(inner)(x, isTraining: true)
        // 0, then half way to 1, then half way to 3.
        try expectClose(inner.movingMean.value, Tensor([1.75]))
    }
}
