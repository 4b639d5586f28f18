import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct ConstraintTests {
    private let w: Tensor = [[3, 0.3], [-4, 0.4]]

    @Test func `Values are the formulas'`() throws {
        try expectClose(Constraint.maxNorm(2.5)(w), [[1.5, 0.3], [-2, 0.4]])
        try expectClose(Constraint.minMaxNorm(min: 1, max: 2)(w), [[1.2, 0.6], [-1.6, 0.8]])
        try expectClose(Constraint.minMaxNorm(min: 1, max: 3, rate: 0.5)(w), [[2.4, 0.45], [-3.2, 0.6]])
        try expectClose(Constraint.nonNegative(w), [[3, 0.3], [0, 0.4]])
        try expectClose(Constraint.unitNorm()(w), [[0.6, 0.6], [-0.8, 0.8]], absolute: 1e-6)
        try expectClose(Constraint.unitNorm(axes: [1])([[3.0, 4]]), [[0.6, 0.8]])
        try expectClose(Constraint.unitNorm(axes: [0, -1])([[3.0, 4]]), [[0.6, 0.8]])
        try expectClose(Constraint.unitNorm()(Tensor.zeros([2])), [0.0, 0])
        #expect(Constraint.nonNegative(Tensor([Float.nan])).array()[0].isNaN)
    }

    @Test(arguments: [
        Constraint.maxNorm(3, axes: [0, 1, 2]), .minMaxNorm(min: 0.1, max: 2, rate: 0.5, axes: [1]), .nonNegative,
        .unitNorm(),
    ])
    func `Files keep them`(constraint: Constraint) throws {
        #expect(try Constraint(config: constraint.config) == constraint)
    }

    @Test func `Names stand for the defaults`() throws {
        #expect(try Constraint(config: "max_norm") == .maxNorm(2))
        #expect(try Constraint(config: "NonNeg") == .nonNegative)
        #expect(try Constraint(config: "unit_norm") == .unitNorm())
        #expect(try Constraint(config: "min_max_norm") == .minMaxNorm())
        #expect(errorText { _ = try Constraint(config: "norm") }.contains(#"there is no constraint "norm""#))
    }

    @Test func `They hold after every step`() throws {
        let model = Sequential {
            Input(shape: [3]); Dense(4, kernelConstraint: .unitNorm(), biasConstraint: .nonNegative)
        }
        try model.compile(optimizer: .adam(learningRate: 0.1), loss: "mse")
        let x = Tensor.randomNormal([8, 3], seed: 1)
        try model.fit(x, Tensor.full([8, 4], -3), epochs: 3, verbose: .silent)
        let norms = model.weights[0].value.square().sum(axis: 0).sqrt()
        try expectClose(norms, Tensor.ones([4]), absolute: 1e-5)
        #expect(model.weights[1].value.array().allSatisfy { $0 >= 0 })
    }

    @Test func `Axes that a weight has not are refused`() {
        let layer = Dense(2, biasConstraint: .maxNorm(axes: [1]))
        #expect(errorText { try layer.validate([nil, 3]) }.contains("bias [2]: has not the axes [1]"))
    }
}
