import FoundationEssentials
import ShinkeiTesting
import Testing

@testable import Shinkei

/// The tutorial on neurons, thresholds and the step function.
@Suite struct NeuronTutorialTests {
    @Test func `S4-1: A weight and a bias`() {
        #expect((Tensor(3) * 4 + 5).scalar(of: Int.self) == 17)
        #expect((Tensor(3.0) * 4 + 5).scalar() == 17)
    }

    @Test func `S4-2: A neuron fires from its threshold on`() {
        let sums: Tensor = [2.99, 3, 3.01]
        #expect(Tensor.where(sums .>= 3, 1, 0).array(of: Int.self) == [0, 1, 1])
    }

    @Test(arguments: [DType.int32, .float32])
    func `S4-3: Six neurons, and the bias once for each`(dtype: DType) {
        let x = Tensor([1, 2, 3, 4, 5, 6], dtype: dtype)
        let y = x.matmul(x.broadcast(to: [6, 6])) + 5
        #expect(y.dtype == dtype)
        #expect(y.array() == [26, 47, 68, 89, 110, 131])
        // One neuron: the sum of w · x + b over its inputs has the bias six times.
        #expect((x * x + 5).sum().scalar() == 121)
        #expect((x.matmul(x) + 5).scalar() == 96)
    }

    func ステップ関数(_ x: Tensor) -> Tensor { Tensor.where(x .>= 50, 1.0, 0.0) }

    @Test func `S4-4, S4-5, S4-6: The step at 50, by a Japanese name, printed as NumPy does`() {
        let a = ステップ関数([26, 47, 68, 89, 110, 131])
        #expect(a.array() == [0, 0, 1, 1, 1, 1])
        #expect("\(a)" == "[0. 0. 1. 1. 1. 1.]")
        #expect(a.debugDescription.hasPrefix("array([0., 0., 1., 1., 1., 1.]"), "\(a.debugDescription)")
    }

    @Test func `S4-5: Japanese layer names come through a file`() throws {
        let model = Sequential {
            Dense(3, inputShape: [2], name: "入力を受ける層")
            Dense(1, name: "出力層")
        }
        for ending in ["keras", "h5"] {
            let path = FileManager.default.temporaryDirectory.appending(
                path: "shinkei-\(UInt64.random(in: 0 ... .max)).\(ending)"
            ).path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try model.save(path)
            let loaded = try Model.load(path)
            #expect(loaded.layers.map(\.name) == ["入力を受ける層", "出力層"], "\(ending)")
            let x = Tensor.randomNormal([4, 2], seed: 1)
            #expect(try loaded.predict(x).array() == model.predict(x).array(), "\(ending)")
        }
    }

    @Test func `S4-7: A step against the error makes the right answer likelier`() {
        let scores = log(Tensor([0.08, 0.10, 0.12, 0.12, 0.09, 0.49]))
        let truth = Tensor(2).oneHot(6)
        func loss(_ scores: Tensor) -> Tensor { -(truth * scores.logSoftmax()).sum() }
        #expect(scores.softmax().argmax().scalar(of: Int.self) == 5)
        let (before, slope) = valueAndGradient(at: scores, loss)
        let after = scores - 0.5 * slope
        #expect(loss(after).scalar() < before.scalar())
        #expect(after.softmax()[2].scalar() > scores.softmax()[2].scalar())
    }

    @Test func `S4-8: Nothing is learned through a step, unless another function's slope stands in`() throws {
        let x: Tensor = [-2.0, -0.1, 0.0, 0.1, 3.0]
        #expect(step(x).array() == [0, 0, 0, 1, 1])
        #expect(gradient(at: x) { step($0).sum() }.array() == [0, 0, 0, 0, 0])
        #expect(gradient(at: x) { sigmoid($0).sum() }.array().allSatisfy { $0 > 0 })
        // Forward the step, to the bit; backward the other.
        #expect(step(x, surrogate: sigmoid).array() == [0, 0, 0, 1, 1])
        try expectClose(
            gradient(at: x) { step($0, surrogate: sigmoid).sum() }, gradient(at: x) { sigmoid($0).sum() })
        #expect(gradient(at: x) { step($0) { $0 }.sum() }.array() == [1, 1, 1, 1, 1])
        #expect(step(Tensor([Float.nan])).array()[0].isNaN)

        let model = Sequential {
            Dense(4, activation: .step, inputShape: [5], name: "stuck")
            Dense(1, activation: .sigmoid, name: "free")
        }
        try model.compile(optimizer: .sgd(), loss: .binaryCrossentropy)
        let before = model.weights.map { $0.value.array() }
        try model.fit(Tensor.randomNormal([8, 5], seed: 1), Tensor.ones([8, 1]), epochs: 3, verbose: .silent)
        let after = model.weights.map { $0.value.array() }
        #expect(Array(after.prefix(2)) == Array(before.prefix(2)) && after[2] != before[2])
        #expect(model.weightsWithoutGradient.count == 2)
        #expect(model.weightsWithoutGradient.allSatisfy { $0.contains("stuck") })
        let alone = Sequential { Dense(1, activation: .step, inputShape: [5]) }
        try alone.compile(optimizer: .sgd(), loss: .mse)
        let text = errorText { try alone.fit(Tensor.ones([2, 5]), Tensor.ones([2, 1]), verbose: .silent) }
        #expect(text.contains("no gradient reaches"), "\(text)")
    }

    @Test(.enabled(if: TutorialData.isOptimized, "slow without optimization"))
    func `S4-10: A large product is right; how fast it is, the benchmarks say`() throws {
        let (a, b) = (Tensor.randomNormal([1024, 1024], seed: 1), Tensor.randomNormal([1024, 1024], seed: 2))
        let exact = a.cast(to: .float64).matmul(b.cast(to: .float64))
        try expectClose(a.matmul(b), exact.cast(to: .float32), absolute: 1e-3, relative: 1e-4)
    }
}
