import ArgumentParser
import Shinkei
import ShinkeiPlot

/// `shinkei train imdb`: what a film review thinks of the film.
struct TrainIMDB: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imdb",
        abstract: "Train a network of 160,289 parameters that tells good film reviews from bad ones.",
        discussion: """
            The 25,000 reviews for training and 25,000 for testing are looked for in the folder that \
            SHINKEI_DATA names and in the cache, else they are downloaded.

            Example:
              shinkei train imdb --epochs 10 --seed 1
            """)

    @Option(help: ArgumentHelp("Passes over the training reviews.", valueName: "n"))
    var epochs = 10

    @Option(help: ArgumentHelp("Reviews in a step.", valueName: "n"))
    var batchSize = 128

    @Option(help: ArgumentHelp("How many words of a review are read, the last ones.", valueName: "n"))
    var length = 200

    @Option(help: ArgumentHelp("How many different words are known, the most frequent ones.", valueName: "n"))
    var words = 10_000

    @Option(help: ArgumentHelp("Where all random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(
        help: ArgumentHelp("The folder with imdb.npz, aclImdb_v1.tar.gz or aclImdb.", valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Use only the first reviews, at most so many for training and for testing.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Where to write a page with summary, picture and curves.", valueName: "report.html"))
    var report: String?

    func validate() throws {
        try requireHTML("--report", report)
        for (option, value) in [
            ("--epochs", epochs), ("--batch-size", batchSize), ("--length", length), ("--limit", limit ?? 1),
        ] {
            try requirePositive(option, value)
        }
        // Numbers 0, 1 and 2 are padding, the start, and words left out.
        if words < 4 { throw ValidationError("--words must be at least 4; got \(words)") }
        try requireNotNegative("--seed", seed)
    }

    func run() throws {
        let reviews = try IMDB.load(from: data, options: SequenceOptions(numWords: words))
        let (train, test) = (reviews.train.prefix(limit ?? .max), reviews.test.prefix(limit ?? .max))
        print("Training on \(grouped(train.count)) reviews, testing on \(grouped(test.count)).\n")

        setRandomSeed(seed)
        let network = Sequential {
            Input(shape: [.some(length)], dtype: .int32)
            Embedding(words, 16)
            GlobalAveragePooling1D()
            Dense(16, activation: .relu)
            Dense(1, activation: .sigmoid)
        }
        try network.compile(optimizer: .adam(), loss: .binaryCrossentropy, metrics: [.accuracy])
        network.summary()
        let history = try network.fit(
            train.padded(length), train.targets, epochs: epochs, batchSize: batchSize, validationSplit: 0.2)

        let result = try network.evaluate(test.padded(length), test.targets, verbose: .silent)
        printResult(history, result)
        if let report {
            try trainingReport(network, history, results: ["test": result], to: report)
        }
    }
}
