import ArgumentParser
import Shinkei
import ShinkeiImages

/// `shinkei classify`: what a trained classifier sees in pictures.
struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the likeliest classes of pictures.",
        discussion: """
            One line a picture: its path, then names and the model's outputs, best first. Models of shinkei train \
            images know their classes' names; of others the classes' numbers are shown, from 0. A picture is brought \
            to the model's size, with numbers from 0 to 255.

            Example:
              shinkei classify flowers.keras garden/*.jpg --top 3
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file.", valueName: "model"))
    var model: String

    @Argument(help: ArgumentHelp("PNG, JPEG or BMP files.", valueName: "image"))
    var images: [String]

    @Option(help: ArgumentHelp("How many classes are shown.", valueName: "n"))
    var top = 3

    func validate() throws { try requirePositive("--top", top) }

    func run() throws {
        let classifier = try PictureClassifier(model)
        var failures: [String] = []
        for path in images {
            do {
                let best = try classifier.guesses(path).prefix(top)
                print("\(path): \(best.map { "\($0.name) \(fixed($0.value, 4))" }.joined(separator: ", "))")
            } catch {
                let text = String(describing: error)
                failures.append(text.hasPrefix(path) ? text : "\(path): \(text)")
            }
        }
        guard failures.isEmpty else {
            let count = images.count == 1 ? "" : "\(failures.count) of \(images.count) pictures: "
            throw PictureError(count + failures.joined(separator: "; "))
        }
    }
}

/// A model that tells classes of pictures.
private struct PictureClassifier {
    private let model: Model
    private let mode: ColorMode
    /// As far as the model says.
    private let (height, width): (Int?, Int?)

    init(_ path: String) throws {
        model = try Model.load(path, compile: false)
        let inputs = model.inputShapes ?? []
        guard inputs.count == 1, inputs[0].rank == 4,
            let mode = ColorMode.allCases.first(where: { $0.channels == inputs[0][3] })
        else {
            throw PictureError(
                "\(path): takes no pictures: needs one input [batch, height, width, 1, 3 or 4], has "
                    + inputs.map(\.description).joined(separator: ", "))
        }
        self.mode = mode
        (height, width) = (inputs[0][1], inputs[0][2])
        let outputs = model.outputs.map(\.shape)
        guard outputs.count == 1, outputs[0].rank == 2, let count = outputs[0][1] else {
            throw PictureError("\(path): tells no classes: its output is \(outputs.map(\.description))")
        }
        if let names = model.classNames, names.count != max(count, 2) {
            throw PictureError("\(path): names \(names.count) classes, but has \(count) outputs")
        }
    }

    /// Every class with the model's output for it, best first.
    func guesses(_ path: String) throws -> [(name: String, value: Double)] {
        var image = try Image(contentsOf: path, as: mode)
        // As in training: every old pixel counts, and pixels are bytes.
        image = image.resized(
            height: height ?? image.height, width: width ?? image.width, method: .bilinear, antialias: true)
        let pixels = Tensor(image.bytes, shape: [1] + image.shape, dtype: .uint8)
        var values = try model.predict(pixels).cast(to: .float64).array(of: Double.self)
        // One output is that for the second of two classes.
        if values.count == 1 { values = [1 - values[0], values[0]] }
        let names = model.classNames ?? values.indices.map(String.init)
        return zip(names, values).map { (name: $0, value: $1) }.sorted { $0.value > $1.value }
    }
}
