import ArgumentParser
import Shinkei

/// `shinkei inspect`: what a file holds.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what a model or array file holds, without building anything from it.",
        discussion: """
            Example:
              shinkei inspect model.keras
            """)

    @Argument(help: ArgumentHelp("A .keras, .h5, .safetensors, .npz or .npy file.", valueName: "file"))
    var file: String

    func run() throws {
        for line in try FileInspection.lines(file) { print(line) }
    }
}
