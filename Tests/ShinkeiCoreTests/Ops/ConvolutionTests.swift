import Testing

@testable import ShinkeiCore

/// Values of convolution and pooling against plain loops. Slopes and NaN are `PrimitivesTests`'.
@Suite struct ConvolutionTests {
    /// `y[n, o, c'] = sum over t, c of x[n, o · stride - before + t · dilation, c] · k[t, c, c']`, one spatial axis.
    private func plain(
        _ x: Tensor, _ k: Tensor, stride: Int, before: Int, after: Int, dilation: Int, groups: Int
    ) -> [Double] {
        let (a, b) = (x.array(of: Double.self), k.array(of: Double.self))
        let (size, channels, inner, filters) = (x.shape[1], x.shape[2], k.shape[1], k.shape[2])
        let count = (size + before + after - (k.shape[0] - 1) * dilation - 1) / stride + 1
        var y = [Double](repeating: 0, count: x.shape[0] * count * filters)
        for n in 0..<x.shape[0] {
            for o in 0..<count {
                for t in 0..<k.shape[0] {
                    let place = o * stride - before + t * dilation
                    guard (0..<size).contains(place) else { continue }
                    for filter in 0..<filters {
                        let group = filter / (filters / groups)
                        for c in 0..<inner {
                            y[(n * count + o) * filters + filter] +=
                                a[(n * size + place) * channels + group * inner + c]
                                * b[(t * inner + c) * filters + filter]
                        }
                    }
                }
            }
        }
        return y
    }

    @Test(arguments: [DType.float32, .float64])
    func `One axis equals plain loops`(dtype: DType) {
        var dice = Dice(3)
        for _ in 0..<60 {
            let groups = dice.one(of: [1, 1, 2, 3])
            let (inner, filters) = (1 + dice.below(5), groups * (1 + dice.below(5)))
            let (window, stride, dilation) = (1 + dice.below(4), 1 + dice.below(3), 1 + dice.below(3))
            let (before, after) = (dice.below(4), dice.below(4))
            let size = (window - 1) * dilation + 1 + dice.below(9)
            let x = dice.tensor([1 + dice.below(3), size, groups * inner], dtype)
            let k = dice.tensor([window, inner, filters], dtype)
            let y = x.convolved(
                with: k, strides: [stride], padding: [(before, after)], dilation: [dilation], groups: groups)
            let expected = plain(
                x, k, stride: stride, before: before, after: after, dilation: dilation, groups: groups)
            let found = y.array(of: Double.self)
            #expect(found.count == expected.count)
            for (a, b) in zip(found, expected) {
                #expect(abs(a - b) <= (dtype == .float32 ? 2e-5 : 1e-13) * (1 + abs(b)))
            }
        }
    }

    /// A kernel that is an outer product is one axis after the other.
    @Test func `Two and three axes are one after the other`() {
        var dice = Dice(4)
        let x = dice.tensor([2, 6, 7, 8, 1])
        let parts = [3, 2, 4].map { dice.tensor([$0]) }
        let kernel =
            parts[0].reshaped([3, 1, 1, 1, 1]) * parts[1].reshaped([1, 2, 1, 1, 1])
            * parts[2].reshaped([1, 1, 4, 1, 1])
        let whole = x.convolved(with: kernel, strides: [1, 2, 1], padding: [(1, 1), (0, 1), (2, 0)])
        var y = x
        for (axis, stride, padding) in [(0, 1, (1, 1)), (1, 2, (0, 1)), (2, 1, (2, 0))] {
            var order = [0, 1, 2, 3, 4]
            order.swapAt(axis + 1, 3)
            let turned = y.transposed(order)
            let line = turned.reshaped([-1, turned.shape[3], 1])
            let slid = line.convolved(
                with: parts[axis].reshaped([-1, 1, 1]), strides: [stride], padding: [padding])
            y = slid.reshaped(turned.shape.sizes.dropLast(2) + [slid.shape[1], 1]).transposed(order)
        }
        #expect(whole.shape == y.shape)
        #expect((whole - y).abs().max().scalar(of: Double.self) < 1e-12)
    }

    @Test func `Transposed, it is the gradient's map`() {
        var dice = Dice(5)
        let (x, k) = (dice.tensor([2, 7, 5, 3]), dice.tensor([3, 2, 3, 4]))
        func forward(_ x: Tensor) -> Tensor { x.convolved(with: k, strides: [2, 1], padding: [(1, 0), (0, 1)]) }
        let g = dice.tensor(forward(x).shape.sizes)
        let back = g.convolvedTransposed(
            with: k, outputSizes: [7, 5], strides: [2, 1], padding: [(1, 0), (0, 1)])
        let slope = gradient(at: x) { (forward($0) * g).sum() }
        #expect(digest(back) == digest(slope))
    }

    @Test func `Nothing in, nothing out`() {
        let k = Tensor.ones([3, 3, 2, 4])
        #expect(Tensor.zeros([0, 5, 5, 2]).convolved(with: k).evaluate().shape == [0, 3, 3, 4])
        #expect(Tensor.zeros([0, 4, 4, 2]).maxPooled(window: [2, 2]).evaluate().shape == [0, 2, 2, 2])
        let slope = gradient(at: k) { Tensor.zeros([0, 5, 5, 2]).convolved(with: $0).sum() }
        #expect(slope.array(of: Double.self).allSatisfy { $0 == 0 })
    }

    @Test func `A sample does not feel its neighbours`() {
        var dice = Dice(6)
        for (size, inner, filters, window) in [(9, 3, 5, 3), (14, 32, 48, 3), (30, 16, 32, 3), (6, 70, 9, 1)] {
            let x = dice.tensor([9, size, size, inner], .float32)
            let k = dice.tensor([window, window, inner, filters], .float32)
            func model(_ x: Tensor) -> Tensor { x.convolved(with: k).relu().maxPooled(window: [2, 2]) }
            let whole = model(x).evaluate()
            for samples in [1, 2, 5] {
                #expect(digest(model(x[0..<samples].evaluate())) == digest(whole[0..<samples]))
                #expect(digest(model(x[(9 - samples)...].evaluate())) == digest(whole[(9 - samples)...]))
            }
        }
    }

    // MARK: Pooling

    @Test func `The largest and the mean of what lies inside`() {
        let x = Tensor([1.0, 5, 2, -3, 4], shape: [1, 5, 1])
        #expect(x.maxPooled(window: [2]).array() == [5, 2])
        #expect(x.maxPooled(window: [3], strides: [2], padding: [(1, 1)]).array() == [5, 5, 4])
        #expect((-x).maxPooled(window: [3], strides: [2], padding: [(1, 1)]).array() == [-1, 3, 3])
        #expect(x.averagePooled(window: [2]).array() == [3, -0.5])
        #expect(x.averagePooled(window: [3], strides: [2], padding: [(1, 1)]).array() == [3, 4.0 / 3, 0.5])
    }

    @Test func `Equal elements give the gradient to the first`() {
        let x = Tensor([2.0, 2, 1, 7, 7, 7], shape: [1, 6, 1])
        let slope = gradient(at: x) { ($0.maxPooled(window: [3]) * Tensor([1.0, 10], shape: [1, 2, 1])).sum() }
        #expect(slope.array() == [1, 0, 0, 10, 0, 0])
    }

    @Test func `NaN is larger than any number`() {
        let x = Tensor([.infinity, .nan, 1, 2], shape: [1, 4, 1], dtype: .float32)
        let y = x.maxPooled(window: [2]).array(of: Double.self)
        #expect(y[0].isNaN)
        #expect(y[1] == 2)
        let slope = gradient(at: x) { $0.maxPooled(window: [2]).sum() }
        #expect(slope.array(of: Double.self) == [0, 1, 0, 1])
    }

    // MARK: What does not fit

    @Test func `Channels that differ`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([1, 5, 3]).convolved(with: Tensor.zeros([2, 4, 6]))
            }, "convolution: the input has 3 channels, the kernel takes 4", "[1, 5, 3]", "[2, 4, 6]")
    }

    @Test func `A kernel larger than the input`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([1, 2, 3]).convolved(with: Tensor.zeros([4, 3, 6]))
            }, "convolution: the kernel [4, 3, 6] is larger than the padded input [1, 2, 3]")
    }

    @Test func `A window that misses the input`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor.zeros([1, 2, 3]).maxPooled(window: [2], padding: [(2, 0)])
            }, "maxPool: a window of [2]", "misses the input [1, 2, 3]")
    }
}
