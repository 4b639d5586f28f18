import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct LossTests {
    struct Golden: Decodable {
        var cases: [String: Case]
    }
    struct Case: Decodable {
        var yTrue: [[Double]]
        var yPred: [[Double]]
        var values: [Double]
    }

    static func make(_ name: String) throws -> any Loss {
        switch name {
        case "binary_crossentropy_clipped": BinaryCrossentropy()
        case "binary_crossentropy_logits": BinaryCrossentropy(fromLogits: true)
        case "binary_crossentropy_smooth": BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.1)
        case "categorical_crossentropy_logits": CategoricalCrossentropy(fromLogits: true)
        case "categorical_crossentropy_smooth": CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1)
        case "sparse_categorical_crossentropy_logits": SparseCategoricalCrossentropy(fromLogits: true)
        default: try name.makeLoss()
        }
    }

    @Test(arguments: [
        "mean_squared_error", "mean_absolute_error", "binary_crossentropy", "binary_crossentropy_clipped",
        "binary_crossentropy_logits", "binary_crossentropy_smooth", "categorical_crossentropy",
        "categorical_crossentropy_logits", "categorical_crossentropy_smooth", "sparse_categorical_crossentropy",
        "sparse_categorical_crossentropy_logits",
    ])
    func `Values equal the formulas`(name: String) throws {
        let golden: Golden = try Fixture.decode("losses.json")
        let entry = try #require(golden.cases[name])
        let loss = try Self.make(name)
        let target = Tensor(entry.yTrue.flatMap { $0 }, shape: [4, entry.yTrue[0].count])
        let prediction = Tensor(entry.yPred.flatMap { $0 }, shape: [4, 3])
        let values = loss.values(yTrue: target, yPred: prediction)
        try expectClose(values.array(of: Double.self), entry.values, absolute: 2e-6, relative: 2e-6)
        let mean = entry.values.reduce(0, +) / 4
        try expectClose([loss(yTrue: target, yPred: prediction).scalar(of: Double.self)], [mean], absolute: 2e-6, relative: 2e-6)
    }

    @Test(arguments: [
        "mean_squared_error", "binary_crossentropy", "binary_crossentropy_logits", "categorical_crossentropy",
        "categorical_crossentropy_logits", "sparse_categorical_crossentropy_logits",
    ])
    func `Gradients equal differences`(name: String) throws {
        let loss = try Self.make(name)
        let prediction = Tensor.randomUniform([3, 4], low: 0.1, high: 0.9, dtype: .float64, seed: 2)
        let target: Tensor =
            name.hasPrefix("sparse") ? Tensor([1, 0, 3]) : Tensor([1, 0, 3]).oneHot(4, dtype: .float64)
        try checkGradients(at: [prediction]) { loss(yTrue: target, yPred: $0[0]) }
    }

    @Test func `Behind a softmax the loss is that of the logits`() throws {
        let logits = Tensor([[200.0, 0, -200], [-3, 1, 2]].flatMap { $0 }, shape: [2, 3])
        let target: Tensor = [[0, 0, 1], [1, 0, 0]]
        let (fused, gradient) = valueAndGradient(at: logits) {
            categoricalCrossentropy($0.softmax(), target)
        }
        let (direct, directGradient) = valueAndGradient(at: logits) {
            categoricalCrossentropy($0, target, fromLogits: true)
        }
        #expect(fused.scalar() == direct.scalar())
        #expect(fused.scalar(of: Double.self) > 200)
        try expectClose(gradient, directGradient)
        let sparse = sparseCategoricalCrossentropy(logits.softmax(), Tensor([2, 0]))
        #expect(sparse.scalar() == direct.scalar())
    }

    @Test func `Behind a sigmoid the loss is that of the logits`() throws {
        let logits = Tensor([50.0, -90, 0, 3], shape: [4, 1])
        let target: Tensor = [[0], [1], [1], [1]]
        let (fused, gradient) = valueAndGradient(at: logits) { binaryCrossentropy($0.sigmoid(), target) }
        let expected = (50.0 + 90 + 0.6931471805599453 + 0.04858735157374196) / 4
        try expectClose([fused.scalar(of: Double.self)], [expected], absolute: 1e-5)
        // sigmoid(x) - y, over four rows
        try expectClose(gradient.array(of: Double.self), [0.25, -0.25, -0.125, -0.011856475], absolute: 1e-6)
    }

    @Test func `A last axis of 1 is added or taken away`() {
        let column: Tensor = [[1.0], [2.0], [3.0]]
        let row: Tensor = [1.0, 2, 4]
        #expect(abs(meanSquaredError(column, row).scalar(of: Double.self) - 1.0 / 3) < 1e-6)
        #expect(abs(meanSquaredError(row, column).scalar(of: Double.self) - 1.0 / 3) < 1e-6)
    }

    @Test func `Shapes that do not fit end the program`() async {
        await #expect(processExitsWith: .failure) {
            _ = meanSquaredError(Tensor.ones([4, 3]), Tensor.ones([4, 2]))
        }
    }
}
