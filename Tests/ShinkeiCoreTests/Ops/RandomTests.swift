import Testing

@testable import ShinkeiCore

@Suite struct RandomTests {
    private func key(_ seed: Int, _ stream: Int = 0, _ step: Int = 0) -> RandomKey {
        RandomKey(seed: seed, stream: stream, step: Tensor(step, dtype: .int64))
    }

    @Test func `The same key gives the same numbers, another key others`() {
        let first = Tensor.randomUniform([1000], key: key(1, 2, 3))
        #expect(digest(first) == digest(Tensor.randomUniform([1000], key: key(1, 2, 3))))
        for other in [key(0, 2, 3), key(1, 0, 3), key(1, 2, 0), key(2, 1, 3), key(1, 2, 3).fold(0), key(-1, 2, 3)] {
            let same = (first .== Tensor.randomUniform([1000], key: other)).sum().scalar(of: Int.self)
            #expect(same < 3)
        }
        #expect(digest(Tensor.randomUniform([5], seed: 9)) == digest(Tensor.randomUniform([5], seed: 9)))
    }

    @Test func `What ran before does not matter, nor does the shape`() {
        let flat = Tensor.randomNormal([600], key: key(4))
        _ = Tensor.randomNormal([77], key: key(5)).evaluate()
        let square = Tensor.randomNormal([20, 30], key: key(4))
        #expect(digest(flat) == digest(square))
        let prefix = Tensor.randomNormal([100], key: key(4))
        #expect(digest(flat[..<100]) == digest(prefix))
    }

    @Test func `The counter may be a tensor of a compiled step`() {
        let counter = Weight("counter", Tensor(Int64(0)))
        let draw = CompiledFunction { _ in
            defer { counter.value = counter.value + 1 }
            return [Tensor.randomUniform([8], key: RandomKey(seed: 3, stream: 1, step: counter.value))]
        }
        for step in 0..<4 { #expect(digest(draw([])[0]) == digest(Tensor.randomUniform([8], key: key(3, 1, step)))) }
    }

    @Test func `One global seed`() async {
        await #expect(processExitsWith: .success) {
            let first = [Tensor.randomUniform([4]), Tensor.randomUniform([4])].map(digest)
            #expect(first[0] != first[1])
            setRandomSeed(0)
            #expect([Tensor.randomUniform([4]), Tensor.randomUniform([4])].map(digest) == first)
            setRandomSeed(1)
            #expect(digest(Tensor.randomUniform([4])) != first[0])
        }
    }

    @Test(arguments: [DType.float32, .float64])
    func `Uniform numbers`(dtype: DType) {
        let x = Tensor.randomUniform([100_000], low: -1, high: 3, dtype: dtype, key: key(11))
        #expect(x.dtype == dtype)
        #expect(x.min().scalar() >= -1 && x.max().scalar() <= 3)
        #expect(abs(x.mean().scalar(of: Double.self) - 1) < 0.02)
        #expect(abs(x.variance().scalar(of: Double.self) - 16.0 / 12) < 0.02)
        let unit = Tensor.randomUniform([100_000], dtype: dtype, key: key(12))
        #expect(unit.max().scalar(of: Double.self) < 1 && unit.min().scalar(of: Double.self) >= 0)
        #expect(Tensor.randomUniform([0], key: key(1)).count == 0)
    }

    @Test(arguments: [DType.float32, .float64])
    func `Normal numbers`(dtype: DType) {
        let x = Tensor.randomNormal([200_000], mean: 5, standardDeviation: 2, dtype: dtype, key: key(13))
        #expect(abs(x.mean().scalar(of: Double.self) - 5) < 0.03)
        #expect(abs(x.standardDeviation().scalar(of: Double.self) - 2) < 0.03)
        let z = (x - 5) / 2
        let (third, fourth) = (z.power(3).mean().scalar(of: Double.self), z.power(4).mean().scalar(of: Double.self))
        #expect(abs(third) < 0.05)
        #expect(abs(fourth - 3) < 0.1)
        #expect(x.isFinite().all().scalar(of: Bool.self))
    }

    @Test func `Truncated normal numbers`() {
        let x = Tensor.randomTruncatedNormal([100_000], mean: 1, standardDeviation: 0.5, key: key(14))
        #expect(x.min().scalar() >= 0 && x.max().scalar() <= 2)
        #expect(abs(x.mean().scalar() - 1) < 0.01)
        #expect(abs(x.standardDeviation().scalar() - 0.5 * 0.8796) < 0.01)
    }

    @Test func `Integers, truth values, permutations`() {
        let x = Tensor.randomIntegers([60_000], in: -2..<4, key: key(15))
        #expect(x.dtype == .int32)
        for value in -2..<4 {
            let share = (x .== Tensor(value)).cast(to: .float32).mean().scalar(of: Double.self)
            #expect(abs(share - 1.0 / 6) < 0.01)
        }
        #expect(x.min().scalar() == -2 && x.max().scalar() == 3)
        let yes = Tensor.randomBernoulli([50_000], probability: 0.3, key: key(16))
        #expect(yes.dtype == .bool)
        #expect(abs(yes.cast(to: .float32).mean().scalar() - 0.3) < 0.01)
        let order = Tensor.randomPermutation(1000, key: key(17))
        #expect(order.sorted().array(of: Int.self) == Array(0..<1000))
        #expect(order.array(of: Int.self) != Array(0..<1000))
    }
}
