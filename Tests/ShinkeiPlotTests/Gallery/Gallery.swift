import Foundation
import Shinkei
import ShinkeiApplications
import Testing

@testable import ShinkeiPlot

/// Pictures of every kind, with the inputs that tend to go wrong: what `GalleryTests` checks, and what a person looks
/// at.
struct Picture: CustomTestStringConvertible, Sendable {
    let name: String
    let make: @Sendable () throws -> Drawing
    var testDescription: String { name }

    init(_ name: String, _ make: @escaping @Sendable () throws -> Drawing) {
        self.name = name
        self.make = make
    }

    static let all = models + curves + measures + images + networks

    // MARK: Models

    private static let models = [
        Picture("model-plain") { try mlp().drawing() },
        Picture("model-all") { try mlp().drawing(everything) },
        Picture("model-all-left-to-right") {
            var options = everything
            options.direction = .leftToRight
            return try mlp().drawing(options)
        },
        Picture("model-one-layer") { try Sequential([Dense(3)]).drawing(everything) },
        Picture("model-names") {
            let long =
                "a_layer_with_a_name_that_is_so_long_that_no_box_can_hold_it_" + String(repeating: "x", count: 90)
            return try Sequential(
                [
                    Input(shape: [8]), Dense(4, name: long), Dense(4, name: "全結合層"),
                    Dense(4, name: "とても長い名前の層は箱に入りきらないので途中で切られることになるはずである"), Dense(1, name: "<&\"'> ｶﾅ"),
                ], name: "モデル"
            ).drawing(everything)
        },
        Picture("model-nested") { try nested().drawing(everything) },
        Picture("model-nested-left-to-right") {
            var options = everything
            options.direction = .leftToRight
            return try nested().drawing(options)
        },
        Picture("model-nested-closed") { try nested().drawing() },
        Picture("model-two-heads") { try twoHeads().drawing(usual) },
        Picture("model-many-inputs") {
            let inputs = (0..<7).map { Input(shape: [$0 + 1], name: "sensor_\($0)") }
            let ends: [SymbolicTensor] = inputs.map { Dense(2)($0) }
            let x = Concatenate()(ends)
            return try Model(inputs: inputs, outputs: [Dense(3)(x), Dense(1)(x)]).drawing(usual)
        },
        Picture("model-attention") { try attention().drawing(usual) },
        Picture("model-200-layers") { try deep().drawing(usual) },
        Picture("model-200-layers-left-to-right") {
            var options = ModelPlotOptions()
            options.direction = .leftToRight
            return try deep().drawing(options)
        },
        Picture("model-vgg16") { try VGG16(weights: nil).drawing(usual) },
        Picture("model-resnet50") { try ResNet50(weights: nil).drawing(usual) },
        Picture("model-mobilenet") { try MobileNetV2(weights: nil).drawing(usual) },
        Picture("model-efficientnet") { try EfficientNetB0(weights: nil).drawing(usual) },
    ]

    /// What `shinkei plot` and the report show.
    private static var usual: ModelPlotOptions {
        var options = ModelPlotOptions()
        options.showShapes = true
        options.showLayerNames = true
        options.showLayerActivations = true
        return options
    }

    static var everything: ModelPlotOptions {
        var options = usual
        options.showDtype = true
        options.showTrainable = true
        options.expandNested = true
        return options
    }

    private static func mlp() -> Sequential {
        let model = Sequential([
            Input(shape: [28, 28]), Flatten(), Dense(128, activation: .relu), Dropout(0.2),
            Dense(10, activation: .softmax),
        ])
        model.layers[1].isTrainable = false
        return model
    }

    static func nested() -> Model {
        let i = Input(shape: [6], name: "pixels")
        let (left, right) = (Dense(4, name: "left")(i), Dense(4, name: "right")(i))
        let core = Model(inputs: i, outputs: Add(name: "sum")([left, right]), name: "core")
        let middle = Sequential([Input(shape: [6]), core, Dense(6, name: "after")], name: "middle")
        let (a, b) = (Input(shape: [6], name: "a"), Input(shape: [6], name: "b"))
        let x = Concatenate(name: "cat")([middle(a), middle(b), a])
        return Model(inputs: [a, b], outputs: [Dense(1, name: "last")(x)], name: "siamese")
    }

    private static func twoHeads() -> Model {
        let image = Input(shape: [32, 32, 3], name: "image")
        let number = Input(shape: [4], name: "age_and_size")
        var x: SymbolicTensor = Conv2D(16, 3, activation: .relu)(image)
        x = BatchNormalization()(x)
        x = MaxPooling2D(2)(x)
        x = Flatten()(x)
        let all = Concatenate()([x, Dense(8, activation: .relu)(number)])
        return Model(
            inputs: [image, number],
            outputs: [Dense(10, activation: .softmax, name: "kind")(all), Dense(1, name: "price")(all)])
    }

    private static func attention() -> Model {
        let words = Input(shape: [64], name: "words")
        var x: SymbolicTensor = Embedding(1000, 32)(words)
        for _ in 0..<2 {
            let seen: SymbolicTensor = MultiHeadAttention(numHeads: 4, keyDim: 8)([x, x])
            x = LayerNormalization()(Add()([x, seen]))
            let hidden: SymbolicTensor = Dense(64, activation: .gelu)(x)
            x = LayerNormalization()(Add()([x, Dense(32)(hidden)]))
        }
        return Model(inputs: words, outputs: Dense(2, activation: .softmax)(GlobalAveragePooling1D()(x)))
    }

    /// More than 200 layers: blocks of branches, sums over them, edges over many ranks, and models inside.
    static func deep() -> Model {
        let input = Input(shape: [8])
        var x = Dense(8, name: "first")(input)
        var ends: [SymbolicTensor] = [x]
        var (count, block) = (2, 0)
        while count < 225 {
            block += 1
            var sum: [SymbolicTensor] = [x]
            for branch in 0..<(1 + block % 3) {
                var y = x
                for step in 0...((block + branch) % 3) {
                    y = Dense(8, activation: .relu, name: "block\(block)_\(branch)_\(step)")(y)
                    count += 1
                }
                sum.append(y)
            }
            if block % 5 == 0 { sum.append(ends[(block * 7919) % ends.count]) }
            if block % 8 == 0 {
                let i = Input(shape: [8], name: "inner\(block)_input")
                let split: [SymbolicTensor] = (0..<3).map { Dense(8, name: "inner\(block)_\($0)")(i) }
                sum.append(
                    Model(inputs: i, outputs: Average(name: "inner\(block)_mean")(split), name: "inner\(block)")(x))
                count += 6
            }
            x = Add(name: "add\(block)")(sum)
            count += 1
            ends.append(x)
        }
        while count < 230 {
            x = Dense(8, name: "end\(count)")(x)
            count += 1
        }
        return Model(inputs: input, outputs: x, name: "deep")
    }

    // MARK: Curves

    private static let curves = [
        Picture("curves-usual") {
            let epochs = (0..<20).map(Double.init)
            return try history([
                ("accuracy", epochs.map { 0.97 - 0.4 * Foundation.exp(-$0 / 3) }),
                ("loss", epochs.map { 0.06 + 1.3 * Foundation.exp(-$0 / 3) }),
                ("val_accuracy", epochs.map { 0.94 - 0.35 * Foundation.exp(-$0 / 3) - 0.001 * $0 }),
                ("val_loss", epochs.map { 0.2 + 1.1 * Foundation.exp(-$0 / 3) + 0.006 * $0 }),
            ])
        },
        Picture("curves-loss-alone") { try history([("loss", (0..<500).map { 1 / Double($0 + 1) })]) },
        Picture("curves-one-epoch") { try history([("loss", [0.31]), ("val_loss", [0.29]), ("accuracy", [0.9])]) },
        Picture("curves-two-epochs") { try history([("loss", [0.31, 0.2])]) },
        Picture("curves-not-finite") {
            try history([
                ("loss", [1, 0.5, .nan, 0.3, .infinity, 0.2, 0.1]),
                ("val_loss", [1, .nan, .nan, .nan, .nan, .nan, .nan]),
                ("mae", [Double](repeating: .nan, count: 7)),
            ])
        },
        Picture("curves-huge") {
            try history([
                ("loss", [1e30, 3e34, 2e35]), ("mse", [-1e308, 0, 1e308]), ("lr", [1e-12, 2e-12, 3e-12]),
                ("steps", [123_456_789, 123_456_790, 123_456_791]), ("same", [5, 5, 5]), ("nothing", [0, 0, 0]),
            ])
        },
        Picture("curves-diverging") {
            try history([("loss", (0..<12).map { Foundation.pow(10, Double($0) * 2 - 3) })])
        },
        Picture("curves-long-names") {
            try history([
                ("loss", [3, 2, 1]),
                ("a_very_long_metric_name_that_does_not_fit_over_any_panel_of_this_size", [1, 2, 3]),
                ("val_a_very_long_metric_name_that_does_not_fit_over_any_panel_of_this_size", [1, 3, 4]),
                ("正解率", [0.2, 0.4, 0.5]), ("val_正解率", [0.1, 0.3, 0.4]),
            ])
        },
        Picture("curves-vectors") {
            try TrainingCurves(
                parsing: Array(
                    #"{"loss":[2,1],"f1_score":[[0.1,0.2,0.3],[0.3,0.5,0.6]],"val_f1_score":[[0.1,0.1,0.2],[0.2,0.4,0.5]]}"#
                        .utf8)
            ).drawing()
        },
        Picture("curves-many-classes") {
            let row = "[" + (0..<40).map { "\(Double($0) / 40)" }.joined(separator: ",") + "]"
            return try TrainingCurves(parsing: Array("{\"recall_of_each_class\":[\(row),\(row)]}".utf8)).drawing()
        },
        Picture("curves-noise") {
            let random = Tensor.randomNormal([3000], seed: 4).array(of: Double.self)
            return try history([("loss", random.enumerated().map { 2 / Double($0 + 1) + 0.1 * Swift.abs($1) })])
        },
        Picture("curves-many-panels") {
            try history(
                ["loss", "auc", "precision", "recall", "mae", "mse", "lr"].map { ($0, [0.5, 0.25, 0.125, 0.1]) })
        },
        Picture("curves-small") {
            try TrainingCurves(parsing: Array(#"{"loss":[2,1,0.7,0.6],"val_loss":[2.1,1.4,1.2,1.3]}"#.utf8))
                .drawing(panelSize: (200, 160))
        },
        Picture("curves-large") {
            try TrainingCurves(parsing: Array(#"{"loss":[2,1,0.7,0.6],"val_loss":[2.1,1.4,1.2,1.3]}"#.utf8))
                .drawing(panelSize: (1200, 700))
        },
    ]

    private static func history(_ columns: [(String, [Double])]) throws -> Drawing {
        let rows = columns.map { name, values in
            let numbers = values.map { $0.isNaN ? "NaN" : $0.isFinite ? "\($0)" : $0 < 0 ? "-Infinity" : "Infinity" }
            return "\"\(name)\":[\(numbers.joined(separator: ","))]"
        }
        return try TrainingCurves(parsing: Array("{\(rows.joined(separator: ","))}".utf8)).drawing()
    }

    // MARK: Measures

    private static let measures = [
        Picture("confusion-digits") { try confusion(10, rows: 3000, right: 0.93) },
        Picture("confusion-two") { try confusion(2, rows: 812, right: 0.8, names: ["no", "yes"]) },
        Picture("confusion-one") { try confusion(1, rows: 5, right: 1) },
        Picture("confusion-names") {
            try confusion(
                10, rows: 500, right: 0.7,
                names: [
                    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship",
                    "a class with a very long name that cannot be shown in full",
                ])
        },
        Picture("confusion-japanese") { try confusion(3, rows: 90, right: 0.6, names: ["飛行機", "自動車", "鳥"]) },
        Picture("confusion-huge-counts") {
            ConfusionMatrix(
                counts: [[12_345_678, 31, 0], [1, 98_765_432, 0], [0, 0, 0]], classNames: ["a", "b", "c"]
            ).drawing()
        },
        Picture("confusion-30") { try confusion(30, rows: 4000, right: 0.8) },
        Picture("confusion-100") { try confusion(100, rows: 20_000, right: 0.6) },
        Picture("roc-one") {
            let (labels, scores) = scored(400, classes: 1)
            return try rocDrawing(labels: labels, scores: scores)
        },
        Picture("roc-perfect") {
            try rocDrawing(labels: Tensor([0, 0, 1, 1] as [Int32]), scores: Tensor([0.1, 0.2, 0.8, 0.9]))
        },
        Picture("roc-three") {
            let (labels, scores) = scored(300, classes: 3)
            return try rocDrawing(labels: labels, scores: scores, classNames: ["setosa", "versicolor", "ヴァージニカ"])
        },
        Picture("roc-twenty") {
            let (labels, scores) = scored(2000, classes: 20)
            return try rocDrawing(labels: labels, scores: scores)
        },
    ]

    private static func confusion(
        _ classes: Int, rows: Int, right: Double, names: [String] = []
    ) throws -> Drawing {
        let truth = (0..<rows).map { Int32($0 % classes) }
        let found = truth.enumerated().map { i, label in
            Double((i * 7919) % 1000) / 1000 < right ? label : Int32((Int(label) + (i * 31) % 7) % classes)
        }
        return try ConfusionMatrix(labels: Tensor(truth), predictions: Tensor(found), classNames: names).drawing()
    }

    private static func scored(_ count: Int, classes: Int) -> (Tensor, Tensor) {
        let labels = (0..<count).map { Int32($0 % max(2, classes)) }
        let noise = Tensor.randomNormal([count, classes], seed: 3)
        let truth = Tensor(labels).reshaped([count, 1])
        let signal = classes == 1 ? truth.cast(to: .float32) : Tensor(labels).oneHot(classes)
        return (Tensor(labels), noise + signal * 1.5)
    }

    // MARK: Images

    private static let images = [
        Picture("samples") { try samples(25, classes: 10) },
        Picture("samples-names") {
            try samples(12, classes: 3, names: ["飛行機", "a very long class name", "cat"])
        },
        Picture("samples-one") { try samples(1, classes: 10) },
        Picture("filters-grey") { try filtersDrawing(Tensor.randomNormal([5, 5, 1, 32], seed: 1)) },
        Picture("filters-colour") { try filtersDrawing(Tensor.randomNormal([7, 7, 3, 64], seed: 1)) },
        Picture("filters-deep") { try filtersDrawing(Tensor.randomNormal([3, 3, 64, 128], seed: 1)) },
        Picture("filters-one") { try filtersDrawing(Tensor([0.5, -0.5, .nan, 0], shape: [2, 2, 1, 1])) },
        Picture("filters-dense") {
            try filtersDrawing(
                Tensor.randomNormal([784, 20], seed: 2), imageShape: [28, 28], title: "Filters of dense")
        },
        Picture("feature-maps") {
            let x = Tensor.randomNormal([1, 12, 20, 10], seed: 2)
            return try featureMapsDrawing(x)
        },
    ]

    private static func samples(_ count: Int, classes: Int, names: [String] = []) throws -> Drawing {
        let labels = Tensor((0..<count).map { Int32($0 % classes) })
        let found = Tensor((0..<count).map { Int32($0 % 7 == 3 ? 0 : $0 % classes) })
        return try samplesDrawing(
            images: Tensor.randomUniform([count, 28, 28], seed: 5), labels: labels, predictions: found,
            classNames: names)
    }

    // MARK: Networks

    private static let networks = [
        Picture("network-xor") {
            try networkDrawing(Sequential([Input(shape: [2]), Dense(4, activation: .tanh), Dense(1)]))
        },
        Picture("network-3-4-2") { try networkDrawing(Sequential([Input(shape: [3]), Dense(4), Dense(2)])) },
        Picture("network-large") {
            try networkDrawing(Sequential([Input(shape: [784]), Dense(128), Dense(64), Dense(10)]))
        },
        Picture("network-long-names") {
            try networkDrawing(
                Sequential([
                    Input(shape: [3]), Dense(2, name: "a_layer_with_a_rather_long_name"), Dense(2, name: "出力層"),
                ]))
        },
    ]
}
