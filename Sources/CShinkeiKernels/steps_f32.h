// The f32 steps of one instruction set. Included after vec.h and math_f32.h, once per set.
//
// A step of a few instructions (LIGHT) has its own code for full vectors and for the partial one at
// the end; a step of many (HEAVY) has one copy of the code for both, chosen around the load and
// store.

#define STEP(name) \
    static void name(void *dst, const void *a, const void *b, const void *c, int64_t n)
#define UNUSED(p) ((void)(p))
#define FULL_VECTORS(i, n) \
    _Pragma("clang loop unroll_count(4)") for (; i + VEC_LANES <= n; i += VEC_LANES)

#define LIGHT_UNARY(name, value)                       \
    STEP(step_##name) {                                \
        UNUSED(b), UNUSED(c);                          \
        float *out = dst;                              \
        const float *in = a;                           \
        int64_t i = 0;                                 \
        FULL_VECTORS(i, n) {                           \
            vf x = vf_load(in + i);                    \
            vf_store(out + i, value);                  \
        }                                              \
        if (i < n) {                                   \
            vf x = vf_load_part(in + i, n - i);        \
            vf_store_part(out + i, value, n - i);      \
        }                                              \
    }

#define HEAVY_UNARY(name, value)                                                \
    STEP(step_##name) {                                                         \
        UNUSED(b), UNUSED(c);                                                   \
        float *out = dst;                                                       \
        const float *in = a;                                                    \
        for (int64_t i = 0; i < n; i += VEC_LANES) {                            \
            bool full = i + VEC_LANES <= n;                                     \
            vf x = full ? vf_load(in + i) : vf_load_part(in + i, n - i);        \
            vf result = value;                                                  \
            if (full) vf_store(out + i, result);                                \
            else vf_store_part(out + i, result, n - i);                         \
        }                                                                       \
    }

#define LIGHT_BINARY(name, value)                      \
    STEP(step_##name) {                                \
        UNUSED(c);                                     \
        float *out = dst;                              \
        const float *left = a, *right = b;             \
        int64_t i = 0;                                 \
        FULL_VECTORS(i, n) {                           \
            vf x = vf_load(left + i);                  \
            vf y = vf_load(right + i);                 \
            vf_store(out + i, value);                  \
        }                                              \
        if (i < n) {                                   \
            vf x = vf_load_part(left + i, n - i);      \
            vf y = vf_load_part(right + i, n - i);     \
            vf_store_part(out + i, value, n - i);      \
        }                                              \
    }

#define HEAVY_BINARY(name, value)                                                 \
    STEP(step_##name) {                                                           \
        UNUSED(c);                                                                \
        float *out = dst;                                                         \
        const float *left = a, *right = b;                                        \
        for (int64_t i = 0; i < n; i += VEC_LANES) {                              \
            bool full = i + VEC_LANES <= n;                                       \
            vf x = full ? vf_load(left + i) : vf_load_part(left + i, n - i);      \
            vf y = full ? vf_load(right + i) : vf_load_part(right + i, n - i);    \
            vf result = value;                                                    \
            if (full) vf_store(out + i, result);                                  \
            else vf_store_part(out + i, result, n - i);                           \
        }                                                                         \
    }

#define TEST(name, value)                              \
    STEP(step_##name) {                                \
        UNUSED(b), UNUSED(c);                          \
        uint8_t *out = dst;                            \
        const float *in = a;                           \
        int64_t i = 0;                                 \
        FULL_VECTORS(i, n) {                           \
            vf x = vf_load(in + i);                    \
            vi_store_bool(out + i, value);             \
        }                                              \
        if (i < n) {                                   \
            vf x = vf_load_part(in + i, n - i);        \
            vi_store_bool_part(out + i, value, n - i); \
        }                                              \
    }

#define COMPARE(name, value)                           \
    STEP(step_##name) {                                \
        UNUSED(c);                                     \
        uint8_t *out = dst;                            \
        const float *left = a, *right = b;             \
        int64_t i = 0;                                 \
        FULL_VECTORS(i, n) {                           \
            vf x = vf_load(left + i);                  \
            vf y = vf_load(right + i);                 \
            vi_store_bool(out + i, value);             \
        }                                              \
        if (i < n) {                                   \
            vf x = vf_load_part(left + i, n - i);      \
            vf y = vf_load_part(right + i, n - i);     \
            vi_store_bool_part(out + i, value, n - i); \
        }                                              \
    }

LIGHT_UNARY(NEG, -x)
LIGHT_UNARY(ABS, vf_abs(x))
LIGHT_UNARY(SIGN, x > 0.0f ? (vf)1.0f : (x < 0.0f ? (vf)-1.0f : x))     // ±0 and NaN stay
LIGHT_UNARY(SQRT, vf_sqrt(x))
LIGHT_UNARY(RSQRT, 1.0f / vf_sqrt(x))
LIGHT_UNARY(RECIPROCAL, 1.0f / x)
LIGHT_UNARY(RELU, x < 0.0f ? (vf)0.0f : x)
LIGHT_UNARY(FLOOR, vf_floor(x))
LIGHT_UNARY(CEIL, vf_ceil(x))
LIGHT_UNARY(ROUND, vf_round(x))
LIGHT_UNARY(TRUNC, vf_trunc(x))

HEAVY_UNARY(EXP, vf_exp(x))
HEAVY_UNARY(EXPM1, vf_expm1(x))
HEAVY_UNARY(LOG, vf_log(x))
HEAVY_UNARY(LOG1P, vf_log1p(x))
HEAVY_UNARY(LOG2, vf_log2(x))
HEAVY_UNARY(LOG10, vf_log10(x))
HEAVY_UNARY(SIN, vf_sin(x))
HEAVY_UNARY(COS, vf_cos(x))
HEAVY_UNARY(TAN, vf_tan(x))
HEAVY_UNARY(ASIN, vf_asin(x))
HEAVY_UNARY(ACOS, vf_acos(x))
HEAVY_UNARY(ATAN, vf_atan(x))
HEAVY_UNARY(SINH, vf_sinh(x))
HEAVY_UNARY(COSH, vf_cosh(x))
HEAVY_UNARY(TANH, vf_tanh(x))
HEAVY_UNARY(ASINH, vf_asinh(x))
HEAVY_UNARY(ACOSH, vf_acosh(x))
HEAVY_UNARY(ATANH, vf_atanh(x))
HEAVY_UNARY(ERF, vf_erf(x))
HEAVY_UNARY(ERFC, vf_erfc(x))
HEAVY_UNARY(ERFINV, vf_erfinv(x))
HEAVY_UNARY(SIGMOID, vf_sigmoid(x))
HEAVY_UNARY(SOFTPLUS, vf_softplus(x))

LIGHT_BINARY(ADD, x + y)
LIGHT_BINARY(SUB, x - y)
LIGHT_BINARY(MUL, x * y)
LIGHT_BINARY(DIV, x / y)
LIGHT_BINARY(ROOT_ADD, vf_sqrt(x) + y)
// The instructions for maximum and minimum return the second operand if either is NaN; a NaN in the
// first must be put back.
LIGHT_BINARY(MAX, x != x ? x : (x > y ? x : y))
LIGHT_BINARY(MIN, x != x ? x : (x < y ? x : y))
HEAVY_BINARY(POW, vf_pow(x, y))
HEAVY_BINARY(MOD, vf_mod(x, y))
HEAVY_BINARY(FLOORDIV, vf_floordiv(x, y))
HEAVY_BINARY(ATAN2, vf_atan2(x, y))

TEST(ISNAN, x != x)
TEST(ISINF, vf_abs(x) == __builtin_inff())
TEST(ISFINITE, vf_abs(x) < __builtin_inff())

COMPARE(EQ, x == y)
COMPARE(NE, x != y)
COMPARE(LT, x < y)
COMPARE(LE, x <= y)
COMPARE(GT, x > y)
COMPARE(GE, x >= y)

STEP(step_SELECT) {
    float *out = dst;
    const uint8_t *condition = a;
    const float *yes = b, *no = c;
    int64_t i = 0;
    FULL_VECTORS(i, n) {
        vi mask = vi_load_bool(condition + i);
        vf_store(out + i, mask ? vf_load(yes + i) : vf_load(no + i));
    }
    if (i < n) {
        vi mask = vi_load_bool_part(condition + i, n - i);
        vf x = vf_load_part(yes + i, n - i), y = vf_load_part(no + i, n - i);
        vf_store_part(out + i, mask ? x : y, n - i);
    }
}

#define LIGHT_TERNARY(name, value)                                                \
    STEP(step_##name) {                                                           \
        float *out = dst;                                                         \
        const float *first = a, *second = b, *third = c;                          \
        int64_t i = 0;                                                            \
        FULL_VECTORS(i, n) {                                                      \
            vf x = vf_load(first + i), y = vf_load(second + i), z = vf_load(third + i); \
            vf_store(out + i, value);                                             \
        }                                                                         \
        if (i < n) {                                                              \
            vf x = vf_load_part(first + i, n - i);                                \
            vf y = vf_load_part(second + i, n - i), z = vf_load_part(third + i, n - i); \
            vf_store_part(out + i, value, n - i);                                 \
        }                                                                         \
    }

LIGHT_TERNARY(LERP, x + (y - x) * z)
LIGHT_TERNARY(LERP_SQUARE, x + (y * y - x) * z)
LIGHT_TERNARY(SUB_DIV, x - y / z)

#define F32_STEPS(X)                                                                             \
    X(NEG) X(ABS) X(SIGN) X(SQRT) X(RSQRT) X(RECIPROCAL) X(EXP) X(EXPM1) X(LOG) X(LOG1P) X(LOG2) \
    X(LOG10) X(SIN) X(COS) X(TAN) X(ASIN) X(ACOS) X(ATAN) X(SINH) X(COSH) X(TANH) X(ASINH)       \
    X(ACOSH) X(ATANH) X(ERF) X(ERFC) X(ERFINV) X(SIGMOID) X(SOFTPLUS) X(RELU) X(FLOOR) X(CEIL)   \
    X(ROUND) X(TRUNC) X(ISNAN) X(ISINF) X(ISFINITE) X(ADD) X(SUB) X(MUL) X(DIV) X(POW) X(MAX)    \
    X(MIN) X(MOD) X(FLOORDIV) X(ATAN2) X(EQ) X(NE) X(LT) X(LE) X(GT) X(GE) X(SELECT) X(LERP) \
    X(LERP_SQUARE) X(SUB_DIV) X(ROOT_ADD)

// Half precision ----------------------------------------------------------------------------------

#if defined(VEC_AVX512) || defined(VEC_AVX2)
// Eight at a time in both sets; a tail goes through a buffer.
STEP(step_f16_to_f32) {
    UNUSED(b), UNUSED(c);
    float *out = dst;
    const uint16_t *in = a;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(in + i))));
    if (i < n) {
        uint16_t half[8] = {0};
        float whole[8];
        memcpy(half, in + i, (size_t)(n - i) * sizeof *half);
        _mm256_storeu_ps(whole, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)half)));
        memcpy(out + i, whole, (size_t)(n - i) * sizeof *whole);
    }
}
STEP(step_f32_to_f16) {
    UNUSED(b), UNUSED(c);
    uint16_t *out = dst;
    const float *in = a;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(out + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(in + i), _MM_FROUND_TO_NEAREST_INT));
    if (i < n) {
        float whole[8] = {0};
        uint16_t half[8];
        memcpy(whole, in + i, (size_t)(n - i) * sizeof *whole);
        _mm_storeu_si128((__m128i *)half,
                         _mm256_cvtps_ph(_mm256_loadu_ps(whole), _MM_FROUND_TO_NEAREST_INT));
        memcpy(out + i, half, (size_t)(n - i) * sizeof *half);
    }
}
#else
#define step_f16_to_f32 NULL
#define step_f32_to_f16 NULL
#endif
