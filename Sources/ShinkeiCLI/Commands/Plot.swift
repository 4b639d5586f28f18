import ArgumentParser
import Shinkei
import ShinkeiPlot

/// `shinkei plot`: a picture of a model or of a training.
struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw a model's layers, or the curves of a training.",
        discussion: """
            The ending of the output says how: .svg, .png, .pdf, .html, and for models .dot. \
            A history is what fit --history writes.

            Example:
              shinkei plot model.keras -o model.svg
              shinkei plot history.json -o curves.png
            """)

    @Argument(help: ArgumentHelp("A .keras or .h5 file, or a history.", valueName: "model|history.json"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The picture to write.", valueName: "file"))
    var output: String

    @Flag(inversion: .prefixedNo, help: "Show input and output shapes.")
    var shapes = true

    @Flag(inversion: .prefixedNo, help: "Show the layers' names.")
    var names = true

    @Flag(inversion: .prefixedNo, help: "Show activations.")
    var activations = true

    @Flag(help: "Show the outputs' types.")
    var dtypes = false

    @Flag(help: "Show which layers are trained.")
    var trainable = false

    @Flag(help: "Draw the layers of models inside.")
    var expandNested = false

    @Option(help: ArgumentHelp("TB, from top to bottom, or LR, from left to right.", valueName: "direction"))
    var rankdir = PlotDirection.topToBottom

    @Option(help: ArgumentHelp("Pixels to the inch of a PNG.", valueName: "n"))
    var dpi = 144

    @Flag(help: "Draw a small network's units and weights instead of its layers.")
    var network = false

    @Flag(help: "Draw the filters of the first layer that has any instead of the layers.")
    var filters = false

    func validate() throws {
        guard (10...1200).contains(dpi) else { throw ValidationError("--dpi must be from 10 to 1200; got \(dpi)") }
        if network && filters { throw ValidationError("--network and --filters are two pictures; take one") }
        do {
            try checkPicturePath(output)
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() throws {
        let scale = Double(dpi) / 72
        if try TrainingCurves.isHistory(file) {
            try TrainingCurves(contentsOf: file).drawing().write(to: output, scale: scale)
            return
        }
        let model = try Model.load(file, compile: false)
        if network {
            try networkDrawing(model).write(to: output, scale: scale)
        } else if filters {
            try model.plotFilters(to: output)
        } else {
            var options = ModelPlotOptions()
            options.showShapes = shapes
            options.showLayerNames = names
            options.showLayerActivations = activations
            options.showDtype = dtypes
            options.showTrainable = trainable
            options.expandNested = expandNested
            options.direction = rankdir.value
            try plotModel(model, to: output, options, dpi: Double(dpi))
        }
    }
}

/// The values of `--rankdir`.
enum PlotDirection: String, ExpressibleByArgument, CaseIterable {
    case topToBottom = "TB"
    case leftToRight = "LR"

    init?(argument: String) { self.init(rawValue: argument.uppercased()) }

    var value: ModelPlotOptions.Direction { self == .topToBottom ? .topToBottom : .leftToRight }
}
