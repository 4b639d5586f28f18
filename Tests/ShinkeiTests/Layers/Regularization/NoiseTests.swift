import Shinkei
import ShinkeiTesting
import Testing

@Suite struct NoiseTests {
    @Test func `All pass the layer check`() throws {
        for isTraining in [false, true] {
            try checkLayer({ GaussianNoise(0.3) }, input: [3, 4], isTraining: isTraining)
            try checkLayer({ GaussianDropout(0.3) }, input: [3, 4], isTraining: isTraining)
            try checkLayer({ AlphaDropout(0.3) }, input: [3, 4], isTraining: isTraining)
            try checkLayer({ SpatialDropout1D(0.3) }, input: [3, 4, 2], isTraining: isTraining)
            try checkLayer({ SpatialDropout2D(0.3) }, input: [3, 4, 2, 2], isTraining: isTraining)
            try checkLayer({ SpatialDropout3D(0.3) }, input: [3, 2, 2, 2, 2], isTraining: isTraining)
            try checkLayer({ Dropout(0.3, noiseShape: [nil, 1]) }, input: [3, 4], isTraining: isTraining)
        }
    }

    @Test func `Mean and spread are as wanted`() {
        let ones = Tensor.ones([300, 300])
        func moments(_ layer: Layer, _ x: Tensor) -> (Double, Double) {
            let y = layer(x, isTraining: true)
            return (y.mean().scalar(of: Double.self), y.standardDeviation().scalar(of: Double.self))
        }
        let noise = moments(GaussianNoise(0.5), ones)
        #expect(abs(noise.0 - 1) < 0.01 && abs(noise.1 - 0.5) < 0.01)
        let dropout = moments(GaussianDropout(0.2), ones)
        #expect(abs(dropout.0 - 1) < 0.01 && abs(dropout.1 - 0.5) < 0.01)
        let alpha = moments(AlphaDropout(0.3), Tensor.randomNormal([300, 300], seed: 1))
        #expect(abs(alpha.0) < 0.02 && abs(alpha.1 - 1) < 0.02)
    }

    @Test func `Whole channels are dropped`() {
        let y = SpatialDropout2D(0.5)(Tensor.ones([8, 3, 3, 16]), isTraining: true)
        let (low, high) = (y.min(axes: [1, 2]), y.max(axes: [1, 2]))
        #expect((low .== high).all().scalar(of: Bool.self))
        #expect(low.min().scalar(of: Double.self) == 0 && high.max().scalar(of: Double.self) == 2)
        let first = SpatialDropout2D(0.5, dataFormat: .channelsFirst)(Tensor.ones([8, 16, 3, 3]), isTraining: true)
        #expect((first.min(axes: [2, 3]) .== first.max(axes: [2, 3])).all().scalar(of: Bool.self))
    }

    @Test func `Inputs and rates that do not fit are refused`() async {
        #expect(errorText { try SpatialDropout1D(0.5).validate([nil, 3]) }.contains("needs 3 axes"))
        #expect(
            errorText { try Dropout(0.5, noiseShape: [nil, 2]).validate([nil, 3]) }.contains("does not broadcast"))
        await #expect(processExitsWith: .failure) { _ = GaussianDropout(1) }
        await #expect(processExitsWith: .failure) { _ = GaussianNoise(-1) }
    }
}
