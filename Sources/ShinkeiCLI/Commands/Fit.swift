import ArgumentParser
import Shinkei
import ShinkeiPlot

/// `shinkei fit`: trains a compiled model on arrays in files.
struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a compiled model on .npy files.",
        discussion: """
            Optimizer, loss and metrics are the file's; training goes on where it stopped.

            Example:
              shinkei fit model.keras --x x.npy --y y.npy --epochs 5 --output trained.keras
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("An input, one row a sample.", valueName: "x.npy"))
    var x: [String] = []

    @Option(help: ArgumentHelp("The targets, one row a sample.", valueName: "y.npy"))
    var y: [String] = []

    @Option(help: ArgumentHelp("What each row counts.", valueName: "w.npy"))
    var sampleWeight: [String] = []

    @Option(help: ArgumentHelp("Passes over the rows.", valueName: "n"))
    var epochs = 1

    @Option(help: ArgumentHelp("Rows in a step.", valueName: "n"))
    var batchSize = 32

    @Flag(help: "Take the rows in order.")
    var noShuffle = false

    @Option(help: ArgumentHelp("The part of the rows, the last ones, kept to validate.", valueName: "fraction"))
    var validationSplit = 0.0

    @Option(help: ArgumentHelp("Where random numbers come from.", valueName: "n"))
    var seed = 0

    @Option(help: ArgumentHelp("Where to write loss and metrics of each epoch.", valueName: "h.json"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "Where to write the trained model; the ending says how, as for convert.", valueName: "model.keras"))
    var output: String?

    @Option(help: ArgumentHelp("Where to write a page with summary, picture and curves.", valueName: "report.html"))
    var report: String?

    func validate() throws {
        try requireHTML("--report", report)
        if let output { try requireModelEnding("--output", output) }
        try requireSome("--x", x)
        try requireSome("--y", y)
        try requirePositive("--epochs", epochs)
        try requirePositive("--batch-size", batchSize)
        guard validationSplit >= 0, validationSplit < 1 else {
            throw ValidationError("--validation-split must be a fraction in 0 ..< 1; got \(validationSplit)")
        }
    }

    func run() throws {
        for path in [output, history, report].compactMap(\.self) { try requireFolder(of: path) }
        setRandomSeed(seed)
        let model = try Model.load(self.model)
        let result = try model.fit(
            try loadArrays(x), try loadArrays(y), epochs: epochs, batchSize: batchSize,
            callbacks: [StopOnInterrupt()], validationSplit: validationSplit,
            sampleWeights: try loadArrays(sampleWeight), shuffle: !noShuffle)
        if let output { try model.write(to: output) }
        if let history { try result.write(to: history) }
        if let report { try trainingReport(model, result, to: report) }
    }
}
