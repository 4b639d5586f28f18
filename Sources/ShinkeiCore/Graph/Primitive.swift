/// One operation of the graph: its shape rule, its derivative and what the engine makes of it, in one place.
///
/// A primitive is a small value; its stored properties are the operation's attributes. To add one, write the type
/// in its family's file under `Ops/` and its line in `Primitives.swift`; the gradient check and the NaN check find
/// it by themselves through `examples`.
package protocol Primitive: Sendable {
    static var name: String { get }

    /// The shape of the result; throws what a user reads when the inputs do not fit.
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape

    /// The element type of the result. Inputs have already been promoted where the operation asks for it.
    func dtype(of inputs: [DType]) -> DType

    /// Adds the attributes that make two nodes of this type different programs.
    func sign(_ signature: inout Signature)

    /// The derivative of `sum(upstream * output)` with respect to each input; `nil` where it is zero everywhere or has
    /// no meaning (indices, comparisons). A gradient may have the broadcast shape: it is summed to the input's shape.
    func gradients(_ c: GradientContext) -> [Tensor?]

    /// What the engine does to compute it.
    var lowering: Lowering { get }

    /// Inputs on which the checks try the operation.
    static var examples: [OpExample] { get }
}

extension Primitive {
    package func sign(_ signature: inout Signature) {}
    package func dtype(of inputs: [DType]) -> DType { inputs[0] }
}

/// What a derivative rule may use.
package struct GradientContext {
    package let inputs: [Tensor]
    package let output: Tensor
    /// The derivative of the loss with respect to `output`; same shape.
    package let upstream: Tensor
}

/// An operation and inputs for it, from which checks make their cases.
package struct OpExample: Sendable {
    package enum Input: Sendable {
        /// Floats drawn evenly from a range.
        case uniform(Double, Double, Shape)
        /// Floats that are all different, for operations with ties (maximum, sorting), in -1 ... 1.
        case distinct(Shape)
        /// Integers in `0 ..< bound`.
        case indices(Int, Shape)
        case booleans(Shape)
        /// Given integer scalars, for random keys.
        case integer(Int)
    }
    package var primitive: any Primitive
    package var inputs: [Input]
    package init(_ primitive: any Primitive, _ inputs: Input...) {
        self.primitive = primitive
        self.inputs = inputs
    }
}

/// What the engine does to compute a primitive. Nothing here assumes that data lies in host memory.
package enum Lowering: Sendable {
    /// Has its value from elsewhere: data, a constant, a placeholder.
    case leaf
    /// The same elements, shape and type as input 0.
    case alias
    /// Input 0's elements in another shape, in row-major order.
    case reshape
    /// Input 0 read through other strides.
    case view(ViewRule)
    /// Elementwise; inputs broadcast to the output's shape.
    case map(MapOp)
    /// Elementwise change of type.
    case cast
    case reduce(Reduction, axes: [Int])
    /// The product of the last two axes; leading axes broadcast.
    case matmul
    /// One of the three arrays of a convolution from the other two: `y` of `x, k`; `x` of `y, k`; `k` of `x, y`.
    case convolution(ConvolutionGeometry, ConvolutionPart)
    case pooling(PoolingGeometry, PoolingPart)
    /// Input 0 laid into the output at a layout, `fill` elsewhere.
    case place(fill: Double, Layout)
    case pad(before: [Int], value: Double)
    case concatenate(axis: Int)
    case softmax(logarithm: Bool)
    case argReduce(axis: Int, smallest: Bool)
    case scan(axis: Int, product: Bool, exclusive: Bool, reverse: Bool)
    /// Rows of input 0 along `axis` named by input 1.
    case gather(axis: Int)
    case scatterAdd(axis: Int)
    /// One element of input 0 along `axis` for each element of input 1.
    case gatherAlong(axis: Int)
    case scatterAlong(axis: Int)
    /// The order that sorts the last axis.
    case argSort(descending: Bool)
    /// `start + i * step`, of inputs 0 and 1.
    case iota
    /// Attention of several heads, or its derivatives.
    case attention(AttentionForm, gradient: Bool)
    /// A recurrent network through all times, or its derivative.
    case recurrence(RecurrenceForm, gradient: Bool)
    /// Random numbers keyed by the scalars seed, stream and step.
    case random(RandomKind)
}

package enum Reduction: UInt64, Sendable { case sum, product, max, min }

package enum RandomKind: UInt64, Sendable { case bits, uniform, normal }

/// How a view walks its base.
package enum ViewRule: Sendable {
    case permute([Int])
    case broadcast(Shape)
    /// Per axis: first index, step (may be negative), count.
    case slice([AxisSlice])
}

package struct AxisSlice: Sendable, Hashable {
    package var start: Int
    package var step: Int
    package var count: Int
}

/// Elementwise operations that have a kernel. Operands and result have one type, except that tests and comparisons give
/// `bool` and `select` takes one first.
package enum MapOp: UInt64, Sendable, CaseIterable {
    case copy, negate, abs, sign, sqrt, rsqrt, reciprocal
    case exp, expm1, log, log1p, log2, log10
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
    case erf, erfc, erfinv, sigmoid, softplus, relu
    case floor, ceil, round, trunc, not
    case isNaN, isInfinite, isFinite
    case add, subtract, multiply, divide, power, maximum, minimum, mod, floorDivide, atan2
    case and, or, xor
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case select
    /// Several operations in one, rounded after each: `a + (b - a) * c`, `a + (b * b - a) * c`, `a - b / c`, `sqrt(a) + b`.
    case lerp, lerpSquare, subtractQuotient, addRoot

    /// Whether the result is `bool` whatever the operands are.
    package var givesBool: Bool {
        switch self {
        case .isNaN, .isInfinite, .isFinite, .equal, .notEqual, .less, .lessEqual, .greater,
            .greaterEqual:
            true
        default: false
        }
    }
}
