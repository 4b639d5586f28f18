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

    /// 90 samples of 200 looked-up rows make 4.6 MB, one of them 51 KB.
    @Test(arguments: [1, 2], [false, true])
    func `A mean of looked-up rows has the bits of its samples`(axis: Int, doubles: Bool) {
        let table = Tensor.randomUniform([500, 64], low: -1, high: 1, seed: 4).evaluate()
        let ids = (Tensor.randomUniform([90, 200], low: 0, high: 500, seed: 5).floor()).cast(to: .int32).evaluate()
        func mean(_ ids: Tensor) -> Tensor {
            let rows = table.taking(ids)
            return (doubles ? rows + rows : rows).mean(axis: axis)
        }
        let batch = mean(ids).evaluate()
        for sample in [0, 1, 44, 88, 89] {
            let alone = mean(ids[sample..<(sample + 1)]).array(of: Float.self)
            #expect(batch[sample..<(sample + 1)].array(of: Float.self) == alone)
        }
    }

    /// Rows of a cache line, and sums that are temporary: they could lie where the doubled table was.
    @Test(arguments: [16, 2048])
    func `What a pair writes does not disturb what it reads`(width: Int) {
        let table = Tensor.randomUniform([50, width], low: -1, high: 1, seed: 6).evaluate()
        let ids = (Tensor.randomUniform([1_200_000 / width], low: 0, high: 50, seed: 7).floor()).cast(to: .int32)
            .evaluate()
        let sums = ((table * 2).taking(ids).sum(axis: 1) + 1).array(of: Float.self)
        let rows = ((table * 2).sum(axis: 1) + 1).array(of: Float.self)
        #expect(sums == ids.array(of: Int32.self).map { rows[Int($0)] })
    }

    /// Such a reduction has to wait until all rows are there.
    @Test func `What reads other samples than its own is no pair`() {
        let table = Tensor.randomUniform([500, 64], low: -1, high: 1, seed: 8).evaluate()
        let ids = (Tensor.randomUniform([90, 200], low: 0, high: 500, seed: 9).floor()).cast(to: .int32).evaluate()
        let whole = table.taking(ids).evaluate()
        func check(_ body: (Tensor) -> Tensor, line: Int = #line) {
            let result = body(table.taking(ids)).array(of: Float.self)
            #expect(result == body(whole).array(of: Float.self), "line \(line)")
        }
        for _ in 0..<5 {
            check { ($0 - $0[0..<1]).sum(axis: 1) }
            check { ($0 - $0[89..<90]).sum(axis: 1) }
            check { ($0 - $0.reversed(axes: [0])).sum(axis: 1) }
            check { $0.flattened()[576_000...].reshaped([90, 100, 64]).sum(axis: 1) }
            check { $0.flattened()[0..<576_000].reshaped([90, 100, 64]).sum(axis: 1) }
        }
    }
}
