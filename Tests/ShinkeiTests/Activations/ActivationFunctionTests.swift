import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ActivationFunctionTests {
    struct Golden: Decodable {
        var x: [Double]
        var values: [String: [Double]]
    }

    @Test(arguments: ActivationFunction.all)
    func `Values equal the formulas`(activation: ActivationFunction) throws {
        let golden: Golden = try Fixture.decode("activations.json")
        let want = try #require(golden.values[activation.name])
        let shape = activation == .softmax || activation == .logSoftmax ? [1, want.count] : [want.count]
        for dtype in [DType.float32, .float64] {
            let y = activation(Tensor(golden.x, shape: shape, dtype: dtype))
            #expect(y.dtype == dtype)
            let tolerance = dtype == .float32 ? 1e-6 : 1e-8
            try expectClose(y.array(of: Double.self), want, absolute: tolerance, relative: tolerance)
        }
    }

    @Test(arguments: ActivationFunction.all)
    func `Gradients equal differences`(activation: ActivationFunction) throws {
        let x = Tensor([-7.2, -2.4, -0.6, 0.3, 1.7, 6.6], shape: [1, 6], dtype: .float64)
        let weighting = Tensor([1, 0.5, 2, -1, 0.7, 1.3], shape: [1, 6], dtype: .float64)
        try checkGradients(at: [x]) { (activation($0[0]) * weighting).sum() }
    }

    @Test(arguments: ActivationFunction.all)
    func `NaN stays, and large values give no NaN`(activation: ActivationFunction) {
        let y: [Float] = activation(Tensor([Float.nan], shape: [1, 1])).array()
        #expect(y[0].isNaN)
        guard activation != .logSoftmax, activation != .softmax else { return }
        let x = Tensor([Float(-1000), 1000])
        let (_, slope) = valueAndGradient(at: x) { activation($0).sum() }
        if activation != .exponential { #expect(slope.isFinite().all().scalar(of: Bool.self)) }
    }
}
