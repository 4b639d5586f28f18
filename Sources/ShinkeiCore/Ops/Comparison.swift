/// Comparisons and tests give `bool`; none has a derivative.
package protocol ComparisonPrimitive: BinaryPrimitive {}
extension ComparisonPrimitive {
    package func gradients(_ c: GradientContext) -> [Tensor?] { [nil, nil] }
}

struct Equal: ComparisonPrimitive { static let name = "equal", op = MapOp.equal }
struct NotEqual: ComparisonPrimitive { static let name = "notEqual", op = MapOp.notEqual }
struct Less: ComparisonPrimitive { static let name = "less", op = MapOp.less }
struct LessEqual: ComparisonPrimitive { static let name = "lessEqual", op = MapOp.lessEqual }
struct Greater: ComparisonPrimitive { static let name = "greater", op = MapOp.greater }
struct GreaterEqual: ComparisonPrimitive { static let name = "greaterEqual", op = MapOp.greaterEqual }

struct IsNaN: UnaryPrimitive {
    static let name = "isNaN", op = MapOp.isNaN
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}
struct IsInfinite: UnaryPrimitive {
    static let name = "isInfinite", op = MapOp.isInfinite
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}
struct IsFinite: UnaryPrimitive {
    static let name = "isFinite", op = MapOp.isFinite
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

/// Logical on `bool`, bitwise on integers.
package protocol LogicalPrimitive: BinaryPrimitive {}
extension LogicalPrimitive {
    package func gradients(_ c: GradientContext) -> [Tensor?] { [nil, nil] }
    package static var examples: [OpExample] { [OpExample(Self(), .booleans([3, 1]), .booleans([4]))] }
}
struct And: LogicalPrimitive { static let name = "and", op = MapOp.and }
struct Or: LogicalPrimitive { static let name = "or", op = MapOp.or }
struct ExclusiveOr: LogicalPrimitive { static let name = "xor", op = MapOp.xor }
struct Not: UnaryPrimitive {
    static let name = "not", op = MapOp.not
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
    static var examples: [OpExample] { [OpExample(Not(), .booleans([3, 4]))] }
}

/// `condition ? a : b`, elementwise; the gradient goes where the value came from.
struct Select: Primitive {
    static let name = "where"
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        let values = try Shape.broadcast(inputs[1], inputs[2], op: Select.name)
        return try Shape.broadcast(inputs[0], values, op: Select.name)
    }
    func dtype(of inputs: [DType]) -> DType { inputs[1] }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let none = Tensor.zeros(like: c.upstream)
        return [
            nil, Tensor.where(c.inputs[0], c.upstream, none), Tensor.where(c.inputs[0], none, c.upstream),
        ]
    }
    var lowering: Lowering { .map(.select) }
    static var examples: [OpExample] {
        [
            OpExample(Select(), .booleans([3, 4]), .uniform(-2, 2, [3, 4]), .uniform(-2, 2, [3, 4])),
            OpExample(Select(), .booleans([4]), .uniform(-2, 2, [3, 1]), .uniform(-2, 2, [])),
        ]
    }
}

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

extension Tensor {
    public static func .== (a: Tensor, b: Tensor) -> Tensor { comparison(Equal(), a, b) }
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { comparison(NotEqual(), a, b) }
    public static func .< (a: Tensor, b: Tensor) -> Tensor { comparison(Less(), a, b) }
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { comparison(LessEqual(), a, b) }
    public static func .> (a: Tensor, b: Tensor) -> Tensor { comparison(Greater(), a, b) }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { comparison(GreaterEqual(), a, b) }

    private static func comparison(_ primitive: some BinaryPrimitive, _ a: Tensor, _ b: Tensor) -> Tensor {
        let (a, b) = aligned(a, b)
        return a.binary(primitive, b)
    }

    /// Logical and of `bool`, bitwise and of integers.
    public static func & (a: Tensor, b: Tensor) -> Tensor { logical(And(), a, b) }
    /// Logical or of `bool`, bitwise or of integers.
    public static func | (a: Tensor, b: Tensor) -> Tensor { logical(Or(), a, b) }
    /// Exclusive or of `bool`, bitwise of integers.
    public static func ^ (a: Tensor, b: Tensor) -> Tensor { logical(ExclusiveOr(), a, b) }
    /// Logical not of `bool`, bitwise complement of integers.
    public static prefix func ! (a: Tensor) -> Tensor {
        if a.dtype.isFloating { trap("not: needs bool or integers; got \(a.dtype)") }
        return a.unary(Not())
    }

    private static func logical(_ primitive: some BinaryPrimitive, _ a: Tensor, _ b: Tensor) -> Tensor {
        let (a, b) = aligned(a, b)
        if a.dtype.isFloating {
            trap("\(type(of: primitive).name): needs bool or integers; got \(a.dtype), \(b.dtype)")
        }
        return a.binary(primitive, b)
    }

    public func isNaN() -> Tensor { floating.unary(IsNaN()) }
    public func isInfinite() -> Tensor { floating.unary(IsInfinite()) }
    public func isFinite() -> Tensor { floating.unary(IsFinite()) }

    /// `a` where `condition` is true (not 0), `b` elsewhere; all three broadcast. NumPy: `where`.
    public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        let (a, b) = aligned(a, b)
        return Tensor(Select(), [condition.cast(to: .bool), a, b])
    }
}
