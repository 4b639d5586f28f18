import ShinkeiTesting
import Testing

@testable import Shinkei

@Suite struct FunctionalTests {
    /// A layer of several inputs, for these tests.
    private final class Sum: Layer {
        override func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
            [inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }]
        }
        override func build(_ inputs: [SymbolicShape]) throws(LayerError) {
            guard inputs.allSatisfy({ $0 == inputs[0] }) else {
                throw LayerError(self, "needs inputs of one shape", inputs: inputs)
            }
        }
        override func outputShapes(_ inputs: [SymbolicShape]) throws(LayerError) -> [SymbolicShape] { [inputs[0]] }
    }

    @Test func `A graph with a way around`() throws {
        let x = Input(shape: [4])
        let hidden = Dense(4, activation: .relu, name: "hidden")
        let model = Model(inputs: x, outputs: Dense(2, name: "end")(Sum(name: "sum")([x, hidden(x)])))
        #expect(model.layers.map(\.name) == [x.name, "hidden", "sum", "end"])
        #expect(model.parameterCount == 20 + 10)
        #expect(model.inputShapes == [[nil, 4]])
        let data = Tensor.randomNormal([5, 4], seed: 1)
        let (k, b) = (hidden.kernel.value, hidden.bias!.value)
        let end = model.layer("end") as! Dense
        let expected = (data + (data.matmul(k) + b).relu()).matmul(end.kernel.value) + end.bias!.value
        try expectClose(try model.predict(data), expected)
    }

    @Test func `A layer used twice has one set of weights`() throws {
        let (a, b) = (Input(shape: [3]), Input(shape: [3]))
        let shared = Dense(2, name: "shared")
        let model = Model(inputs: [a, b], outputs: [shared(a), shared(b)])
        #expect(model.layers.count == 3)
        #expect(model.parameterCount == 8)
        let (x, y) = (Tensor.randomNormal([4, 3], seed: 1), Tensor.randomNormal([4, 3], seed: 2))
        let outputs = try model.predict([x, y], batchSize: 3)
        try expectClose(outputs[0], shared(x))
        try expectClose(outputs[1], shared(y))
        #expect(throws: TrainingError.self) { try model.predict([x]) }
        #expect(throws: TrainingError.self) { try model.predict([x, Tensor.zeros([3, 3])]) }
    }

    @Test func `Models inside models, and pieces of models`() throws {
        let inner = Sequential {
            Input(shape: [4]); Dense(3, activation: .tanh); Dense(2)
        }
        let x = Input(shape: [4])
        let model = Model(inputs: x, outputs: Dense(1)(inner(x)))
        #expect(model.parameterCount == 15 + 8 + 3)
        let data = Tensor.randomNormal([6, 4], seed: 1)
        try expectClose(try model.predict(data), (model.layers[2] as! Dense)(try inner.predict(data)))
        // What a model is made of can be built on.
        let features = Model(inputs: inner.input, outputs: inner.layers[0].callAsFunction(inner.input))
        try expectClose(try features.predict(data), inner.layers[0](data))
        let head = Model(inputs: inner.input, outputs: Dense(1)(inner.output))
        #expect(head.parameterCount == inner.parameterCount + 3)
    }

    @Test func `A functional model learns`() throws {
        try withSession(seed: 3) {
            let x = Input(shape: [2])
            let hidden = Dense(8, activation: .tanh)(x)
            let model = Model(inputs: x, outputs: Dense(1, activation: .sigmoid)(hidden))
            try model.compile(optimizer: .adam(learningRate: 0.05), loss: .binaryCrossentropy)
            let data: Tensor = [[0.0, 0], [0, 1], [1, 0], [1, 1]]
            let target: Tensor = [[0.0], [1], [1], [0]]
            let history = try model.fit(data, target, epochs: 300, verbose: 0)
            #expect(history.loss.last! < 0.05)
        }
    }

    @Test func `A missing input ends the program`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let (a, b) = (Input(shape: [3]), Input(shape: [3], name: "other"))
            _ = Model(inputs: [a], outputs: [Dense(2)(b)])
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("the outputs need the input \"other\""))
    }

    @Test func `A deep graph needs no deep stack`() throws {
        let x = Input(shape: [2])
        var tensor: SymbolicTensor = x.symbolic
        for i in 0..<3000 { tensor = Activation(.linear, name: "a\(i)")(tensor) }
        let model = Model(inputs: x, outputs: tensor)
        #expect(model.layers.count == 3001)
        #expect(try model.predict([[1.0, 2.0]]).array() == [1, 2])
    }
}

extension FunctionalTests {
    /// Keras 3.15.1's own text for the same model.
    @Test func `The summary says what feeds what`() {
        let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
        let shared = Dense(3, name: "shared")
        let inner = Sequential([Input(shape: [3]), Dense(2, name: "within")], name: "inner")
        let ends: [any SymbolicInput] = [inner(shared(a)), Activation(.tanh, name: "end")(shared(b))]
        let text = Model(inputs: [a, b], outputs: ends, name: "two").summaryText(lineLength: 108)
        let expected = """
            Model: "two"
            ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
            ┃ Layer (type)                  ┃ Output Shape              ┃         Param # ┃ Connected to               ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
            │ a (InputLayer)                │ (None, 4)                 │               0 │ -                          │
            ├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
            │ b (InputLayer)                │ (None, 4)                 │               0 │ -                          │
            ├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
            │ shared (Dense)                │ (None, 3)                 │              15 │ a[0][0], b[0][0]           │
            ├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
            │ inner (Sequential)            │ (None, 2)                 │               8 │ shared[0][0]               │
            ├───────────────────────────────┼───────────────────────────┼─────────────────┼────────────────────────────┤
            │ end (Activation)              │ (None, 3)                 │               0 │ shared[1][0]               │
            └───────────────────────────────┴───────────────────────────┴─────────────────┴────────────────────────────┘
             Total params: 23 (92.00 B)
             Trainable params: 23 (92.00 B)
             Non-trainable params: 0 (0.00 B)
            """
        #expect(text == expected)
        let x = Input(shape: [4], name: "x")
        let row = Model(inputs: x, outputs: Dense(3, name: "y")(x)).summaryText(lineLength: 88)
        #expect(!row.contains("Connected to"))
    }
}
