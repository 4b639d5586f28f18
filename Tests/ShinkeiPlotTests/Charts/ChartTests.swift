import Foundation
import Shinkei
import Testing

@testable import ShinkeiPlot

@Suite struct TickTests {
    @Test(arguments: [
        (0.0, 1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (0.13, 2.3, 5, ["0", "0.5", "1", "1.5", "2", "2.5"]),
        (-3, 7, 5, ["-4", "-2", "0", "2", "4", "6", "8"]),
        (0, 1234, 4, ["0", "200", "400", "600", "800", "1000", "1200", "1400"]),
        (1e-9, 4e-9, 3, ["1e-9", "2e-9", "3e-9", "4e-9"]),
        (123_456_789, 123_456_791, 4, ["123456789.0", "123456789.5", "123456790.0", "123456790.5", "123456791.0"]),
        (0, 1e19, 2, ["0", "5e18", "1e19"]), (5, 5, 4, ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
    ])
    func `Round numbers`(low: Double, high: Double, count: Int, expected: [String]) {
        let ticks = Ticks(low, high, count: count)
        let values = zip(ticks.labels.compactMap { Double($0) }, expected.compactMap { Double($0) })
        #expect(ticks.labels.count == expected.count, "\(ticks.labels)")
        for (a, b) in values { #expect(abs(a - b) <= 1e-9 * max(1e-9, abs(b)), "\(ticks.labels)") }
        #expect(ticks.range.lowerBound <= low && ticks.range.upperBound >= high)
    }

    @Test(arguments: [(1.0, 1.0), (1, 2), (1, 20), (1, 1_000_000)])
    func `Epochs are whole`(low: Double, high: Double) {
        let ticks = Ticks(low, high, count: 6, isRounded: false, isWhole: true)
        #expect(!ticks.values.isEmpty && ticks.values.count < 14)
        #expect(ticks.values.allSatisfy { $0 == $0.rounded() && ticks.range.contains($0) }, "\(ticks.values)")
    }

    /// Whatever comes, it ends, and its marks differ.
    @Test(
        arguments: [
            (-1e308, 1e308), (0.0, 5e-324), (1e308, 1.7e308), (1, 1 + 1e-15), (-1e-300, 1e-300), (0, 0),
            (1e15, 1e15 + 1),
        ] as [(Double, Double)])
    func `Extremes`(low: Double, high: Double) {
        let ticks = Ticks(low, high, count: 5)
        #expect(ticks.values.count < 100 && ticks.values.allSatisfy(\.isFinite))
        #expect(ticks.range.lowerBound < ticks.range.upperBound)
    }
}

@Suite struct TrainingCurvesTests {
    private func curves(_ text: String) throws -> TrainingCurves {
        try TrainingCurves(parsing: Array(text.utf8), name: "h.json")
    }

    @Test func `A panel a metric, the loss first`() throws {
        let curves = try curves(
            #"{"accuracy": [0.5, 0.75], "loss": [1, 0.5], "val_accuracy": [0.4, 0.6], "val_loss": [1.1, NaN], "f1": [[1, 2], [3, 4]]}"#
        )
        #expect(curves.epochs == [0, 1])
        #expect(curves.curves.map(\.name) == ["accuracy", "loss", "val_accuracy", "val_loss", "f1[0]", "f1[1]"])
        let svg = try curves.drawing().svg()
        #expect(XMLCheck(svg).isWellFormed)
        let titles = ["loss", "accuracy", "f1"].compactMap { svg.range(of: ">\($0)</text>")?.lowerBound }
        #expect(titles.count == 3 && titles == titles.sorted())
        #expect(svg.contains(">validation</text>"))
    }

    @Test(arguments: [
        "", "{", "[1, 2]", "{}", #"{"loss": []}"#, #"{"loss": 1}"#, #"{"loss": ["a"]}"#, #"{"loss": [1, [2]]}"#,
        #"{"loss": [[1], [1, 2]]}"#, #"{"loss": [1, 2], "mae": [1]}"#, #"{"loss": [{}]}"#, "\u{0}\u{1}",
        #"{"loss": [[]]}"#,
    ])
    func `Damaged histories`(text: String) {
        #expect(throws: FormatError.self) { try curves(text) }
    }

    @Test(arguments: [
        #"{"loss": [NaN]}"#, #"{"loss": [null, null]}"#, #"{"loss": [Infinity, -Infinity, 1]}"#, #"{"loss": [3]}"#,
        #"{"loss": [1e308, -1e308]}"#, #"{"loss": [0, 0, 0]}"#, #"{"": [1, 2]}"#, #"{"val_": [1, 2]}"#,
    ])
    func `Odd values are drawn all the same`(text: String) throws {
        let svg = try curves(text).drawing().svg()
        #expect(XMLCheck(svg).isWellFormed && !svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test func `What is not finite is marked`() throws {
        let svg = try curves(#"{"loss": [2, NaN, 1, Infinity], "val_loss": [1, 1, 1, 1]}"#).drawing().svg()
        #expect(svg.contains(">× NaN or infinite</text>"))
        // A cross is two strokes.
        #expect(svg.matches(of: /<path d="M[-.0-9 ]+L[-.0-9 ]+M[-.0-9 ]+L[-.0-9 ]+"/).count == 2)
        #expect(try !curves(#"{"loss": [2, 1]}"#).drawing().svg().contains("NaN"))
    }

    @Test func `Very many epochs are thinned`() throws {
        let values = (0..<100_000).map { "\(1.0 / Double($0 + 1))" }.joined(separator: ",")
        #expect(try curves("{\"loss\": [\(values)]}").drawing().svg().utf8.count < 200_000)
    }

    @Test func `A history draws itself`() throws {
        let model = Sequential([Input(shape: [2]), Dense(1)])
        try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
        let history = try model.fit(Tensor.ones([4, 2]), Tensor.ones([4, 1]), epochs: 3, verbose: .silent)
        let path = NSTemporaryDirectory() + "shinkei-\(UInt64.random(in: 0 ... .max))"
        defer { for ending in ["svg", "html"] { try? FileManager.default.removeItem(atPath: "\(path).\(ending)") } }
        try history.plot(to: "\(path).svg")
        #expect(XMLCheck(try String(contentsOfFile: "\(path).svg", encoding: .utf8)).isWellFormed)
        try trainingReport(
            model, history,
            results: ["test": model.evaluate(Tensor.ones([4, 2]), Tensor.ones([4, 1]), verbose: .silent)],
            figures: [networkDrawing(model)], to: "\(path).html")
        let page = try String(contentsOfFile: "\(path).html", encoding: .utf8)
        for text in [
            "<h2>Curves</h2>", "<h2>Pictures</h2>", "<h2>Model</h2>", "Trainable params: 3",
            "<th>training</th><th>test</th>", "3 epochs",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(
            !page.contains("http://") || !page.replacing("http://www.w3.org/2000/svg", with: "").contains("http://"))
    }
}

@Suite struct PageTests {
    @Test func `Wide characters keep their columns`() {
        #expect(
            inColumns("│ 層名 <a> │")
                == "│ <span class=\"wide\" style=\"width: 4ch\">層名</span> &lt;a&gt; │")
    }
}

@Suite struct MeasureTests {
    @Test func `Confusion counts`() throws {
        let matrix = try ConfusionMatrix(
            labels: Tensor([0, 1, 2, 2] as [Int32]),
            predictions: [[0.9, 0.1, 0.0], [0.2, 0.1, 0.7], [0.0, 0.1, 0.9], [0.0, 0.1, 0.9]],
            classNames: ["a", "b", "c"])
        #expect(matrix.counts == [[1, 0, 0], [0, 0, 1], [0, 0, 2]])
        #expect(matrix.accuracy == 0.75)
        #expect(matrix.drawing().svg().contains("b taken for c: 1"))
        let binary = try ConfusionMatrix(labels: Tensor([0, 1, 1] as [Int32]), predictions: [[0.2], [0.5], [0.4]])
        #expect(binary.counts == [[1, 0], [1, 1]])
        for (labels, predictions) in [
            (Tensor([0, 1] as [Int32]), Tensor([0] as [Int32])), (Tensor([-1] as [Int32]), Tensor([0] as [Int32])),
            (Tensor([Float.nan]), Tensor([0] as [Int32])), (Tensor([5000] as [Int32]), Tensor([0] as [Int32])),
            (Tensor.zeros([0]), Tensor.zeros([0])), (Tensor.zeros([1, 1, 1]), Tensor.zeros([1])),
        ] {
            #expect(throws: PlotError.self) { try ConfusionMatrix(labels: labels, predictions: predictions) }
        }
    }

    /// The area is the chance that a positive scores above a negative, ties counting half.
    @Test func `The area under the ROC curve`() throws {
        let curve = try ROCCurve(labels: [0, 0, 1, 1], scores: [0.1, 0.4, 0.35, 0.8])
        #expect(curve.area == 0.75)
        #expect(try ROCCurve(labels: [0, 1], scores: [0.5, 0.5]).area == 0.5)
        var (labels, scores) = ([Int](), [Double]())
        for i in 0..<60 {
            labels.append((i * 7919) % 3 == 0 ? 1 : 0)
            scores.append(Double((i * 104_729) % 17))
        }
        var pairs = (won: 0.0, all: 0.0)
        for i in 0..<60 where labels[i] == 1 {
            for j in 0..<60 where labels[j] == 0 {
                pairs.all += 1
                pairs.won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
            }
        }
        #expect(abs(try ROCCurve(labels: labels, scores: scores).area - pairs.won / pairs.all) < 1e-12)
        for (labels, scores) in [([1, 1], [0.1, 0.2]), ([0, 1], [.nan, 0.2]), ([0], [0.1, 0.2]), ([], [])] {
            #expect(throws: PlotError.self) { try ROCCurve(labels: labels, scores: scores) }
        }
        #expect(
            try rocDrawing(labels: Tensor([0, 1, 1] as [Int32]), scores: [[0.1], [0.7], [0.3]]).svg().contains(
                "area 1.0000"))
    }

    @Test func `Images and filters`() throws {
        let image = try Drawing.Image(Tensor([0, 1, 0.5, Float.nan], shape: [2, 2]))
        #expect(image.bytes == [0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 255, 0, 255, 255])
        #expect(throws: PlotError.self) { try Drawing.Image(Tensor.zeros([2, 2, 2])) }
        for kernel in [
            Tensor.randomNormal([3, 3, 1, 8], seed: 1), .randomNormal([3, 3, 3, 8], seed: 1),
            .randomNormal([3, 3, 16, 32], seed: 1), .zeros([1, 1, 1, 1]),
        ] {
            #expect(XMLCheck(try filtersDrawing(kernel).svg()).isWellFormed)
        }
        #expect(throws: PlotError.self) { try filtersDrawing(Tensor.zeros([3, 3])) }
        #expect(throws: PlotError.self) { try filtersDrawing(Tensor.zeros([3, 3]), imageShape: [2, 2]) }
        #expect(XMLCheck(try featureMapsDrawing(Tensor.randomNormal([1, 5, 4, 3], seed: 1)).svg()).isWellFormed)
        let samples = try samplesDrawing(
            images: Tensor.zeros([3, 4, 4]), labels: Tensor([0, 1, 2] as [Int32]),
            predictions: Tensor([0, 1, 1] as [Int32]))
        #expect(samples.svg().contains("2 of 3 right") && samples.svg().contains("is 2"))
    }

    @Test func `What a layer gives`() throws {
        let model = Sequential([Input(shape: [2]), Dense(3, name: "one"), Dense(1)])
        let x = Tensor.randomNormal([4, 2], seed: 1)
        let outputs = try model.outputs(of: "one", for: x)
        let expected = x.matmul(model.weight("one/kernel")!.value)
        #expect(outputs.array() == expected.array())
        #expect(throws: UnknownNameError.self) { try model.outputs(of: "two", for: x) }
    }

    @Test func `A network as circles`() throws {
        let model = Sequential([Input(shape: [40]), Dense(5, activation: .relu), Dense(2)])
        let svg = try networkDrawing(model).svg()
        #expect(XMLCheck(svg).isWellFormed)
        // 15 of 40, 5, 2, and the three dots.
        #expect(svg.components(separatedBy: "<ellipse").count - 1 == 15 + 5 + 2 + 3)
        #expect(throws: PlotError.self) { try networkDrawing(Sequential([Dense(3)])) }
    }
}
