public import ShinkeiCore

/// The types a layer works in, by Keras's name: `float32`, `float64`, `mixed_float16`, …
///
/// Weights have `variableType`. The engine has no arithmetic in half width, so a mixed policy computes, and answers, in `float32`
/// as well: results are at least as exact as in Keras, whose outputs are rounded to `float16`, and cost what `float32` costs. The
/// policy is kept, so that a file opened and saved here still asks Keras for `mixed_float16`. A loss that is scaled against
/// underflow (`LossScaleOptimizer`) does no harm and is not needed.
/// Keras: `keras.DTypePolicy`.
public struct DTypePolicy: Hashable, Sendable {
    /// Keras's name.
    public let name: String
    /// The type of the weights, in which the layer computes.
    public let variableType: DType

    /// The policy of one type for everything.
    public init(_ type: DType) { (name, variableType) = (type.name, type) }

    /// The policy of this name: a type's, `mixed_float16` or `mixed_bfloat16`.
    public init?(name: String) {
        if name == "mixed_float16" || name == "mixed_bfloat16" {
            self.init(mixed: name)
        } else if let type = DType(name: name) {
            self.init(type)
        } else {
            return nil
        }
    }

    /// Weights in `float32`, computation in Keras in `float16`.
    public static let mixedFloat16 = DTypePolicy(mixed: "mixed_float16")
    /// Weights in `float32`, computation in Keras in `bfloat16`.
    public static let mixedBFloat16 = DTypePolicy(mixed: "mixed_bfloat16")
    private init(mixed name: String) { (self.name, variableType) = (name, .float32) }
}
