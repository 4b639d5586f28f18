import Shinkei
import ShinkeiTesting
import Testing

@Suite struct DropoutTests {
    @Test func `Dropout passes the layer check`() throws {
        try checkLayer({ Dropout(0.3) }, input: [3, 4])
        try checkLayer({ Dropout(0.3) }, input: [3, 4], isTraining: true)
    }

    @Test func `Outside of training nothing is dropped`() {
        let x = Tensor.randomNormal([10, 10], seed: 1)
        #expect(Dropout(0.5)(x).hostBytes() == x.hostBytes())
    }

    @Test func `The share is the rate and the rest is scaled`() {
        let y: [Float] = Dropout(0.3)(Tensor.ones([200, 500]), isTraining: true).array()
        let dropped = Double(y.count { $0 == 0 })
        let deviation = (0.3 * 0.7 * 100_000).squareRoot()
        #expect(abs(dropped - 30_000) < 4 * deviation)
        #expect(y.allSatisfy { $0 == 0 || $0 == Float(1 / 0.7) })
    }

    @Test func `The same step draws the same mask, another step another`() {
        let layer = Dropout(0.5)
        func mask(_ step: Int64, seed: Int = 1) -> [UInt8] {
            layer([Tensor.ones([64])], CallContext(isTraining: true, seed: seed, step: Tensor(step)))[0].hostBytes()
        }
        #expect(mask(3) == mask(3))
        #expect(mask(3) != mask(4))
        #expect(mask(3) != mask(3, seed: 2))
    }

    @Test func `Two layers in one step draw different masks`() {
        let context = CallContext(isTraining: true)
        let masks = [Dropout(0.5), Dropout(0.5)].map { $0([Tensor.ones([64])], context)[0].hostBytes() }
        #expect(masks[0] != masks[1])
    }

    @Test func `NaN is not hidden, and rate 1 gives zeros`() {
        let y = Dropout(0.9)(Tensor.full([100], .nan), isTraining: true)
        #expect(y.isNaN().all().scalar(of: Bool.self))
        #expect(Dropout(1)(Tensor.ones([9]), isTraining: true).array().allSatisfy { $0 == 0 })
    }

    @Test func `A rate outside of 0 to 1 ends the program`() async {
        await #expect(processExitsWith: .failure) { _ = Dropout(30) }
    }
}
