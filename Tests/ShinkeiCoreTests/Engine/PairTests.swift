import Testing

@testable import ShinkeiCore

/// A convolution and a pooling run sample by sample, one after the other, where the result between them is larger than
/// the caches: 41 images make 3.5 MB of it, one image 86 KB.
@Suite struct PairTests {
    private let images = Tensor.randomUniform([41, 28, 28, 1], low: -1, high: 1, seed: 1).evaluate()
    private let kernel = Tensor.randomUniform([3, 3, 1, 32], low: -1, high: 1, seed: 2).evaluate()

    /// What goes into the convolution is computed here, so that its memory is free once it was read.
    private func pooled(_ x: Tensor, _ k: Tensor) -> Tensor {
        let doubled = x * 2
        return relu(doubled.convolved(with: k)).maxPooled(window: [2, 2], strides: [2, 2])
    }

    @Test func `A batch has the bits of its samples`() {
        let batch = pooled(images, kernel).evaluate()
        for sample in 0..<41 {
            let alone = pooled(images[sample..<(sample + 1)], kernel).array(of: Float.self)
            #expect(batch[sample..<(sample + 1)].array(of: Float.self) == alone)
        }
    }

    @Test func `The kernel's gradient is the sum of the samples'`() {
        let factors = Tensor.randomUniform([41, 13, 13, 32], low: -1, high: 1, seed: 3).evaluate()
        func slope(_ samples: Range<Int>) -> [Double] {
            gradient(at: kernel) { (pooled(images[samples], $0) * factors[samples]).sum() }.array(of: Double.self)
        }
        let whole = slope(0..<41)
        var sums = [Double](repeating: 0, count: whole.count)
        for sample in 0..<41 {
            for (place, value) in slope(sample..<(sample + 1)).enumerated() { sums[place] += value }
        }
        for (a, b) in zip(whole, sums) { #expect(abs(a - b) <= 1e-4 * (1 + abs(b))) }
    }
}
