import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct FreezingTests {
    private let x = Tensor.randomNormal([12, 6, 6, 2], seed: 1)
    private let y = Tensor((0..<12).map { Int32($0 % 3) }, shape: [12])

    private func makeBase() -> Sequential {
        Sequential(name: "base") {
            Input(shape: [6, 6, 2])
            Conv2D(4, 3, name: "first")
            BatchNormalization(name: "norm")
            Conv2D(4, 3, activation: .relu, name: "second")
        }
    }

    private func makeModel(_ base: Model, before: Layer? = nil, after: Layer? = nil) -> Model {
        let input = Input(shape: [6, 6, 2])
        var x = before.map { $0(input) } ?? input.symbolic
        x = GlobalAveragePooling2D(name: "mean")(base(x))
        if let after { x = after(x) }
        return Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "end")(x))
    }

    private func compile(_ model: Model) throws {
        try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    }

    @Test func `Frozen weights keep their bits, and the optimizer keeps nothing for them`() throws {
        try withSession { () throws in
            let base = makeBase()
            let model = makeModel(base)
            base.isTrainable = false
            let before = base.weights.map { $0.value.hostBytes() }
            let end = model.layer("end")!.weights.map { $0.value.hostBytes() }
            try compile(model)
            try model.fit(x, y, epochs: 2, batchSize: 4, verbose: .silent)
            #expect(base.weights.map { $0.value.hostBytes() } == before)
            #expect(zip(model.layer("end")!.weights, end).allSatisfy { $0.value.hostBytes() != $1 })
            #expect(model.optimizer?.builtWeights?.map(\.path) == ["end/kernel", "end/bias"])
            // Adam's count and rate, and two moments for each of two weights.
            #expect(model.optimizer?.weights.count == 2 + 4)
        }
    }

    @Test func `Layers are trained from a named one on`() throws {
        try withSession { () throws in
            let base = makeBase()
            base.isTrainable = false
            try base.unfreeze(from: "second")
            #expect(base.trainableWeights.map(\.path) == ["second/kernel", "second/bias"])
            try base.unfreeze(from: "first")
            #expect(base.trainableWeights.count == 6)
            try base.unfreeze(from: "norm")
            let model = makeModel(base)
            let first = base.layer("first")!.weights.map { $0.value.hostBytes() }
            let second = base.layer("second")!.weights.map { $0.value.hostBytes() }
            try compile(model)
            try model.fit(x, y, batchSize: 4, verbose: .silent)
            #expect(base.layer("first")!.weights.map { $0.value.hostBytes() } == first)
            #expect(base.layer("second")!.weights.map { $0.value.hostBytes() } != second)
            do {
                try base.unfreeze(from: "secnd")
                Issue.record("there is no such layer")
            } catch {
                #expect(String(describing: error).contains("\"second\""))
            }
        }
    }

    @Test func `Features computed once train the same weights`() throws {
        func train(split: Bool) throws -> [Float] {
            try withSession(seed: 4) { () throws in
                let base = makeBase()
                let model = makeModel(base)
                base.isTrainable = false
                try compile(model)
                if split {
                    let parts = try #require(try model.splitAtFrozenPart())
                    #expect(parts.head.layers.map(\.className) == ["InputLayer", "Dense"])
                    #expect(parts.base.trainableWeights.isEmpty)
                    let features = try parts.base.predict(x)
                    #expect(features.shape == [12, 4])
                    try expectClose(try parts.head.predict(features), try model.predict(x))
                    try compile(parts.head)
                    try parts.head.fit(features, y, epochs: 3, batchSize: 4, verbose: .silent)
                } else {
                    try model.fit(x, y, epochs: 3, batchSize: 4, verbose: .silent)
                }
                return model.layer("end")!.weights.flatMap { $0.value.array() }
            }
        }
        let (whole, parts) = (try train(split: false), try train(split: true))
        for (a, b) in zip(whole, parts) { #expect(abs(a - b) <= 1e-6) }
    }

    @Test func `What is random, trained or counted ends the frozen part`() throws {
        try withSession { () throws in
            let frozen = makeBase()
            frozen.isTrainable = false
            func features(_ model: Model) throws -> [String]? { try model.splitAtFrozenPart()?.base.layers.map(\.name) }
            let random = Dropout(0.5, name: "random")
            #expect(try features(makeModel(frozen, after: random))?.last == "mean")
            #expect(try features(makeModel(frozen, before: random)) == nil)
            #expect(try features(makeModel(makeBase())) == nil)
            // Statistics of a batch normalization without gamma and beta change, though there is nothing to train.
            let counting = BatchNormalization(center: false, scale: false, name: "counting")
            #expect(try features(makeModel(frozen, before: counting)) == nil)
            let means = counting.weights.map { $0.value.hostBytes() }
            #expect(counting.weights.map { $0.value.hostBytes() } == means)
            let penalized = GlobalAveragePooling2D(name: "penalized")
            penalized.activityRegularizer = .l2(0.1)
            let input = Input(shape: [6, 6, 2])
            let model = Model(inputs: input, outputs: Dense(3)(penalized(frozen(input))))
            #expect(try features(model)?.last == "base")
            let all = makeModel(frozen)
            all.isTrainable = false
            #expect(try features(all) == nil)
            let unknown = Sequential {
                Input(shape: [nil, nil, 2]); Conv2D(2, 3); GlobalAveragePooling2D(); Dense(1)
            }
            unknown.layers[0].isTrainable = false
            #expect(try features(unknown) == nil)
        }
    }

    @Test func `The split leaves the model's file as it is`() throws {
        try withSession { () throws in
            let base = makeBase()
            base.isTrainable = false
            let model = makeModel(base)
            let before = try LayerObject.write(model).text()
            _ = try model.splitAtFrozenPart()
            #expect(try LayerObject.write(model).text() == before)
        }
    }
}
