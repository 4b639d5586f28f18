import ArgumentParser
import Shinkei

/// `shinkei summary`: the table of a model's layers.
struct Summary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a model's layers, output shapes and parameter counts.",
        discussion: """
            Example:
              shinkei summary model.keras
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Flag(help: "Show the layers of models inside too.")
    var expandNested = false

    @Flag(help: "Show which layers are trained.")
    var showTrainable = false

    func run() throws {
        // Wide enough that no name is cut.
        let model = try Model.load(self.model, compile: false)
        let longest = model.layers.map { $0.name.count + String(describing: type(of: $0)).count }.max() ?? 0
        model.summary(
            lineLength: max(108, longest * 4), expandNested: expandNested, showTrainable: showTrainable)
    }
}
