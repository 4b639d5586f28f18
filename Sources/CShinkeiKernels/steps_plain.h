// Steps of all types but float, and casts: one scalar expression each, which the compiler
// vectorises for the architecture's baseline. Included by steps.c.
//
// Operands may be the very same memory as the destination, never a shifted part of it: that is what
// `assume_safety` tells the vectoriser, and why `restrict` would be a lie.
#define EACH(i, n) \
    _Pragma("clang loop vectorize(assume_safety)") for (int64_t i = 0; i < (n); i++)
#define STEP(name) \
    static void name(void *dst, const void *a, const void *b, const void *c, int64_t n)
#define UNUSED(p) ((void)(p))

#define UNARY(type, name, ctype, value)                     \
    STEP(type##_##name) {                                   \
        UNUSED(b), UNUSED(c);                               \
        ctype *out = dst;                                   \
        const ctype *in = a;                                \
        EACH(i, n) { ctype x = in[i]; out[i] = (ctype)(value); } \
    }
#define TEST(type, name, ctype, value)                      \
    STEP(type##_##name) {                                   \
        UNUSED(b), UNUSED(c);                               \
        uint8_t *out = dst;                                 \
        const ctype *in = a;                                \
        EACH(i, n) { ctype x = in[i]; UNUSED(x); out[i] = (uint8_t)(value); } \
    }
#define BINARY(type, name, ctype, value)                    \
    STEP(type##_##name) {                                   \
        UNUSED(c);                                          \
        ctype *out = dst;                                   \
        const ctype *left = a, *right = b;                  \
        EACH(i, n) { ctype x = left[i], y = right[i]; out[i] = (ctype)(value); } \
    }
#define COMPARE(type, name, ctype, op)                      \
    STEP(type##_##name) {                                   \
        UNUSED(c);                                          \
        uint8_t *out = dst;                                 \
        const ctype *left = a, *right = b;                  \
        EACH(i, n) { out[i] = (uint8_t)(left[i] op right[i]); } \
    }
#define COMPARES(type, ctype)                                                                \
    COMPARE(type, EQ, ctype, ==) COMPARE(type, NE, ctype, !=) COMPARE(type, LT, ctype, <)    \
    COMPARE(type, LE, ctype, <=) COMPARE(type, GT, ctype, >) COMPARE(type, GE, ctype, >=)
#define COMPARE_ENTRIES(type)                                                        \
    ENTRY(type, EQ), ENTRY(type, NE), ENTRY(type, LT), ENTRY(type, LE), ENTRY(type, GT), \
        ENTRY(type, GE)
#define ENTRY(type, op) [SHK_OP_##op] = type##_##op

// Moving elements, by size ------------------------------------------------------------------------

#define MOVES(bits, ctype)                                                                    \
    STEP(copy_##bits) {                                                                       \
        UNUSED(b), UNUSED(c);                                                                 \
        if (dst != a && n > 0) memcpy(dst, a, (size_t)n * sizeof(ctype));                     \
    }                                                                                         \
    STEP(select_##bits) {                                                                     \
        ctype *out = dst;                                                                     \
        const uint8_t *condition = a;                                                         \
        const ctype *yes = b, *no = c;                                                        \
        EACH(i, n) { ctype x = yes[i], y = no[i]; out[i] = condition[i] ? x : y; }            \
    }
MOVES(8, uint8_t)
MOVES(16, uint16_t)
MOVES(32, uint32_t)
MOVES(64, uint64_t)
#define MOVE_ENTRIES(bits) [SHK_OP_COPY] = copy_##bits, [SHK_OP_SELECT] = select_##bits

// Bool: bytes 0 and 1 -----------------------------------------------------------------------------

UNARY(bool, NOT, uint8_t, x ^ 1)
BINARY(bool, AND, uint8_t, x & y)
BINARY(bool, OR, uint8_t, x | y)
BINARY(bool, XOR, uint8_t, x ^ y)
COMPARES(bool, uint8_t)

// Integers ----------------------------------------------------------------------------------------

// What is not a number never is an integer.
#define NUMBER_TESTS(type, ctype) \
    TEST(type, ISNAN, ctype, 0) TEST(type, ISINF, ctype, 0) TEST(type, ISFINITE, ctype, 1)
#define NUMBER_TEST_ENTRIES(type) ENTRY(type, ISNAN), ENTRY(type, ISINF), ENTRY(type, ISFINITE)
NUMBER_TESTS(u8, uint8_t)

// Python's rule: the remainder has the divisor's sign, the quotient is rounded down. By zero both
// give 0. x / -1 is written as a negation, since INT_MIN / -1 traps.
#define INTEGER_DIVISION(ctype, utype)                                                        \
    static inline ctype mod_##ctype(ctype x, ctype y) {                                       \
        if (y == 0 || y == (ctype)-1) return y == 0 || (ctype)-1 < 0 ? 0 : x % y;             \
        ctype r = x % y;                                                                      \
        return r != 0 && (r < 0) != (y < 0) ? r + y : r;                                      \
    }                                                                                         \
    static inline ctype floordiv_##ctype(ctype x, ctype y) {                                  \
        if (y == 0) return 0;                                                                 \
        if (y == (ctype)-1 && (ctype)-1 < 0) return (ctype)(0 - (utype)x);                    \
        ctype q = x / y;                                                                      \
        return x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q;                                  \
    }                                                                                         \
    static inline ctype pow_##ctype(ctype x, ctype y) {                                       \
        if (y < 0) return x == 1 ? 1 : x == (ctype)-1 ? (y & 1 ? (ctype)-1 : 1) : 0;          \
        utype base = (utype)x, power = 1;                                                     \
        for (utype e = (utype)y; e != 0; e >>= 1) {                                           \
            if (e & 1) power = (utype)(power * base);                                         \
            base = (utype)(base * base);                                                      \
        }                                                                                     \
        return (ctype)power;                                                                  \
    }
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wtautological-compare"
#pragma clang diagnostic ignored "-Wtype-limits"
INTEGER_DIVISION(uint8_t, uint32_t)
INTEGER_DIVISION(int32_t, uint32_t)
INTEGER_DIVISION(int64_t, uint64_t)
#pragma clang diagnostic pop

// Arithmetic wraps: it is done unsigned.
#define INTEGER_STEPS(type, ctype, utype)                                   \
    UNARY(type, NEG, ctype, 0 - (utype)x)                                   \
    UNARY(type, NOT, ctype, ~x)                                             \
    BINARY(type, ADD, ctype, (utype)x + (utype)y)                           \
    BINARY(type, SUB, ctype, (utype)x - (utype)y)                           \
    BINARY(type, MUL, ctype, (utype)x * (utype)y)                           \
    BINARY(type, POW, ctype, pow_##ctype(x, y))                             \
    BINARY(type, MAX, ctype, x > y ? x : y)                                 \
    BINARY(type, MIN, ctype, x < y ? x : y)                                 \
    BINARY(type, MOD, ctype, mod_##ctype(x, y))                             \
    BINARY(type, FLOORDIV, ctype, floordiv_##ctype(x, y))                   \
    BINARY(type, AND, ctype, x & y)                                         \
    BINARY(type, OR, ctype, x | y)                                          \
    BINARY(type, XOR, ctype, x ^ y)                                         \
    COMPARES(type, ctype)
#define INTEGER_ENTRIES(type)                                                                     \
    ENTRY(type, NEG), ENTRY(type, ABS), ENTRY(type, SIGN), ENTRY(type, NOT), ENTRY(type, ADD),    \
        ENTRY(type, SUB), ENTRY(type, MUL), ENTRY(type, POW), ENTRY(type, MAX), ENTRY(type, MIN), \
        ENTRY(type, MOD), ENTRY(type, FLOORDIV), ENTRY(type, AND), ENTRY(type, OR),               \
        ENTRY(type, XOR), COMPARE_ENTRIES(type)

INTEGER_STEPS(u8, uint8_t, uint32_t)
UNARY(u8, ABS, uint8_t, x)
UNARY(u8, SIGN, uint8_t, x > 0)
INTEGER_STEPS(i32, int32_t, uint32_t)
UNARY(i32, ABS, int32_t, x < 0 ? 0 - (uint32_t)x : (uint32_t)x)
UNARY(i32, SIGN, int32_t, (x > 0) - (x < 0))
NUMBER_TESTS(i32, int32_t)
INTEGER_STEPS(i64, int64_t, uint64_t)
UNARY(i64, ABS, int64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
UNARY(i64, SIGN, int64_t, (x > 0) - (x < 0))
NUMBER_TESTS(i64, int64_t)

// Double ------------------------------------------------------------------------------------------

UNARY(f64, NEG, double, -x)
UNARY(f64, ABS, double, f64_abs(x))
UNARY(f64, SIGN, double, x > 0 ? 1 : x < 0 ? -1 : x)
UNARY(f64, SQRT, double, f64_sqrt(x))
UNARY(f64, RSQRT, double, 1 / f64_sqrt(x))
UNARY(f64, RECIPROCAL, double, 1 / x)
UNARY(f64, RELU, double, x < 0 ? 0 : x)
BINARY(f64, ADD, double, x + y)
BINARY(f64, SUB, double, x - y)
BINARY(f64, MUL, double, x * y)
BINARY(f64, DIV, double, x / y)
BINARY(f64, MAX, double, x != x ? x : (x > y ? x : y))
BINARY(f64, MIN, double, x != x ? x : (x < y ? x : y))
#define TERNARY(suffix, op, T, value)                                          \
    STEP(suffix##_##op) {                                                      \
        T *out = dst;                                                          \
        const T *first = a, *second = b, *third = c;                           \
        EACH(i, n) {                                                           \
            const T x = first[i], y = second[i], z = third[i];                 \
            out[i] = value;                                                    \
        }                                                                      \
    }
TERNARY(f64, LERP, double, x + (y - x) * z)
TERNARY(f64, LERP_SQUARE, double, x + (y * y - x) * z)
TERNARY(f64, SUB_DIV, double, x - y / z)
BINARY(f64, ROOT_ADD, double, f64_sqrt(x) + y)
TEST(f64, ISNAN, double, x != x)
TEST(f64, ISINF, double, f64_abs(x) == F64_INF)
TEST(f64, ISFINITE, double, f64_abs(x) < F64_INF)
COMPARES(f64, double)

#define F64_UNARY_FUNCTIONS(X)                                                                  \
    X(EXP, exp) X(EXPM1, expm1) X(LOG, log) X(LOG1P, log1p) X(LOG2, log2) X(LOG10, log10)       \
    X(SIN, sin) X(COS, cos) X(TAN, tan) X(ASIN, asin) X(ACOS, acos) X(ATAN, atan) X(SINH, sinh) \
    X(COSH, cosh) X(TANH, tanh) X(ASINH, asinh) X(ACOSH, acosh) X(ATANH, atanh) X(ERF, erf)     \
    X(ERFC, erfc) X(ERFINV, erfinv) X(SIGMOID, sigmoid) X(SOFTPLUS, softplus) X(FLOOR, floor)   \
    X(CEIL, ceil) X(ROUND, round) X(TRUNC, trunc)
#define F64_BINARY_FUNCTIONS(X) X(POW, pow) X(MOD, mod) X(FLOORDIV, floordiv) X(ATAN2, atan2)
#define X(op, function) UNARY(f64, op, double, f64_##function(x))
F64_UNARY_FUNCTIONS(X)
#undef X
#define X(op, function) BINARY(f64, op, double, f64_##function(x, y))
F64_BINARY_FUNCTIONS(X)
#undef X

// Casts -------------------------------------------------------------------------------------------

static inline uint32_t f32_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline float f32_from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// A half is a float with 10 bits of fraction and exponents 112 smaller. Multiplying by 2^112 moves
// the exponent, and makes subnormals right on the way; the greatest exponent means infinity and
// NaN.
static inline float f32_from_f16(uint16_t half) {
    uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t scaled = f32_bits(f32_from_bits(magnitude) * 0x1p112f);
    uint32_t quiet = magnitude > 0x0f800000 ? 0x400000 : 0;
    uint32_t special = magnitude | 0x7f800000 | quiet;
    return f32_from_bits(sign | (magnitude >= 0x0f800000 ? special : scaled));
}
// Adding half of the last kept place, less one if that place is even, rounds to nearest even. For
// results below 2^-14 a float addition does it: the last place of ½ is the least half, 2^-24.
static inline uint16_t f16_from_f32(float x) {
    uint32_t bits = f32_bits(x), magnitude = bits & 0x7fffffff, sign = bits >> 16 & 0x8000;
    uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - (112u << 23)) >> 13;
    uint32_t small = f32_bits(f32_from_bits(magnitude) + 0.5f) - 0x3f000000;
    uint32_t half = magnitude < 0x38800000 ? small : normal;
    half = magnitude >= 0x47800000 - 0x1000 ? 0x7c00 : half;        // 65520 and more
    uint32_t nan = 0x7e00 | (magnitude >> 13 & 0x3ff);
    return (uint16_t)(sign | (magnitude > 0x7f800000 ? nan : half));
}
static inline float f32_from_bf16(uint16_t x) { return f32_from_bits((uint32_t)x << 16); }
static inline uint16_t bf16_from_f32(float x) {
    uint32_t bits = f32_bits(x), rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded);
}
// Double to half by way of float would round twice. The first rounding is therefore to odd: what
// was lost leaves a one in the last place, so that the second sees on which side of a tie it is.
static inline float f32_to_odd(double x) {
    float y = (float)x;
    uint32_t bits = f32_bits(y);
    double back = y, size = f64_abs(x), back_size = f64_abs(back);
    if (back != x && x == x && size < F64_INF) {
        bits -= back_size > size;       // towards zero; an infinity becomes the greatest float
        bits |= 1;
    }
    return f32_from_bits(bits);
}
static inline double f64_to_odd(int64_t x) {
    const int64_t kept = ~(int64_t)0x7ff;
    bool exact = x <= ((int64_t)1 << 53) && x >= -((int64_t)1 << 53);
    return (double)(exact ? x : (x & kept) | ((x & ~kept) != 0 ? 0x800 : 0));
}

// Towards zero, held within the type; NaN gives 0.
#define SATURATE(x, type, low, high, past_high) \
    ((x) >= (past_high) ? (high) : (x) <= (low) ? (low) : (x) == (x) ? (type)(x) : 0)

// to_<destination>_<source class>: sources are widened to int32, int64, float or double first.
#define to_BOOL_i32(x) ((x) != 0)
#define to_BOOL_i64(x) ((x) != 0)
#define to_BOOL_f32(x) ((x) != 0)
#define to_BOOL_f64(x) ((x) != 0)
#define to_U8_i32(x) ((uint8_t)(x))
#define to_U8_i64(x) ((uint8_t)(x))
#define to_U8_f32(x) ((uint8_t)SATURATE(x, int32_t, 0, 255, 256.0f))
#define to_U8_f64(x) ((uint8_t)SATURATE(x, int32_t, 0, 255, 256.0))
#define to_I32_i32(x) (x)
#define to_I32_i64(x) ((int32_t)(x))
#define to_I32_f32(x) SATURATE(x, int32_t, INT32_MIN, INT32_MAX, 0x1p31f)
#define to_I32_f64(x) SATURATE(x, int32_t, INT32_MIN, INT32_MAX, 0x1p31)
#define to_I64_i32(x) ((int64_t)(x))
#define to_I64_i64(x) (x)
#define to_I64_f32(x) SATURATE(x, int64_t, INT64_MIN, INT64_MAX, 0x1p63f)
#define to_I64_f64(x) SATURATE(x, int64_t, INT64_MIN, INT64_MAX, 0x1p63)
// An integer that float has to round is far beyond the greatest half.
#define to_F16_i32(x) f16_from_f32((float)(x))
#define to_F16_i64(x) f16_from_f32((float)(x))
#define to_F16_f32(x) f16_from_f32(x)
#define to_F16_f64(x) f16_from_f32(f32_to_odd(x))
#define to_BF16_i32(x) bf16_from_f32(f32_to_odd((double)(x)))
#define to_BF16_i64(x) bf16_from_f32(f32_to_odd(f64_to_odd(x)))
#define to_BF16_f32(x) bf16_from_f32(x)
#define to_BF16_f64(x) bf16_from_f32(f32_to_odd(x))
#define to_F32_i32(x) ((float)(x))
#define to_F32_i64(x) ((float)(x))
#define to_F32_f32(x) (x)
#define to_F32_f64(x) ((float)(x))
#define to_F64_i32(x) ((double)(x))
#define to_F64_i64(x) ((double)(x))
#define to_F64_f32(x) ((double)(x))
#define to_F64_f64(x) (x)

#define CAST(from, source, wide, class, widen, to, destination)                \
    STEP(from##_to_##to) {                                                     \
        UNUSED(b), UNUSED(c);                                                  \
        destination *out = dst;                                                \
        const source *in = a;                                                  \
        EACH(i, n) { wide x = widen(in[i]); out[i] = to_##to##_##class(x); }   \
    }
#define CASTS_FROM(from, source, wide, class, widen)                           \
    CAST(from, source, wide, class, widen, BOOL, uint8_t)                      \
    CAST(from, source, wide, class, widen, U8, uint8_t)                        \
    CAST(from, source, wide, class, widen, I32, int32_t)                       \
    CAST(from, source, wide, class, widen, I64, int64_t)                       \
    CAST(from, source, wide, class, widen, F16, uint16_t)                      \
    CAST(from, source, wide, class, widen, BF16, uint16_t)                     \
    CAST(from, source, wide, class, widen, F32, float)                         \
    CAST(from, source, wide, class, widen, F64, double)
#define CAST_ENTRIES(from)                                                                         \
    {                                                                                              \
        [SHK_BOOL] = from##_to_BOOL, [SHK_U8] = from##_to_U8, [SHK_I32] = from##_to_I32,           \
        [SHK_I64] = from##_to_I64, [SHK_F16] = from##_to_F16, [SHK_BF16] = from##_to_BF16,         \
        [SHK_F32] = from##_to_F32, [SHK_F64] = from##_to_F64                                       \
    }

CASTS_FROM(BOOL, uint8_t, int32_t, i32, )
CASTS_FROM(U8, uint8_t, int32_t, i32, )
CASTS_FROM(I32, int32_t, int32_t, i32, )
CASTS_FROM(I64, int64_t, int64_t, i64, )
CASTS_FROM(F16, uint16_t, float, f32, f32_from_f16)
CASTS_FROM(BF16, uint16_t, float, f32, f32_from_bf16)
CASTS_FROM(F32, float, float, f32, )
CASTS_FROM(F64, double, double, f64, )
