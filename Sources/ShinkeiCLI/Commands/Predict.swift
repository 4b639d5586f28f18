import ArgumentParser
import Shinkei

/// `shinkei predict`: a model's outputs for arrays in files.
struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute a model's outputs for .npy files, or for texts.",
        discussion: """
            Models with several inputs or outputs take --input or --output several times, in the model's order. For an \
            input of strings it is a text file with one string a line, or a .csv file without a header, one row a \
            sample and one string a field; UTF-8, plain or .gz.

            Example:
              shinkei predict model.keras --input x.npy --output y.npy
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("An input, one row a sample.", valueName: "x.npy|x.txt"))
    var input: [String] = []

    @Option(help: ArgumentHelp("Where to write an output.", valueName: "y.npy"))
    var output: [String] = []

    @Option(help: ArgumentHelp("Rows computed at once.", valueName: "n"))
    var batchSize = 32

    func validate() throws {
        try requireSome("--input", input)
        try requireSome("--output", output)
        try requirePositive("--batch-size", batchSize)
    }

    func run() throws {
        let model = try Model.load(self.model, compile: false)
        let count = model.outputs.count
        guard count == output.count else {
            throw ValidationError("the model has \(count) outputs; --output was given \(output.count) times")
        }
        for path in output { try requireFolder(of: path) }
        let results = try model.predict(try loadInputs(input, of: model), batchSize: batchSize)
        for (result, path) in zip(results, output) { try result.saveNpy(to: path) }
    }
}
