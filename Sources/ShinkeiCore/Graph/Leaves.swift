/// A value that was given, not computed.
package struct Materialized: Primitive {
    package static let name = "data"
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { .scalar }
    package func gradients(_ c: GradientContext) -> [Tensor?] { [] }
    package var lowering: Lowering { .leaf }
    package static var examples: [OpExample] { [] }
}

/// A scalar known when the graph is made.
///
/// 0, ±1, 2 and ½ are part of a plan's structure, where simplification can use them; every other number is an input of
/// the plan, so that a new learning rate is no new program.
package struct Constant: Primitive {
    package static let name = "constant"
    package let value: Double
    /// The same for integer types, exact beyond 2^53.
    package let integer: Int64

    package var isStructural: Bool {
        value == 0 && value.sign == .plus || value == 1 || value == -1 || value == 2 || value == 0.5
    }
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { .scalar }
    package func gradients(_ c: GradientContext) -> [Tensor?] { [] }
    package func sign(_ signature: inout Signature) {
        signature.append(isStructural ? value.bitPattern : .max)
    }
    package var lowering: Lowering { .leaf }
    package static var examples: [OpExample] { [] }
}

/// A value that comes later: an argument of a `compiled` closure.
package struct Placeholder: Primitive {
    package static let name = "placeholder"
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { .scalar }
    package func gradients(_ c: GradientContext) -> [Tensor?] { [] }
    package var lowering: Lowering { .leaf }
    package static var examples: [OpExample] { [] }
}
