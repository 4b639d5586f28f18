import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct TimeDistributedMaskTests {
    @Test func `A mask of the inner steps reaches the inner layer`() throws {
        let x = Tensor.randomNormal([2, 3, 4, 5], seed: 1)
        let mask = Tensor((0..<24).map { $0 % 3 != 0 }).reshaped([2, 3, 4])
        let (inner, context) = (LSTM(6), CallContext())
        let layer = TimeDistributed(inner)
        try layer.validate([nil, 3, 4, 5])
        context.setMask(mask, of: x)
        let y = layer([x], context)[0]
        for time in 0..<3 {
            let (step, alone) = (x[.all, time], CallContext())
            alone.setMask(mask[.all, time], of: step)
            try expectClose(y[.all, time], inner([step], alone)[0])
        }
        #expect(context.mask(of: y) != nil)
    }
}
