import ArgumentParser
import Shinkei
import ShinkeiApplications
import ShinkeiImages
import ShinkeiPlot

/// `shinkei train images`: a classifier from a folder of pictures.
struct TrainImages: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Train a classifier on a folder that has a folder of pictures for each class.",
        discussion: """
            A base trained on ImageNet's million pictures finds features, and a small network learns what they mean; \
            with --freeze only that network is trained, which is enough for some hundred pictures. The base's weights \
            are looked for in the folder that SHINKEI_DATA names and in the cache, else they are downloaded.

            The saved model takes pictures as they are, with numbers from 0 to 255, and knows its classes' names; \
            shinkei classify uses it. PNG, JPEG and BMP files are read; those that cannot be are named and left out.

            Example:
              shinkei train images flowers --base mobilenetv2 --freeze -o flowers.keras
            """)

    @Argument(help: ArgumentHelp("The folder of the classes' folders.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("What finds the features; none trains a small network from scratch.", valueName: "name"))
    var base = PictureBase.mobilenetv2

    @Option(
        help: ArgumentHelp(
            "The base's first weights: imagenet, random, or a file of its weights without the top.",
            valueName: "file"))
    var weights = PictureWeights.published

    @Flag(help: "Leave the base as it is.")
    var freeze = false

    @Option(
        help: ArgumentHelp(
            "The pictures' side in pixels, or height and width. (default: 224, without a base 64)",
            valueName: "n|hxw"))
    var targetSize: PictureSize?

    @Option(help: ArgumentHelp("Passes over the pictures.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Pictures in a step.", valueName: "n"))
    var batchSize = 32

    @Option(
        help: ArgumentHelp(
            "Adam's step size. (default: 0.001, for a trained base that is not frozen 0.00001)", valueName: "x"))
    var learningRate: Double?

    @Flag(help: "Flip, turn, shift and zoom the pictures at random in every step.")
    var augment = false

    @Option(
        help: ArgumentHelp("The part of each class, the first by name, kept to validate.", valueName: "fraction"))
    var validationSplit = 0.2

    @Option(help: ArgumentHelp("Where all random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write the model.", valueName: "model.keras"))
    var output = "classifier.keras"

    @Option(help: ArgumentHelp("Where to write a page with summary, picture and curves.", valueName: "report.html"))
    var report: String?

    private var size: PictureSize { targetSize ?? PictureSize(base.usualSize) }

    func validate() throws {
        try requireHTML("--report", report)
        try requirePositive("--epochs", epochs)
        try requirePositive("--batch-size", batchSize)
        try requireNotNegative("--seed", seed)
        try requireFraction("--validation-split", validationSplit)
        try requireAboveZero("--learning-rate", learningRate)
        let least = base == .none ? 8 : 32
        guard min(size.height, size.width) >= least else {
            throw ValidationError("--target-size must be at least \(least) for --base \(base.rawValue); got \(size)")
        }
        if freeze && base == .none { throw ValidationError("--freeze needs a --base") }
        try requireWholeModelEnding("--output", output)
    }

    func run() throws {
        setRandomSeed(seed)
        try requireFolder(of: output)
        let pictures = try PictureFolder(folder, size, validationSplit: validationSplit)
        let names = pictures.classNames
        print(
            "Training on \(grouped(pictures.train.count)) pictures of \(names.count) classes, validating on "
                + "\(grouped(pictures.validation?.count ?? 0)).\n")
        let model = try makeModel(names)
        model.summary()

        var trained = model
        let prepared: (ImageBatches) throws -> LabelledRows
        if let parts = freeze ? try model.splitAtFrozenPart() : nil {
            print("\nThe base is frozen and nothing random stands before it: its features are computed once.")
            trained = parts.head
            prepared = { try LabelledRows($0, "Features of") { try parts.base.predict($0) } }
        } else {
            if freeze {
                print(
                    "\nThe base is frozen, but pictures change at random before it: features are computed every time.")
            }
            prepared = { try LabelledRows(bytesOf: $0) }
        }
        let rows = try prepared(pictures.train)
        let kept = try pictures.validation.map(prepared)
        // Both are compiled with the one optimizer, so that the file has its state.
        let optimizer = Adam(learningRate: learningRate ?? usualRate)
        for network in [model, trained] {
            try network.compile(optimizer: optimizer, loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
        }
        let history = try trained.fit(
            rows.x, rows.y, epochs: epochs, batchSize: batchSize, callbacks: [StopOnInterrupt()],
            validationData: kept.map { ($0.x, $0.y) })

        try model.save(output)
        if let report { try trainingReport(model, history, to: report) }
        printAccuracy(history)
        print("saved: \(output)")
    }

    private var usualRate: Double {
        if case .random = weights { return 0.001 }
        return base == .none || freeze ? 0.001 : 0.00001
    }

    private func makeModel(_ names: [String]) throws -> Model {
        let (preparation, network) = try base.layers(size, weights: weights.pretrained)
        if freeze { for layer in network { layer.isTrainable = false } }
        let changes: [Layer] = [
            RandomFlip(.horizontal), RandomRotation(0.05, fillMode: .nearest),
            RandomTranslation(0.1, 0.1, fillMode: .nearest), RandomZoom(0.1, fillMode: .nearest),
        ]
        let input = Input(shape: [.some(size.height), .some(size.width), 3])
        var x = input.symbolic
        for layer in (augment ? changes : []) + preparation + network { x = layer(x) }
        x = GlobalAveragePooling2D()(x)
        x = Dense(256, activation: .relu)(x)
        x = Dropout(0.3)(x)
        let model = Model(inputs: input, outputs: Dense(names.count, activation: .softmax)(x), name: "classifier")
        model.classNames = names
        return model
    }
}
