// Tests of steps, casts and random numbers. Build and run:
//   clang -O2 -I Sources/CShinkeiKernels/include Tests/Kernels/steps_test.c \
//       Sources/CShinkeiKernels/{steps,steps_baseline,steps_avx2,steps_avx512,random,isa}.c -lm
// Prints the largest error of each function in units in the last place, every failure, and last the
// numbers of passed and failed checks.
#include "shinkei_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Written by others; steps do not need them.
void shk_gemm_init(shk_isa isa) { (void)isa; }
void shk_rows_init(shk_isa isa) { (void)isa; }

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

// Error of `got` in units in the last place of a float, or double, near `want`. Overflow may round to
// infinity up to half a unit early.
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

// References ----------------------------------------------------------------------------------------

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
    {SHK_OP_TANH, tanhl, -10, 10, 2.5, 4},
    {SHK_OP_ASINH, asinhl, -10, 10, 0.6, 4},
    {SHK_OP_ACOSH, acoshl, 1, 10, 0.6, 4},
    {SHK_OP_ATANH, atanhl, -1, 1, 0.6, 4},
    {SHK_OP_ERF, erfl, -4, 4, 1.5, 2},
    {SHK_OP_ERFC, erfcl, -4, 10.2, 0.6, 4},
    {SHK_OP_ERFINV, ref_erfinv, -1, 1, 0.6, 4},
    {SHK_OP_SIGMOID, ref_sigmoid, -104, 20, 2, 3},
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

// Accuracy --------------------------------------------------------------------------------------------

#if defined(__x86_64__)
enum { SWEEP = 1 << 20, SWEEP_F64 = 1 << 18 };
#else
enum { SWEEP = 1 << 14, SWEEP_F64 = 1 << 14 };
#endif

static const float specials_f32[] = {
    0.0f, -0.0f, 1.0f, -1.0f, 0.5f, -0.5f, 1.5f, -1.5f, 2.5f, -2.5f, 2.0f, -2.0f, 3.0f, -3.0f,
    INFINITY, -INFINITY, NAN, 0x1p-149f, -0x1p-149f, 0x1p-126f, -0x1p-126f, 0x1.fffffep-127f,
    0x1.fffffep127f, -0x1.fffffep127f, 88.722839f, 88.72284f, -87.33655f, -103.97208f, -103.97209f,
    1000.0f, -1000.0f, 1e5f, -1e5f, 1e10f, -1e10f, 1e30f, -1e30f, 8388607.5f, -8388607.5f, 8388608.0f,
    8388609.0f, 4194304.5f, 16777215.0f, 16777216.0f, 0x1.fffffep-1f, 0x1.000002p0f, -0x1.fffffep-1f,
    0x1p20f, 0x1.000002p20f, 0x1.921fb6p0f, 0x1.921fb6p1f, 0x1.921fb6p2f, 1e-3f, -1e-3f, 1e-8f, -1e-8f,
    0x1p31f, -0x1p31f, 0x1p63f, -0x1p63f, 255.0f, 255.5f, 256.0f, 65504.0f, 65519.0f, 65520.0f, 10.0f,
    9.0f, 4.0f, 3.9999f, 0.92f, 0.93f, 7.0f, -7.0f, 100.0f, 0.1f, -0.1f, 1.0f / 3};
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

static void compare_f32(int row, int isa, shk_op op, const float *x, const float *y, const float *got,
                        const real *want, int64_t n, double bound) {
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
          op_names[op], isa_names[isa], worst, (long long)signs, x[at], y[at], x[at], y[at], got[at],
          got[at], want[at], want[at]);
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
        // The smallest numbers have lost digits on the way; one or two units there are right enough.
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

int main(void) {
    for (int isa = 0; isa < ISAS; isa++) have_isa[isa] = shk_init(isa_names[isa]);
    test_accuracy_f32();
    test_accuracy_f64();
    printf("\nlargest errors, ulp   %9s %9s %9s %9s %9s\n", "baseline", "neon", "avx2", "avx512", "f64");
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
