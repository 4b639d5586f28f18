import Testing

@testable import Shinkei

@Suite struct TrainingErrorTests {
    private func model(_ loss: String = "mse") throws -> Sequential {
        try withSession {
            let model = Sequential {
                Dense(3, inputShape: [4]); Dense(2)
            }
            try model.compile(optimizer: "sgd", loss: loss)
            return model
        }
    }
    private let x = Tensor.ones([6, 4])
    private let y = Tensor.ones([6, 2])

    @Test func `fit before compile names the missing step`() {
        let text = errorText { try withSession { _ = try Sequential { Dense(1) }.fit(x, y) } }
        #expect(
            text
                == #"fit: the model "sequential" has no loss and no optimizer yet; call compile(optimizer:loss:metrics:) first"#
        )
        #expect(
            errorText { _ = try Sequential { Dense(1) }.evaluate(x, y) }.hasPrefix("evaluate: "))
    }

    @Test func `Data that do not fit name the layer, with both shapes`() throws {
        let model = try model()
        #expect(
            errorText { try model.fit(Tensor.ones([6, 7]), y) }
                == #"fit: Dense "dense" (sequential/dense): the last axis of the input is 7, the kernel [4, 3] needs 4; the input's shape is [?, 7], from "x" [6, 7]"#
        )
        #expect(
            errorText { _ = try model.predict(Tensor.ones([6, 7])) }.hasPrefix(
                #"predict: Dense "dense""#))
        #expect(errorText { _ = try model.predict(Tensor(1.0)) }.contains("batch axis"))
    }

    @Test func `Rows that differ`() throws {
        let model = try model()
        #expect(
            errorText { try model.fit(x, Tensor.ones([5, 2])) }
                == "fit: x and y must have the same number of rows; x has the shape [6, 4], y [5, 2]"
        )
    }

    @Test func `Targets that do not fit the output`() throws {
        let model = try model()
        #expect(
            errorText { try model.fit(x, Tensor.ones([6, 3])) }
                == "fit: mean_squared_error: the targets' shape [6, 3] and the model's output [?, 2] do not fit"
        )
        #expect(errorText { try model.fit(x, Tensor.ones([6])) }.contains("do not fit"))
        #expect(
            errorText { _ = try model.evaluate(x, Tensor.ones([6, 3])) }.hasPrefix("evaluate: "))
    }

    @Test func `Class numbers outside of the classes`() throws {
        let model = try model("sparse_categorical_crossentropy")
        #expect(
            errorText { try model.fit(x, Tensor([0, 1, 0, 1, 2, -1])) }
                == "fit: y has class numbers from -1 to 2; the model's output has the classes 0 ..< 2"
        )
    }

    @Test func `Arguments that make no sense`() throws {
        let model = try model()
        #expect(
            errorText { try model.fit(x, y, epochs: 0) } == "fit: epochs must be at least 1; got 0")
        #expect(
            errorText { try model.fit(x, y, batchSize: 0) }.contains("batchSize must be at least 1")
        )
        #expect(
            errorText { try model.fit(x, y, validationSplit: 1) }.contains(
                "validationSplit is a fraction"))
        #expect(
            errorText { try model.fit(Tensor.ones([0, 4]), Tensor.ones([0, 2])) }.contains(
                "no rows"))
    }

    @Test func `Inputs that are not finite are named, and the weights stay`() throws {
        let model = try model()
        let poisoned = Tensor.concatenate([Tensor.ones([5, 4]), Tensor.full([1, 4], .nan)])
        try model.fit(x, y, verbose: 0)
        let before = model.weights.map { $0.value.hostBytes() }
        let error = #expect(throws: TrainingError.self) {
            try model.fit(poisoned, y, epochs: 4, batchSize: 6, verbose: 0)
        }
        #expect(
            error
                == .notFinite(
                    epoch: 0, step: 0, place: "the input x has a value that is not finite"))
        #expect(model.weights.map { $0.value.hostBytes() } == before)
        // The flag does not stand over later calls.
        #expect(try model.fit(x, y, verbose: 0).loss[0].isFinite)
    }

    @Test func `The step is named, and no step after it counts`() throws {
        let model = try model()
        let poisoned = Tensor.concatenate([
            Tensor.ones([4, 4]), Tensor.full([1, 4], .infinity), Tensor.ones([5, 4]),
        ])
        let targets = Tensor.ones([10, 2])
        #expect(
            errorText { try model.fit(poisoned, targets, batchSize: 2, verbose: 0, shuffle: false) }
                == "fit: epoch 1, step 3: the input x has a value that is not finite; the weights are those before this step"
        )
        #expect(model.optimizer?.iterations.value.scalar(of: Int.self) == 2)
    }

    @Test func `The first layer whose output is not finite is named`() throws {
        let text = try withSession {
            let model = Sequential {
                Dense(3, activation: .relu)
                Dense(3, activation: .exponential, kernelInitializer: .constant(1000))
                Dense(2)
            }
            try model.compile(optimizer: .adam(), loss: .mse)
            return errorText { try model.fit(x, y, verbose: 0) }
        }
        #expect(text.contains(#"the output of Dense "dense_1" (sequential/dense_1) is not finite"#))
    }

    @Test func `A shuffled step is found again`() throws {
        let model = try model()
        let poisoned = Tensor.concatenate([Tensor.ones([19, 4]), Tensor.full([1, 4], .nan)])
        let text = errorText {
            try model.fit(poisoned, Tensor.ones([20, 2]), batchSize: 3, verbose: 0)
        }
        #expect(text.contains("the input x has a value that is not finite"))
    }
}
