import Testing

@testable import ShinkeiCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct DeterminismTests {
    static let rows = [1, 2, 3, 5, 8, 13, 31, 64, 128]

    /// Row i of a batch has equal bits in any batch.
    @Test(arguments: [DType.float32, .float64])
    func `A row does not feel its neighbours`(dtype: DType) {
        for (inner, outer) in [(784, 128), (128, 10), (3, 4), (17, 33), (64, 1), (300, 65)] {
            var dice = Dice(inner)
            let x = dice.tensor([128, inner], dtype, low: -1, high: 1)
            let (w, b) = (dice.tensor([inner, outer], dtype, low: -1, high: 1), dice.tensor([outer], dtype))
            let w2 = dice.tensor([outer, 10], dtype)
            let models: [(String, (Tensor) -> Tensor)] = [
                ("matmul", { $0.matmul(w) }),
                ("dense", { ($0.matmul(w) + b).relu() }),
                ("two layers", { (($0.matmul(w) + b).relu().matmul(w2)).softmax() }),
                ("transposed weights", { $0.matmul(w.transposed().evaluate().transposed()) }),
                ("log softmax", { ($0.matmul(w) + b).logSoftmax() }),
                ("row sums", { ($0 * $0).sum(axis: 1).exp() }),
                ("row maximum and mean", { $0.max(axis: 1, keepDims: true) - $0.mean(axis: 1, keepDims: true) }),
                ("norm", { $0 / ($0.variance(axes: [1], keepDims: true) + 1e-3).sqrt() }),
                ("cumulative", { $0.cumulativeSum(axis: 1) }),
            ]
            for (name, model) in models {
                let whole = model(x).evaluate()
                for rows in Self.rows {
                    let part = model(x[0..<rows].evaluate())
                    let same = digest(part) == digest(whole[0..<rows])
                    #expect(same, "\(name) of \(rows) rows, \(inner) × \(outer)")
                    let last = model(x[(128 - rows)...].evaluate())
                    let sameLast = digest(last) == digest(whole[(128 - rows)...])
                    #expect(sameLast, "\(name) of the last \(rows) rows, \(inner) × \(outer)")
                }
            }
        }
    }

    @Test func `Two runs have equal bits`() {
        var dice = Dice(9)
        let x = dice.tensor([200, 300], .float32)
        func run() -> [UInt64] {
            [x.sum(), x.sum(axis: 0), x.matmul(x.transposed()).exp().sum(axis: 1), x.softmax(), x.sorted()].map(digest)
        }
        let first = run()
        for _ in 0..<5 { #expect(run() == first) }
    }

    // MARK: Threads and instruction sets

    /// What a child process with these settings computes: lines of name, digest and some values.
    private func child(threads: String, isa: String) async -> [String: (digest: String, values: [Double])] {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            [threads, isa] in
            setenv("SHINKEI_THREADS", threads, 1)
            if isa.isEmpty { unsetenv("SHINKEI_ISA") } else { setenv("SHINKEI_ISA", isa, 1) }
            for (name, tensor) in Workload.results() {
                let values = tensor.array(of: Double.self)
                let few = stride(from: 0, to: values.count, by: max(1, values.count / 12)).map { values[$0] }
                print("RESULT", name, digest(tensor), few.map { "\($0)" }.joined(separator: ","))
            }
            print("RESULT isa \(Runtime.isa) 0")
        }
        guard let result else { return [:] }
        var lines: [String: (digest: String, values: [Double])] = [:]
        for line in String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            guard parts.count == 4, parts[0] == "RESULT" else { continue }
            lines[parts[1]] = (parts[2], parts[3].split(separator: ",").compactMap { Double($0) })
        }
        return lines
    }

    @Test func `The bits do not depend on the number of threads`() async {
        let one = await child(threads: "1", isa: "")
        #expect(one.count > 20)
        for threads in ["2", "4"] {
            let more = await child(threads: threads, isa: "")
            #expect(more.count == one.count)
            let other = one.keys.sorted().filter { one[$0]?.digest != more[$0]?.digest }
            #expect(other == [], "other bits with \(threads) threads")
        }
    }

    /// AVX2 and AVX-512 differ in the width of a vector only where a sum is taken; the baseline has no fused multiply-add.
    @Test func `Other instruction sets give close numbers`() async throws {
        let best = await child(threads: "2", isa: "")
        for isa in ["avx2", "baseline"] {
            let other = await child(threads: "2", isa: isa)
            #expect(other.count == best.count)
            guard other["isa"]?.digest == isa else { continue }  // this machine does not have it
            for (name, line) in best where name != "isa" {
                let values = try #require(other[name]).values
                #expect(values.count == line.values.count)
                let size = line.values.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
                let isExact = name.hasPrefix("exact")
                for (a, b) in zip(values, line.values) where !(a.isNaN && b.isNaN) && a != b {
                    #expect(
                        !isExact && abs(a - b) <= 2e-5 * (abs(b) + 0.1 * size), "\(name) with \(isa): \(a), not \(b)")
                }
                if isExact { #expect(other[name]?.digest == line.digest, "\(name) with \(isa)") }
            }
        }
    }

    @Test func `A wrong setting is said once and ignored`() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            setenv("SHINKEI_THREADS", "many", 1)
            setenv("SHINKEI_ISA", "mmx", 1)
            #expect((Tensor([1.0]) + 1).array() == [2])
            #expect(Tensor.ones([1000, 1000]).exp().log().sum().scalar() == 1e6)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("SHINKEI_THREADS=many is not a number from 1 to 256"), "\(text)")
        #expect(text.contains("SHINKEI_ISA=mmx is not to be had on this machine"), "\(text)")
    }
}

/// Computations large enough to be cut into chunks, of every kind of kernel.
enum Workload {
    static func results() -> [(String, Tensor)] {
        var dice = Dice(77)
        let x = dice.tensor([300, 1001], .float32).evaluate()
        let wide = dice.tensor([260, 333], .float64).evaluate()
        let (a, b) = (dice.tensor([190, 410], .float32), dice.tensor([410, 170], .float32))
        let places = Tensor((0..<5000).map { _ in dice.below(700) })
        let rows = dice.tensor([5000, 60], .float32)
        let key = RandomKey(seed: 5, stream: 6, step: Tensor(7, dtype: .int64))
        var results: [(String, Tensor)] = [
            ("sum", x.sum()), ("rows", x.sum(axis: 1)), ("columns", x.sum(axis: 0)),
            ("product", (1 + x * 1e-4).product()),
            ("exact-max", x.max(axis: 0)), ("exact-argmin", x.argmin(axis: 1)), ("mean-of-doubles", wide.mean()),
            ("matmul", a.matmul(b)), ("matmul-transposed", b.transposed().matmul(a.transposed())),
            ("matmul-of-doubles", wide.matmul(wide.transposed())),
            ("dense", (a.matmul(b) + b.sum(axis: 0)).relu()), ("softmax", x.softmax()),
            ("log-softmax", x.logSoftmax(axis: 0)),
            ("functions", (x.exp() + x.sin() * x.tanh()).abs().log()), ("cumulative", x.cumulativeSum(axis: 1)),
            ("exact-sort", x.sorted()), ("exact-argsort", wide.argsort(axis: 0)),
            ("exact-transpose", x.transposed() * 2),
            ("exact-gather", rows.taking(places)),
            ("exact-random", Tensor.random(.bits, [20_000], dtype: .int64, key: key)),
            ("exact-uniform", Tensor.randomUniform([20_001], key: key)),
            ("normal", Tensor.randomNormal([20_001], key: key)),
            ("exact-permutation", Tensor.randomPermutation(3000, key: key)),
            ("scatter", gradient(at: Tensor.zeros([700, 60])) { ($0.taking(places) * rows).sum() }),
            ("exact-pad", x.padded([(3, 2), (1, 1)], value: 0.25)),
            ("exact-concatenate", Tensor.concatenate([x, x * 4], axis: 1)),
            ("variance", x.variance(axes: [0])), ("log-sum-exp", x.logSumExp(axes: [1])),
        ]
        // Convolutions of every kind, forward and back: wide, with few channels, strided, depthwise, in groups.
        for (name, shape, window, stride, groups) in [
            ("wide", [9, 21, 21, 32], [3, 3, 32, 64], 1, 1), ("thin", [40, 28, 28, 1], [3, 3, 1, 32], 1, 1),
            ("strided", [7, 30, 30, 24], [3, 3, 24, 40], 2, 1), ("places", [20, 17, 17, 60], [1, 1, 60, 70], 1, 1),
            ("depthwise", [6, 25, 25, 48], [3, 3, 1, 48], 1, 48), ("groups", [8, 20, 20, 32], [3, 3, 8, 64], 1, 4),
        ] {
            let (images, kernel) = (dice.tensor(shape, .float32), dice.tensor(window, .float32))
            func forward(_ x: Tensor, _ k: Tensor) -> Tensor {
                x.convolved(with: k, strides: [stride, stride], padding: [(1, 1), (1, 1)], groups: groups)
            }
            let y = forward(images, kernel).evaluate()
            let slopes = gradient(at: [images, kernel]) { (forward($0[0], $0[1]) * y).sum() }
            let pooled = gradient(at: y) { $0.maxPooled(window: [2, 2]).square().sum() }
            let spread = gradient(at: y) { $0.averagePooled(window: [3, 3], strides: [2, 2]).square().sum() }
            results += [
                ("convolution-\(name)", y), ("back-\(name)", slopes[0]), ("kernel-\(name)", slopes[1]),
                ("max-\(name)", pooled), ("average-\(name)", spread),
            ]
        }
        // A training step of a small network, over and over.
        var w1 = Tensor.randomNormal([20, 64], standardDeviation: 0.2, key: key)
        var w2 = Tensor.randomNormal([64, 10], standardDeviation: 0.2, key: key.fold(1))
        let inputs = rows[0..<128, 0..<20].evaluate()
        let labels = places[0..<128] % 10
        for _ in 0..<20 {
            let slopes = gradient(at: [w1, w2]) { w in
                let scores = inputs.matmul(w[0]).relu().matmul(w[1]).logSoftmax()
                return -(scores * labels.oneHot(10)).sum(axis: 1).mean()
            }
            (w1, w2) = (w1 - 0.1 * slopes[0], w2 - 0.1 * slopes[1])
            evaluate([w1, w2])
        }
        results += [("trained-1", w1), ("trained-2", w2)]
        return results
    }
}
