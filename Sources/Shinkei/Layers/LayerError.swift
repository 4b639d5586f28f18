/// An input that does not fit a layer.
///
/// A layer says what it needs; the model's edge (`compile`, `fit`, `predict`, `validate`) throws it
/// with the layer's place.
public struct LayerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The class that refused, its name, and where it stands: `Dense`, `dense_1`,
    /// `sequential/dense_1`.
    public var className: String
    /// The layer's name.
    public var name: String
    /// Where the layer stands: `sequential/dense_1`.
    public var path: String
    /// What was expected.
    public var reason: String
    /// The shapes that came.
    public var inputs: [SymbolicShape]

    /// An error of this layer about inputs of these shapes.
    public init(_ layer: Layer, _ reason: String, inputs: [SymbolicShape]) {
        className = layer.className
        name = layer.name
        path = layer.path
        self.reason = reason
        self.inputs = inputs
    }

    /// The text for a person.
    public var description: String {
        let shapes = inputs.map(\.description).joined(separator: ", ")
        return "\(className) \"\(name)\" (\(path)): \(reason); the input's shape is \(shapes)"
    }
}
