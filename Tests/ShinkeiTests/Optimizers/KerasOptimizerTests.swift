import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct KerasOptimizerTests {
    struct Golden: Decodable {
        var steps: Int
        var optimizers: [String: [[Double]]]
        var schedules: [String: [Double]]
    }

    static let made: [String: () -> Optimizer] = [
        "adadelta": { Adadelta(learningRate: 1.0) },
        "adafactor": { Adafactor(learningRate: 0.1) },
        "adagrad": { Adagrad(learningRate: 0.1) },
        "adam": { Adam(learningRate: 0.05) },
        "adam_accumulation": { Adam(learningRate: 0.05, options: .init(gradientAccumulationSteps: 3)) },
        "adam_amsgrad": { Adam(learningRate: 0.05, beta2: 0.7, amsgrad: true) },
        "adam_clipnorm": { Adam(learningRate: 0.05, clipping: .norm(0.5)) },
        "adam_global_clipnorm": { Adam(learningRate: 0.05, clipping: .globalNorm(0.5)) },
        "adamax": { Adamax(learningRate: 0.05) },
        "adamw": { AdamW(learningRate: 0.05, weightDecay: 0.1) },
        "ftrl": {
            Ftrl(
                learningRate: 0.1, l1RegularizationStrength: 0.05, l2RegularizationStrength: 0.1,
                l2ShrinkageRegularizationStrength: 0.2, beta: 0.3)
        },
        "lamb": { Lamb(learningRate: 0.05) },
        "lion": { Lion(learningRate: 0.01) },
        "muon": { Muon(learningRate: 0.05) },
        "nadam": { Nadam(learningRate: 0.05) },
        "rmsprop": { RMSprop(learningRate: 0.05, momentum: 0.4, centered: true) },
        "sgd": { SGD(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.02) },
        "sgd_clipvalue": { SGD(learningRate: 0.05, clipping: .value(0.3)) },
        "sgd_ema": {
            SGD(learningRate: 0.05, options: .init(useEMA: true, emaMomentum: 0.8, emaOverwriteFrequency: 5))
        },
        "sgd_loss_scale": { SGD(learningRate: 0.05, options: .init(lossScaleFactor: 4)) },
    ]

    @Test(arguments: made.keys.sorted())
    func `Steps are Keras's`(name: String) throws {
        let golden: Golden = try Fixture.decode("keras_optimizers.json")
        let want = try #require(golden.optimizers[name])
        let optimizer = try #require(Self.made[name])()
        let places = Tensor.arange(12).cast(to: .float32).reshaped([4, 3])
        let weights = [
            Weight("matrix", ((places - 5) / 7).evaluate()), Weight("vector", Tensor([0.5, -1, 0.25] as [Float])),
        ]
        optimizer.build(weights)
        let step = compiled { (inputs: [Tensor]) -> [Tensor] in
            let vector = (Tensor.arange(3).cast(to: .float32) * 1.3 + inputs[0]).cos()
            optimizer.apply([(places * 0.7 + inputs[0] * 0.9).sin(), vector])
            return []
        }
        for i in 0..<golden.steps { _ = step([Tensor(Float(i))]) }
        for (weight, expected) in zip(weights, want) {
            try expectClose(
                weight.value.array(of: Double.self), expected, absolute: 5e-6, relative: 2e-5, "\(name) \(weight.name)")
        }
    }

    static let schedules: [String: any LearningRateSchedule] = [
        "cosine": CosineDecay(0.1, decaySteps: 10, alpha: 0.1),
        "cosine_warmup": CosineDecay(0.01, decaySteps: 10, warmupTarget: 0.2, warmupSteps: 4),
        "exponential": ExponentialDecay(0.1, decaySteps: 5, decayRate: 0.7),
        "exponential_stairs": ExponentialDecay(0.1, decaySteps: 5, decayRate: 0.7, staircase: true),
        "inverse_time": InverseTimeDecay(0.1, decaySteps: 5, decayRate: 0.7),
        "piecewise": PiecewiseConstantDecay(boundaries: [3, 9], values: [0.1, 0.05, 0.01]),
        "polynomial": PolynomialDecay(0.1, decaySteps: 8, endLearningRate: 0.01, power: 2),
        "polynomial_cycle": PolynomialDecay(0.1, decaySteps: 8, endLearningRate: 0.01, cycle: true),
        "restarts": CosineDecayRestarts(0.1, firstDecaySteps: 6, tMul: 1.5, mMul: 0.8, alpha: 0.05),
    ]

    @Test(arguments: schedules.keys.sorted())
    func `Learning rates are Keras's`(name: String) throws {
        let golden: Golden = try Fixture.decode("keras_optimizers.json")
        let schedule = try #require(Self.schedules[name])
        let rates = try #require(golden.schedules[name]).indices.map {
            schedule(Tensor(Float($0))).scalar(of: Double.self)
        }
        try expectClose(rates, try #require(golden.schedules[name]), absolute: 1e-7, relative: 1e-5, name)
    }

    @Test func `Looked-up rows are squared one by one`() {
        // Row 0 is looked up twice, with the gradients 1 and 2.
        let weight = Weight("table", Tensor.zeros([3, 1]).evaluate())
        let optimizer = Adagrad(initialAccumulatorValue: 0)
        optimizer.build([weight])
        let step = compiled { (inputs: [Tensor]) -> [Tensor] in
            let (_, gradients) = valueAndGradient(at: [weight]) { (weight.value.taking(inputs[0]) * inputs[1]).sum() }
            optimizer.apply(gradients)
            return []
        }
        _ = step([Tensor([0, 1, 0]), Tensor([1, 5, 2] as [Float], shape: [3, 1])])
        #expect(optimizer.slots[0][0].value.array() == [5, 25, 0])
    }

    @Test func `A loss scale is halved by an infinity and doubled in time`() {
        let weight = Weight("w", Tensor(Float(1)))
        let optimizer = LossScaleOptimizer(SGD(learningRate: 1.0), initialScale: 8, dynamicGrowthSteps: 2)
        optimizer.build([weight])
        optimizer.apply([Tensor(Float.infinity)])
        #expect(optimizer.dynamicScale.value.scalar() == 4)
        #expect(weight.value.scalar() == 1)
        optimizer.apply([Tensor(Float(2))])
        #expect(weight.value.scalar() == 0.5)
        optimizer.apply([Tensor(Float(2))])
        #expect(optimizer.dynamicScale.value.scalar() == 8)
    }
}
