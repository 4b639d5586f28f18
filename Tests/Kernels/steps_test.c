// Tests of steps, casts and random numbers. From the repository's root:
//   cd Sources/CShinkeiKernels && clang -O2 ../../Tests/Kernels/steps_test.c isa.c random.c steps.c
//       steps_baseline.c steps_avx2.c steps_avx512.c -lm
// Prints every failure, the largest error of each function in units in the last place, and last the
// numbers of passed and failed checks.
#include "../../Sources/CShinkeiKernels/steps_isa.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Written by others; steps do not need them.
void shk_gemm_init(shk_isa isa) { (void)isa; }
void shk_rows_init(shk_isa isa) { (void)isa; }
void shk_windows_init(shk_isa isa) { (void)isa; }
void shk_winograd_init(shk_isa isa) { (void)isa; }

static int64_t passed, failed;
static int printed;
static const char *section = "";

static bool check(bool ok, const char *what) {
    if (ok) { passed++; return true; }
    failed++;
    if (printed++ < 200) printf("FAILED %s: %s\n", section, what);
    return false;
}
#define CHECK(ok, ...)                                            \
    do {                                                          \
        char text_[256];                                          \
        bool ok_ = (ok);                                          \
        if (!ok_) snprintf(text_, sizeof text_, __VA_ARGS__);     \
        check(ok_, ok_ ? "" : text_);                             \
    } while (0)

static const char *const isa_names[] = {"baseline", "neon", "avx2", "avx512"};
enum { ISAS = 4 };
static bool have_isa[ISAS];

static const char *const op_names[] = {
#define X(name) #name,
    SHK_UNARY_OPS(X) SHK_TEST_OPS(X) SHK_BINARY_OPS(X) SHK_COMPARE_OPS(X) SHK_TERNARY_OPS(X)
#undef X
};
static const char *const dtype_names[] = {"bool", "u8", "i32", "i64", "f16", "bf16", "f32", "f64"};
static const int dtype_sizes[] = {1, 1, 4, 8, 2, 2, 4, 8};

static uint64_t random_state = 88172645463325252ull;
static uint64_t random_bits(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static float float_of(uint32_t bits) { float x; memcpy(&x, &bits, 4); return x; }
static uint32_t bits_of(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }
static double double_of(uint64_t bits) { double x; memcpy(&x, &bits, 8); return x; }
static uint64_t bits_of_double(double x) { uint64_t bits; memcpy(&bits, &x, 8); return bits; }

// Error of `got` in units in the last place of a float, or double, near `want`. Overflow may round
// to infinity up to half a unit early.
typedef long double real;
static double ulps(double got, real want, int digits, int least_exponent, double largest) {
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : INFINITY;
    if (fabsl(want) >= largest * (1 + ldexpl(1, -digits - 1))) want = copysignl(INFINITY, want);
    if (isinf(got) || isinf(want)) {
        if (isinf(got) && isinf(want)) return (got > 0) == (want > 0) ? 0 : INFINITY;
        // One side at the edge of the range: measure against the next power of two.
        real edge = ldexpl(1, (int)ceil(log2(largest)));
        real g = isinf(got) ? copysignl(edge, got) : got;
        real w = isinf(want) ? copysignl(edge, want) : want;
        return (double)(fabsl(g - w) / ldexpl(edge, -digits));
    }
    int exponent = want == 0 ? least_exponent : (int)ilogbl(want);
    if (exponent < least_exponent) exponent = least_exponent;
    return (double)(fabsl((real)got - want) / ldexpl(1, exponent - digits + 1));
}
static double ulps_f32(float got, real want) { return ulps(got, want, 24, -126, 0x1.fffffep127); }
static double ulps_f64(double got, real want) {
    return ulps(got, want, 53, -1022, 0x1.fffffffffffffp1023);
}

// References --------------------------------------------------------------------------------------

static real ref_sigmoid(real x) { return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x)); }
static real ref_softplus(real x) { return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x))); }
static real ref_relu(real x) { return x < 0 ? 0 : x; }
static real ref_sign(real x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static real ref_neg(real x) { return -x; }
static real ref_copy(real x) { return x; }
static real ref_rsqrt(real x) { return 1 / sqrtl(x); }
static real ref_reciprocal(real x) { return 1 / x; }
static real ref_erfinv(real x) {
    real a = fabsl(x);
    if (!(a <= 1)) return NAN;
    if (a == 1) return copysignl(INFINITY, x);
    if (a < 1e-9L) return x * sqrtl(3.14159265358979323846L) / 2;
    real y = a > 0.9L ? sqrtl(-logl(1 - a)) : a;
    for (int i = 0; i < 100; i++) {
        real error = a < 0.5L ? erfl(y) - a : (1 - a) - erfcl(y);
        real step = error * sqrtl(3.14159265358979323846L) / 2 * expl(y * y);
        step = step > 0.3L ? 0.3L : step < -0.3L ? -0.3L : step;
        y -= step;
        if (fabsl(step) < 1e-18L * y) break;
    }
    return copysignl(y, x);
}
static real ref_round(real x) { return rintl(x); }

typedef struct {
    shk_op op;
    real (*reference)(real);
    double low, high;       // where the interesting values lie, besides all bit patterns
    double f32_bound, f64_bound;
} unary_case;

static const unary_case unary_cases[] = {
    {SHK_OP_COPY, ref_copy, -1, 1, 0, 0},
    {SHK_OP_NEG, ref_neg, -1, 1, 0, 0},
    {SHK_OP_ABS, fabsl, -1, 1, 0, 0},
    {SHK_OP_SIGN, ref_sign, -1, 1, 0, 0},
    {SHK_OP_SQRT, sqrtl, 0, 4, 0.5001, 0.5001},
    {SHK_OP_RSQRT, ref_rsqrt, 0, 4, 1.5, 1.5},
    {SHK_OP_RECIPROCAL, ref_reciprocal, -4, 4, 0.5001, 0.5001},
    {SHK_OP_EXP, expl, -104, 89, 1.2, 1.5},
    {SHK_OP_EXPM1, expm1l, -20, 89, 0.6, 2},
    {SHK_OP_LOG, logl, 0, 4, 1.5, 1},
    {SHK_OP_LOG1P, log1pl, -1, 4, 0.6, 1},
    {SHK_OP_LOG2, log2l, 0, 4, 0.6, 1},
    {SHK_OP_LOG10, log10l, 0, 4, 0.6, 1},
    {SHK_OP_SIN, sinl, -100, 100, 0.6, 1.5},
    {SHK_OP_COS, cosl, -100, 100, 0.6, 1.5},
    {SHK_OP_TAN, tanl, -100, 100, 0.6, 3},
    {SHK_OP_ASIN, asinl, -1, 1, 0.6, 4},
    {SHK_OP_ACOS, acosl, -1, 1, 0.6, 4},
    {SHK_OP_ATAN, atanl, -8, 8, 0.6, 2},
    {SHK_OP_SINH, sinhl, -89, 89, 0.6, 3},
    {SHK_OP_COSH, coshl, -89, 89, 0.6, 3},
    {SHK_OP_TANH, tanhl, -10, 10, 2.6, 4},
    {SHK_OP_ASINH, asinhl, -10, 10, 0.6, 4},
    {SHK_OP_ACOSH, acoshl, 1, 10, 0.6, 4},
    {SHK_OP_ATANH, atanhl, -1, 1, 0.6, 4},
    {SHK_OP_ERF, erfl, -4, 4, 1.5, 2},
    {SHK_OP_ERFC, erfcl, -4, 10.2, 0.6, 4},
    {SHK_OP_ERFINV, ref_erfinv, -1, 1, 0.6, 4},
    {SHK_OP_SIGMOID, ref_sigmoid, -104, 20, 1.6, 3},
    {SHK_OP_SOFTPLUS, ref_softplus, -104, 20, 3, 3},
    {SHK_OP_RELU, ref_relu, -1, 1, 0, 0},
    {SHK_OP_FLOOR, floorl, -10, 10, 0, 0},
    {SHK_OP_CEIL, ceill, -10, 10, 0, 0},
    {SHK_OP_ROUND, ref_round, -10, 10, 0, 0},
    {SHK_OP_TRUNC, truncl, -10, 10, 0, 0},
};
enum { UNARY_CASES = sizeof unary_cases / sizeof *unary_cases };

static real ref_mod(real x, real y) {
    real r = fmodl(x, y);
    if (r == 0) return copysignl(0, y);
    return (r < 0) != (y < 0) ? r + y : r;
}
static real ref_floordiv(real x, real y) {
    if (y == 0) return x / y;
    real r = fmodl(x, y), n = (x - r) / y;
    if (r != 0 && (r < 0) != (y < 0)) n -= 1;
    n = fabsl(n) < 0x1p62L ? rintl(n) : n;
    return n == 0 ? copysignl(0, x / y) : n;
}
static real ref_max(real x, real y) { return isnan(x) || isnan(y) ? NAN : x > y ? x : y; }
static real ref_min(real x, real y) { return isnan(x) || isnan(y) ? NAN : x < y ? x : y; }
// glibc's powl takes -2^63 for an odd number.
static real ref_pow(real x, real y) {
    return fabsl(y) >= 0x1p63L ? (real)pow((double)x, (double)y) : powl(x, y);
}
static real ref_add(real x, real y) { return x + y; }
static real ref_sub(real x, real y) { return x - y; }
static real ref_mul(real x, real y) { return x * y; }
static real ref_div(real x, real y) { return x / y; }

typedef struct {
    shk_op op;
    real (*reference)(real, real);
    double low, high, f32_bound, f64_bound;
} binary_case;

static const binary_case binary_cases[] = {
    {SHK_OP_ADD, ref_add, -4, 4, 0.5001, 0.501}, {SHK_OP_SUB, ref_sub, -4, 4, 0.5001, 0.501},
    {SHK_OP_MUL, ref_mul, -4, 4, 0.5001, 0.501}, {SHK_OP_DIV, ref_div, -4, 4, 0.5001, 0.501},
    {SHK_OP_POW, ref_pow, -20, 20, 0.6, 2},         {SHK_OP_MAX, ref_max, -4, 4, 0, 0},
    {SHK_OP_MIN, ref_min, -4, 4, 0, 0},          {SHK_OP_MOD, ref_mod, -20, 20, 0.5001, 0.501},
    {SHK_OP_FLOORDIV, ref_floordiv, -20, 20, 1, 2}, {SHK_OP_ATAN2, atan2l, -4, 4, 0.6, 3},
};
enum { BINARY_CASES = sizeof binary_cases / sizeof *binary_cases };

// Accuracy ----------------------------------------------------------------------------------------

#if defined(__x86_64__)
enum { SWEEP = 1 << 20, SWEEP_F64 = 1 << 18 };
#else
enum { SWEEP = 1 << 14, SWEEP_F64 = 1 << 14 };
#endif

static const float specials_f32[] = {
    0.0f, -0.0f, 1.0f, -1.0f, 0.5f, -0.5f, 1.5f, -1.5f, 2.5f, -2.5f, 2.0f, -2.0f, 3.0f, -3.0f,
    INFINITY, -INFINITY, NAN, 0x1p-149f, -0x1p-149f, 0x1p-126f, -0x1p-126f, 0x1.fffffep-127f,
    0x1.fffffep127f, -0x1.fffffep127f, 88.722839f, 88.72284f, -87.33655f, -103.97208f,
    -103.97209f, 1000.0f, -1000.0f, 1e5f, -1e5f, 1e10f, -1e10f, 1e30f, -1e30f, 8388607.5f,
    -8388607.5f, 8388608.0f, 8388609.0f, 4194304.5f, 16777215.0f, 16777216.0f, 0x1.fffffep-1f,
    0x1.000002p0f, -0x1.fffffep-1f, 0x1p20f, 0x1.000002p20f, 0x1.921fb6p0f, 0x1.921fb6p1f,
    0x1.921fb6p2f, 1e-3f, -1e-3f, 1e-8f, -1e-8f, 0x1p31f, -0x1p31f, 0x1p63f, -0x1p63f, 255.0f,
    255.5f, 256.0f, 65504.0f, 65519.0f, 65520.0f, 10.0f, 9.0f, 4.0f, 3.9999f, 0.92f, 0.93f, 7.0f,
    -7.0f, 100.0f, 0.1f, -0.1f, 1.0f / 3};
enum { SPECIALS = sizeof specials_f32 / sizeof *specials_f32 };

// Every 2^12th bit pattern and a dense sweep of the interesting interval, and the special values.
static int64_t fill_f32(float *x, int64_t n, double low, double high) {
    int64_t i = 0;
    for (; i < SPECIALS; i++) x[i] = specials_f32[i];
    for (; i < n / 2; i++) x[i] = float_of((uint32_t)((double)i / (n / 2) * 0x1p32));
    for (; i < n; i++) x[i] = (float)(low + (high - low) * ((double)random_bits() * 0x1p-64));
    return n;
}
static int64_t fill_f64(double *x, int64_t n, double low, double high) {
    int64_t i = 0;
    for (; i < SPECIALS; i++) x[i] = specials_f32[i];
    for (; i < n / 2; i++) x[i] = double_of(random_bits());
    for (; i < n; i++) x[i] = low + (high - low) * ((double)random_bits() * 0x1p-64);
    return n;
}

static bool same_zero_sign(double got, real want) {
    return got != 0 || want != 0 || signbit(got) == signbit(want);
}

static double f32_max[UNARY_CASES + BINARY_CASES][ISAS], f64_max[UNARY_CASES + BINARY_CASES];

static void compare_f32(int row, int isa, shk_op op, const float *x, const float *y,
                        const float *got, const real *want, int64_t n, double bound) {
    double worst = 0;
    int64_t at = 0, signs = 0;
    for (int64_t i = 0; i < n; i++) {
        double error = ulps_f32(got[i], want[i]);
        if (error > worst) worst = error, at = i;
        if (!same_zero_sign(got[i], want[i]) && op != SHK_OP_MAX && op != SHK_OP_MIN) {
            if (signs++ == 0) at = worst > bound ? at : i;
        }
    }
    f32_max[row][isa] = worst;
    CHECK(worst <= bound && signs == 0,
          "f32 %s %s: %.3f ulp, %lld wrong zeros; (%a, %a) [%g, %g] gives %a (%g), not %La (%Lg)",
          op_names[op], isa_names[isa], worst, (long long)signs, x[at], y[at], x[at], y[at],
          got[at], got[at], want[at], want[at]);
}

static void test_accuracy_f32(void) {
    section = "accuracy f32";
    int64_t n = SWEEP;
    float *x = malloc(n * 4), *y = malloc(n * 4), *got = malloc(n * 4);
    real *want = malloc(n * sizeof(real));
    for (int k = 0; k < UNARY_CASES; k++) {
        const unary_case *t = &unary_cases[k];
        fill_f32(x, n, t->low, t->high);
        for (int64_t i = 0; i < n; i++) want[i] = t->reference((real)x[i]);
        for (int isa = 0; isa < ISAS; isa++) {
            if (!have_isa[isa]) continue;
            shk_init(isa_names[isa]);
            shk_step(t->op, SHK_F32)(got, x, NULL, NULL, n);
            compare_f32(k, isa, t->op, x, x, got, want, n, t->f32_bound);
        }
    }
    for (int k = 0; k < BINARY_CASES; k++) {
        const binary_case *t = &binary_cases[k];
        fill_f32(x, n, t->low, t->high);
        fill_f32(y, n, t->low, t->high);
        int64_t pairs = (int64_t)SPECIALS * SPECIALS;
        for (int64_t i = 0; i < pairs; i++) {
            x[i] = specials_f32[i / SPECIALS];
            y[i] = specials_f32[i % SPECIALS];
        }
        for (int64_t i = pairs; i < n / 2; i++) {
            x[i] = float_of((uint32_t)random_bits());
            y[i] = float_of((uint32_t)(random_bits() >> 20));
        }
        for (int64_t i = 0; i < n; i++) want[i] = t->reference((real)x[i], (real)y[i]);
        for (int isa = 0; isa < ISAS; isa++) {
            if (!have_isa[isa]) continue;
            shk_init(isa_names[isa]);
            shk_step(t->op, SHK_F32)(got, x, y, NULL, n);
            compare_f32(UNARY_CASES + k, isa, t->op, x, y, got, want, n, t->f32_bound);
        }
    }
    free(x), free(y), free(got), free(want);
}

static void compare_f64(int row, shk_op op, const double *x, const double *y, const double *got,
                        const real *want, int64_t n, double bound) {
    double worst = 0;
    int64_t at = 0, signs = 0;
    for (int64_t i = 0; i < n; i++) {
        double error = ulps_f64(got[i], want[i]);
        if (error > worst) worst = error, at = i;
        if (!same_zero_sign(got[i], want[i]) && op != SHK_OP_MAX && op != SHK_OP_MIN)
            if (signs++ == 0 && worst <= bound) at = i;
    }
    f64_max[row] = worst;
    CHECK(worst <= bound && signs == 0,
          "f64 %s: %.3f ulp, %lld wrong zeros; (%a, %a) [%g, %g] gives %a (%g), not %La (%Lg)",
          op_names[op], worst, (long long)signs, x[at], y[at], x[at], y[at], got[at], got[at],
          want[at], want[at]);
}

static void test_accuracy_f64(void) {
    section = "accuracy f64";
    int64_t n = SWEEP_F64;
    double *x = malloc(n * 8), *y = malloc(n * 8), *got = malloc(n * 8);
    real *want = malloc(n * sizeof(real));
    for (int k = 0; k < UNARY_CASES; k++) {
        const unary_case *t = &unary_cases[k];
        double stretch = t->low == -104 || t->high == 89 ? 8 : t->high == 10.2 ? 2.6 : 1;
        fill_f64(x, n, t->low * stretch, t->high * stretch);
        for (int64_t i = 0; i < n; i++) want[i] = t->reference((real)x[i]);
        shk_step(t->op, SHK_F64)(got, x, NULL, NULL, n);
        compare_f64(k, t->op, x, x, got, want, n, t->f64_bound);
    }
    for (int k = 0; k < BINARY_CASES; k++) {
        const binary_case *t = &binary_cases[k];
        fill_f64(x, n, t->low, t->high);
        fill_f64(y, n, t->low, t->high);
        int64_t pairs = (int64_t)SPECIALS * SPECIALS;
        for (int64_t i = 0; i < pairs; i++) {
            x[i] = specials_f32[i / SPECIALS];
            y[i] = specials_f32[i % SPECIALS];
        }
        for (int64_t i = 0; i < n; i++) want[i] = t->reference((real)x[i], (real)y[i]);
        shk_step(t->op, SHK_F64)(got, x, y, NULL, n);
        compare_f64(UNARY_CASES + k, t->op, x, y, got, want, n, t->f64_bound);
    }
    free(x), free(y), free(got), free(want);
}

// Tails, aliasing, equal bits ---------------------------------------------------------------------

static bool is_test(int op) { return op >= SHK_OP_ISNAN && op <= SHK_OP_ISFINITE; }
static bool is_binary(int op) { return op >= SHK_OP_ADD && op <= SHK_OP_XOR; }
static bool is_ternary(int op) { return op >= SHK_OP_SELECT && op <= SHK_OP_SUB_DIV; }
static bool is_compare(int op) { return op >= SHK_OP_EQ && op <= SHK_OP_GE; }

// Whether the contract gives the operation a meaning for the type.
static bool meaningful(int op, int dtype) {
    bool moves = op == SHK_OP_COPY || op == SHK_OP_SELECT;
    bool bits = op == SHK_OP_NOT || op == SHK_OP_AND || op == SHK_OP_OR || op == SHK_OP_XOR;
    bool order = op == SHK_OP_MAX || op == SHK_OP_MIN;
    switch (dtype) {
    case SHK_F32:
    case SHK_F64: return !bits;
    case SHK_F16:
    case SHK_BF16: return moves;
    case SHK_BOOL: return moves || bits || order || is_compare(op) || is_test(op);
    default:
        return moves || bits || order || is_compare(op) || is_test(op) || op == SHK_OP_NEG
            || op == SHK_OP_ABS || op == SHK_OP_SIGN || op == SHK_OP_ADD || op == SHK_OP_SUB
            || op == SHK_OP_MUL || op == SHK_OP_POW || op == SHK_OP_MOD || op == SHK_OP_FLOORDIV;
    }
}

// NaNs of any payload are one value.
static bool same_elements(const void *a, const void *b, int dtype, int64_t n) {
    if (dtype == SHK_F32) {
        const float *x = a, *y = b;
        for (int64_t i = 0; i < n; i++)
            if (bits_of(x[i]) != bits_of(y[i]) && !(isnan(x[i]) && isnan(y[i]))) return false;
        return true;
    }
    if (dtype == SHK_F64) {
        const double *x = a, *y = b;
        for (int64_t i = 0; i < n; i++)
            if (bits_of_double(x[i]) != bits_of_double(y[i]) && !(isnan(x[i]) && isnan(y[i])))
                return false;
        return true;
    }
    return memcmp(a, b, (size_t)(n * dtype_sizes[dtype])) == 0;
}

static void fill_any(void *p, int dtype, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        double value = (double)(int64_t)(random_bits() >> 40) * 0x1p-20 - 8;
        if (i % 7 == 3) value = specials_f32[random_bits() % SPECIALS];
        switch (dtype) {
        case SHK_BOOL: ((uint8_t *)p)[i] = random_bits() >> 17 & 1; break;
        case SHK_U8: ((uint8_t *)p)[i] = (uint8_t)(random_bits() >> 20); break;
        case SHK_I32: ((int32_t *)p)[i] = (int32_t)(random_bits() >> (i % 3 ? 60 : 20)) - 8; break;
        case SHK_I64: ((int64_t *)p)[i] = (int64_t)(random_bits() >> (i % 3 ? 60 : 0)) - 8; break;
        case SHK_F32: ((float *)p)[i] = (float)value; break;
        case SHK_F64: ((double *)p)[i] = value; break;
        default: ((uint16_t *)p)[i] = (uint16_t)(random_bits() >> 20); break;
        }
    }
}

enum { TAIL = 67, PAD = 64, ROOM = TAIL * 8 + 2 * PAD };

// Every n from 0 to 67, starting at any element: the bits of a long run, and nothing written
// outside.
static void test_tails(int isa) {
    section = "tails";
    static char a[3][1024 * 8], whole[1024 * 8], out[ROOM];
    for (int dtype = 0; dtype < SHK_DTYPES; dtype++)
        for (int op = 0; op < SHK_OPS; op++) {
            shk_step_fn step = shk_step((shk_op)op, (shk_dtype)dtype);
            CHECK((step != NULL) == meaningful(op, dtype), "%s %s exists: %d", op_names[op],
                  dtype_names[dtype], step != NULL);
            if (!step) continue;
            bool select = op == SHK_OP_SELECT;
            int size = dtype_sizes[dtype];
            int result = is_test(op) || is_compare(op) ? SHK_BOOL : dtype;
            int width = dtype_sizes[result];
            int first = select ? SHK_BOOL : dtype, first_size = dtype_sizes[first];
            fill_any(a[0], first, 1024);
            fill_any(a[1], dtype, 1024);
            fill_any(a[2], dtype, 1024);
            const void *b = is_binary(op) || is_compare(op) || is_ternary(op) ? a[1] : NULL;
            const void *c = is_ternary(op) ? a[2] : NULL;
            step(whole, a[0], b, c, 1024);
            bool bits = true, inside = true;
            for (int64_t n = 0; n <= TAIL; n++) {
                int64_t at = 3 * n % 16;
                memset(out, 0xA5, sizeof out);
                step(out + PAD, a[0] + at * first_size, b ? (const char *)b + at * size : NULL,
                     c ? (const char *)c + at * size : NULL, n);
                bits &= same_elements(out + PAD, whole + at * width, result, n);
                for (int64_t i = 0; i < ROOM; i++)
                    if (i < PAD || i >= PAD + n * width) inside &= out[i] == (char)0xA5;
            }
            CHECK(bits, "%s %s %s: a tail has other bits", op_names[op], dtype_names[dtype],
                  isa_names[isa]);
            CHECK(inside, "%s %s %s writes outside", op_names[op], dtype_names[dtype],
                  isa_names[isa]);
        }
}

// dst is a, b, c, or all of them.
static void test_aliasing(int isa) {
    section = "aliasing";
    enum { N = 531 };
    static char a[3][N * 8], want[N * 8], buffer[N * 8];
    for (int dtype = 0; dtype < SHK_DTYPES; dtype++)
        for (int op = 0; op < SHK_OPS; op++) {
            shk_step_fn step = shk_step((shk_op)op, (shk_dtype)dtype);
            if (!step) continue;
            bool select = op == SHK_OP_SELECT, three = is_ternary(op);
            bool two = is_binary(op) || is_compare(op) || three;
            int result = is_test(op) || is_compare(op) ? SHK_BOOL : dtype;
            bool same_size = dtype_sizes[result] == dtype_sizes[dtype];
            fill_any(a[0], select ? SHK_BOOL : dtype, N);
            fill_any(a[1], dtype, N);
            fill_any(a[2], dtype, N);
            bool ok = true;
            for (int k = 0; k < 3; k++) {
                bool first_fits = select ? dtype_sizes[dtype] == 1 : same_size;
                bool fits = k == 0 ? first_fits : k == 1 ? two && same_size : three;
                if (!fits) continue;
                const void *operand[3] = {a[0], two ? a[1] : NULL, three ? a[2] : NULL};
                step(want, operand[0], operand[1], operand[2], N);
                memcpy(buffer, a[k], sizeof buffer);
                operand[k] = buffer;
                step(buffer, operand[0], operand[1], operand[2], N);
                ok &= same_elements(buffer, want, result, N);
            }
            if (two && !three && same_size) {
                step(want, a[0], a[0], NULL, N);
                memcpy(buffer, a[0], sizeof buffer);
                step(buffer, buffer, buffer, NULL, N);
                ok &= same_elements(buffer, want, result, N);
            }
            CHECK(ok, "%s %s %s", op_names[op], dtype_names[dtype], isa_names[isa]);
        }
}

// AVX2 and AVX-512 agree bit for bit; so does every set where nothing but one rounding happens.
static void test_equal_bits(void) {
    section = "equal bits";
    if (!have_isa[SHK_ISA_AVX512]) return;
    int64_t n = SWEEP;
    float *x = malloc(n * 4), *y = malloc(n * 4), *one = malloc(n * 4), *two = malloc(n * 4);
    for (int op = 0; op < SHK_OPS; op++) {
        if (!meaningful(op, SHK_F32) || op == SHK_OP_SELECT) continue;
        fill_f32(x, n, -10, 10);
        fill_f32(y, n, -10, 10);
        for (int64_t i = 0; i < n / 2; i++) y[i] = float_of((uint32_t)random_bits());
        shk_init("avx2");
        shk_step((shk_op)op, SHK_F32)(one, x, y, x, n);
        shk_init("avx512");
        shk_step((shk_op)op, SHK_F32)(two, x, y, x, n);
        bool logical = is_test(op) || is_compare(op);
        bool same = logical ? memcmp(one, two, (size_t)n) == 0
                            : same_elements(one, two, SHK_F32, n);
        CHECK(same, "%s", op_names[op]);
    }
    free(x), free(y), free(one), free(two);
}

// Each operation of a step that is several is rounded, as if it were a step of its own.
static void test_several(int isa) {
    section = "several";
    enum { N = 100 };
    static double x[N], y[N], z[N], got[N], want[N], part[N];
    static float xs[N], ys[N], zs[N];
    fill_f32(xs, N, 0, 10), fill_f32(ys, N, -10, 10), fill_f32(zs, N, 0, 1);
    for (int i = 0; i < N; i++) x[i] = xs[i] / 3.0, y[i] = ys[i] / 3.0, z[i] = zs[i] / 3.0;
    for (int wide = 0; wide < 2; wide++) {
        const shk_dtype type = wide ? SHK_F64 : SHK_F32;
        const void *a = wide ? (void *)x : xs, *b = wide ? (void *)y : ys, *c = wide ? (void *)z : zs;
        for (int square = 0; square < 2; square++) {
            if (square) shk_step(SHK_OP_MUL, type)(part, b, b, NULL, N);
            shk_step(SHK_OP_SUB, type)(want, square ? part : b, a, NULL, N);
            shk_step(SHK_OP_MUL, type)(want, want, c, NULL, N);
            shk_step(SHK_OP_ADD, type)(want, a, want, NULL, N);
            shk_step(square ? SHK_OP_LERP_SQUARE : SHK_OP_LERP, type)(got, a, b, c, N);
            CHECK(same_elements(got, want, type, N), "lerp, square %d: other bits on %s", square, isa_names[isa]);
        }
        shk_step(SHK_OP_DIV, type)(part, b, c, NULL, N);
        shk_step(SHK_OP_SUB, type)(want, a, part, NULL, N);
        shk_step(SHK_OP_SUB_DIV, type)(got, a, b, c, N);
        CHECK(same_elements(got, want, type, N), "sub_div: other bits on %s", isa_names[isa]);
        shk_step(SHK_OP_SQRT, type)(part, a, NULL, NULL, N);
        shk_step(SHK_OP_ADD, type)(want, part, b, NULL, N);
        shk_step(SHK_OP_ROOT_ADD, type)(got, a, b, NULL, N);
        CHECK(same_elements(got, want, type, N), "root_add: other bits on %s", isa_names[isa]);
    }
}

static void test_logic_f32(void) {
    section = "comparisons";
    enum { N = SPECIALS * SPECIALS };
    static float x[N], y[N];
    static double xd[N], yd[N];
    static uint8_t got[N], got_double[N];
    for (int i = 0; i < N; i++) {
        xd[i] = x[i] = specials_f32[i / SPECIALS];
        yd[i] = y[i] = specials_f32[i % SPECIALS];
    }
    for (int op = 0; op < SHK_OPS; op++) {
        if (!is_test(op) && !is_compare(op)) continue;
        shk_step((shk_op)op, SHK_F32)(got, x, y, NULL, N);
        shk_step((shk_op)op, SHK_F64)(got_double, xd, yd, NULL, N);
        bool ok = true;
        for (int i = 0; i < N; i++) {
            bool want = op == SHK_OP_EQ ? x[i] == y[i] : op == SHK_OP_NE ? x[i] != y[i]
                      : op == SHK_OP_LT ? x[i] < y[i] : op == SHK_OP_LE ? x[i] <= y[i]
                      : op == SHK_OP_GT ? x[i] > y[i] : op == SHK_OP_GE ? x[i] >= y[i]
                      : op == SHK_OP_ISNAN ? isnan(x[i]) != 0
                      : op == SHK_OP_ISINF ? isinf(x[i]) != 0 : isfinite(x[i]) != 0;
            ok &= got[i] == want && got_double[i] == want;
        }
        CHECK(ok, "%s", op_names[op]);
    }
}

// Properties a user relies on, exactly.
static void test_exact_values(int isa) {
    section = "exact values";
    static const struct { shk_op op; float x, y, want; } cases[] = {
        {SHK_OP_SIGMOID, 1000, 0, 1}, {SHK_OP_SIGMOID, -1000, 0, 0},
        {SHK_OP_SIGMOID, 0, 0, 0.5f}, {SHK_OP_SIGMOID, INFINITY, 0, 1},
        {SHK_OP_SIGMOID, -INFINITY, 0, 0}, {SHK_OP_TANH, 1000, 0, 1},
        {SHK_OP_TANH, -1000, 0, -1}, {SHK_OP_TANH, INFINITY, 0, 1}, {SHK_OP_EXP, 0, 0, 1},
        {SHK_OP_EXP, -INFINITY, 0, 0}, {SHK_OP_EXP, 1000, 0, INFINITY}, {SHK_OP_LOG, 1, 0, 0},
        {SHK_OP_LOG, 0, 0, -INFINITY}, {SHK_OP_LOG, -1, 0, NAN}, {SHK_OP_LOG2, 8, 0, 3},
        {SHK_OP_LOG2, 0x1p-149f, 0, -149}, {SHK_OP_LOG10, 1000, 0, 3}, {SHK_OP_ERF, 10, 0, 1},
        {SHK_OP_ERF, -10, 0, -1}, {SHK_OP_COS, 0, 0, 1}, {SHK_OP_SIN, INFINITY, 0, NAN},
        {SHK_OP_COS, -INFINITY, 0, NAN}, {SHK_OP_RELU, NAN, 0, NAN}, {SHK_OP_SIGN, NAN, 0, NAN},
        {SHK_OP_MAX, NAN, 1, NAN}, {SHK_OP_MAX, 1, NAN, NAN}, {SHK_OP_MIN, NAN, 1, NAN},
        {SHK_OP_MIN, 1, NAN, NAN}, {SHK_OP_ROUND, 0.5f, 0, 0}, {SHK_OP_ROUND, 1.5f, 0, 2},
        {SHK_OP_ROUND, 2.5f, 0, 2}, {SHK_OP_ROUND, -2.5f, 0, -2}, {SHK_OP_POW, NAN, 0, 1},
        {SHK_OP_POW, 1, NAN, 1}, {SHK_OP_POW, -2, 3, -8}, {SHK_OP_POW, -2, 0.5f, NAN},
        {SHK_OP_POW, 0, -1, INFINITY}, {SHK_OP_POW, -0.0f, -1, -INFINITY},
        {SHK_OP_POW, -1, INFINITY, 1}, {SHK_OP_POW, 3, 2, 9}, {SHK_OP_POW, 2, -149, 0x1p-149f},
        {SHK_OP_MOD, 5, 3, 2}, {SHK_OP_MOD, -5, 3, 1}, {SHK_OP_MOD, 5, -3, -1},
        {SHK_OP_MOD, -5, -3, -2}, {SHK_OP_MOD, 1, 0, NAN}, {SHK_OP_MOD, -1, INFINITY, INFINITY},
        {SHK_OP_MOD, 1, INFINITY, 1}, {SHK_OP_FLOORDIV, 7, 2, 3}, {SHK_OP_FLOORDIV, -7, 2, -4},
        {SHK_OP_FLOORDIV, 7, -2, -4}, {SHK_OP_FLOORDIV, 1, 0, INFINITY},
        {SHK_OP_FLOORDIV, -1, INFINITY, -1}, {SHK_OP_ERFINV, 1, 0, INFINITY},
        {SHK_OP_ERFINV, -1, 0, -INFINITY}, {SHK_OP_ERFINV, 2, 0, NAN},
        {SHK_OP_SOFTPLUS, INFINITY, 0, INFINITY}, {SHK_OP_SOFTPLUS, -INFINITY, 0, 0},
        {SHK_OP_SOFTPLUS, 1000, 0, 1000}, {SHK_OP_ACOSH, 0.5f, 0, NAN},
        {SHK_OP_ATANH, 1, 0, INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float x = cases[i].x, y = cases[i].y, want = cases[i].want, got;
        double xd = x, yd = y, got_double;
        shk_step(cases[i].op, SHK_F32)(&got, &x, &y, NULL, 1);
        CHECK(got == want || (isnan(got) && isnan(want)), "%s(%g, %g) = %g on %s",
              op_names[cases[i].op], x, y, got, isa_names[isa]);
        if (want == 0x1p-149f) continue;
        shk_step(cases[i].op, SHK_F64)(&got_double, &xd, &yd, NULL, 1);
        CHECK(got_double == want || (isnan(got_double) && isnan(want)), "f64 %s(%g, %g) = %g",
              op_names[cases[i].op], x, y, got_double);
    }
    for (int op = 0; op < SHK_OPS; op++) {
        if (!meaningful(op, SHK_F32) || is_test(op) || is_compare(op)) continue;
        if (op == SHK_OP_SELECT) continue;
        float nan = NAN, one = 2, got[3];
        double nan_double = NAN, two = 2, got_double[2];
        shk_step((shk_op)op, SHK_F32)(&got[0], &nan, &one, &one, 1);
        shk_step((shk_op)op, SHK_F64)(&got_double[0], &nan_double, &two, &two, 1);
        CHECK(isnan(got[0]) && isnan(got_double[0]), "%s hides NaN", op_names[op]);
        if (!is_binary(op) && !is_ternary(op)) continue;
        shk_step((shk_op)op, SHK_F32)(&got[1], &one, &nan, &one, 1);
        shk_step((shk_op)op, SHK_F64)(&got_double[1], &two, &nan_double, &two, 1);
        CHECK(isnan(got[1]) && isnan(got_double[1]), "%s hides NaN", op_names[op]);
    }
}

// Integers ----------------------------------------------------------------------------------------

static int64_t wrap(__int128 x, int dtype) {
    return dtype == SHK_U8 ? (uint8_t)x : dtype == SHK_I32 ? (int32_t)x : (int64_t)x;
}
static int64_t integer_reference(int op, int64_t x, int64_t y, int dtype) {
    __int128 a = x, b = y, q = b != 0 ? a / b : 0, r = b != 0 ? a % b : 0;
    if (r != 0 && (r < 0) != (b < 0)) r += b, q -= 1;
    __int128 power = 1;
    switch (op) {
    case SHK_OP_NEG: return wrap(-a, dtype);
    case SHK_OP_ABS: return wrap(a < 0 ? -a : a, dtype);
    case SHK_OP_SIGN: return (a > 0) - (a < 0);
    case SHK_OP_NOT: return wrap(~a, dtype);
    case SHK_OP_ADD: return wrap(a + b, dtype);
    case SHK_OP_SUB: return wrap(a - b, dtype);
    case SHK_OP_MUL: return wrap((__int128)((unsigned __int128)a * (unsigned __int128)b), dtype);
    case SHK_OP_MAX: return x > y ? x : y;
    case SHK_OP_MIN: return x < y ? x : y;
    case SHK_OP_MOD: return wrap(r, dtype);
    case SHK_OP_FLOORDIV: return wrap(q, dtype);
    case SHK_OP_AND: return x & y;
    case SHK_OP_OR: return x | y;
    case SHK_OP_XOR: return x ^ y;
    case SHK_OP_POW:
        if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
        for (int64_t i = 0; i < y; i++)     // the caller asks for small exponents only
            power = wrap((__int128)((uint64_t)power * (uint64_t)x), dtype);
        return (int64_t)power;
    case SHK_OP_EQ: return x == y;
    case SHK_OP_NE: return x != y;
    case SHK_OP_LT: return x < y;
    case SHK_OP_LE: return x <= y;
    case SHK_OP_GT: return x > y;
    case SHK_OP_GE: return x >= y;
    default: return 0;
    }
}
static int64_t load_integer(const void *p, int64_t i, int dtype) {
    return dtype == SHK_BOOL || dtype == SHK_U8 ? ((const uint8_t *)p)[i]
         : dtype == SHK_I32 ? ((const int32_t *)p)[i] : ((const int64_t *)p)[i];
}
static void store_integer(void *p, int64_t i, int dtype, int64_t x) {
    if (dtype == SHK_BOOL || dtype == SHK_U8) ((uint8_t *)p)[i] = (uint8_t)x;
    else if (dtype == SHK_I32) ((int32_t *)p)[i] = (int32_t)x;
    else ((int64_t *)p)[i] = x;
}

static void test_integers(void) {
    section = "integers";
    static const int64_t values[] = {
        0, 1, -1, 2, -2, 3, -3, 5, 7, -7, 10, 100, 127, 128, 255, 256, -128, INT32_MAX, INT32_MIN,
        INT32_MAX - 1, INT32_MIN + 1, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 46341,
        -46341};
    enum { V = sizeof values / sizeof *values, N = V * V };
    static char x[N * 8], y[N * 8], got[N * 8];
    for (int dtype = SHK_U8; dtype <= SHK_I64; dtype++)
        for (int op = 0; op < SHK_OPS; op++) {
            if (!meaningful(op, dtype) || is_test(op)) continue;
            if (op == SHK_OP_COPY || op == SHK_OP_SELECT) continue;
            for (int i = 0; i < N; i++) {
                store_integer(x, i, dtype, values[i / V]);
                store_integer(y, i, dtype, values[i % V]);
            }
            shk_step((shk_op)op, (shk_dtype)dtype)(got, x, y, NULL, N);
            bool ok = true;
            for (int i = 0; i < N; i++) {
                int64_t a = load_integer(x, i, dtype), b = load_integer(y, i, dtype);
                if (op == SHK_OP_POW && b > 300) continue;
                int64_t z = load_integer(got, i, is_compare(op) ? SHK_BOOL : dtype);
                int64_t want = integer_reference(op, a, b, dtype);
                if (z != want && ok)
                    printf("  %s %s(%lld, %lld) = %lld, not %lld\n", dtype_names[dtype],
                           op_names[op], (long long)a, (long long)b, (long long)z, (long long)want);
                ok &= z == want;
            }
            CHECK(ok, "%s %s", op_names[op], dtype_names[dtype]);
        }
    const uint8_t p[4] = {0, 0, 1, 1}, q[4] = {0, 1, 0, 1};
    static const struct { shk_op op; uint8_t want[4]; } tables[] = {
        {SHK_OP_NOT, {1, 1, 0, 0}}, {SHK_OP_AND, {0, 0, 0, 1}}, {SHK_OP_OR, {0, 1, 1, 1}},
        {SHK_OP_XOR, {0, 1, 1, 0}}, {SHK_OP_MAX, {0, 1, 1, 1}}, {SHK_OP_MIN, {0, 0, 0, 1}},
        {SHK_OP_LT, {0, 1, 0, 0}},  {SHK_OP_EQ, {1, 0, 0, 1}}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        uint8_t z[4];
        shk_step(tables[i].op, SHK_BOOL)(z, p, q, NULL, 4);
        CHECK(memcmp(z, tables[i].want, 4) == 0, "bool %s", op_names[tables[i].op]);
    }
}

// Casts -------------------------------------------------------------------------------------------

// A small float format's value, by its definition.
static double small_float(uint16_t bits, int digits, int bias) {
    int exponent = (bits & 0x7fff) >> digits, fraction = bits & ((1 << digits) - 1);
    double sign = bits & 0x8000 ? -1 : 1;
    if (exponent == (0x7fff >> digits)) return fraction ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexp(fraction, 1 - bias - digits);
    return sign * ldexp(fraction + (1 << digits), exponent - bias - digits);
}
static double f16_value(uint16_t bits) { return small_float(bits, 10, 15); }
static double bf16_value(uint16_t bits) { return small_float(bits, 7, 127); }

static void test_small_floats(int isa) {
    section = "casts of small floats";
    for (int type = SHK_F16; type <= SHK_BF16; type++) {
        double (*value)(uint16_t) = type == SHK_F16 ? f16_value : bf16_value;
        bool wide_ok = true, double_ok = true, back_ok = true, tie_ok = true;
        static uint16_t bits[65536], back[65536];
        static float wide[65536], probe[65536 * 5];
        static double wide_double[65536], probe_double[65536 * 5];
        static uint16_t rounded[65536 * 5], rounded_double[65536 * 5];
        for (int i = 0; i < 65536; i++) bits[i] = (uint16_t)i;
        shk_cast(type, SHK_F32)(wide, bits, NULL, NULL, 65536);
        shk_cast(type, SHK_F64)(wide_double, bits, NULL, NULL, 65536);
        shk_cast(SHK_F32, type)(back, wide, NULL, NULL, 65536);
        uint16_t quiet = type == SHK_F16 ? 0x200 : 0x40;
        for (int i = 0; i < 65536; i++) {
            double want = value((uint16_t)i);
            if (isnan(want)) {
                wide_ok &= isnan(wide[i]) && isnan(wide_double[i]);
                back_ok &= back[i] == (bits[i] | quiet);
                continue;
            }
            wide_ok &= wide[i] == want && signbit(wide[i]) == signbit(want);
            double_ok &= wide_double[i] == want;
            back_ok &= back[i] == bits[i];
        }
        // Around the middle of each two neighbours: ties to even, and a hair to either side.
        uint16_t infinity = type == SHK_F16 ? 0x7c00 : 0x7f80;
        for (int i = 0; i < 65536; i++) {
            uint16_t magnitude = bits[i] & 0x7fff;
            double low = value(bits[i]), high = value((uint16_t)(bits[i] + 1));
            if (magnitude >= infinity) low = high = 1;
            if (magnitude == infinity - 1) high = low + (low - value((uint16_t)(bits[i] - 1)));
            double middle = low / 2 + high / 2;
            float tie = (float)middle;
            probe[5 * i] = (float)low;
            probe[5 * i + 1] = nextafterf(tie, (float)low);
            probe[5 * i + 2] = tie;
            probe[5 * i + 3] = nextafterf(tie, copysignf(INFINITY, tie));
            probe[5 * i + 4] = nextafterf((float)high, (float)low);
            probe_double[5 * i] = low;
            probe_double[5 * i + 1] = nextafter(middle, low);
            probe_double[5 * i + 2] = middle;
            probe_double[5 * i + 3] = nextafter(middle, copysign(INFINITY, middle));
            probe_double[5 * i + 4] = nextafter(high, low);
        }
        shk_cast(SHK_F32, type)(rounded, probe, NULL, NULL, 65536 * 5);
        shk_cast(SHK_F64, type)(rounded_double, probe_double, NULL, NULL, 65536 * 5);
        for (int i = 0; i < 65536; i++) {
            if ((bits[i] & 0x7fff) >= infinity) continue;
            uint16_t low = bits[i], high = (uint16_t)(low + 1), even = low & 1 ? high : low;
            const uint16_t want[5] = {low, low, even, high, high};
            tie_ok &= memcmp(&rounded_double[5 * i], want, sizeof want) == 0;
            if ((low & 0x7fff) != 0 || type == SHK_F16)   // floats are too coarse there for bf16
                tie_ok &= memcmp(&rounded[5 * i], want, sizeof want) == 0;
        }
        CHECK(wide_ok && double_ok, "%s to wider on %s", dtype_names[type], isa_names[isa]);
        CHECK(back_ok, "%s and back on %s", dtype_names[type], isa_names[isa]);
        CHECK(tie_ok, "%s rounding on %s", dtype_names[type], isa_names[isa]);
    }
}

static double cast_load(const void *p, int64_t i, int dtype) {
    switch (dtype) {
    case SHK_F16: return f16_value(((const uint16_t *)p)[i]);
    case SHK_BF16: return bf16_value(((const uint16_t *)p)[i]);
    case SHK_F32: return ((const float *)p)[i];
    case SHK_F64: return ((const double *)p)[i];
    default: return (double)load_integer(p, i, dtype);
    }
}

static void test_casts(int isa) {
    section = "casts";
    static const double values[] = {
        0, -0.0, 1, -1, 0.5, -0.5, 0.99, 1.99, -1.99, 2.5, 127, 128, 255, 256, 255.9, 300, -300,
        1e6, -1e6, 2147483647.0, 2147483648.0, -2147483648.0, -2147483649.0, 1e15, 9e18,
        9223372036854775808.0, -9223372036854775808.0, 1e19, -1e19, 65504, 65519, 65520, 1e30,
        -1e30, 1e300, INFINITY, -INFINITY, NAN, 1e-7, 1e-40, 1e-320, 0x1.000001p0,
        0x1.0000010000001p0, 16777217};
    enum { N = sizeof values / sizeof *values };
    static char source[N * 8], got[N * 8];
    for (int from = 0; from < SHK_DTYPES; from++)
        for (int to = 0; to < SHK_DTYPES; to++) {
            shk_cast(SHK_F64, (shk_dtype)from)(source, values, NULL, NULL, N);
            shk_step_fn cast = shk_cast((shk_dtype)from, (shk_dtype)to);
            if (!cast) { CHECK(false, "missing"); continue; }
            memset(got, 0, sizeof got);
            cast(got, source, NULL, NULL, N);
            for (int i = 0; i < N; i++) {
                double x = cast_load(source, i, from), z = cast_load(got, i, to);
                bool whole = from <= SHK_I64;
                int64_t integer = whole ? load_integer(source, i, from) : 0;
                bool ok;
                switch (to) {
                case SHK_BOOL: ok = z == (x != 0); break;
                case SHK_U8:
                    ok = z == (whole ? (uint8_t)integer : !(x > 0) ? 0 : x >= 255 ? 255 : floor(x));
                    break;
                case SHK_I32:
                    ok = z == (whole ? (int32_t)integer : x != x ? 0
                               : fmin(fmax(trunc(x), INT32_MIN), INT32_MAX));
                    break;
                case SHK_I64: {
                    int64_t w = whole ? integer : x != x ? 0 : x >= 0x1p63 ? INT64_MAX
                                : x <= -0x1p63 ? INT64_MIN : (int64_t)x;
                    ok = ((int64_t *)got)[i] == w;
                    break;
                }
                case SHK_F32:
                    ok = z == (whole ? (float)integer : (float)x) || (x != x && z != z);
                    break;
                case SHK_F64: ok = z == x || (x != x && z != z); break;
                case SHK_F16:       // exhaustively tested above
                    ok = (x != x && z != z) || (fabs(x) >= 65520 ? z == copysign(INFINITY, x)
                         : fabs(z - x) <= fmax(fabs(x) * 0x1p-11, 0x1p-25));
                    break;
                default:
                    ok = (x != x && z != z) || z == x || (fabs(x) > 0x1.ffp127 ? isinf(z)
                         : fabs(z - x) <= fmax(fabs(x) * 0x1p-8, 0x1p-134));
                }
                CHECK(ok, "%s to %s of %g on %s gives %g", dtype_names[from], dtype_names[to], x,
                      isa_names[isa], z);
            }
            // In place, where sizes agree.
            static char same[N * 8];
            if (dtype_sizes[from] == dtype_sizes[to]) {
                memcpy(same, source, sizeof same);
                cast(same, same, NULL, NULL, N);
                CHECK(memcmp(same, got, N * dtype_sizes[to]) == 0, "%s to %s in place",
                      dtype_names[from], dtype_names[to]);
            }
            // Tails stay inside.
            for (int64_t n = 0; n <= 33; n++) {
                char out[34 * 8];
                memset(out, 0x5A, sizeof out);
                cast(out, source, NULL, NULL, n);
                bool inside = memcmp(out, got, n * dtype_sizes[to]) == 0;
                for (size_t i = n * dtype_sizes[to]; i < sizeof out; i++) inside &= out[i] == 0x5A;
                CHECK(inside, "%s to %s, n = %lld", dtype_names[from], dtype_names[to],
                      (long long)n);
            }
        }
    // Integers that two roundings in a row would get wrong.
    int64_t big = ((int64_t)1 << 62) + ((int64_t)1 << 54) + 1, minus = -big;
    uint16_t half[2];
    shk_cast(SHK_I64, SHK_BF16)(&half[0], &big, NULL, NULL, 1);
    shk_cast(SHK_I64, SHK_BF16)(&half[1], &minus, NULL, NULL, 1);
    CHECK(half[0] == 0x5e81 && half[1] == 0xde81, "int64 to bf16: %x %x", half[0], half[1]);
}

// Random ------------------------------------------------------------------------------------------

typedef struct { int64_t seed, stream, step; } random_place;

static void draw(int kind, int dtype, random_place place, int64_t count, void *out, int order) {
    void *slots[4] = {&place.seed, &place.stream, &place.step, out};
    shk_random random = {.kind = kind, .dtype = dtype, .seed_slot = 0, .stream_slot = 1,
                         .step_slot = 2, .y_slot = 3, .count = count};
    int64_t chunks = shk_random_prepare(&random);
    CHECK(random.chunk_elements % 4 == 0, "chunks are whole blocks");
    for (int64_t i = 0; i < chunks; i++) shk_random_run(&random, slots, order ? chunks - 1 - i : i);
}

// Known answers of the authors' Random123 library: philox4x32-10 for counters and keys of zeros,
// ones and the digits of π. Only the first has a counter and key that elements can have.
static void test_philox(int isa) {
    section = "philox";
    static const struct { uint32_t counter[4], key[2], want[4]; } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (int i = 0; i < 3; i++) {
        const uint32_t *c = known[i].counter, *k = known[i].key;
        shk_philox philox = {{k[0], k[1]}, {c[1], c[2], c[3]}};
        uint32_t out[4];
        shk_steps_chosen->bits(&philox, c[0], out, 4);
        CHECK(memcmp(out, known[i].want, 16) == 0, "known answer %d on %s: %08x %08x %08x %08x", i,
              isa_names[isa], out[0], out[1], out[2], out[3]);
    }
    // Where seed, stream, step and the block go.
    uint32_t element[8], direct[4];
    random_place place = {0x299f31d0a4093822, 0x85a308d3, 0x0370734413198a2e};
    draw(SHK_RANDOM_BITS, SHK_I32, place, 8, element, 0);
    shk_philox philox = {{0xa4093822, 0x299f31d0}, {0x85a308d3, 0x13198a2e, 0x03707344}};
    shk_steps_chosen->bits(&philox, 1, direct, 4);
    CHECK(memcmp(element + 4, direct, 16) == 0, "element 4 is the first word of block 1");
}

static double unit_f64(const uint32_t bits[2]) {
    return (double)((bits[0] | (uint64_t)bits[1] << 32) >> 11) * 0x1p-53;
}

static void test_random(int isa) {
    section = "random";
    enum { N = 1 << 20 };
    static uint32_t bits[N], again[N];
    static float f[N];
    static double d[N];
    random_place place = {0x123456789abcdef, 0x42, 7};
    draw(SHK_RANDOM_BITS, SHK_I32, place, N, bits, 0);
    draw(SHK_RANDOM_BITS, SHK_I32, place, N, again, 1);
    CHECK(memcmp(bits, again, sizeof bits) == 0, "the order of chunks shows");
    draw(SHK_RANDOM_BITS, SHK_I64, place, N / 2, again, 0);
    CHECK(memcmp(bits, again, sizeof bits) == 0, "64 bits are two words");
    draw(SHK_RANDOM_BITS, SHK_I32, (random_place){place.seed, place.stream, 8}, N, again, 0);
    CHECK(memcmp(bits, again, 64) != 0, "steps differ");
    draw(SHK_RANDOM_BITS, SHK_I32, (random_place){place.seed, 0x100000042, 7}, N, again, 0);
    CHECK(memcmp(bits, again, 64) != 0, "the high half of the stream counts");

    draw(SHK_RANDOM_UNIFORM, SHK_F32, place, N, f, 0);
    bool exact = true;
    for (int i = 0; i < N; i++) exact &= f[i] == (float)(bits[i] >> 8) * 0x1p-24f;
    CHECK(exact, "uniform f32 on %s", isa_names[isa]);
    draw(SHK_RANDOM_UNIFORM, SHK_F64, place, N / 2, d, 0);
    exact = true;
    for (int i = 0; i < N / 2; i++) exact &= d[i] == unit_f64(&bits[2 * i]);
    CHECK(exact, "uniform f64");

    for (int wide = 0; wide < 2; wide++) {
        int64_t n = wide ? N / 2 : N;
        void *out = wide ? (void *)d : (void *)f;
        draw(SHK_RANDOM_NORMAL, wide ? SHK_F64 : SHK_F32, place, n, out, 0);
        double moment[5] = {0}, worst = 0, near = 0;
        for (int64_t i = 0; i < n; i++) {
            double x = wide ? d[i] : f[i], power = 1;
            for (int k = 1; k < 5; k++) moment[k] += power *= x;
            worst = fmax(worst, fabs(x));
            near += fabs(x) < 1;
        }
        for (int k = 1; k < 5; k++) moment[k] /= (double)n;
        CHECK(fabs(moment[1]) < 0.005 && fabs(moment[2] - 1) < 0.01 && fabs(moment[3]) < 0.03
              && fabs(moment[4] - 3) < 0.06 && worst > 4 && worst < 8.7
              && fabs(near / (double)n - 0.6827) < 0.003,
              "normal f%d moments %g %g %g %g, largest %g", wide ? 64 : 32, moment[1], moment[2],
              moment[3], moment[4], worst);
        // Against Box-Muller as written down.
        double error = 0;
        for (int64_t i = 0; i < n; i += 2) {
            double u = wide ? unit_f64(&bits[2 * i]) : (bits[i] >> 8) * 0x1p-24;
            double v = wide ? unit_f64(&bits[2 * i + 2]) : (bits[i + 1] >> 8) * 0x1p-24;
            double radius = sqrt(-2 * log(1 - u)), angle = 2 * M_PI * v;
            double x = wide ? d[i] : f[i], y = wide ? d[i + 1] : f[i + 1];
            error = fmax(error, fmax(fabs(x - radius * cos(angle)), fabs(y - radius * sin(angle))));
        }
        CHECK(error < (wide ? 1e-14 : 2e-6), "normal f%d is off by %g on %s", wide ? 64 : 32, error,
              isa_names[isa]);
    }
    // Any count gives the first elements of a longer one, and nothing more.
    for (int kind = 0; kind < 3; kind++)
        for (int dtype = 0; dtype < SHK_DTYPES; dtype++) {
            bool bits_kind = kind == SHK_RANDOM_BITS;
            bool integer = dtype == SHK_I32 || dtype == SHK_I64;
            if (!(bits_kind ? integer : dtype == SHK_F32 || dtype == SHK_F64)) continue;
            int size = dtype_sizes[dtype];
            static char whole[200 * 8], part[200 * 8];
            draw(kind, dtype, place, 200, whole, 0);
            bool ok = true;
            for (int64_t n = 0; n < 140; n++) {
                memset(part, 0x33, sizeof part);
                draw(kind, dtype, place, n, part, 0);
                ok &= memcmp(part, whole, n * size) == 0;
                for (size_t i = n * size; i < sizeof part; i++) ok &= part[i] == 0x33;
            }
            CHECK(ok, "kind %d %s prefix on %s", kind, dtype_names[dtype], isa_names[isa]);
        }
}

static void test_random_equal_bits(void) {
    section = "random, equal bits";
    enum { N = 100000 };
    static float one[N], two[N];
    random_place place = {3, 4, 5};
    if (!have_isa[SHK_ISA_AVX512]) return;
    shk_init("avx2");
    draw(SHK_RANDOM_NORMAL, SHK_F32, place, N, one, 0);
    shk_init("avx512");
    draw(SHK_RANDOM_NORMAL, SHK_F32, place, N, two, 0);
    CHECK(memcmp(one, two, sizeof one) == 0, "normal");
}

int main(void) {
    for (int isa = 0; isa < ISAS; isa++) have_isa[isa] = shk_init(isa_names[isa]);
    for (int isa = 0; isa < ISAS; isa++) {
        if (!have_isa[isa]) continue;
        shk_init(isa_names[isa]);
        test_tails(isa);
        test_aliasing(isa);
        test_several(isa);
        test_logic_f32();
        test_exact_values(isa);
        test_small_floats(isa);
        test_casts(isa);
        test_philox(isa);
        test_random(isa);
    }
    test_integers();
    test_equal_bits();
    test_random_equal_bits();
    test_accuracy_f32();
    test_accuracy_f64();
    printf("\nlargest errors, ulp ");
    for (int isa = 0; isa < ISAS; isa++) printf(" %9s", isa_names[isa]);
    printf(" %9s\n", "f64");
    for (int k = 0; k < UNARY_CASES + BINARY_CASES; k++) {
        shk_op op = k < UNARY_CASES ? unary_cases[k].op : binary_cases[k - UNARY_CASES].op;
        printf("  %-18s", op_names[op]);
        for (int isa = 0; isa < ISAS; isa++)
            if (have_isa[isa]) printf(" %9.3f", f32_max[k][isa]);
            else printf(" %9s", "-");
        printf(" %9.3f\n", f64_max[k]);
    }
    printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed != 0;
}
