/// The type of a tensor's elements.
///
/// Arithmetic is done in `float32`, `float64`, `int32`, `int64` and `uint8`; `float16` and `bfloat16`
/// are for storage: an operation on them computes, and answers, in `float32`.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
    case bool, uint8, int32, int64, float16, bfloat16, float32, float64

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .bool, .uint8: 1
        case .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// NumPy's name: `"float32"`.
    public var name: String { "\(self)" }

    public var isFloating: Bool { rawValue >= DType.float16.rawValue }
    public var isInteger: Bool { self == .uint8 || self == .int32 || self == .int64 }

    /// The type in which arithmetic on this type is done: `float32` for the half-width types.
    package var computed: DType { self == .float16 || self == .bfloat16 ? .float32 : self }

    /// The type with this name, as NumPy and Keras write it.
    public init?(name: String) {
        guard let found = DType.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The common type of two operands: the wider of two integers or of two floats; an integer with a float
    /// gives the float, as in Keras and JAX (NumPy would widen `int32` with `float32` to `float64`).
    public static func promoted(_ a: DType, _ b: DType) -> DType {
        if a == b { return a }
        if (a == .float16 && b == .bfloat16) || (a == .bfloat16 && b == .float16) { return .float32 }
        return a.rawValue > b.rawValue ? a : b
    }
}

extension DType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .bool: "bool"
        case .uint8: "uint8"
        case .int32: "int32"
        case .int64: "int64"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .float32: "float32"
        case .float64: "float64"
        }
    }
}
