/// What a picture of a model shows, besides its layers' classes.
///
/// Keras: the arguments of `keras.utils.plot_model`, same defaults.
public struct ModelPlotOptions: Hashable, Sendable {
    /// Which way the model reads.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// From top to bottom.
        case topToBottom = "TB"
        /// From left to right.
        case leftToRight = "LR"
    }
    /// Input and output shapes.
    public var showShapes = false
    /// The types of the outputs.
    public var showDtype = false
    /// The layers' names beside their classes.
    public var showLayerNames = false
    /// Which way the model reads. Keras: `rankdir`.
    public var direction = Direction.topToBottom
    /// Models inside as boxes around their layers.
    public var expandNested = false
    /// The activations of layers that have one.
    public var showLayerActivations = false
    /// Whether layers with weights are trained.
    public var showTrainable = false

    /// The classes alone.
    public init() {}
}
