import ArgumentParser
import Shinkei
import ShinkeiPlot

/// `shinkei train mnist`: the first network of every book.
struct TrainMNIST: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist",
        abstract: "Train a network that reads handwritten digits.",
        discussion: """
            MNIST is looked for in the folder that SHINKEI_DATA names and in the cache, else it is \
            downloaded. Where that is not possible, digits drawn by a program take its place.

            The same seed gives the same numbers, to the last bit, with any number of threads.

            Example:
              shinkei train mnist --model mlp-small --epochs 10 --seed 1
            """)

    @Option(
        help: ArgumentHelp(
            "mlp (784-512-10, RMSprop) or mlp-small (784-128-64-10, Adam, a tenth of the images "
                + "kept for validation).", valueName: "name"))
    var model: MNISTModel = .mlp

    @Option(help: ArgumentHelp("Passes over the training images.", valueName: "n"))
    var epochs = 5

    @Option(
        help: ArgumentHelp(
            "Images in a step. (default: mlp 128, mlp-small 32)", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Where all random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(
        help: ArgumentHelp(
            "The folder with MNIST's four files, plain or .gz.", valueName: "folder"))
    var data: String?

    @Flag(
        help: ArgumentHelp(
            "Train on digits drawn by a program. If MNIST is at hand, its test images are read "
                + "as well."))
    var synthetic = false

    @Option(
        help: ArgumentHelp(
            "Use only the first images, at most so many for training and for testing.",
            valueName: "n"))
    var limit: Int?

    @Flag(help: "Say when the first training step was done, counted from the program's start.")
    var timing = false

    @Option(
        help: ArgumentHelp(
            "Where to write a page with summary, picture, curves and mistakes.", valueName: "report.html"))
    var report: String?

    func validate() throws {
        try requireHTML("--report", report)
        try requirePositive("--epochs", epochs)
        try requirePositive("--batch-size", batchSize)
        try requireNotNegative("--seed", seed)
        try requirePositive("--limit", limit)
    }

    func run() throws {
        let data = try DigitImages(folder: data, isDrawn: synthetic, limit: limit)
        data.announce()

        setRandomSeed(seed)
        let example = try model.make()
        example.network.summary()
        let x = data.train.flattened
        let y = model.targets(data.train)
        let firstStep = FirstStep()
        let history = try example.network.fit(
            x, y, epochs: epochs, batchSize: batchSize ?? example.batchSize,
            callbacks: timing ? [firstStep] : [], validationSplit: example.validationSplit)

        let result = try evaluate(example.network, on: data.test)
        printResult(history, result)
        if let real = data.realTest {
            print("on real MNIST: \(fixed(try evaluate(example.network, on: real).accuracy, 4))")
        }
        if let seconds = firstStep.seconds {
            print("ready to train after \(fixed(seconds, 2)) s (until the first step was done)")
        }
        if let report { try write(report, example.network, history, result, data.test) }
        print("")
        try show(data.realTest ?? data.test, readBy: example.network)
    }

    private func evaluate(_ network: Sequential, on part: LabelledImages) throws -> EvaluationResult {
        try network.evaluate(part.flattened, model.targets(part), verbose: .silent)
    }

    private func write(
        _ report: String, _ network: Sequential, _ history: History, _ result: EvaluationResult, _ part: LabelledImages
    ) throws {
        let read = try network.predict(part.flattened)
        let matrix = try ConfusionMatrix(labels: part.labels, predictions: read, classNames: part.classNames)
        let samples = try samplesDrawing(
            images: part.images, labels: part.labels, predictions: read, classNames: part.classNames, onlyMistakes: true
        )
        let filters = try network.weight("dense/kernel").map {
            try filtersDrawing(
                $0.value, imageShape: [28, 28], maxCount: 24, title: "Weights of the first layer's units")
        }
        try trainingReport(
            network, history, results: ["test": result],
            figures: [matrix.drawing(), samples] + (filters.map { [$0] } ?? []), to: report)
    }

    /// Draws the first ten images, each with what the network takes it for and what it is.
    private func show(_ part: LabelledImages, readBy network: Sequential) throws {
        let shown = part.prefix(10)
        let read = try network.predict(shown.flattened).argmax(axis: -1).array(of: Int.self)
        let truth = shown.labels.array(of: Int.self)
        let pixels = shown.images.hostBytes()
        let pictures = truth.indices.map { i in
            DigitPicture(
                pixels: Array(pixels[i * 784..<(i + 1) * 784]),
                caption: "read \(read[i]), is \(truth[i])" + (read[i] == truth[i] ? "" : " !"))
        }
        print(DigitPicture.sideBySide(pictures, DigitPicture.Style.ofEnvironment))
        let right = zip(read, truth).count { $0 == $1 }
        print("\nRead \(right) of \(truth.count) right.")
    }
}

// MARK: - The networks

/// The networks that `--model` chooses from.
enum MNISTModel: String, ExpressibleByArgument, CaseIterable {
    case mlp
    case mlpSmall = "mlp-small"

    /// A network ready to train, and how to train it.
    struct Example {
        let network: Sequential
        let batchSize: Int
        var validationSplit = 0.0
    }

    func make() throws -> Example {
        switch self {
        case .mlp:
            let network = Sequential {
                Dense(512, activation: .relu, inputShape: [784])
                Dense(10, activation: .softmax)
            }
            try network.compile(
                optimizer: .rmsprop(), loss: .categoricalCrossentropy, metrics: [.accuracy])
            return Example(network: network, batchSize: 128)
        case .mlpSmall:
            let network = Sequential {
                Dense(128, activation: .relu, inputShape: [784])
                Dense(64, activation: .relu)
                Dense(10, activation: .softmax)
            }
            try network.compile(
                optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
            return Example(network: network, batchSize: 32, validationSplit: 0.1)
        }
    }

    /// The labels in the form that the network's loss takes.
    func targets(_ part: LabelledImages) -> Tensor {
        self == .mlp ? part.oneHot : part.labels
    }
}

/// Notes when the first training step was done.
private final class FirstStep: Callback {
    /// From the start of the process.
    private(set) var seconds: Double?

    func batchDidEnd(_ batch: Int, _ model: Model) {
        if seconds == nil { seconds = ProcessClock.seconds }
    }
}
