/// A Swift number (or truth value) that can be an element of a tensor.
public protocol TensorScalar: Sendable {
    /// The element type with exactly this representation in memory, or the nearest one.
    static var exactDType: DType { get }
    /// The element type a tensor made of such values gets when none is named: `float32` for every
    /// floating-point type and `int32` for `Int`, as in Keras.
    static var defaultDType: DType { get }
    var asDouble: Double { get }
    var asInt64: Int64 { get }
    init(fromDouble value: Double)
    init(fromInt64 value: Int64)
}

extension TensorScalar where Self: BinaryInteger & FixedWidthInteger {
    public var asDouble: Double { Double(self) }
    public var asInt64: Int64 { Int64(truncatingIfNeeded: self) }
    public init(fromDouble value: Double) {
        // As the cast kernel: towards zero, saturating, NaN gives 0.
        if value.isNaN {
            self = 0
        } else if value <= Double(Self.min) {
            self = Self.min
        } else if value >= Double(Self.max) {
            self = Self.max
        } else {
            self = Self(value)
        }
    }
    public init(fromInt64 value: Int64) { self = Self(truncatingIfNeeded: value) }
}

extension TensorScalar where Self: BinaryFloatingPoint {
    public var asDouble: Double { Double(self) }
    public var asInt64: Int64 { Int64(fromDouble: Double(self)) }
    public init(fromDouble value: Double) { self = Self(value) }
    public init(fromInt64 value: Int64) { self = Self(value) }
}

extension Float: TensorScalar {
    public static var exactDType: DType { .float32 }
    public static var defaultDType: DType { .float32 }
}
extension Double: TensorScalar {
    public static var exactDType: DType { .float64 }
    public static var defaultDType: DType { .float32 }
}
extension Int: TensorScalar {
    public static var exactDType: DType { .int64 }
    public static var defaultDType: DType { .int32 }
}
extension Int64: TensorScalar {
    public static var exactDType: DType { .int64 }
    public static var defaultDType: DType { .int64 }
}
extension Int32: TensorScalar {
    public static var exactDType: DType { .int32 }
    public static var defaultDType: DType { .int32 }
}
extension UInt8: TensorScalar {
    public static var exactDType: DType { .uint8 }
    public static var defaultDType: DType { .uint8 }
}
extension Bool: TensorScalar {
    public static var exactDType: DType { .bool }
    public static var defaultDType: DType { .bool }
    public var asDouble: Double { self ? 1 : 0 }
    public var asInt64: Int64 { self ? 1 : 0 }
    public init(fromDouble value: Double) { self = value != 0 }
    public init(fromInt64 value: Int64) { self = value != 0 }
}
