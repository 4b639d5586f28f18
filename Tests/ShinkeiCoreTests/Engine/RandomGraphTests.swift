import Testing

@testable import ShinkeiCore

/// Random programs: however they are cut into plans, the numbers are the same.
@Suite struct RandomGraphTests {
    static let dtypes: [DType] = [.float32, .float64, .int32]

    /// A difference in bits, NaN counting as one; `nil` if there is none.
    private func compare(_ a: [Tensor], _ b: [Tensor], _ graph: RandomGraph, _ what: String) -> Bool {
        for (place, (x, y)) in zip(a, b).enumerated() {
            guard let wrong = difference(x, y) else { continue }
            Issue.record("\(what): value \(place): \(wrong)\n\(graph.description)")
            return false
        }
        return true
    }

    @Test(arguments: dtypes)
    func `One plan for all and one for each operation agree`(dtype: DType) {
        var wrong = 0
        for seed in 0..<500 where wrong < 3 {
            var dice = Dice(seed)
            let graph = RandomGraph(&dice, dtype: dtype, length: 4 + dice.below(25))
            let single = graph.run(graph.inputs) { $0.evaluate() }
            // Everything is held: every value is an output.
            let held = graph.run(graph.inputs)
            held.last?.evaluate()
            if !compare(held, single, graph, "seed \(seed), all held") { wrong += 1 }
            // Only some are outputs; the rest stays in registers.
            let chosen = Set((0..<3).map { _ in dice.below(held.count) } + [held.count - 1]).sorted()
            let few = {
                let values = graph.run(graph.inputs)
                return chosen.map { values[$0] }
            }()
            evaluate(few)
            if !compare(few, chosen.map { single[$0] }, graph, "seed \(seed), outputs \(chosen)") { wrong += 1 }
            // Cut anywhere.
            let cut = graph.run(graph.inputs) { if dice.below(4) == 0 { $0.evaluate() } }
            if !compare(cut, single, graph, "seed \(seed), cut") { wrong += 1 }
        }
    }

    @Test(arguments: dtypes)
    func `A compiled program has the bits of the plain one`(dtype: DType) {
        var wrong = 0
        for seed in 1000..<1300 where wrong < 3 {
            var dice = Dice(seed)
            let graph = RandomGraph(&dice, dtype: dtype, length: 4 + dice.below(25))
            let count = graph.inputs.count + graph.steps.count
            let chosen = Set((0..<3).map { _ in dice.below(count) } + [count - 1]).sorted()
            let function = CompiledFunction { inputs in
                let values = graph.run(inputs)
                return chosen.map { values[$0] }
            }
            for _ in 0..<2 {
                let inputs = graph.inputs.map { $0.dtype.isFloating ? $0 * dice.uniform(0.5, 1.5) : $0 }
                let plain = graph.run(inputs) { $0.evaluate() }
                let values = function(inputs)
                if !compare(values, chosen.map { plain[$0] }, graph, "seed \(seed), outputs \(chosen)") { wrong += 1 }
            }
        }
    }

    /// Found by the test above: an axis of size 1 keeps its stride, and one element for all is still one element.
    @Test func `One element stretched beside an axis of size 1`() {
        let one = Tensor([5.0])
        for sizes in [[3, 1], [1, 3, 1], [3, 1, 1], [2, 3, 1], [600, 1], [1, 1], [0, 1]] {
            let stretched = one.broadcast(to: sizes).evaluate()
            #expect(stretched.array() == [Float](repeating: 5, count: sizes.reduce(1, *)), "\(sizes)")
        }
    }

    /// The gradient of a random program in one plan and step by step.
    @Test func `Gradients agree too`() {
        var wrong = 0
        for seed in 2000..<2150 where wrong < 3 {
            var dice = Dice(seed)
            let graph = RandomGraph(&dice, dtype: .float64, length: 4 + dice.below(12))
            func loss(_ inputs: [Tensor], evaluating: Bool) -> Tensor {
                let values = graph.run(inputs) { if evaluating { $0.evaluate() } }
                return values.reduce(Tensor.zeros([], dtype: .float64)) {
                    $0 + ($1.dtype.isFloating ? $1.cast(to: .float64).tanh().sum() : $1.cast(to: .float64).sum())
                }
            }
            let lazy = gradient(at: graph.inputs) { loss($0, evaluating: false) }
            let eager = gradient(at: graph.inputs) { loss($0, evaluating: true) }
            for (a, b) in zip(lazy, eager) {
                guard let differs = difference(a, b, absolute: 1e-12, relative: 1e-12, signedZeros: false) else {
                    continue
                }
                wrong += 1
                Issue.record("seed \(seed): \(differs)\n\(graph.description)")
                break
            }
        }
    }

    /// Weights updated by random programs, written in place where nobody looks, against plain tensors.
    @Test(arguments: dtypes)
    func `Random updates in place`(dtype: DType) {
        var wrong = 0
        for seed in 3000..<3400 where wrong < 3 {
            var dice = Dice(seed)
            let shape = dice.one(of: [[5], [4, 4], [3, 3], [1], [17, 17], [40, 40], [600], [2, 0]])
            let count = 2 + dice.below(3)
            let start = (0..<count).map { _ in dice.tensor(shape, dtype, low: -3, high: 3) }
            let updates = Self.updates(&dice, shape: shape, weights: count, dtype: dtype)
            let weights = start.enumerated().map { Weight("w\($0)", $1 + 0) }
            weights.forEach { $0.value.evaluate() }
            let step = CompiledFunction { _ in updates(weights.map { w in ({ w.value }, { w.value = $0 }) }) }

            var plain = start
            var kept: [(Tensor, Tensor)] = []
            for round in 0..<5 {
                if dice.below(3) == 0 {
                    let which = dice.below(count)
                    kept.append(
                        (
                            dice.flip() ? weights[which].value : weights[which].value.reshaped([-1]).reshaped(shape),
                            plain[which]
                        ))
                }
                let results = step([])
                var values = plain
                let expected = withUnsafeMutablePointer(to: &values) { values in
                    updates((0..<count).map { i in ({ values.pointee[i] }, { values.pointee[i] = $0.evaluate() }) })
                }
                plain = values
                let differs =
                    zip(results + weights.map(\.value), expected + plain).lazy.compactMap { difference($0, $1) }.first
                    ?? kept.lazy.compactMap { difference($0.0, $0.1) }.first
                guard let differs else { continue }
                wrong += 1
                Issue.record("seed \(seed), round \(round), \(count) weights of \(dtype) \(shape): \(differs)")
                break
            }
        }
    }

    /// A few statements that read and set places.
    private static func updates(
        _ dice: inout Dice, shape: [Int], weights: Int, dtype: DType
    ) -> @Sendable ([(get: () -> Tensor, set: (Tensor) -> Void)]) -> [Tensor] {
        enum Statement: Sendable {
            case elementwise, reversed, transposed, sum, exchange, matmul, sort, copy, longChain
        }
        var kinds: [Statement] = [.elementwise, .elementwise, .reversed, .sum, .exchange, .copy, .longChain, .sort]
        if shape.count == 2 && shape[0] == shape[1] { kinds += [.transposed, .matmul, .matmul] }
        let statements = (0..<2 + dice.below(5)).map { _ in
            (kind: dice.one(of: kinds), a: dice.below(weights), b: dice.below(weights), c: dice.below(weights))
        }
        return { places in
            var results: [Tensor] = []
            for (kind, a, b, c) in statements {
                let (x, y) = (places[a].get(), places[b].get())
                func bounded(_ value: Tensor) -> Tensor { value.clipped(-50, 50) }
                switch kind {
                case .elementwise: places[c].set(bounded(x - y * 2 + 1))
                case .reversed: places[c].set(bounded(x.reversed() + y))
                case .transposed: places[c].set(bounded(x.transposed() - y))
                case .sum:
                    results.append(x.sum())
                    places[c].set(bounded(x - y.sum()))
                case .exchange:
                    places[a].set(y)
                    places[b].set(x)
                case .matmul: places[c].set(bounded(x.matmul(y) * 2 + x - 3))
                case .sort: places[c].set(x.sorted(axis: 0))
                case .copy:
                    places[c].set(x)
                    results.append(y * 3)
                case .longChain:
                    var z = x
                    for i in 0..<6 { z = bounded(z * 2 - y + i) }
                    places[c].set(z)
                    results.append(x + z)
                }
            }
            return results
        }
    }
}
