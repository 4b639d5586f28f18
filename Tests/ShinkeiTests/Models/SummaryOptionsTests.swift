import Testing

@testable import Shinkei

/// Compares with what Keras printed of nested models; see Tools/reference/make_keras_summaries.py.
@Suite struct SummaryOptionsTests {
    struct Golden: Decodable {
        var cases: [Case]
    }
    struct Case: Decodable {
        var model: String
        var lineLength: Int
        var expandNested: Bool
        var showTrainable: Bool
        var text: String
    }

    private func make(_ name: String) throws -> Model {
        switch name {
        case "mlp":
            return Sequential([Input(shape: [784]), Dense(512, activation: .relu), Dense(10, activation: .softmax)])
        case "regression": return Sequential([Input(shape: [10]), Dense(512, activation: .relu), Dense(1)])
        case "activations":
            return Sequential([
                Input(shape: [31]), Dense(20), Activation(.relu), Dense(100), Activation(.relu), Dense(1),
                Activation(.sigmoid),
            ])
        case "text":
            return Sequential([
                Input(shape: [80]), Embedding(1000, 32), LSTM(16), Dense(1, activation: .sigmoid),
            ])
        case "frozen":
            let inner = Sequential([Input(shape: [6]), Dense(4), BatchNormalization()], name: "base")
            inner.isTrainable = false
            return Sequential([Input(shape: [6]), inner, Dropout(0.5), Dense(3)])
        case "functional":
            let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
            let shared = Dense(3, name: "shared")
            let first = Concatenate(name: "together")([shared(a), shared(b)])
            let inside = Input(shape: [6], name: "inside")
            let core = Model(
                inputs: inside, outputs: Dense(6, activation: .relu, name: "core_dense")(inside), name: "core")
            let through = core(first)
            let side = Dense(6, name: "side")(Concatenate(name: "raw")([a, b]))
            let x = Add(name: "sum")([through, side])
            return Model(
                inputs: [a, b], outputs: [Dense(2, name: "left")(x), Dense(1, name: "right")(x)], name: "two_heads")
        case "deep":
            let i = Input(shape: [3], name: "deepest_input")
            let deepest = Model(inputs: i, outputs: Dense(2, name: "deepest_dense")(i), name: "deepest")
            let middle = Sequential([Input(shape: [3]), deepest, Dense(3, name: "middle_dense")], name: "middle")
            let j = Input(shape: [3], name: "outer_input")
            return Model(inputs: j, outputs: Dense(1, name: "last")(middle(j)), name: "outer")
        case "wide":
            return Sequential(
                [
                    Input(shape: [8]), Dense(4, name: "全結合層"), Dense(4, name: "とても長い名前の層はこのように折り返される"),
                    Dense(2, name: "出力ｶﾅ層"),
                ], name: "モデル")
        default: throw UnknownNameError(kind: "model", name: name, known: [])
        }
    }

    @Test func `The text equals Keras's, cell for cell`() throws {
        let golden: Golden = try Fixture.decode("nested_summaries.json")
        #expect(golden.cases.count == 96)
        for entry in golden.cases {
            let text = try withSession {
                try make(entry.model).summaryText(
                    lineLength: entry.lineLength, expandNested: entry.expandNested, showTrainable: entry.showTrainable)
            }
            #expect(
                text == entry.text,
                "\(entry.model), \(entry.lineLength) columns, nested \(entry.expandNested), trainable \(entry.showTrainable)"
            )
        }
    }

    @Test(arguments: [("a", 1), ("層", 2), ("ｶ", 1), ("e\u{301}", 1), ("👍", 2), ("", 0), ("─", 1), ("한", 2)])
    func `Columns of a terminal`(text: String, cells: Int) {
        #expect(textCells(text) == cells)
    }
}
