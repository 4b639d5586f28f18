import ArgumentParser
import Shinkei

/// `shinkei evaluate`: loss and metrics of a compiled model on arrays in files.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a compiled model's loss and metrics on .npy files.",
        discussion: """
            Example:
              shinkei evaluate model.keras --x x.npy --y y.npy --json
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("An input, one row a sample.", valueName: "x.npy"))
    var x: [String] = []

    @Option(help: ArgumentHelp("The targets, one row a sample.", valueName: "y.npy"))
    var y: [String] = []

    @Option(help: ArgumentHelp("What each row counts.", valueName: "w.npy"))
    var sampleWeight: [String] = []

    @Option(help: ArgumentHelp("Rows computed at once.", valueName: "n"))
    var batchSize = 32

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        try requireSome("--x", x)
        try requireSome("--y", y)
        try requirePositive("--batch-size", batchSize)
    }

    func run() throws {
        let model = try Model.load(self.model)
        let result = try model.evaluate(
            try loadArrays(x), try loadArrays(y), batchSize: batchSize, sampleWeights: try loadArrays(sampleWeight),
            verbose: json ? .silent : .auto)
        if json { print(result.json) }
    }
}
