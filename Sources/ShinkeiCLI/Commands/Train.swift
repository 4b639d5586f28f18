import ArgumentParser

/// `shinkei train`, which only holds the examples.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a named example from its data to its test result.",
        discussion: """
            Example:
              shinkei train xor
            """,
        subcommands: [TrainIMDB.self, TrainMNIST.self, TrainXOR.self])
}
