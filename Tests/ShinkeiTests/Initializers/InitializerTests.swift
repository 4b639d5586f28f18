import Testing

@testable import Shinkei

@Suite struct InitializerTests {
    private func moments(_ initializer: Initializer, _ shape: [Int]) -> (
        mean: Double, deviation: Double, largest: Double
    ) {
        let values: [Double] = initializer.seeded(5)(shape).array(of: Double.self)
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return (mean, variance.squareRoot(), values.map(abs).max() ?? 0)
    }

    /// An initializer, its standard deviation and its limit for a kernel `[400, 100]`. Cutting a
    /// normal distribution at two deviations narrows it to 0.8796 of itself.
    static let spreads: [(Initializer, Double, Double)] = {
        func even(_ limit: Double) -> (Double, Double) { (limit / 3.0.squareRoot(), limit) }
        func cut(_ deviation: Double) -> (Double, Double) { (deviation, 2 * deviation / 0.8796) }
        let spreads: [(Initializer, (Double, Double))] = [
            (.glorotUniform, even((6.0 / 500).squareRoot())),
            (.glorotNormal, cut((2.0 / 500).squareRoot())),
            (.heUniform, even((6.0 / 400).squareRoot())),
            (.heNormal, cut((2.0 / 400).squareRoot())),
            (.lecunUniform, even((3.0 / 400).squareRoot())),
            (.lecunNormal, cut((1.0 / 400).squareRoot())),
            (.randomUniform, even(0.05)),
            (.randomNormal, (0.05, 0.3)),
            (.truncatedNormal, cut(0.05 * 0.8796)),
        ]
        return spreads.map { ($0.0, $0.1.0, $0.1.1) }
    }()

    /// n = 40,000, so the standard deviation is known to about 0.4%.
    @Test(arguments: spreads)
    func `Spread and limits are the formula's`(
        initializer: Initializer, deviation: Double, limit: Double
    ) {
        let found = moments(initializer, [400, 100])
        #expect(abs(found.mean) < 4 * deviation / 200)
        #expect(abs(found.deviation / deviation - 1) < 0.02)
        #expect(found.largest <= limit * 1.0001)
        #expect(found.largest > limit * 0.6)
    }

    @Test func `Constants`() {
        #expect(Initializer.zeros([2]).array() == [0, 0])
        #expect(Initializer.ones([2]).array() == [1, 1])
        #expect(Initializer.constant(3)([2]).array() == [3, 3])
    }

    @Test func `A convolution's window counts into both fans`() {
        #expect(Initializer.fans([3, 3, 16, 32]) == (144, 288))
        #expect(Initializer.fans([7]) == (7, 7))
        #expect(Initializer.fans([]) == (1, 1))
    }

    @Test func `Seeds repeat, and layers differ from each other`() {
        func kernels(_ seed: Int) -> [[Float]] {
            withSession(seed: seed) {
                Sequential {
                    Input(shape: [5]); Dense(5); Dense(5)
                }.layers.map { $0.weights[0].value.array() }
            }
        }
        #expect(kernels(1) == kernels(1))
        #expect(kernels(1) != kernels(2))
        #expect(kernels(1)[0] != kernels(1)[1])
    }
}
