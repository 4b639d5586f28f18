import ArgumentParser
import Shinkei
import ShinkeiImages
import ShinkeiPlot

/// `shinkei train cnn`: the first convolutional network of every book.
struct TrainCNN: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnn",
        abstract: "Train a small convolutional network on MNIST, or on a folder of pictures.",
        discussion: """
            Two convolutions of 3x3 with 32 and 64 filters, each with pooling, then a dense layer of 128 units: 225,034 \
            parameters for MNIST. MNIST is looked for in the folder that SHINKEI_DATA names and in the cache, else it \
            is downloaded. Where that is not possible, digits drawn by a program take its place.

            With a folder that has a folder of pictures for each class it learns those; shinkei train images has \
            networks that are better at it.

            Example:
              shinkei train cnn --epochs 5 --seed 1 -o digits.keras
              shinkei train cnn flowers --target-size 64
            """)

    @Argument(help: ArgumentHelp("A folder of the classes' folders; MNIST if there is none.", valueName: "folder"))
    var folder: String?

    @Option(help: ArgumentHelp("Passes over the training pictures.", valueName: "n"))
    var epochs = 5

    @Option(help: ArgumentHelp("Pictures in a step.", valueName: "n"))
    var batchSize = 128

    @Option(
        help: ArgumentHelp(
            "A folder's pictures' side in pixels, or height and width. (default: 28)", valueName: "n|hxw"))
    var targetSize: PictureSize?

    @Option(
        help: ArgumentHelp("The part of a folder's pictures kept to validate, of each class.", valueName: "fraction"))
    var validationSplit = 0.2

    @Option(help: ArgumentHelp("Where all random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(help: ArgumentHelp("The folder with MNIST's four files, plain or .gz.", valueName: "folder"))
    var data: String?

    @Flag(help: "Train on digits drawn by a program.")
    var synthetic = false

    @Option(
        help: ArgumentHelp(
            "Use only the first images, at most so many for training and for testing.", valueName: "n"))
    var limit: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write the model.", valueName: "model.keras"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Where to write a page with summary, picture, curves and mistakes.", valueName: "report.html"))
    var report: String?

    private var size: PictureSize { targetSize ?? PictureSize(28) }

    func validate() throws {
        try requireHTML("--report", report)
        try requirePositive("--epochs", epochs)
        try requirePositive("--batch-size", batchSize)
        try requirePositive("--limit", limit)
        try requireNotNegative("--seed", seed)
        try requireFraction("--validation-split", validationSplit)
        // Two windows of 3x3 and two poolings leave nothing of less.
        guard min(size.height, size.width) >= 10 else {
            throw ValidationError("--target-size must be at least 10; got \(size)")
        }
        if let output { try requireWholeModelEnding("--output", output) }
        if folder != nil && (synthetic || data != nil || limit != nil) {
            throw ValidationError("--synthetic, --data and --limit are for MNIST; got the folder \(folder ?? "")")
        }
        if folder == nil && targetSize != nil {
            throw ValidationError("--target-size is for a folder; MNIST's digits have 28x28 pixels")
        }
    }

    func run() throws {
        if let output { try requireFolder(of: output) }
        if let folder { try train(onFolder: folder) } else { try trainOnDigits() }
    }

    private func trainOnDigits() throws {
        let data = try DigitImages(folder: data, isDrawn: synthetic, limit: limit)
        data.announce()
        func rows(_ part: LabelledImages) -> LabelledRows {
            LabelledRows(x: part.images.expanded(-1).evaluate(), y: part.labels)
        }
        let (train, test) = (rows(data.train), rows(data.test))
        let (network, history) = try fit(train, validation: nil, data.train.classNames)
        let result = try network.evaluate(test.x, test.y, verbose: .silent)
        printResult(history, result)
        if let real = data.realTest.map(rows) {
            print("on real MNIST: \(fixed(try network.evaluate(real.x, real.y, verbose: .silent).accuracy, 4))")
        }
        if let report { try write(report, network, history, ["test": result], test, data.test.classNames) }
        try save(network)
    }

    private func train(onFolder folder: String) throws {
        let pictures = try PictureFolder(folder, size, validationSplit: validationSplit)
        print(
            "Training on \(grouped(pictures.train.count)) pictures of \(pictures.classNames.count) classes, validating "
                + "on \(grouped(pictures.validation?.count ?? 0)).\n")
        let train = try LabelledRows(bytesOf: pictures.train)
        let kept = try pictures.validation.map { try LabelledRows(bytesOf: $0) }
        let (network, history) = try fit(train, validation: kept, pictures.classNames)
        printAccuracy(history)
        if let report { try write(report, network, history, [:], kept ?? train, pictures.classNames) }
        try save(network)
    }

    private func fit(
        _ rows: LabelledRows, validation: LabelledRows?, _ names: [String]
    ) throws -> (network: Sequential, history: History) {
        setRandomSeed(seed)
        let network = Sequential(name: "cnn") {
            Input(shape: SymbolicShape(rows.x.shape.sizes.dropFirst().map { .some($0) }))
            // Pixels come as bytes, so that the saved model takes pictures as they are.
            Rescaling(1 / 255)
            Conv2D(32, 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(64, 3, activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(128, activation: .relu)
            Dense(names.count, activation: .softmax)
        }
        network.classNames = names
        try network.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        network.summary()
        let history = try network.fit(
            rows.x, rows.y, epochs: epochs, batchSize: batchSize, callbacks: [StopOnInterrupt()],
            validationData: validation.map { ($0.x, $0.y) })
        return (network, history)
    }

    private func write(
        _ report: String, _ network: Sequential, _ history: History, _ results: KeyValuePairs<String, EvaluationResult>,
        _ rows: LabelledRows, _ names: [String]
    ) throws {
        let read = try network.predict(rows.x)
        let matrix = try ConfusionMatrix(labels: rows.y, predictions: read, classNames: names)
        let samples = try samplesDrawing(
            images: rows.x, labels: rows.y, predictions: read, classNames: names, onlyMistakes: true)
        try trainingReport(network, history, results: results, figures: [matrix.drawing(), samples], to: report)
    }

    private func save(_ network: Sequential) throws {
        guard let output else { return }
        try network.save(output)
        print("saved: \(output)")
    }
}
