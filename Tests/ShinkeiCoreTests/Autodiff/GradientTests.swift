import Testing

@testable import ShinkeiCore

@Suite struct GradientTests {
    @Test func `A cut edge ends the program and says so`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let w = Tensor([1.0, 2, 3])
                let loss = (w * 2).square().sum()
                loss.evaluate()
                _ = gradient(at: w) { _ in loss }
            }, "gradient: the value does not lead back to the variables",
            "was computed outside of the closure, which cuts its edges")
    }

    @Test func `A value needs one floating element`() async {
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = gradient(at: Tensor([1, 2], dtype: .float32)) { $0 * 2 }
            }, "gradient: needs one value of a floating type; got float32 [2]")
    }

    @Test func `A result of a compiled function has no edges`() async {
        // The numbers it gives are computed; that no derivative passes must not look like a derivative of 0.
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let square = compiled { (x: Tensor) in x.square() }
                _ = gradient(at: Tensor([3.0])) { square($0).sum() }
            }, "gradient: compiled functions have no derivative; take the gradient inside compiled { } instead")
        // Nor where another way leads back.
        expectTrap(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let square = compiled { (x: Tensor) in x.square() }
                _ = gradient(at: Tensor([3.0])) { (square($0) * $0).sum() }
            }, "gradient: compiled functions have no derivative")
        // A result that no variable led to is a constant like others.
        let square = compiled { (x: Tensor) in x.square() }
        #expect(gradient(at: Tensor([3.0])) { ($0 * square(Tensor([2.0]))).sum() }.array() == [4])
    }

    @Test func `Edges live inside, also when a value is asked for`() {
        let w = Tensor([1.0, 2, 3])
        var seen: [Float] = []
        let (value, slope) = valueAndGradient(at: w) { w in
            let hidden = (w * 2).exp()
            seen = hidden.array()
            let scaled = hidden * w
            _ = scaled.description
            return scaled.sum().evaluate()
        }
        #expect(seen.count == 3)
        // d/dw w · exp(2w) = (1 + 2w) · exp(2w)
        let expected = zip(seen, [Float(3), 5, 7]).map { $0 * $1 }
        #expect(difference(slope, Tensor(expected), relative: 1e-6) == nil)
        #expect(value.count == 1)
    }

    @Test func `Edges live on in an outer closure`() {
        let x = Tensor(2.0, dtype: .float64)
        // d/dx (d/dx x^3)^2 = 2 · 3x² · 6x = 36 x³
        let slope = gradient(at: x) { x in
            let inner = gradient(at: x) { ($0 * $0 * $0).evaluate() }.evaluate()
            return (inner * inner).evaluate()
        }
        #expect(slope.scalar(of: Double.self) == 288)
    }

    @Test func `After the closure the edges are gone`() {
        let w = Tensor([1.0, 2])
        var inside = Tensor(0.0)
        _ = gradient(at: w) { w in
            inside = (w * 3).evaluate()
            return inside.sum()
        }
        #expect(inside.node.inputs.isEmpty)
        #expect(inside.node.wasCut)
        let outside = (w + 1).evaluate()
        #expect(outside.node.inputs.isEmpty)
        var sum = Tensor(0.0)
        for _ in 0..<5 {
            sum += w.sum()
            sum.evaluate()
            #expect(sum.node.inputs.isEmpty)
        }
    }

    @Test func `An unused variable has gradient 0`() {
        let slopes = gradient(at: [Tensor([1.0, 2]), Tensor([3.0], dtype: .float64)]) { $0[0].sum() }
        #expect(slopes[0].array() == [1, 1])
        #expect(slopes[1].array() == [0])
        #expect(slopes[1].dtype == .float64)
        let ofComparison = gradient(at: Tensor([1.0, 2])) { ($0 .> 1).cast(to: .float32).sum() }
        #expect(ofComparison.array() == [0, 0])
    }

    @Test func `A variable that is its own value`() {
        #expect(gradient(at: Tensor(3.0)) { $0 }.scalar() == 1)
        let both = gradient(at: [Tensor(3.0), Tensor(4.0)]) { $0[1] }
        #expect(both.map { $0.scalar() } == [0, 1])
    }

    @Test func `One tensor as two variables`() {
        let x = Tensor([3.0])
        let slopes = gradient(at: [x, x]) { ($0[0] * $0[0] * $0[1]).sum() }
        #expect(slopes.map { $0.scalar() } == [18, 9])
    }

    @Test func `Stopping a gradient`() {
        let slope = gradient(at: Tensor([2.0, 3])) { (x: Tensor) in (stopGradient(x) * x).sum() }
        #expect(slope.array() == [2, 3])
        let all = gradient(at: Tensor([2.0])) { (x: Tensor) in stopGradient(x.square()).sum() }
        #expect(all.array() == [0])
    }

    @Test func `A gradient of one's own`() {
        func clippedIdentity(_ x: Tensor) -> Tensor {
            withCustomGradient([x], forward: { $0[0] * 1 }) { _, _, upstream in [upstream.clipped(-1, 1)] }
        }
        let slope = gradient(at: Tensor([2.0, 3])) { (x: Tensor) in (clippedIdentity(x) * Tensor([5.0, 0.5])).sum() }
        #expect(slope.array() == [1, 0.5])
        func product(_ a: Tensor, _ b: Tensor) -> Tensor {
            withCustomGradient([a, b], forward: { $0[0] * $0[1] }) { inputs, _, upstream in
                [upstream * inputs[1], upstream * inputs[0]]
            }
        }
        var dice = Dice(1)
        checkSlopes(at: [dice.tensor([3]), dice.tensor([3])], "product by hand") {
            product($0[0], $0[1]).square().sum()
        }
        checkSlopes(at: [dice.tensor([3]), dice.tensor([3])], "its second derivative") { outer in
            gradient(at: outer) { product($0[0], $0[1]).square().sum() }.reduce(Tensor(0.0, dtype: .float64)) {
                $0 + $1.sum()
            }
        }
    }

    @Test func `Gradients have the type of their variable`() {
        for dtype in [DType.float32, .float64, .float16, .bfloat16] {
            let x = Tensor([1.0, 2], dtype: dtype)
            let slope = gradient(at: x) { ($0 * $0).sum() }
            #expect(slope.dtype == dtype)
            #expect(slope.array() == [2, 4])
        }
        let through = gradient(at: Tensor([1.5], dtype: .float64)) { ($0.cast(to: .float32) * 3).sum() }
        #expect(through.dtype == .float64)
        #expect(through.array() == [3])
    }

    @Test func `Weights that the closure reads`() {
        let (w, b) = (Weight("w", Tensor([2.0, 3])), Weight("b", Tensor([1.0])))
        let (value, slopes) = valueAndGradient(at: [w, b]) { (w.value * 4 + b.value).sum() }
        #expect(value.scalar() == 22)
        #expect(slopes[0].array() == [4, 4])
        #expect(slopes[1].array() == [2])
    }

    @Test func `Two weights that hold one tensor have gradients of their own`() {
        let shared = Tensor([2.0, 3])
        let (a, b) = (Weight("a", shared), Weight("b", shared))
        let slopes = valueAndGradient(at: [a, b]) { (a.value * 3 + b.value * 5).sum() }.gradients
        #expect(slopes.map { $0.array() } == [[3, 3], [5, 5]])
    }

    /// As in a target network: what a weight held before the closure is a number, not the weight.
    @Test func `A value read before the closure is a constant`() {
        let (online, target) = (Weight("online", Tensor([2.0, 3])), Weight("target", Tensor([0.0, 0])))
        target.value = online.value
        func slope() -> Tensor {
            valueAndGradient(at: [online]) { (online.value * target.value).sum() }.gradients[0]
        }
        #expect(slope().array() == [2, 3])
        let held = online.value
        #expect(valueAndGradient(at: [online]) { (online.value * held).sum() }.gradients[0].array() == [2, 3])
        let step = compiled { (scale: Tensor) in
            target.value = online.value * scale
            let before = online.value
            return valueAndGradient(at: [online]) { (online.value * before * target.value).sum() }.gradients[0]
        }
        #expect(step(Tensor(1.0)).array() == [4, 9])
        #expect(step(Tensor(2.0)).array() == [8, 18])
    }

    @Test func `No variables, no gradients`() {
        let (value, slopes) = valueAndGradient(at: [Tensor]()) { _ in Tensor([1.0, 2]).sum().evaluate() + 1 }
        #expect(value.scalar() == 4)
        #expect(slopes.isEmpty)
    }

    @Test func `Rows of half width gather their gradients`() {
        for dtype in [DType.float16, .bfloat16] {
            let table = Tensor([1.0, 2, 3, 4], dtype: dtype).reshaped([2, 2])
            let slope = gradient(at: table) { ($0.taking(Tensor([0, 1, 1]), axis: 0) * 3).sum() }
            #expect(slope.dtype == dtype)
            #expect(slope.array() == [3, 3, 6, 6])
        }
    }

    // MARK: Corners

    @Test func `Ties share the gradient`() {
        let two = gradient(at: [Tensor([1.0, 2]), Tensor([1.0, 3])]) { maximum($0[0], $0[1]).sum() }
        #expect(two[0].array() == [0.5, 0])
        #expect(two[1].array() == [0.5, 1])
        #expect(gradient(at: Tensor([5.0, 1, 5, 5])) { $0.max() * 3 }.array() == [1, 0, 1, 1])
        #expect(gradient(at: Tensor([5.0, 1, 5, 1])) { $0.min() }.array() == [0, 0.5, 0, 0.5])
    }

    @Test func `Products with zeros`() {
        #expect(gradient(at: Tensor([2.0, 0, 5])) { $0.product() }.array() == [0, 10, 0])
        #expect(gradient(at: Tensor([0.0, 0, 5])) { $0.product() }.array() == [0, 0, 0])
    }

    @Test func `Kinks and ends of domains`() {
        #expect(gradient(at: Tensor([-1.0, 0, 1])) { $0.relu().sum() }.array() == [0, 0, 1])
        #expect(gradient(at: Tensor([-1.0, 0, 1])) { $0.abs().sum() }.array() == [-1, 0, 1])
        #expect(gradient(at: Tensor([0.0])) { $0.power(2).sum() }.array() == [0])
        #expect(gradient(at: [Tensor([0.0]), Tensor([2.0])]) { $0[0].power($0[1]).sum() }[1].array() == [0])
        #expect(gradient(at: Tensor([-2.0])) { $0.power(3).sum() }.array() == [12])
        #expect(gradient(at: Tensor([0.0, 4])) { $0.sqrt().sum() }.array() == [.infinity, 0.25])
    }

    @Test func `The gradient of where does not pass through the branch not taken`() {
        let slope = gradient(at: Tensor([2.0, -1])) { x in Tensor.where(x .> 0, x * 3, x * 5).sum() }
        #expect(slope.array() == [3, 5])
    }

    @Test func `logSumExp and its relatives`() {
        var dice = Dice(2)
        checkSlopes(at: [dice.tensor([3, 4])], "logSumExp") { $0[0].logSumExp(axes: [1]).square().sum() }
        checkSlopes(at: [dice.tensor([3, 4])], "variance") { $0[0].variance(axes: [0]).sqrt().sum() }
        checkSlopes(at: [dice.tensor([3, 4])], "softmax of axis 0") { $0[0].softmax(axis: 0).square().sum() }
        checkSlopes(at: [dice.tensor([5, 3])], "sorted, stacked, tiled") {
            (Tensor.stack([$0[0].sorted(axis: 0), $0[0]]).tiled([1, 2, 1]) * 3).exp().sum()
        }
        checkSlopes(at: [dice.tensor([4, 4])], "one matrix twice") {
            $0[0].matmul($0[0].transposed()).matmul($0[0]).sum()
        }
        checkSlopes(at: [dice.tensor([4]), dice.tensor([3, 4])], "vectors") {
            ($0[1].matmul($0[0]).square().sum() + $0[0].outer($0[0]).sum()) * $0[0].matmul($0[0])
        }
        checkSlopes(at: [dice.tensor([4, 6])], "subscripts") {
            ($0[0][.every(-2), 1..<5] * $0[0][..<2, 2...][.all, .new, .all].squeezed(1)).sum()
        }
    }

    @Test func `Nothing has a gradient too`() {
        let empty = Tensor.zeros([0, 3], dtype: .float64).evaluate()
        let bodies: [(String, (Tensor) -> Tensor)] = [
            ("sum", { $0.sum() }), ("product", { $0.product() }), ("rows", { $0.sum(axis: 1).exp().sum() }),
            ("columns", { $0.sum(axis: 0).exp().sum() }), ("softmax", { $0.softmax().sum() }),
            ("logSoftmax", { $0.logSoftmax().sum() }), ("max", { $0.max(axis: 1).sum() }),
            ("cumulative", { $0.cumulativeSum(axis: 0).sum() + $0.cumulativeProduct(axis: 1).sum() }),
            ("matmul", { $0.matmul(Tensor.ones([3, 2], dtype: .float64)).sum() }),
            ("matmul over nothing", { $0.transposed().matmul($0).sum() }),
            (
                "batches over nothing",
                { $0.transposed().expanded(0).matmul(Tensor.ones([0, 2], dtype: .float64)).sum() }
            ),
            ("sort", { $0.sorted(axis: 0).sum() + $0.sorted().sum() }),
            ("gather", { $0.taking(Tensor([0, 2]), axis: 1).sum() }),
            ("no rows", { $0.taking(Tensor([Int]())).sum() }),
            ("pad", { $0.padded([(1, 0), (0, 2)], value: 2).sum() }),
            ("concatenate", { Tensor.concatenate([$0, Tensor.ones([2, 3], dtype: .float64)]).sum() }),
            ("tile", { $0.tiled([2, 2]).sum() }), ("reverse", { $0.reversed().sum() }),
            ("reshape", { $0.reshaped([3, 0]).transposed().sum() }),
            ("where", { Tensor.where($0 .> 0, $0, -$0).sum() }),
            ("broadcast", { $0.expanded(0).broadcast(to: [4, 0, 3]).sum() }),
            ("mean of columns", { $0.transposed().sum(axis: 0).sum() }),
        ]
        for (name, body) in bodies {
            let (value, slope) = valueAndGradient(at: empty, body)
            #expect(slope.shape == [0, 3], "\(name)")
            #expect(slope.array() == [], "\(name)")
            #expect(value.count == 1 && !value.scalar(of: Double.self).isNaN, "\(name)")
        }
    }
}
