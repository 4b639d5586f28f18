import Foundation
import ShinkeiFormats
import ShinkeiTesting
import Testing

@testable import Shinkei

/// Every optimizer with its options, and every schedule, against the real Keras.
@Suite struct KerasOptimizersTests {
    private static let golden: JSON = {
        let path = (Fixture.root + ["Tests", "Fixtures", "training", "keras_optimizers.json"]).joined(separator: "/")
        return try! JSON(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    }()
    private static func numbers(_ json: JSON?) -> [Double] { json?.array?.compactMap(\.double) ?? [] }
    private static let runCount = golden["runs"]?.array?.count ?? 0
    private static let scheduleCount = golden["schedules"]?.array?.count ?? 0

    @Test(arguments: 0..<runCount) func `Six steps are Keras's`(number: Int) throws {
        let run = try #require(Self.golden["runs"]?[number])
        let name = try #require(run["name"]?.string)
        let what = "\(name) \(run["options"]?.text() ?? "")"
        let type = try #require(OptimizerRegistry.types.first { $0.className == name })
        var config = try #require(run["options"]?.object)
        config["learning_rate"] = 0.1
        let optimizer = try type.make(.object(config))
        let start = try #require(Self.golden["start"]?.array)
        let weights = [
            Weight("kernel", Tensor(Self.numbers(start[0])).cast(to: .float32).reshaped([4, 3])),
            Weight("bias", Tensor(Self.numbers(start[1])).cast(to: .float32)),
        ]
        weights[0].path = "first_kernel"
        weights[1].path = "bias"
        optimizer.build(weights)
        let scale = optimizer.options.lossScaleFactor ?? 1
        let usesRows = run["rows"]?.bool == true
        let step = compiled { (inputs: [Tensor]) -> [Tensor] in
            if usesRows {
                let (_, gradients) = valueAndGradient(at: [weights[0]]) {
                    (weights[0].value.taking(inputs[2]) * inputs[3]).sum()
                }
                optimizer.apply([gradients[0], inputs[1]])
            } else {
                optimizer.apply([inputs[0] * scale, inputs[1] * scale])
            }
            return []
        }
        for (t, expected) in (run["weights"]?.array ?? []).enumerated() {
            let gradients = try #require(Self.golden["gradients"]?[t]?.array)
            let rows = try #require(Self.golden["rows"]?[t])
            let indices = Self.golden["indices"]?[t]?.array?.compactMap(\.int) ?? []
            _ = step([
                Tensor(Self.numbers(gradients[0])).cast(to: .float32).reshaped([4, 3]),
                Tensor(Self.numbers(gradients[1])).cast(to: .float32), Tensor(indices.map(Int32.init)),
                Tensor(Self.numbers(rows)).cast(to: .float32).reshaped([5, 3]),
            ])
            for (i, weight) in weights.enumerated() {
                try expectClose(
                    weight.value.array(of: Double.self), Self.numbers(expected[i]), absolute: 3e-5, relative: 3e-5,
                    "\(what), rows \(usesRows), weight \(i) after step \(t + 1)")
            }
        }
    }

    @Test(arguments: 0..<scheduleCount) func `Rates are Keras's`(number: Int) throws {
        let entry = try #require(Self.golden["schedules"]?[number])
        let config = try #require(entry["config"])
        func rates(_ schedule: any LearningRateSchedule) -> [Double] {
            (0..<30).map { schedule(Tensor(Float($0))).scalar(of: Double.self) }
        }
        let value = try LearningRateValue(config: config)
        let found = rates(value.schedule)
        try expectClose(found, Self.numbers(entry["rates"]), absolute: 1e-6, relative: 1e-5, config.text())
        // What is written is read again.
        #expect(rates(try LearningRateValue(config: value.config).schedule) == found)
    }

    @Test func `A factor on the loss falls where gradients are not finite and rises after good steps`() {
        let optimizer = LossScaleOptimizer(SGD(learningRate: 1.0), initialScale: 8, dynamicGrowthSteps: 2)
        let weight = Weight("w", Tensor(Float(1)))
        optimizer.build([weight])
        #expect(optimizer.scaled(Tensor(Float(2))).scalar() == 16)
        optimizer.apply([Tensor(Float.infinity)])
        #expect(weight.value.scalar() == 1)
        #expect(optimizer.scaled(Tensor(Float(1))).scalar() == 4)
        optimizer.apply([Tensor(Float(2))])
        #expect(weight.value.scalar() == 0.5)
        optimizer.apply([Tensor(Float(0))])
        #expect(optimizer.scaled(Tensor(Float(1))).scalar() == 8)
    }

    @Test func `A schedule's rate cannot be set, an option that makes no sense is refused`() async {
        await #expect(processExitsWith: .failure) {
            SGD(learningRate: ExponentialDecay(0.1, decaySteps: 2, decayRate: 0.5)).learningRate = 1
        }
        #expect(throws: ConfigError.self) { try SGD.make(["gradient_accumulation_steps": 1]) }
        #expect(throws: ConfigError.self) { try SGD.make(["use_ema": true, "ema_momentum": 1.5]) }
        #expect(throws: ConfigError.self) { try Ftrl.make(["learning_rate_power": 1.0]) }
    }

    @Test func `Running means take the weights' place at the end`() {
        let optimizer = SGD(learningRate: 1.0, options: OptimizerOptions(useEMA: true, emaMomentum: 0.5))
        let weight = Weight("w", Tensor(Float(0)))
        optimizer.build([weight])
        for _ in 0..<2 { optimizer.apply([Tensor(Float(-1))]) }
        #expect(weight.value.scalar() == 2)
        // 1 after the first step, then halfway to 2.
        optimizer.finish()
        #expect(weight.value.scalar() == 1.5)
    }

    @Test func `Weights left out of decay keep their size`() {
        let optimizer = SGD(learningRate: 1.0, options: OptimizerOptions(weightDecay: 0.5))
        let weights = [Weight("kernel", Tensor(Float(1))), Weight("bias", Tensor(Float(1)))]
        optimizer.excludeFromWeightDecay(names: ["bias"])
        optimizer.build(weights)
        optimizer.apply([Tensor(Float(0)), Tensor(Float(0))])
        #expect(weights.map { $0.value.scalar() } == [0.5, 1])
    }
}
