import Testing

@testable import ShinkeiCore

/// Run under the thread sanitizer too: `swift test --sanitize=thread --filter ConcurrencyTests`.
@Suite struct ConcurrencyTests {
    @Test func `Two tasks evaluate one node`() async {
        for round in 0..<200 {
            let a = Tensor((0..<64).map { Double($0 + round) / 64 }, shape: [8, 8])
            let shared = (a.matmul(a) + 1).tanh()
            let sum = shared.sum()
            let values = await withTaskGroup(of: [Float].self) { group in
                for task in 0..<4 {
                    group.addTask { task % 2 == 0 ? shared.array() : [sum.scalar()] + (shared * 2).array() }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let (plain, more) = (values.filter { $0.count == 64 }, values.filter { $0.count == 65 })
            #expect(plain.count == 2 && plain[0] == plain[1])
            #expect(more.count == 2 && more[0] == more[1])
            #expect(more[0].dropFirst().elementsEqual(plain[0].map { $0 * 2 }))
        }
    }

    @Test func `Tasks build on one node and drop it`() async {
        for round in 0..<100 {
            let base = Tensor([Double(round) / 100, 1]).exp().evaluate() * 3
            let results = await withTaskGroup(of: Float.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        var x = base
                        for _ in 0..<40 { x = x * 0.5 + Double(task) }
                        return x.sum().scalar()
                    }
                }
                return await group.reduce(into: Set<Float>()) { $0.insert($1) }
            }
            #expect(results.count == 4)
        }
    }

    @Test func `Large runs at the same time have the bits of one alone`() async {
        var dice = Dice(4)
        let (a, b) = (dice.tensor([150, 200], .float32), dice.tensor([200, 120], .float32))
        @Sendable func work() -> UInt64 { digest((a.matmul(b).exp() + 1).log().sum(axis: 0)) }
        let alone = work()
        let together = await withTaskGroup(of: UInt64.self) { group in
            for _ in 0..<8 { group.addTask { work() } }
            return await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(together == [alone])
    }

    @Test func `Gradient closures in many tasks do not disturb each other`() async {
        let x = Tensor([1.0, 2, 3])
        let slopes = await withTaskGroup(of: [Float].self) { group in
            for task in 1...8 {
                group.addTask {
                    gradient(at: x) { x in (x * Double(task)).evaluate().square().sum() }.array()
                }
            }
            return await group.reduce(into: Set<[Float]>()) { $0.insert($1) }
        }
        var expected: Set<[Float]> = []
        for n in 1...8 { expected.insert([Float(2 * n * n), Float(4 * n * n), Float(6 * n * n)]) }
        #expect(slopes == expected)
    }
}
