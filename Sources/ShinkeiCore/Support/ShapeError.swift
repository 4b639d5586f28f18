/// Shapes that do not fit an operation or a layer.
///
/// The same rule serves both faces: an expression on tensors traps with this text on the caller's line, and a
/// model's edge throws it.
public struct ShapeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The operation or layer that refused.
    public var op: String
    /// The shapes that came.
    public var inputs: [Shape]
    /// What was expected.
    public var reason: String

    public init(op: String, inputs: [Shape], reason: String) {
        self.op = op
        self.inputs = inputs
        self.reason = reason
    }

    public var description: String {
        "\(op): \(reason); got \(inputs.map(\.description).joined(separator: ", "))"
    }
}
