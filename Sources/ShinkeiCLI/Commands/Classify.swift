import ArgumentParser
import Shinkei
import ShinkeiImages

/// `shinkei classify`: what a trained classifier sees in pictures, or reads in texts.
struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the likeliest classes of pictures, or of texts.",
        discussion: """
            One line a picture: its path, then names and the model's outputs, best first. Models of shinkei train \
            images know their classes' names; of others the classes' numbers are shown, from 0. A picture is brought \
            to the model's size, with numbers from 0 to 255. For a model of texts, as of shinkei train text, the \
            arguments are the texts themselves.

            Example:
              shinkei classify flowers.keras garden/*.jpg --top 3
              shinkei classify reviews.keras "What a film"
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Argument(help: ArgumentHelp("PNG, JPEG or BMP files, or texts.", valueName: "image|text"))
    var images: [String]

    @Option(help: ArgumentHelp("How many classes are shown.", valueName: "n"))
    var top = 3

    func validate() throws { try requirePositive("--top", top) }

    func run() throws {
        let loaded = try Model.load(model, compile: false)
        if loaded.hasStringInputs {
            let classifier = try TextClassifier(loaded, model)
            for text in images { print("\(text): \(line(try classifier.guesses(text)))") }
            return
        }
        let classifier = try PictureClassifier(loaded, model)
        var failures: [String] = []
        for path in images {
            do {
                print("\(path): \(line(try classifier.guesses(path)))")
            } catch {
                let text = String(describing: error)
                failures.append(text.hasPrefix(path) ? text : "\(path): \(text)")
            }
        }
        guard failures.isEmpty else {
            let count = images.count == 1 ? "" : "\(failures.count) of \(images.count) pictures: "
            throw CommandError(count + failures.joined(separator: "; "))
        }
    }

    private func line(_ guesses: [Guess]) -> String {
        guesses.prefix(top).map { "\($0.name) \(fixed($0.value, 4))" }.joined(separator: ", ")
    }
}

/// A class and the model's output for it.
private struct Guess {
    let name: String
    let value: Double

    /// Every class, best first.
    ///
    /// - Parameter output: A model's, of one row. One number is that for the second of two classes.
    static func all(_ output: Tensor, _ names: [String]?) -> [Guess] {
        var values = output.cast(to: .float64).array(of: Double.self)
        if values.count == 1 { values = [1 - values[0], values[0]] }
        return zip(names ?? values.indices.map(String.init), values).map(Guess.init).sorted { $0.value > $1.value }
    }

    /// - Throws: `CommandError` if the model tells no classes.
    static func check(_ model: Model, _ path: String) throws {
        let outputs = model.outputs.map(\.shape)
        guard outputs.count == 1, outputs[0].rank == 2, let count = outputs[0][1] else {
            throw CommandError("\(path): tells no classes: its output is \(outputs.map(\.description))")
        }
        if let names = model.classNames, names.count != max(count, 2) {
            throw CommandError("\(path): names \(names.count) classes, but has \(count) outputs")
        }
    }
}

/// A model that tells classes of texts.
private struct TextClassifier {
    private let model: Model

    init(_ model: Model, _ path: String) throws {
        guard model.inputs.count == 1 else {
            throw CommandError("\(path): takes more than a text: it has \(model.inputs.count) inputs")
        }
        try Guess.check(model, path)
        self.model = model
    }

    func guesses(_ text: String) throws -> [Guess] {
        Guess.all(try model.predict(TextForm.prepared([text], for: model)), model.classNames)
    }
}

/// A model that tells classes of pictures.
private struct PictureClassifier {
    private let model: Model
    private let mode: ColorMode
    /// As far as the model says.
    private let (height, width): (Int?, Int?)

    init(_ model: Model, _ path: String) throws {
        self.model = model
        let inputs = model.inputShapes ?? []
        guard inputs.count == 1, inputs[0].rank == 4,
            let mode = ColorMode.allCases.first(where: { $0.channels == inputs[0][3] })
        else {
            throw CommandError(
                "\(path): takes no pictures: needs one input [batch, height, width, 1, 3 or 4], has "
                    + inputs.map(\.description).joined(separator: ", "))
        }
        self.mode = mode
        (height, width) = (inputs[0][1], inputs[0][2])
        try Guess.check(model, path)
    }

    func guesses(_ path: String) throws -> [Guess] {
        var image = try Image(contentsOf: path, as: mode)
        // As in training: every old pixel counts, and pixels are bytes.
        image = image.resized(
            height: height ?? image.height, width: width ?? image.width, method: .bilinear, antialias: true)
        let pixels = Tensor(image.bytes, shape: [1] + image.shape, dtype: .uint8)
        return Guess.all(try model.predict(pixels), model.classNames)
    }
}
