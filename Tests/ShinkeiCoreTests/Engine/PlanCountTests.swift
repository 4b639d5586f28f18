import Testing

@testable import ShinkeiCore

/// What makes a new plan and what does not. Plans are counted for the whole process, so each test has one of its own.
@Suite struct PlanCountTests {
    /// One step of the networks of the from-scratch tutorials.
    struct XOR {
        let x = Tensor([0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1], shape: [4, 3], dtype: .float32)
        let y = Tensor([0, 1, 1, 0], shape: [4, 1], dtype: .float32)
        var w1 = Tensor.randomUniform([3, 4], seed: 1).evaluate()
        var w2 = Tensor.randomUniform([4, 1], seed: 2).evaluate()

        mutating func step() {
            let hidden = sigmoid(x.matmul(w1))
            let output = sigmoid(hidden.matmul(w2))
            let delta = 2 * (y - output) * output * (1 - output)
            let step1 = x.transposed().matmul(delta.matmul(w2.transposed()) * hidden * (1 - hidden))
            w2 += hidden.transposed().matmul(delta)
            w1 += step1
        }
    }

    @Test func `A loop that never asks for a value makes at most 8 plans, then none`() async {
        await #expect(processExitsWith: .success) {
            var xor = XOR()
            let start = PlanCache.compilations
            for _ in 0..<10_000 { xor.step() }
            let first = PlanCache.compilations - start
            #expect(first > 0 && first <= 8, "\(first) plans")
            for _ in 0..<10_000 { xor.step() }
            let second = PlanCache.compilations - start - first
            #expect(second == 0, "\(second) more plans")
            let output = sigmoid(sigmoid(xor.x.matmul(xor.w1)).matmul(xor.w2))
            #expect(output.rounded().array() == [0, 1, 1, 0])
        }
    }

    @Test func `A loop that asks each time makes one plan`() async {
        await #expect(processExitsWith: .success) {
            var xor = XOR()
            xor.step()
            evaluate([xor.w1, xor.w2])
            let start = PlanCache.compilations
            for _ in 0..<1000 {
                xor.step()
                evaluate([xor.w1, xor.w2])
            }
            #expect(PlanCache.compilations - start <= 1)
        }
    }

    @Test func `The unasked loop gives the numbers of the asked one`() async {
        await #expect(processExitsWith: .success) {
            var (asked, unasked) = (XOR(), XOR())
            for _ in 0..<700 {
                unasked.step()
                asked.step()
                evaluate([asked.w1, asked.w2])
            }
            #expect(digest(asked.w1) == digest(unasked.w1))
            #expect(digest(asked.w2) == digest(unasked.w2))
        }
    }

    @Test func `A new learning rate is no new plan`() async {
        await #expect(processExitsWith: .success) {
            var w = Tensor([1.0, 2]).evaluate()
            func step(_ rate: Double, _ counter: Int) {
                w = w - rate * w / Double(counter + 10) + Tensor.full([2], rate * 7)
                w = w.clipped(Tensor(-rate * 1e6), Tensor(rate * 1e6)).power(Tensor(1 + rate)).evaluate()
            }
            step(0.01, 3)
            let start = PlanCache.compilations
            for i in 1...50 { step(0.01 + 0.003 * Double(i), i) }
            #expect(PlanCache.compilations == start)
            #expect(w.array().allSatisfy { (value: Float) in value.isFinite })
        }
    }

    /// 0, ±1, 2 and ½ are part of a plan's structure, and only these.
    @Test func `Structural constants`() async {
        await #expect(processExitsWith: .success) {
            let x = Tensor([1.0, 2]).evaluate()
            func plans(_ body: () -> Tensor) -> Int {
                let start = PlanCache.compilations
                body().evaluate()
                return PlanCache.compilations - start
            }
            #expect(plans { x * 3.0 } == 1)
            #expect(plans { x * 4.0 } == 0)
            #expect(plans { x * -3.5 } == 0)
            #expect(plans { x * -0.0 } == 0)
            #expect(plans { x * 1e30 } == 0)
            for special in [0.0, 1, -1, 2, 0.5] {
                #expect(plans { x * special } == 1)
                #expect(plans { x * special } == 0)
            }
            for value in [3.0, -0.0, 0, 1, -1, 2, 0.5, 1e30] {
                #expect((x * value).array() == [Float(value), Float(2 * value)])
            }
        }
    }

    @Test func `A learning rate inside compiled is an argument or a weight`() async {
        await #expect(processExitsWith: .success) {
            let (w, rate) = (Weight("w", Tensor([1.0, 2])), Weight("rate", Tensor(0.5), isTrainable: false))
            let step = compiled { w.value = w.value - rate.value * w.value }
            step()
            let start = PlanCache.compilations
            for i in 1...20 {
                rate.value = Tensor(1 / Double(i + 2))
                step()
            }
            #expect(PlanCache.compilations == start)
            var expected = Tensor([0.5, 1])
            for i in 1...20 { expected -= Tensor(1 / Double(i + 2)) * expected }
            #expect(w.value.array() == expected.array())
        }
    }

    @Test func `A random key is no new plan`() async {
        await #expect(processExitsWith: .success) {
            func draw(_ seed: Int, _ step: Int) -> Tensor {
                let key = RandomKey(seed: seed, stream: seed + 3, step: Tensor(step, dtype: .int64))
                return Tensor.randomUniform([4], low: -1, high: Double(seed), key: key).evaluate()
            }
            _ = draw(7, 3)
            let start = PlanCache.compilations
            for i in 8..<40 { _ = draw(i, i * 7) }
            #expect(PlanCache.compilations == start)
        }
    }

    @Test func `Shapes and types make new plans, the same ones do not`() async {
        await #expect(processExitsWith: .success) {
            func plans(_ rows: Int, _ dtype: DType) -> Int {
                let x = Tensor.ones([rows, 3], dtype: dtype).evaluate()
                let start = PlanCache.compilations
                (x + x).sum(axis: 0).evaluate()
                return PlanCache.compilations - start
            }
            #expect(plans(2, .float32) == 1)
            #expect(plans(3, .float32) == 1)
            #expect(plans(2, .float64) == 1)
            #expect(plans(2, .float32) == 0)
            #expect(plans(2, .float64) == 0)
        }
    }

    /// The cache forgets what has not been used for long, and makes it again.
    @Test func `The cache has a limit`() async {
        await #expect(processExitsWith: .success) {
            for count in 1...3 * PlanCache.countLimit { (Tensor.ones([count]) + 3.5).evaluate() }
            let start = PlanCache.compilations
            (Tensor.ones([3 * PlanCache.countLimit]) + 4.5).evaluate()
            #expect(PlanCache.compilations == start)
            let again = Tensor.ones([1]) + 5.5
            #expect(again.array() == [6.5])
            #expect(PlanCache.compilations == start + 1)
        }
    }
}
