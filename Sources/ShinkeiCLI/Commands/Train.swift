import ArgumentParser

/// `shinkei train`, which only holds the others.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train on a folder of pictures, on texts, or a named example from its data to its test result.",
        discussion: """
            Example:
              shinkei train xor
            """,
        subcommands: [
            TrainCNN.self, TrainImages.self, TrainIMDB.self, TrainMNIST.self, TrainText.self, TrainXOR.self,
        ])
}
