import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct OptimizerTests {
    struct Golden: Decodable {
        var start: [Double]
        var scale: [Double]
        var trajectories: [String: [[Double]]]
    }

    static func make(_ name: String) -> Optimizer? {
        switch name {
        case "sgd": SGD()
        case "sgd_momentum": SGD(learningRate: 0.05, momentum: 0.9)
        case "sgd_nesterov": SGD(learningRate: 0.05, momentum: 0.9, nesterov: true)
        case "rmsprop": RMSprop()
        case "rmsprop_centered_momentum": RMSprop(learningRate: 0.01, momentum: 0.5, centered: true)
        case "adam": Adam()
        case "adam_fast": Adam(learningRate: 0.1, beta1: 0.8, beta2: 0.99)
        case "adam_amsgrad": Adam(learningRate: 0.1, beta2: 0.9, amsgrad: true)
        default: nil
        }
    }

    @Test(arguments: [
        "sgd", "sgd_momentum", "sgd_nesterov", "rmsprop", "rmsprop_centered_momentum", "adam",
        "adam_fast", "adam_amsgrad",
    ])
    func `Fifty steps follow NumPy's`(name: String) throws {
        let golden: Golden = try Fixture.decode("optimizers.json")
        let want = try #require(golden.trajectories[name])
        let optimizer = try #require(Self.make(name))
        let weight = Weight("w", Tensor(golden.start))
        optimizer.build([weight])
        let scale = Tensor(golden.scale)
        let phase = Tensor.arange(6).cast(to: .float32)
        let step = compiled { (inputs: [Tensor]) -> [Tensor] in
            optimizer.apply([scale * (weight.value - (phase + inputs[0] * 0.3).sin())])
            return []
        }
        for (t, expected) in want.enumerated() {
            _ = step([Tensor(Float(t))])
            try expectClose(
                weight.value.array(of: Double.self), expected, absolute: 2e-6, relative: 2e-6,
                "\(name) after step \(t + 1)")
        }
        #expect(optimizer.iterations.value.scalar(of: Int.self) == 50)
    }

    /// One weight at 1, gradients 0.5 and then -0.25, by hand.
    private func twoSteps(_ optimizer: Optimizer) -> [Double] {
        let weight = Weight("w", Tensor(1.0))
        optimizer.build([weight])
        return [0.5, -0.25].map { gradient in
            optimizer.apply([Tensor(gradient)])
            return weight.value.scalar(of: Double.self)
        }
    }

    @Test func `First steps by hand: SGD`() throws {
        try expectClose(twoSteps(SGD(learningRate: 0.1)), [0.95, 0.975])
        // m = -0.05, then 0.9 · -0.05 + 0.025 = -0.02
        try expectClose(twoSteps(SGD(learningRate: 0.1, momentum: 0.9)), [0.95, 0.93])
        // 1 + 0.9 · -0.05 - 0.05 = 0.905, then + 0.9 · -0.02 + 0.025
        try expectClose(
            twoSteps(SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)), [0.905, 0.912])
    }

    @Test func `First steps by hand: RMSprop`() throws {
        // v = 0.025, step 0.1 · 0.5 / 0.158114 = 0.316228; then v = 0.0225 + 0.00625, step 0.1 ·
        // 0.25 / 0.169558
        try expectClose(
            twoSteps(RMSprop(learningRate: 0.1)), [0.6837728, 0.8312148], absolute: 2e-6)
    }

    @Test func `First steps by hand: Adam`() throws {
        // The first step is the learning rate itself. Then m = 0.02, v = 0.00031225, alpha = 0.1 ·
        // sqrt(0.001999) / 0.19
        try expectClose(twoSteps(Adam(learningRate: 0.1)), [0.9, 0.8733663], absolute: 3e-6)
    }

    @Test func `A new learning rate needs no new plan and takes effect at once`() {
        let weight = Weight("w", Tensor(0.0))
        let optimizer = SGD(learningRate: 1)
        optimizer.build([weight])
        let step = compiled { (_: [Tensor]) -> [Tensor] in
            optimizer.apply([Tensor(1.0)])
            return []
        }
        _ = step([])
        optimizer.learningRate = 0.25
        _ = step([])
        #expect(weight.value.scalar(of: Double.self) == -1.25)
        #expect(optimizer.learningRate == 0.25)
    }

    @Test func `A condition that is false leaves everything as it was`() {
        let weight = Weight("w", Tensor(1.0))
        let optimizer = Adam()
        optimizer.build([weight])
        optimizer.apply([Tensor(Double.nan)], if: Tensor(false))
        #expect(weight.value.scalar() == 1)
        #expect(optimizer.slots[0].allSatisfy { $0.value.scalar() == 0 })
        #expect(optimizer.iterations.value.scalar(of: Int.self) == 0)
    }

    @Test func `Clipping`() throws {
        let gradients = [Tensor([3.0, 4.0]), Tensor([0.0, 12.0])].map { WeightGradient($0) }
        func clipped(_ clipping: GradientClipping) -> [[Double]] {
            clipping(gradients).map { $0.value.array(of: Double.self) }
        }
        #expect(clipped(.value(3.5)) == [[3, 3.5], [0, 3.5]])
        try expectClose(clipped(.norm(2.5)).flatMap { $0 }, [1.5, 2, 0, 2.5])
        try expectClose(clipped(.globalNorm(6.5)).flatMap { $0 }, [1.5, 2, 0, 6])
        #expect(clipped(.norm(20)) == [[3, 4], [0, 12]])
    }

    @Test func `State is listed in Keras's order`() {
        let weights = [Weight("kernel", Tensor.ones([2, 3])), Weight("bias", Tensor.ones([3]))]
        for weight in weights { weight.path = "dense/\(weight.name)" }
        let optimizer = Adam(amsgrad: true)
        optimizer.build(weights)
        #expect(
            optimizer.weights.map(\.path) == [
                "iteration", "learning_rate", "adam/dense_kernel_momentum",
                "adam/dense_kernel_velocity",
                "adam/dense_bias_momentum", "adam/dense_bias_velocity",
                "adam/dense_kernel_velocity_hat",
                "adam/dense_bias_velocity_hat",
            ])
    }

    @Test func `Slots of weights that stay are kept when others are frozen`() {
        let weights = [Weight("a", Tensor(1.0)), Weight("b", Tensor(1.0))]
        let optimizer = SGD(momentum: 0.9)
        optimizer.build(weights)
        optimizer.apply([Tensor(1.0), Tensor(1.0)])
        let kept = optimizer.slots[1][0]
        optimizer.build([weights[1]])
        #expect(optimizer.slots.count == 1)
        #expect(optimizer.slots[0][0] === kept)
    }
}
