/// One operand, one result of the same shape.
package protocol UnaryPrimitive: Primitive {
    static var op: MapOp { get }
    init()
    static var domain: (Double, Double) { get }
}

extension UnaryPrimitive {
    package static var domain: (Double, Double) { (-2, 2) }
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    package func dtype(of inputs: [DType]) -> DType { Self.op.givesBool ? .bool : inputs[0] }
    package var lowering: Lowering { .map(Self.op) }
    package static var examples: [OpExample] {
        [
            OpExample(Self(), .uniform(domain.0, domain.1, [3, 5])),
            OpExample(Self(), .uniform(domain.0, domain.1, [])),
            OpExample(Self(), .uniform(domain.0, domain.1, [0, 2])),
        ]
    }
}

/// Two operands that broadcast.
package protocol BinaryPrimitive: Primitive {
    static var op: MapOp { get }
    init()
    /// Where the second operand is tried.
    static var secondDomain: (Double, Double) { get }
    static var firstDomain: (Double, Double) { get }
}

extension BinaryPrimitive {
    package static var firstDomain: (Double, Double) { (-2, 2) }
    package static var secondDomain: (Double, Double) { (-2, 2) }
    package func shape(of inputs: [Shape]) throws(ShapeError) -> Shape {
        try Shape.broadcast(inputs[0], inputs[1], op: Self.name)
    }
    package func dtype(of inputs: [DType]) -> DType { Self.op.givesBool ? .bool : inputs[0] }
    package var lowering: Lowering { .map(Self.op) }
    package static var examples: [OpExample] {
        let (a, b) = (firstDomain, secondDomain)
        return [
            OpExample(Self(), .uniform(a.0, a.1, [3, 5]), .uniform(b.0, b.1, [3, 5])),
            OpExample(Self(), .uniform(a.0, a.1, [3, 1]), .uniform(b.0, b.1, [2, 1, 5])),
            OpExample(Self(), .uniform(a.0, a.1, []), .uniform(b.0, b.1, [4])),
            OpExample(Self(), .uniform(a.0, a.1, [0, 3]), .uniform(b.0, b.1, [3])),
        ]
    }
}

// MARK: - Arithmetic

/// `y = -x`. `dy/dx = -1`.
struct Negate: UnaryPrimitive {
    static let name = "negate", op = MapOp.negate
    func gradients(_ c: GradientContext) -> [Tensor?] { [-c.upstream] }
}

/// `y = |x|`. `dy/dx = sign(x)`, 0 at 0.
struct Absolute: UnaryPrimitive {
    static let name = "abs", op = MapOp.abs
    static let domain = (0.2, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.inputs[0].sign()] }
}

/// -1, 0 or 1. Its derivative is 0.
struct Sign: UnaryPrimitive {
    static let name = "sign", op = MapOp.sign
    static let domain = (0.2, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

struct Add: BinaryPrimitive {
    static let name = "add", op = MapOp.add
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream, c.upstream] }
}

struct Subtract: BinaryPrimitive {
    static let name = "subtract", op = MapOp.subtract
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream, -c.upstream] }
}

struct Multiply: BinaryPrimitive {
    static let name = "multiply", op = MapOp.multiply
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * c.inputs[1], c.upstream * c.inputs[0]]
    }
}

/// `y = a / b`. `dy/da = 1 / b`, `dy/db = -y / b`.
struct Divide: BinaryPrimitive {
    static let name = "divide", op = MapOp.divide
    static let secondDomain = (0.5, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let scaled = c.upstream / c.inputs[1]
        return [scaled, -(scaled * c.output)]
    }
}

/// `y = a ^ b`. `dy/da = b · a^(b-1)`; `dy/db = y · log a`, taken as 0 where `a` is 0 (the limit for b > 0).
struct Power: BinaryPrimitive {
    static let name = "power", op = MapOp.power
    static let firstDomain = (0.5, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let (a, b) = (c.inputs[0], c.inputs[1])
        let byBase = c.upstream * b * a.power(b - 1)
        let logarithm = Tensor.where(a .== 0, Tensor.zeros(like: a), a.log())
        return [byBase, c.upstream * c.output * logarithm]
    }
}

/// The larger operand; NaN if either is. The gradient goes to the larger one, half to each where they are equal.
struct Maximum: BinaryPrimitive {
    static let name = "maximum", op = MapOp.maximum
    func gradients(_ c: GradientContext) -> [Tensor?] { extremeGradients(c) }
}

/// The smaller operand; NaN if either is. The gradient goes to the smaller one, half to each where they are equal.
struct Minimum: BinaryPrimitive {
    static let name = "minimum", op = MapOp.minimum
    func gradients(_ c: GradientContext) -> [Tensor?] { extremeGradients(c) }
}

private func extremeGradients(_ c: GradientContext) -> [Tensor?] {
    let tie = c.inputs[0] .== c.inputs[1]
    let half = c.upstream * 0.5
    let none = Tensor.zeros(like: c.upstream)
    return c.inputs.map { input in
        Tensor.where(tie, half, Tensor.where(input .== c.output, c.upstream, none))
    }
}

/// `a - b · floor(a / b)`: the sign is the divisor's, as in Python.
struct Modulo: BinaryPrimitive {
    static let name = "mod", op = MapOp.mod
    static let firstDomain = (0.1, 0.9), secondDomain = (1.0, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream, -(c.upstream * c.inputs[0].floorDivided(by: c.inputs[1]))]
    }
}

struct FloorDivide: BinaryPrimitive {
    static let name = "floorDivide", op = MapOp.floorDivide
    static let firstDomain = (0.1, 0.9), secondDomain = (1.0, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil, nil] }
}

/// The angle of (x: b, y: a). `dy/da = b / (a² + b²)`, `dy/db = -a / (a² + b²)`.
struct ArcTangent2: BinaryPrimitive {
    static let name = "atan2", op = MapOp.atan2
    static let secondDomain = (0.5, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let (a, b) = (c.inputs[0], c.inputs[1])
        let scaled = c.upstream / (a.square() + b.square())
        return [scaled * b, -(scaled * a)]
    }
}

// MARK: - Exponentials and logarithms

/// `y = e^x`. `dy/dx = y`.
struct Exponential: UnaryPrimitive {
    static let name = "exp", op = MapOp.exp
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.output] }
}

/// `y = e^x - 1`, exact for small x. `dy/dx = y + 1`.
struct ExponentialMinusOne: UnaryPrimitive {
    static let name = "expm1", op = MapOp.expm1
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * (c.output + 1)] }
}

struct Logarithm: UnaryPrimitive {
    static let name = "log", op = MapOp.log
    static let domain = (0.2, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream / c.inputs[0]] }
}

/// `y = log(1 + x)`, exact for small x. `dy/dx = 1 / (1 + x)`.
struct LogarithmOnePlus: UnaryPrimitive {
    static let name = "log1p", op = MapOp.log1p
    static let domain = (-0.5, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream / (c.inputs[0] + 1)] }
}

struct Logarithm2: UnaryPrimitive {
    static let name = "log2", op = MapOp.log2
    static let domain = (0.2, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream / (c.inputs[0] * 0.693147180559945309)]
    }
}

struct Logarithm10: UnaryPrimitive {
    static let name = "log10", op = MapOp.log10
    static let domain = (0.2, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream / (c.inputs[0] * 2.302585092994045684)]
    }
}

/// `dy/dx = 1 / 2y`.
struct SquareRoot: UnaryPrimitive {
    static let name = "sqrt", op = MapOp.sqrt
    static let domain = (0.2, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * 0.5 / c.output] }
}

/// `y = 1 / sqrt(x)`. `dy/dx = -y / 2x`.
struct ReciprocalSquareRoot: UnaryPrimitive {
    static let name = "rsqrt", op = MapOp.rsqrt
    static let domain = (0.2, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let slope = c.output / c.inputs[0] * 0.5
        return [-(c.upstream * slope)]
    }
}

/// `y = 1 / x`. `dy/dx = -y²`.
struct Reciprocal: UnaryPrimitive {
    static let name = "reciprocal", op = MapOp.reciprocal
    static let domain = (0.3, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [-(c.upstream * c.output.square())] }
}

// MARK: - Circular and hyperbolic functions

struct Sine: UnaryPrimitive {
    static let name = "sin", op = MapOp.sin
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.inputs[0].cos()] }
}

struct Cosine: UnaryPrimitive {
    static let name = "cos", op = MapOp.cos
    func gradients(_ c: GradientContext) -> [Tensor?] { [-(c.upstream * c.inputs[0].sin())] }
}

/// `dy/dx = 1 + y²`.
struct Tangent: UnaryPrimitive {
    static let name = "tan", op = MapOp.tan
    static let domain = (-1.0, 1.0)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * (c.output.square() + 1)] }
}

/// `dy/dx = 1 / sqrt(1 - x²)`.
struct ArcSine: UnaryPrimitive {
    static let name = "asin", op = MapOp.asin
    static let domain = (-0.8, 0.8)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * (1 - c.inputs[0].square()).rsqrt()]
    }
}

struct ArcCosine: UnaryPrimitive {
    static let name = "acos", op = MapOp.acos
    static let domain = (-0.8, 0.8)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [-(c.upstream * (1 - c.inputs[0].square()).rsqrt())]
    }
}

/// `dy/dx = 1 / (1 + x²)`.
struct ArcTangent: UnaryPrimitive {
    static let name = "atan", op = MapOp.atan
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream / (c.inputs[0].square() + 1)] }
}

struct HyperbolicSine: UnaryPrimitive {
    static let name = "sinh", op = MapOp.sinh
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.inputs[0].cosh()] }
}

struct HyperbolicCosine: UnaryPrimitive {
    static let name = "cosh", op = MapOp.cosh
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.inputs[0].sinh()] }
}

/// `dy/dx = 1 - y²`.
struct HyperbolicTangent: UnaryPrimitive {
    static let name = "tanh", op = MapOp.tanh
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * (1 - c.output.square())] }
}

struct HyperbolicArcSine: UnaryPrimitive {
    static let name = "asinh", op = MapOp.asinh
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * (c.inputs[0].square() + 1).rsqrt()]
    }
}

struct HyperbolicArcCosine: UnaryPrimitive {
    static let name = "acosh", op = MapOp.acosh
    static let domain = (1.5, 3.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * (c.inputs[0].square() - 1).rsqrt()]
    }
}

struct HyperbolicArcTangent: UnaryPrimitive {
    static let name = "atanh", op = MapOp.atanh
    static let domain = (-0.8, 0.8)
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream / (1 - c.inputs[0].square())] }
}

// MARK: - Special functions and activations

/// `dy/dx = 2/sqrt(π) · exp(-x²)`.
struct ErrorFunction: UnaryPrimitive {
    static let name = "erf", op = MapOp.erf
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * (-c.inputs[0].square()).exp() * 1.128379167095512574]
    }
}

/// `1 - erf(x)`, exact for large x.
struct ComplementaryErrorFunction: UnaryPrimitive {
    static let name = "erfc", op = MapOp.erfc
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * (-c.inputs[0].square()).exp() * -1.128379167095512574]
    }
}

/// `dy/dx = sqrt(π)/2 · exp(y²)`.
struct InverseErrorFunction: UnaryPrimitive {
    static let name = "erfinv", op = MapOp.erfinv
    static let domain = (-0.8, 0.8)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [c.upstream * c.output.square().exp() * 0.886226925452758014]
    }
}

/// `y = 1 / (1 + e^-x)`. `dy/dx = y (1 - y)`. A primitive because its kernel neither overflows nor loses digits.
struct Sigmoid: UnaryPrimitive {
    static let name = "sigmoid", op = MapOp.sigmoid
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.output * (1 - c.output)] }
}

/// `y = log(1 + e^x)`, without overflow. `dy/dx = sigmoid(x)`.
struct Softplus: UnaryPrimitive {
    static let name = "softplus", op = MapOp.softplus
    func gradients(_ c: GradientContext) -> [Tensor?] { [c.upstream * c.inputs[0].sigmoid()] }
}

/// `y = max(x, 0)`; NaN stays NaN. The derivative at 0 is 0. A primitive so that its derivative needs only `y`, which the
/// next layer keeps anyway.
struct Relu: UnaryPrimitive {
    static let name = "relu", op = MapOp.relu
    static let domain = (0.1, 2.0)
    func gradients(_ c: GradientContext) -> [Tensor?] {
        [Tensor.where(c.output .> 0, c.upstream, Tensor.zeros(like: c.upstream))]
    }
    static var examples: [OpExample] {
        [OpExample(Relu(), .uniform(0.1, 2, [3, 5])), OpExample(Relu(), .uniform(-2, -0.1, [4]))]
    }
}

// MARK: - Rounding: the derivative is 0

struct Floor: UnaryPrimitive {
    static let name = "floor", op = MapOp.floor
    static let domain = (0.1, 0.9)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

struct Ceiling: UnaryPrimitive {
    static let name = "ceil", op = MapOp.ceil
    static let domain = (0.1, 0.9)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

/// To the nearest integer, halves to even, as NumPy.
struct Round: UnaryPrimitive {
    static let name = "round", op = MapOp.round
    static let domain = (0.6, 1.4)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

struct Truncate: UnaryPrimitive {
    static let name = "trunc", op = MapOp.trunc
    static let domain = (0.1, 0.9)
    func gradients(_ c: GradientContext) -> [Tensor?] { [nil] }
}

// MARK: - Change of type

/// Elements converted to another type. Between floats the gradient is converted back; elsewhere it is 0.
struct Cast: Primitive {
    static let name = "cast"
    let target: DType
    func shape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
    func dtype(of inputs: [DType]) -> DType { target }
    func sign(_ signature: inout Signature) { signature.append(UInt64(target.rawValue)) }
    func gradients(_ c: GradientContext) -> [Tensor?] {
        let source = c.inputs[0].dtype
        return [source.isFloating && target.isFloating ? c.upstream.cast(to: source) : nil]
    }
    var lowering: Lowering { .cast }
    static var examples: [OpExample] { [OpExample(Cast(target: .float64), .uniform(-2, 2, [3, 4]))] }
}

extension Tensor {
    /// The elements converted to `target`: float to integer goes towards zero and saturates, NaN gives 0; anything but 0 is
    /// true. Keras: `keras.ops.cast`.
    public func cast(to target: DType) -> Tensor {
        if dtype == target && !node.isWeak { return self }
        if let constant = node.constant {
            // A literal of an integer; -0.0 is none.
            if target == .float32, dtype == .int32, let known = SmallNumbers.floats[Int(constant.integer)] {
                return known
            }
            return target.isFloating
                ? .constant(constant.value, dtype: target)
                : target == .bool
                    ? .constant(constant.value == 0 ? 0 : 1, dtype: .bool)
                    : .constant(integer: constant.integer, dtype: target)
        }
        return Tensor(Cast(target: target), [node], shape: shape, dtype: target)
    }

    /// The tensor in a type that kernels compute in: `float32` for the half-width types.
    var computable: Tensor { cast(to: dtype.computed) }

    /// The tensor as floats: integers and truth values become `float32`.
    package var floating: Tensor { dtype.isFloating ? computable : cast(to: .float32) }

    func unary(_ primitive: some UnaryPrimitive) -> Tensor {
        let dtype = type(of: primitive).op.givesBool ? DType.bool : dtype
        return Tensor(primitive, [node], shape: shape, dtype: dtype)
    }

    func binary(_ primitive: some BinaryPrimitive, _ other: Tensor) -> Tensor {
        let shape = orTrap { () throws(ShapeError) in
            try Shape.broadcast(self.shape, other.shape, op: type(of: primitive).name)
        }
        let dtype = type(of: primitive).op.givesBool ? DType.bool : dtype
        return Tensor(primitive, [node, other.node], shape: shape, dtype: dtype)
    }

    /// Two operands in their common type. A literal takes the other's type, except that a fraction with an integer gives
    /// `float32`.
    static func aligned(_ a: Tensor, _ b: Tensor) -> (Tensor, Tensor) {
        if a.dtype == b.dtype && a.dtype.computed == a.dtype && !a.node.isWeak && !b.node.isWeak { return (a, b) }
        var dtype = DType.promoted(a.dtype, b.dtype)
        if a.node.isWeak != b.node.isWeak {
            let (weak, strong) = a.node.isWeak ? (a, b) : (b, a)
            dtype = strong.dtype
            if weak.dtype.isFloating && !strong.dtype.isFloating { dtype = .float32 }
            if strong.dtype == .bool { dtype = weak.dtype }
        }
        return (a.cast(to: dtype.computed), b.cast(to: dtype.computed))
    }
}

// MARK: - Operators

extension Tensor {
    public static func + (a: Tensor, b: Tensor) -> Tensor { arithmetic(Add(), a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { arithmetic(Subtract(), a, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { arithmetic(Multiply(), a, b) }
    /// True division: integers give `float32`.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        let (a, b) = aligned(a, b)
        return a.floating.binary(Divide(), b.floating)
    }
    /// The remainder with the divisor's sign, as Python's `%`.
    public static func % (a: Tensor, b: Tensor) -> Tensor { arithmetic(Modulo(), a, b) }
    public static prefix func - (a: Tensor) -> Tensor { a.number.unary(Negate()) }

    public static func + (a: Tensor, b: some TensorScalar) -> Tensor { a + weak(b) }
    public static func + (a: some TensorScalar, b: Tensor) -> Tensor { weak(a) + b }
    public static func - (a: Tensor, b: some TensorScalar) -> Tensor { a - weak(b) }
    public static func - (a: some TensorScalar, b: Tensor) -> Tensor { weak(a) - b }
    public static func * (a: Tensor, b: some TensorScalar) -> Tensor { a * weak(b) }
    public static func * (a: some TensorScalar, b: Tensor) -> Tensor { weak(a) * b }
    public static func / (a: Tensor, b: some TensorScalar) -> Tensor { a / weak(b) }
    public static func / (a: some TensorScalar, b: Tensor) -> Tensor { weak(a) / b }

    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

    /// A Swift number as an operand: its type gives way to the tensor's.
    static func weak<S: TensorScalar>(_ value: S) -> Tensor {
        let dtype: DType = S.exactDType.isFloating ? .float32 : .int32
        return Tensor(node: Constant.node(value.asDouble, integer: value.asInt64, dtype: dtype, isWeak: true))
    }

    /// Truth values as integers, for arithmetic.
    var number: Tensor { dtype == .bool ? cast(to: .int32) : computable }

    static func arithmetic(_ primitive: some BinaryPrimitive, _ a: Tensor, _ b: Tensor) -> Tensor {
        let (a, b) = aligned(a, b)
        return a.number.binary(primitive, b.number)
    }
}

// MARK: - Functions

extension Tensor {
    /// `|x|`, elementwise.
    public func abs() -> Tensor { number.unary(Absolute()) }
    /// -1, 0 or 1, elementwise; NaN stays NaN.
    public func sign() -> Tensor { number.unary(Sign()) }
    /// `x · x`.
    public func square() -> Tensor { self * self }
    public func sqrt() -> Tensor { floating.unary(SquareRoot()) }
    /// `1 / sqrt(x)`.
    public func rsqrt() -> Tensor { floating.unary(ReciprocalSquareRoot()) }
    /// `1 / x`.
    public func reciprocal() -> Tensor { floating.unary(Reciprocal()) }
    public func exp() -> Tensor { floating.unary(Exponential()) }
    /// `e^x - 1`, exact for small x.
    public func expm1() -> Tensor { floating.unary(ExponentialMinusOne()) }
    public func log() -> Tensor { floating.unary(Logarithm()) }
    /// `log(1 + x)`, exact for small x.
    public func log1p() -> Tensor { floating.unary(LogarithmOnePlus()) }
    public func log2() -> Tensor { floating.unary(Logarithm2()) }
    public func log10() -> Tensor { floating.unary(Logarithm10()) }
    public func sin() -> Tensor { floating.unary(Sine()) }
    public func cos() -> Tensor { floating.unary(Cosine()) }
    public func tan() -> Tensor { floating.unary(Tangent()) }
    public func asin() -> Tensor { floating.unary(ArcSine()) }
    public func acos() -> Tensor { floating.unary(ArcCosine()) }
    public func atan() -> Tensor { floating.unary(ArcTangent()) }
    public func sinh() -> Tensor { floating.unary(HyperbolicSine()) }
    public func cosh() -> Tensor { floating.unary(HyperbolicCosine()) }
    public func tanh() -> Tensor { floating.unary(HyperbolicTangent()) }
    public func asinh() -> Tensor { floating.unary(HyperbolicArcSine()) }
    public func acosh() -> Tensor { floating.unary(HyperbolicArcCosine()) }
    public func atanh() -> Tensor { floating.unary(HyperbolicArcTangent()) }
    /// The error function `2/sqrt(π) ∫₀ˣ exp(-t²) dt`.
    public func erf() -> Tensor { floating.unary(ErrorFunction()) }
    /// `1 - erf(x)`, exact for large x.
    public func erfc() -> Tensor { floating.unary(ComplementaryErrorFunction()) }
    /// The inverse of `erf`, for -1 < x < 1.
    public func erfinv() -> Tensor { floating.unary(InverseErrorFunction()) }
    /// `1 / (1 + e^-x)`; exactly 0 and 1 far out.
    public func sigmoid() -> Tensor { floating.unary(Sigmoid()) }
    /// `log(1 + e^x)`, without overflow.
    public func softplus() -> Tensor { floating.unary(Softplus()) }
    /// `max(x, 0)`; NaN stays NaN.
    public func relu() -> Tensor {
        let x = number
        return x.dtype.isFloating ? x.unary(Relu()) : maximum(x, 0)
    }
    public func floor() -> Tensor { dtype.isFloating ? computable.unary(Floor()) : self }
    public func ceil() -> Tensor { dtype.isFloating ? computable.unary(Ceiling()) : self }
    /// To the nearest integer, halves to even.
    public func rounded() -> Tensor { dtype.isFloating ? computable.unary(Round()) : self }
    /// Towards zero.
    public func truncated() -> Tensor { dtype.isFloating ? computable.unary(Truncate()) : self }

    /// `x^exponent`, elementwise, with C's rules at 0, 1 and infinity.
    public func power(_ exponent: Tensor) -> Tensor { Tensor.arithmetic(Power(), self, exponent) }
    /// `floor(x / divisor)`; integer division by 0 gives 0, as NumPy.
    public func floorDivided(by divisor: Tensor) -> Tensor {
        Tensor.arithmetic(FloorDivide(), self, divisor)
    }
    /// The angle of the point (`x`, self), in -π ... π.
    public func atan2(_ x: Tensor) -> Tensor {
        let (a, b) = Tensor.aligned(self, x)
        return a.floating.binary(ArcTangent2(), b.floating)
    }
    /// The values limited to `lower ... upper`; NaN stays NaN. Keras: `keras.ops.clip`.
    public func clipped(_ lower: Tensor, _ upper: Tensor) -> Tensor {
        minimum(maximum(self, lower), upper)
    }
}

/// The larger of two tensors, elementwise; NaN if either is NaN.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.arithmetic(Maximum(), a, b) }
/// The smaller of two tensors, elementwise; NaN if either is NaN.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.arithmetic(Minimum(), a, b) }

// NumPy's spelling of the functions that formulas use most.
public func exp(_ x: Tensor) -> Tensor { x.exp() }
public func log(_ x: Tensor) -> Tensor { x.log() }
public func sqrt(_ x: Tensor) -> Tensor { x.sqrt() }
public func tanh(_ x: Tensor) -> Tensor { x.tanh() }
public func sigmoid(_ x: Tensor) -> Tensor { x.sigmoid() }
public func relu(_ x: Tensor) -> Tensor { x.relu() }
public func abs(_ x: Tensor) -> Tensor { x.abs() }
