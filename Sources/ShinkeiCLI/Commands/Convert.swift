import ArgumentParser
import Shinkei

/// `shinkei convert`: a model from one format to another.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a model in another format.",
        discussion: """
            The ending says which: .keras, .h5 (the older whole-model file), .weights.h5 (weights alone), \
            .safetensors or .npz (weights by path).

            Example:
              shinkei convert old.h5 new.keras
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "from"))
    var from: String

    @Argument(help: ArgumentHelp("The file to write.", valueName: "to"))
    var to: String

    func validate() throws { try requireModelEnding("to", to) }

    func run() throws {
        // Compile settings that are not supported matter to nobody who wants the weights.
        let model = try Model.load(from, compile: ModelFormat(path: to)?.isWeightsOnly == false)
        try model.write(to: to)
    }
}
