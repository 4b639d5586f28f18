import Testing

@testable import ShinkeiCore

@Suite struct CompiledTests {
    @Test func `Asking for a value inside ends the program`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let f = compiled { (x: Tensor) in x * Double(x.sum().scalar()) }
                _ = f(Tensor([1.0, 2]))
            }, "compiled { }: a tensor's value was asked for inside the closure")
    }

    @Test func `Creating a weight inside ends the program`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let f = compiled { (x: Tensor) in x * Weight("kernel", Tensor([1.0])).value }
                _ = f(Tensor([1.0, 2]))
            }, "weight \"kernel\": a weight cannot be created inside compiled { }")
    }

    @Test func `Calling one inside another ends the program`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let inner = compiled { (x: Tensor) in x + 1 }
                let outer = compiled { (x: Tensor) in inner(x) * 2 }
                _ = outer(Tensor([1.0, 2]))
            }, "compiled { }: a compiled function cannot be called inside another's closure")
    }

    @Test func `A traced tensor has no value outside`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                nonisolated(unsafe) var kept: Tensor?
                let f = compiled { (x: Tensor) in
                    kept = x * 2
                    return x
                }
                _ = f(Tensor([1.0]))
                _ = kept?.array() as [Float]?
            }, "a symbolic tensor has no value")
    }

    @Test func `An unbuilt weight is named`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let weight = Weight("kernel")
                weight.path = "dense_1/kernel"
                _ = weight.value
            }, "weight \"dense_1/kernel\" has no value yet")
    }

    @Test func `The closure runs once for each shape and type`() {
        var runs = 0
        let f = CompiledFunction { x in
            runs += 1
            return [x[0] * 3 + 1]
        }
        for _ in 0..<3 { #expect(f([Tensor([1.0, 2])])[0].array() == [4, 7]) }
        #expect(runs == 1)
        #expect(f([Tensor([1.0])])[0].array() == [4])
        #expect(runs == 2)
        #expect(f([Tensor([1.0, 2], dtype: .float64)])[0].dtype == .float64)
        #expect(runs == 3)
        #expect(f([Tensor([1, 2])])[0].dtype == .int32)
        #expect(runs == 4)
        #expect(f([Tensor([5.0, 6])])[0].array() == [16, 19])
        #expect(runs == 4)
    }

    @Test func `It is traced again when a weight becomes frozen, or another shape`() {
        let (w, other) = (Weight("w", Tensor([1.0, 2])), Weight("other", Tensor([5.0])))
        var runs = 0
        let step = compiled {
            runs += 1
            if w.isTrainable { w.value = w.value * 2 }
        }
        step()
        step()
        #expect(runs == 1)
        w.isTrainable = false
        step()
        w.isTrainable = true
        #expect(w.value.array() == [4, 8])
        let read = CompiledFunction { _ in
            runs += 100
            return [w.value + 1, w.isTrainable ? Tensor(1.0) : Tensor(0.0)]
        }
        _ = read([])
        _ = read([])
        #expect(runs >= 100 && runs < 200)
        w.isTrainable = false
        #expect(read([])[1].scalar() == 0)
        #expect(runs >= 200 && runs < 300)
        w.initialize(Tensor([1.0, 2, 3]))
        #expect(read([])[0].array() == [2, 3, 4])
        #expect(runs >= 300 && runs < 400)
        other.isTrainable = false
        _ = read([])
        #expect(runs < 400)
    }

    @Test func `Captured Swift values freeze`() {
        var factor = 2.0
        let f = compiled { (x: Tensor) in x * factor }
        #expect(f(Tensor([3.0])).scalar() == 6)
        factor = 10
        #expect(f(Tensor([3.0])).scalar() == 6)
    }

    @Test func `Captured tensors and lazily computed ones`() {
        let table = (Tensor([1.0, 2, 3]) * 2).exp()
        let f = compiled { (x: Tensor) in x * table + table.sum() }
        let plain = Tensor([1.0, 1, 1]) * table + table.sum()
        #expect(f(Tensor([1.0, 1, 1])).array() == plain.array())
    }

    // MARK: Weights in place

    private func address(_ weight: Weight) -> UnsafeMutableRawPointer {
        Engine.value(of: weight.value.node).pointer
    }

    @Test func `The buffer is written in place if nobody else holds it`() {
        let w = Weight("w", Tensor.ones([1000]).evaluate())
        let step = compiled { w.value = w.value * 2 + 1 }
        step()
        let before = address(w)
        for _ in 0..<5 { step() }
        #expect(address(w) == before)
        #expect(w.value[0].scalar() == 127)
    }

    @Test func `Whoever keeps the value keeps the old numbers`() {
        let w = Weight("w", Tensor.ones([1000]).evaluate())
        let step = compiled { w.value = w.value * 2 + 1 }
        var kept: [Tensor] = []
        for _ in 0..<6 {
            kept.append(w.value)
            step()
        }
        #expect(kept.map { $0[999].scalar() } == [1, 3, 7, 15, 31, 63])
        #expect(kept.map { $0.min().scalar() } == [1, 3, 7, 15, 31, 63])
        #expect(w.value[0].scalar() == 127)
    }

    @Test func `A view, a copy and a reshape of a kept value keep the old numbers`() {
        let w = Weight("w", Tensor.ones([4, 3]).evaluate())
        let step = compiled { w.value = w.value + 1 }
        let views = [w.value[1], w.value.transposed(), w.value.reshaped([12]), w.value + 0]
        let computed = w.value.reshaped([2, 6]).evaluate()
        step()
        step()
        for view in views + [computed] { #expect(view.max().scalar() == 1) }
        #expect(w.value.max().scalar() == 3)
    }

    @Test func `Two weights with one value part ways`() {
        let shared = Tensor.ones([8]).evaluate()
        let (a, b) = (Weight("a", shared), Weight("b", shared))
        let step = compiled { a.value = a.value + 1 }
        step()
        step()
        #expect(a.value.max().scalar() == 3)
        #expect(b.value.max().scalar() == 1)
        #expect(shared.max().scalar() == 1)
    }

    @Test func `Weights exchanged, copied and returned`() {
        let (a, b) = (Weight("a", Tensor.full([8], 1).evaluate()), Weight("b", Tensor.full([8], 2).evaluate()))
        let exchange = compiled { (a.value, b.value) = (b.value, a.value) }
        for round in 1...3 {
            exchange()
            #expect(a.value[0].scalar() == (round % 2 == 1 ? 2 : 1))
            #expect(b.value[0].scalar() == (round % 2 == 1 ? 1 : 2))
        }
        let copy = compiled { b.value = a.value }
        copy()
        let grow = compiled { a.value = a.value + 1 }
        grow()
        grow()
        #expect(a.value[7].scalar() == 4)
        #expect(b.value[7].scalar() == 2)
        let both = CompiledFunction { _ in
            a.value = a.value * 2
            return [a.value, a.value + b.value]
        }
        let first = both([])
        let second = both([])
        #expect(first[0].max().scalar() == 8)
        #expect(first[1].max().scalar() == 10)
        #expect(second[0].max().scalar() == 16)
        #expect(a.value.max().scalar() == 16)
    }

    @Test func `The old value is read after the new one is made`() {
        let w = Weight("w", Tensor([1.0, 2, 3, 4]).evaluate())
        let step = CompiledFunction { _ in
            let old = w.value
            w.value = old.reversed() * 2
            return [old.cumulativeSum(axis: 0), old.matmul(w.value), old[.every(2)]]
        }
        let out = step([])
        #expect(out[0].array() == [1, 3, 6, 10])
        #expect(out[1].scalar() == 40)
        #expect(out[2].array() == [1, 3])
        #expect(w.value.array() == [8, 6, 4, 2])
        _ = step([])
        #expect(w.value.array() == [4, 8, 12, 16])
    }

    @Test func `Reading, setting and reading again`() {
        let w = Weight("w", Tensor([1.0]))
        let f = CompiledFunction { _ in
            let before = w.value
            w.value = before + 1
            let middle = w.value
            w.value = middle * 10
            return [before, middle, w.value]
        }
        #expect(f([]).map { $0.scalar() } == [1, 2, 20])
        #expect(f([]).map { $0.scalar() } == [20, 21, 210])
        #expect(w.value.scalar() == 210)
    }

    /// The sum is done where the product is written, row by row: not over a factor that later rows still need.
    @Test(arguments: [40, 150, 300])
    func `A product's factor is not written over`(size: Int) {
        var dice = Dice(size)
        let x = dice.tensor([size, size], .float32, low: -0.1, high: 0.1)
        let start = dice.tensor([size, size], .float32)
        let (left, right, both) = (Weight("l", start + 0), Weight("r", start + 0), Weight("b", start + 0))
        for weight in [left, right, both] { weight.value.evaluate() }
        let step = compiled {
            left.value = (left.value.matmul(x) + left.value).tanh()
            right.value = (x.matmul(right.value) + right.value).tanh()
            both.value = (both.value.matmul(both.value) * 0.01 + both.value).tanh()
        }
        var (l, r, b) = (start, start, start)
        for _ in 0..<3 {
            step()
            l = (l.matmul(x).evaluate() + l).tanh().evaluate()
            r = (x.matmul(r).evaluate() + r).tanh().evaluate()
            b = (b.matmul(b).evaluate() * 0.01 + b).tanh().evaluate()
            #expect(difference(left.value, l) == nil)
            #expect(difference(right.value, r) == nil)
            #expect(difference(both.value, b) == nil)
        }
    }

    /// Where one condition decides for all elements the kernel does not run; nobody may see a difference.
    @Test(arguments: [[3], [1], [40, 7], [2000]])
    func `An update that is left out changes nothing`(shape: [Int]) {
        var dice = Dice(11)
        let (start, slope) = (dice.tensor(shape, .float32), dice.tensor(shape, .float32))
        let (w, m) = (Weight("w", start + 0), Weight("m", start * 0))
        let step = compiled { (ok: Tensor) in
            let moment = m.value + (slope - m.value) * 0.1
            let new = w.value - 0.5 * moment
            m.value = .where(ok, moment, m.value)
            w.value = .where(ok, new, w.value)
            return new
        }
        var (plainW, plainM) = (start, start * 0)
        for (index, ok) in [true, true, false, true, false, false, true].enumerated() {
            // Somebody holds an old value from time to time, so that it cannot be written over.
            let held = index % 3 == 1 ? w.value : nil
            let before = held?.array() as [Float]?
            let moment = plainM + ((slope - plainM).evaluate() * 0.1).evaluate()
            let new = plainW - (0.5 * moment).evaluate()
            #expect(digest(step(Tensor([ok]).reshaped([]))) == digest(new))
            if ok { (plainW, plainM) = (new.evaluate(), moment.evaluate()) }
            #expect(digest(w.value) == digest(plainW))
            #expect(digest(m.value) == digest(plainM))
            if let held { #expect(held.array() == before!) }
        }
        // Two conditions, and one for each element.
        let mixed = compiled { (first: Tensor, second: Tensor) in
            w.value = .where(first, w.value * 2, w.value)
            m.value = .where(second, m.value * 3, m.value)
            return w.value + m.value
        }
        _ = mixed(Tensor([true]).reshaped([]), Tensor([false]).reshaped([]))
        #expect(digest(w.value) == digest(plainW * 2))
        #expect(digest(m.value) == digest(plainM))
        let mask = start .> 0
        let masked = compiled { (mask: Tensor) in
            w.value = .where(mask, w.value * 2, w.value)
            return mask
        }
        _ = masked(mask)
        #expect(digest(w.value) == digest(Tensor.where(mask, plainW * 4, plainW * 2)))
    }

    @Test(arguments: [DType.float32, .float64])
    func `Three operations as one step round as three`(dtype: DType) {
        var dice = Dice(12)
        let (a, b) = (dice.tensor([3, 700], dtype), dice.tensor([3, 700], dtype))
        let (row, one) = (dice.tensor([700], dtype), Tensor(0.1, dtype: dtype))
        func stepwise(_ a: Tensor, _ b: Tensor, _ c: Tensor) -> UInt64 {
            digest(a + ((b - a).evaluate() * c).evaluate())
        }
        #expect(digest(a + (b - a) * one) == stepwise(a, b, one))
        #expect(digest((b - a) * row + a) == stepwise(a, b, row))
        #expect(digest(a + row * (b - a)) == stepwise(a, b, row))
        #expect(digest(row + (b - row) * a) == stepwise(row, b, a))
        // What somebody else needs is computed; what is no such step stays what it is.
        let difference = b - a
        let both = compiled { (a: Tensor, b: Tensor) in
            let d = b - a
            return Tensor.stack([a + d * one, d])
        }
        #expect(digest(both(a, b)[0]) == stepwise(a, b, one))
        #expect(digest(both(a, b)[1]) == digest(difference))
        #expect(digest(b + (b - a) * one) == digest(b + (difference.evaluate() * one).evaluate()))
    }

    /// A weight that is only set is no input, so its shape must be asked for by itself.
    @Test func `A weight that is only written and has another shape is traced again`() async {
        let w = Weight("w", Tensor([0.0, 0]))
        var runs = 0
        let f = CompiledFunction { x in
            runs += 1
            w.value = x[0] * 2
            return []
        }
        for _ in 0..<3 { _ = f([Tensor([1.0, 2])]) }
        #expect(runs == 1)
        #expect(w.value.array() == [2, 4])
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let w = Weight("w", Tensor([0.0, 0]))
                let f = compiled { (x: Tensor) in
                    w.value = x * 2
                    return x
                }
                _ = f(Tensor([1.0, 2]))
                w.initialize(Tensor([0.0, 0, 0]))
                _ = f(Tensor([1.0, 2]))
            }, "weight \"w\" is float32 [3]; it cannot become float32 [2]")
    }

    @Test func `A gradient step with a moment`() {
        let (w, m) = (Weight("w", Tensor([3.0, -2])), Weight("m", Tensor([0.0, 0]), isTrainable: false))
        let step = compiled { (x: Tensor) in
            let (loss, slopes) = valueAndGradient(at: [w]) { (w.value * x - 1).square().mean() }
            m.value = 0.9 * m.value + slopes[0]
            w.value -= 0.05 * m.value
            return loss
        }
        var (plainW, plainM) = (Tensor([3.0, -2]), Tensor([0.0, 0]))
        let x = Tensor([0.5, 1.5])
        for _ in 0..<30 {
            let loss = step(x)
            let (plainLoss, slopes) = valueAndGradient(at: [plainW]) { ($0[0] * x - 1).square().mean() }
            plainM = 0.9 * plainM + slopes[0]
            plainW = plainW - 0.05 * plainM
            #expect(digest(loss) == digest(plainLoss))
            #expect(digest(w.value) == digest(plainW))
        }
    }
}
