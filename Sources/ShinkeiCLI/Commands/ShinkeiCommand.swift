import ArgumentParser

/// `shinkei`, which only holds the others.
struct ShinkeiCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shinkei",
        abstract: "Neural networks for Swift.",
        discussion: """
            Example:
              shinkei train mnist
            """,
        version: "shinkei 0.1.0",
        subcommands: [
            Train.self, Fit.self, Evaluate.self, Predict.self, Classify.self, Summary.self, Plot.self, Inspect.self,
            Convert.self,
        ])
}
