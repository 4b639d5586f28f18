import ArgumentParser

/// `shinkei train`, which only holds the others.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train on a folder of pictures, or a named example from its data to its test result.",
        discussion: """
            Example:
              shinkei train xor
            """,
        subcommands: [TrainImages.self, TrainIMDB.self, TrainMNIST.self, TrainXOR.self])
}
