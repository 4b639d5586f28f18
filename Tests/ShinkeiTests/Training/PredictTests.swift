import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct PredictTests {
    private let model = withSession(seed: 2) {
        Sequential { Dense(33, activation: .relu, inputShape: [7]); Dense(5, activation: .softmax) }
    }

    @Test func `Row i has the same bits in any batch`() throws {
        let x = Tensor.randomNormal([70, 7], seed: 1)
        let whole = try model.predict(x, batchSize: 70)
        #expect(whole.shape == [70, 5])
        for batchSize in [1, 3, 16, 32, 64] {
            #expect(try model.predict(x, batchSize: batchSize).hostBytes() == whole.hostBytes())
        }
        #expect(try model.predict(x[41..<42]).hostBytes() == whole[41..<42].hostBytes())
    }

    @Test func `No rows give no rows`() throws {
        #expect(try model.predict(Tensor.zeros([0, 7])).shape == [0, 5])
    }

    @Test func `The forward passes that are kept are few`() throws {
        for rows in 1...100 { _ = try model.predict(Tensor.ones([rows, 7]), batchSize: 128) }
        #expect(model.predictor.count <= 80)
    }

    @Test func `Training goes into the next prediction`() throws {
        let x = Tensor.ones([2, 7])
        let before = try model.predict(x).hostBytes()
        try model.compile(optimizer: .sgd(learningRate: 1), loss: .mse)
        try model.fit(x, Tensor.ones([2, 5]), verbose: 0)
        #expect(try model.predict(x).hostBytes() != before)
    }
}
