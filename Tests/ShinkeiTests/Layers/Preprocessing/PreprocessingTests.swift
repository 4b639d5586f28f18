import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct PreprocessingTests {
    @Test func `All pass the layer check`() throws {
        try checkLayer({ Rescaling(0.5, offset: 2) }, input: [3, 4])
        try checkLayer({ Normalization() }, input: [3, 4])
        try checkLayer({ Normalization(axes: [1], mean: [1, 2], variance: [4, 9]) }, input: [3, 2, 5])
        try checkLayer({ Discretization(binBoundaries: [0, 0.5]) }, input: [3, 4], isDifferentiable: false)
        for mode in [CategoryOutput.oneHot, .multiHot, .count] {
            try checkLayer({ CategoryEncoding(4, outputMode: mode) }, input: [3, 2], isDifferentiable: false) {
                ($0 * 2 + 2).cast(to: .int32)
            }
        }
    }

    @Test func `Adapted data have mean 0 and variance 1`() throws {
        let x = Tensor.randomNormal([50, 3], mean: 5, standardDeviation: 2, seed: 1)
        let layer = Normalization()
        try layer.adapt(x)
        let y = layer(x)
        try expectClose(y.mean(axis: 0), Tensor.zeros([3]), absolute: 1e-5)
        try expectClose(y.variance(axes: [0]), Tensor.ones([3]), absolute: 1e-4)
        #expect(layer.weights.map(\.name) == ["mean", "variance", "count"])
        let whole = Normalization(axes: [])
        try whole.adapt(x)
        #expect(whole.weights[0].shape == [])
        let back = Normalization(mean: 5, variance: 4, invert: true)
        try expectClose(back(Tensor([1.0], shape: [1, 1])), Tensor([7.0], shape: [1, 1]))
        #expect(errorText { try Normalization().validate([nil, nil]) }.contains("must be known"))
        #expect(
            errorText { try Normalization(mean: [1, 2], variance: [1, 2]).validate([nil, 3]) }.contains("does not fit"))
    }

    @Test func `Ranges are half open, and NaN is the largest`() throws {
        let layer = Discretization(binBoundaries: [0, 1])
        let y = layer(Tensor([-1.0, 0, 0.5, 1, 7, .nan], shape: [1, 6]))
        #expect(y.dtype == .int64)
        #expect(y.array(of: Int.self) == [0, 1, 1, 2, 2, 2])
        #expect(errorText { try Discretization(numBins: 3).validate([nil, 2]) }.contains("no boundaries yet"))
    }

    @Test func `Ranges found hold about equally many values`() throws {
        let layer = Discretization(numBins: 4)
        layer.adapt(Tensor.arange(1000).cast(to: .float32))
        let boundaries = try #require(layer.config.binBoundaries)
        #expect(boundaries.count == 3)
        for (boundary, wanted) in zip(boundaries, [250.0, 500, 750]) { #expect(abs(boundary - wanted) < 15) }
    }

    @Test func `Categories become vectors`() throws {
        let x = Tensor([0, 2, 2, 1, 1, 9], shape: [2, 3])
        let counts = CategoryEncoding(3, outputMode: .count)(x)
        try expectClose(counts, Tensor([1.0, 0, 2, 0, 2, 0], shape: [2, 3]))
        try expectClose(CategoryEncoding(3)(x), Tensor([1.0, 0, 1, 0, 1, 0], shape: [2, 3]))
        let single = CategoryEncoding(3, outputMode: .oneHot)(Tensor([2, 0], shape: [2, 1]))
        try expectClose(single, Tensor([0.0, 0, 1, 1, 0, 0], shape: [2, 3]))
        let weights = Tensor([0.5, 1, 2, 1, 1, 1], shape: [2, 3])
        let weighted = CategoryEncoding(3, outputMode: .count)([x, weights], CallContext())[0]
        try expectClose(weighted, Tensor([0.5, 0, 3, 0, 2, 0], shape: [2, 3]))
    }

    @Test func `Lists of numbers are read and written as they were`() throws {
        for text in ["[[1.5,2.0],[3.0,4.0]]", "2.5", "[1.0]"] {
            let json = try JSON(parsing: Array(text.utf8), name: "test")
            #expect(try NumberArray(config: json).config == json)
        }
        let ragged = try JSON(parsing: Array("[[1.0],[2.0,3.0]]".utf8), name: "test")
        #expect(errorText { _ = try NumberArray(config: ragged) }.contains("lists of one length"))
    }
}
