import Testing

@testable import ShinkeiCore

@Suite struct StandardizeTests {
    /// The same, operation by operation, and derived by the engine.
    private func composed(_ x: Tensor, _ axes: [Int], _ epsilon: Double, _ scale: Tensor?) -> Tensor {
        let factor = (x.variance(axes: axes, keepDims: true) + epsilon).rsqrt()
        return (x - x.mean(axes: axes, keepDims: true)) * (scale.map { factor * $0 } ?? factor)
    }

    @Test(arguments: [
        ([1, 1], [0]), ([5, 3], [0]), ([130, 17], [0]), ([3, 700], [-1]), ([2, 3, 4, 5], [0, 1, 2]),
        ([2, 3, 4, 5], [0, 2, 3]),
        ([4, 2, 6], [1, 2]),
    ])
    func `Value, first and second derivative are those of the operations`(sizes: [Int], axes: [Int]) {
        let x = Tensor.randomUniform(sizes, low: -2, high: 3, seed: 1).cast(to: .float64).evaluate()
        let g = Tensor.randomUniform(sizes, low: -1, high: 1, seed: 2).cast(to: .float64).evaluate()
        let mean = x.mean(axes: axes, keepDims: true)
        let scale = Tensor.randomUniform(mean.shape.sizes, low: 0.5, high: 2, seed: 3).cast(to: .float64).evaluate()
        func results(_ body: @escaping (Tensor, Tensor) -> Tensor) -> [Tensor] {
            func first(_ inputs: [Tensor]) -> [Tensor] { gradient(at: inputs) { (body($0[0], $0[1]) * g).sum() } }
            let second = gradient(at: [x, scale]) { inputs in
                first(inputs).map { ($0 * $0.square()).sum() }.reduce(0, +)
            }
            return [body(x, scale)] + first([x, scale]) + second
        }
        let ours = results { $0.standardized(over: axes, epsilon: 1e-3, scale: $1).output }
        let wanted = results { composed($0, axes, 1e-3, $1) }
        let plain = { (x: Tensor) in gradient(at: x) { ($0.standardized(over: axes, epsilon: 1e-3).output * g).sum() } }
        let derived = gradient(at: x) { (composed($0, axes, 1e-3, nil) * g).sum() }
        for (a, b) in zip(ours + [plain(x)], wanted + [derived]) {
            #expect((a - b).abs().max().scalar(of: Double.self) <= 1e-9 * (1 + b.abs().max().scalar(of: Double.self)))
        }
    }

    @Test func `Without a scale, mean and variance come along`() {
        let x = Tensor([1, 2, 3, 4, 5, 9] as [Float]).reshaped([3, 2])
        let result = x.standardized(over: [0], epsilon: 0)
        #expect(result.mean.array(of: Float.self) == [3, 5])
        #expect((result.variance - Tensor([8 / 3, 26 / 3] as [Float])).abs().max().scalar(of: Float.self) < 1e-6)
        #expect((result.output - composed(x, [0], 0, nil)).abs().max().scalar(of: Float.self) < 1e-6)
    }

    @Test func `What is not a number stays so, in its channel`() {
        let x = Tensor([1, .nan, 3, 4] as [Float]).reshaped([2, 2])
        let (y, slope) = valueAndGradient(at: x) { $0.standardized(over: [0], epsilon: 1e-3).output.square().sum() }
        #expect(y.isNaN().scalar(of: Bool.self))
        #expect(slope.isNaN().array(of: Bool.self) == [false, true, false, true])
    }
}
