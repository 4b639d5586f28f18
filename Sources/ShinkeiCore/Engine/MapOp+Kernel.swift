import CShinkeiKernels

extension DType {
    var kernel: shk_dtype {
        switch self {
        case .bool: SHK_BOOL
        case .uint8: SHK_U8
        case .int32: SHK_I32
        case .int64: SHK_I64
        case .float16: SHK_F16
        case .bfloat16: SHK_BF16
        case .float32: SHK_F32
        case .float64: SHK_F64
        }
    }
    var code: Int32 { Int32(bitPattern: UInt32(kernel.rawValue)) }
}

extension MapOp {
    var kernel: shk_op {
        switch self {
        case .copy: SHK_OP_COPY
        case .negate: SHK_OP_NEG
        case .abs: SHK_OP_ABS
        case .sign: SHK_OP_SIGN
        case .sqrt: SHK_OP_SQRT
        case .rsqrt: SHK_OP_RSQRT
        case .reciprocal: SHK_OP_RECIPROCAL
        case .exp: SHK_OP_EXP
        case .expm1: SHK_OP_EXPM1
        case .log: SHK_OP_LOG
        case .log1p: SHK_OP_LOG1P
        case .log2: SHK_OP_LOG2
        case .log10: SHK_OP_LOG10
        case .sin: SHK_OP_SIN
        case .cos: SHK_OP_COS
        case .tan: SHK_OP_TAN
        case .asin: SHK_OP_ASIN
        case .acos: SHK_OP_ACOS
        case .atan: SHK_OP_ATAN
        case .sinh: SHK_OP_SINH
        case .cosh: SHK_OP_COSH
        case .tanh: SHK_OP_TANH
        case .asinh: SHK_OP_ASINH
        case .acosh: SHK_OP_ACOSH
        case .atanh: SHK_OP_ATANH
        case .erf: SHK_OP_ERF
        case .erfc: SHK_OP_ERFC
        case .erfinv: SHK_OP_ERFINV
        case .sigmoid: SHK_OP_SIGMOID
        case .softplus: SHK_OP_SOFTPLUS
        case .relu: SHK_OP_RELU
        case .floor: SHK_OP_FLOOR
        case .ceil: SHK_OP_CEIL
        case .round: SHK_OP_ROUND
        case .trunc: SHK_OP_TRUNC
        case .not: SHK_OP_NOT
        case .isNaN: SHK_OP_ISNAN
        case .isInfinite: SHK_OP_ISINF
        case .isFinite: SHK_OP_ISFINITE
        case .add: SHK_OP_ADD
        case .subtract: SHK_OP_SUB
        case .multiply: SHK_OP_MUL
        case .divide: SHK_OP_DIV
        case .power: SHK_OP_POW
        case .maximum: SHK_OP_MAX
        case .minimum: SHK_OP_MIN
        case .mod: SHK_OP_MOD
        case .floorDivide: SHK_OP_FLOORDIV
        case .atan2: SHK_OP_ATAN2
        case .and: SHK_OP_AND
        case .or: SHK_OP_OR
        case .xor: SHK_OP_XOR
        case .equal: SHK_OP_EQ
        case .notEqual: SHK_OP_NE
        case .less: SHK_OP_LT
        case .lessEqual: SHK_OP_LE
        case .greater: SHK_OP_GT
        case .greaterEqual: SHK_OP_GE
        case .select: SHK_OP_SELECT
        case .lerp: SHK_OP_LERP
        case .lerpSquare: SHK_OP_LERP_SQUARE
        case .subtractQuotient: SHK_OP_SUB_DIV
        case .addRoot: SHK_OP_ROOT_ADD
        }
    }
}
