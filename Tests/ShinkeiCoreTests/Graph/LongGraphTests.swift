import Testing

@testable import ShinkeiCore

/// Graphs of any length are built, walked and freed without recursion.
@Suite struct LongGraphTests {
    static let length = 300_000

    @Test func `A long chain in a plain loop`() {
        var x = Tensor([1.0, 2])
        for _ in 0..<Self.length { x = x + 1 }
        #expect(x.array() == [300_001, 300_002])
    }

    @Test func `A long chain in a gradient closure is freed`() {
        let start = Tensor([1.0, 2])
        weak var first: Node?
        let slope = gradient(at: start) { x in
            var y = x
            for i in 0..<Self.length {
                y = y + 1
                if i == 0 { first = y.node }
            }
            return y.sum()
        }
        #expect(slope.shape == [2])
        withExtendedLifetime(slope) {}
        #expect(first == nil)
    }

    @Test func `A long chain that branches is freed`() {
        _ = gradient(at: Tensor([1.0])) { x in
            var (a, b) = (x, x)
            for _ in 0..<100_000 { (a, b) = (b * 2, a + b) }
            return (a + b).sum()
        }
    }

    @Test func `The gradient of a long chain has a value`() {
        let slope = gradient(at: Tensor([1.0, 2])) { x in
            var y = x
            for _ in 0..<3_000 { y = y * 1.0001 + 0.5 }
            return y.sum()
        }
        let expected = Tensor(1.0001).log().scalar(of: Double.self)
        #expect(abs(slope[0].log().scalar(of: Double.self) - 3_000 * expected) < 2e-2)
    }
}
