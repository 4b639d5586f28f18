import Shinkei
import ShinkeiFormats

/// Draws a model's layers and what feeds what, into a file whose ending says how: `.svg`, `.png`, `.pdf`, `.html`, or `.dot` for
/// Graphviz.
///
/// ```swift
/// try plotModel(model, to: "model.png", showShapes: true)
/// ```
///
/// No other program is needed; PNG and PDF need a build with cairo and pango. The file appears complete or not at all.
/// A layer is one box, however often it is called; a subclass of `Model` with its own `call` is one box.
/// Keras: `keras.utils.plot_model`, same defaults.
///
/// - Parameters:
///   - showShapes: Input and output shapes.
///   - showDtype: The types of the outputs.
///   - showLayerNames: The layers' names beside their classes.
///   - direction: From top to bottom or from left to right. Keras: `rankdir`.
///   - expandNested: Models inside as boxes around their layers.
///   - dpi: Pixels to the inch of a PNG, which has 72 points to it.
///   - showLayerActivations: The activations of layers that have one.
///   - showTrainable: Whether layers with weights are trained.
/// - Throws: `PlotError`, `LayerError` if the model's layers do not fit, or `FormatError` of kind `unwritable`.
public func plotModel(
    _ model: Model, to path: String = "model.png", showShapes: Bool = false, showDtype: Bool = false,
    showLayerNames: Bool = false, direction: ModelPlotOptions.Direction = .topToBottom, expandNested: Bool = false,
    dpi: Double = 144, showLayerActivations: Bool = false, showTrainable: Bool = false
) throws {
    var options = ModelPlotOptions()
    options.showShapes = showShapes
    options.showDtype = showDtype
    options.showLayerNames = showLayerNames
    options.direction = direction
    options.expandNested = expandNested
    options.showLayerActivations = showLayerActivations
    options.showTrainable = showTrainable
    try plotModel(model, to: path, options, dpi: dpi)
}

/// Draws a model as `options` say.
///
/// - Throws: `PlotError`, `LayerError` if the model's layers do not fit, or `FormatError` of kind `unwritable`.
public func plotModel(_ model: Model, to path: String, _ options: ModelPlotOptions, dpi: Double = 144) throws {
    if try PlotFormat(ofPath: path) == .dot {
        try AtomicFile.write(Array(model.dot(options).utf8), to: path)
    } else {
        try model.drawing(options).write(to: path, scale: dpi / 72)
    }
}

extension Model {
    /// The model's layers and what feeds what.
    ///
    /// - Throws: `LayerError` if layers do not fit, `PlotError` if there are none.
    public func drawing(_ options: ModelPlotOptions = ModelPlotOptions()) throws -> Drawing {
        DiagramDrawing(try drawable(), options).drawing
    }

    /// The model as a file of Graphviz. Keras: `keras.utils.model_to_dot`.
    ///
    /// - Throws: `LayerError` if layers do not fit, `PlotError` if there are none.
    public func dot(_ options: ModelPlotOptions = ModelPlotOptions()) throws -> String {
        dotText(try drawable(), options)
    }

    private func drawable() throws -> ModelDiagram {
        let diagram = try ModelDiagram(self)
        if diagram.boxes.isEmpty { throw PlotError(.nothingToDraw, "\(name): the model has no layers") }
        return diagram
    }
}
