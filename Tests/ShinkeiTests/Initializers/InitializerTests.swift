import ShinkeiFormats
import ShinkeiTesting
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
            (.varianceScaling(scale: 2, mode: .fanOut), cut((2.0 / 100).squareRoot())),
            (.varianceScaling(mode: .fanAverage, distribution: .uniform), even((3.0 / 250).squareRoot())),
            (.varianceScaling(distribution: .untruncatedNormal), ((1.0 / 400).squareRoot(), 0.3)),
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

    @Test(arguments: [[5, 5], [7, 3], [3, 7], [2, 3, 4], [1, 1], [40, 20]])
    func `Orthogonal rows or columns`(shape: [Int]) throws {
        let matrix = Initializer.orthogonal(gain: 2).seeded(3)(shape, dtype: .float64)
        #expect(matrix.shape.sizes == shape)
        let flat = matrix.reshaped([-1, shape[shape.count - 1]])
        let product =
            flat.shape[0] < flat.shape[1] ? flat.matmul(flat.transposed()) : flat.transposed().matmul(flat)
        try expectClose(product, Tensor.eye(product.shape[0], dtype: .float64) * 4, absolute: 1e-12)
    }

    @Test func `Identity`() throws {
        try expectClose(Initializer.identity(gain: 2)([2, 3]), [[2.0, 0, 0], [0.0, 2, 0]])
        #expect(
            errorText { try Dense(2, biasInitializer: .identity).validate([nil, 2]) }
                .contains("bias [2]: the identity initializer needs a matrix"))
    }

    @Test(
        arguments: Initializer.all + [
            .constant(0.5), .glorotUniform.seeded(3), .identity(gain: 2), .orthogonal(gain: 0.5).seeded(1),
            .randomUniform(-1, 2), .randomNormal(mean: 1, standardDeviation: 2),
            .varianceScaling(scale: 3, mode: .fanOut, distribution: .untruncatedNormal),
        ])
    func `Files keep them`(initializer: Initializer) throws {
        #expect(try Initializer(config: initializer.config) == initializer)
    }

    @Test func `Keras's names and objects are read`() throws {
        func read(_ text: String) throws -> Initializer { try Initializer(config: JSON(parsing: Array(text.utf8))) }
        #expect(try read(#""HeNormal""#) == .heNormal)
        #expect(try read(#""normal""#) == .randomNormal)
        #expect(try read(#"{"class_name": "OrthogonalInitializer", "config": {"gain": 2.0}}"#) == .orthogonal(gain: 2))
        #expect(
            try read(
                #"{"class_name": "GlorotUniform", "config": {"seed": null, "input_axes": null, "dtype": "float32"}}"#)
                == .glorotUniform)
        #expect(
            try read(#"{"class_name": "VarianceScaling", "config": {"distribution": "normal", "mode": "fan_avg"}}"#)
                == .varianceScaling(mode: .fanAverage))
        #expect(
            try read(
                #"{"class_name": "Zeros", "config": {"seed": {"class_name": "SeedGenerator", "config": {"seed": 4}}}}"#)
                == .zeros.seeded(4))
        #expect(
            errorText { _ = try read(#"{"class_name": "VarianceScaling", "config": {"mode": "fan"}}"#) }
                .contains("mode: expected one of"))
        #expect(errorText { _ = try read(#"{"class_name": "STFT", "config": {}}"#) }.contains("STFT"))
    }
}
