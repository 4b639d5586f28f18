// Elementary functions of doubles: plain scalar code, within a few units in the last place, for
// checking gradients. No fused multiply-add anywhere, so the bits are the same on every machine.
//
// Where a rounding would show in the result, a value is carried as a pair: an unevaluated sum hi +
// lo with |lo| at most half a unit in the last place of hi.
#ifndef SHK_MATH_F64_H
#define SHK_MATH_F64_H

#include "coefficients.h"
#include "steps_isa.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-function"

#define F64_NAN __builtin_nan("")
#define F64_INF __builtin_inf()
#define F64_LN2 0x1.62e42fefa39efp-1
#define F64_PI 0x1.921fb54442d18p1
#define F64_PI_LOW 0x1.1a62633145c07p-53

static inline int64_t f64_bits(double x) {
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline double f64_from_bits(int64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
static inline double f64_abs(double x) { return __builtin_fabs(x); }
static inline double f64_copysign(double x, double sign) { return __builtin_copysign(x, sign); }
static inline double f64_sqrt(double x) { return __builtin_elementwise_sqrt(x); }
static inline bool f64_negative(double x) { return f64_bits(x) < 0; }

// 2^n for n in [-1022, 1023].
static inline double f64_power_of_two(int64_t n) { return f64_from_bits((n + 1023) << 52); }
// p · 2^n, rounded once, for n in [-2044, 2046].
static inline double f64_scale(double p, int64_t n) {
    int64_t half = n >> 1;
    return p * f64_power_of_two(half) * f64_power_of_two(n - half);
}

// Rounding: adding 2^52 leaves no room for a fraction. From 2^52 on every double is an integer.
static inline double f64_round(double x) {
    double a = f64_abs(x);
    return a < 0x1p52 ? f64_copysign((a + 0x1p52) - 0x1p52, x) : x;
}
static inline double f64_floor(double x) {
    double r = f64_round(x);
    return f64_copysign(r > x ? r - 1 : r, x);
}
static inline double f64_ceil(double x) {
    double r = f64_round(x);
    return f64_copysign(r < x ? r + 1 : r, x);
}
static inline double f64_trunc(double x) {
    double a = f64_abs(x), r = f64_round(a);
    return f64_copysign(r > a ? r - 1 : r, x);
}

static inline double f64_polynomial(double x, const double *coefficients, int count) {
    double y = coefficients[count - 1];
    for (int i = count - 2; i >= 0; i--) y = y * x + coefficients[i];
    return y;
}
#define F64_POLYNOMIAL(x, table) f64_polynomial(x, table, (int)(sizeof(table) / sizeof(table[0])))

// Pairs -------------------------------------------------------------------------------------------

typedef struct f64_pair { double hi, lo; } f64_pair;

// a + b exactly, if |a| >= |b|.
static inline f64_pair pair_of_ordered(double a, double b) {
    double hi = a + b;
    return (f64_pair){hi, b - (hi - a)};
}
// a + b exactly (Knuth).
static inline f64_pair pair_of_sum(double a, double b) {
    double hi = a + b, part = hi - a;
    return (f64_pair){hi, (a - (hi - part)) + (b - part)};
}
// a · b exactly (Dekker): halves of 26 bits have exact products. |a|, |b| < 2^995.
static inline f64_pair pair_of_product(double a, double b) {
    double a_high = a * 0x1.0000002p27, b_high = b * 0x1.0000002p27;
    a_high -= a_high - a;
    b_high -= b_high - b;
    double a_low = a - a_high, b_low = b - b_high, hi = a * b;
    double rest = ((hi - a_high * b_high) - a_low * b_high) - a_high * b_low;
    return (f64_pair){hi, a_low * b_low - rest};
}
static inline f64_pair pair_add(f64_pair a, f64_pair b) {
    f64_pair sum = pair_of_sum(a.hi, b.hi);
    return pair_of_ordered(sum.hi, sum.lo + (a.lo + b.lo));
}
static inline f64_pair pair_multiply(f64_pair a, f64_pair b) {
    f64_pair product = pair_of_product(a.hi, b.hi);
    return pair_of_ordered(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}
static inline f64_pair pair_divide(f64_pair a, f64_pair b) {
    double hi = a.hi / b.hi;
    f64_pair back = pair_of_product(hi, b.hi);
    double rest = ((a.hi - back.hi) - back.lo) + (a.lo - hi * b.lo);
    return pair_of_ordered(hi, rest / b.hi);
}

// Exponential -------------------------------------------------------------------------------------

// x = n ln2 + r, |r| <= ln2 / 2: returns e^r - 1 as a pair, and n. |x.hi| is held at 800. The first
// part of ln2 has 32 bits, so its product with n is exact.
static inline f64_pair f64_expm1_reduced(f64_pair x, int64_t *n) {
    if (x.hi > 800 || x.hi < -800) x = (f64_pair){f64_copysign(800, x.hi), 0};
    double whole = (x.hi * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52;
    f64_pair r = pair_of_sum(x.hi - whole * LN2_F64[0], x.lo - whole * LN2_F64[1]);
    *n = whole == whole ? (int64_t)whole : 0;
    double curve = r.hi * r.hi * F64_POLYNOMIAL(r.hi, EXPM1_F64);
    return pair_of_sum(r.hi, curve + (r.lo + r.lo * r.hi));
}
// e^(hi + lo) · 2^k.
static inline double f64_exp_pair(f64_pair x, int64_t k) {
    int64_t n;
    f64_pair s = f64_expm1_reduced(x, &n);
    return f64_scale(1 + s.hi, n + k);
}
static inline double f64_exp(double x) { return f64_exp_pair((f64_pair){x, 0}, 0); }
static inline double f64_expm1(double x) {
    int64_t n;
    f64_pair s = f64_expm1_reduced((f64_pair){x, 0}, &n);
    if (n == 0) return x == 0 ? x : s.hi;
    if (n > 64 || n < -64) return f64_exp(x) - 1;
    double power = f64_power_of_two(n);
    f64_pair sum = pair_of_sum(power - 1, power * s.hi);
    return sum.hi + (sum.lo + power * s.lo);
}

// Logarithm ---------------------------------------------------------------------------------------

// log(x.hi + x.lo) for positive, finite x.hi: x = 2^e m with m in [√½, √2), and
// log m = 2 atanh s = 2s + 2/3 s³ + s⁵ q(s²) with s = (m - 1) / (m + 1), |s| < 0.172. The first two
// terms as pairs leave a relative error of about 2^-65, which pow needs.
static inline f64_pair f64_log_pair(f64_pair x) {
    int64_t e = 0;
    if (x.hi < 0x1p-1022) {
        x.hi *= 0x1p54;
        e = -54;
    }
    const int64_t sqrt_half = 0x3fe6a09e667f3bcd;
    int64_t bits = f64_bits(x.hi) - sqrt_half, exponent = bits >> 52;
    double f = f64_from_bits((bits & 0xfffffffffffff) + sqrt_half) - 1;
    double low = exponent == 1024 ? 0 : f64_scale(x.lo, -exponent);
    e += exponent;

    f64_pair above = pair_of_sum(f, low), below = pair_of_sum(2, f);
    f64_pair s = pair_divide(above, pair_of_ordered(below.hi, below.lo + low));
    f64_pair s2 = pair_multiply(s, s), s3 = pair_multiply(s2, s);
    f64_pair two_thirds = {TWO_THIRDS_PAIR_F64[0], TWO_THIRDS_PAIR_F64[1]};
    f64_pair cubic = pair_multiply(two_thirds, s3);
    double rest = s3.hi * s2.hi * F64_POLYNOMIAL(s2.hi, LOG_F64);
    f64_pair sum = pair_add((f64_pair){2 * s.hi, 2 * s.lo}, pair_of_sum(cubic.hi, cubic.lo + rest));
    f64_pair shift = {(double)e * LN2_PAIR_F64[0], (double)e * LN2_PAIR_F64[1]};
    return e == 0 ? sum : pair_add(shift, sum);
}

// What log gives outside of the positive finite numbers.
static inline double f64_log_special(double x) {
    return x == 0 ? -F64_INF : x < 0 ? F64_NAN : x;
}
static inline bool f64_positive_finite(double x) { return x > 0 && x < F64_INF; }

static inline double f64_log(double x) {
    if (!f64_positive_finite(x)) return f64_log_special(x);
    return f64_log_pair((f64_pair){x, 0}).hi;
}
static inline double f64_log_base(double x, const double *log_of_base_inverse) {
    if (!f64_positive_finite(x)) return f64_log_special(x);
    f64_pair factor = {log_of_base_inverse[0], log_of_base_inverse[1]};
    return pair_multiply(f64_log_pair((f64_pair){x, 0}), factor).hi;
}
static inline double f64_log2(double x) { return f64_log_base(x, LOG2E_PAIR_F64); }
static inline double f64_log10(double x) { return f64_log_base(x, LOG10E_PAIR_F64); }
static inline double f64_log1p(double x) {
    if (f64_abs(x) < 0x1p-60) return x;
    if (!f64_positive_finite(1 + x)) return f64_log_special(1 + x);
    return f64_log_pair(pair_of_sum(1, x)).hi;
}

// x^y by C99's rules.
static inline double f64_pow(double x, double y) {
    if (x == 1 || y == 0) return 1;
    if (x != x || y != y) return x + y;
    double a = f64_abs(x), sign = 1;
    bool whole = f64_trunc(y) == y;
    if (f64_negative(x) && whole && f64_trunc(0.5 * y) != 0.5 * y) sign = -1;
    if (x < 0 && a < F64_INF && !whole) return F64_NAN;
    if (a == 1) return sign;
    if (!f64_positive_finite(a) || f64_abs(y) > 0x1p80)
        return sign * f64_exp(y * f64_log(a));     // 0, ∞, or too large for pairs
    f64_pair log = f64_log_pair((f64_pair){a, 0});
    f64_pair power = pair_of_product(y, log.hi);
    power.lo += y * log.lo;
    return sign * f64_exp_pair(power, 0);
}

// Trigonometric functions -------------------------------------------------------------------------

// sin and cos of r.hi + r.lo, |r| <= π/4.
static inline double f64_sin_reduced(f64_pair r) {
    double z = r.hi * r.hi;
    return r.hi + (r.hi * z * F64_POLYNOMIAL(z, SIN_F64) + r.lo * (1 - 0.5 * z));
}
static inline double f64_cos_reduced(f64_pair r) {
    double z = r.hi * r.hi, parabola = 1 - 0.5 * z;
    double lost = (1 - parabola) - 0.5 * z;
    return parabola + (lost + (z * z * F64_POLYNOMIAL(z, COS_F64) - r.hi * r.lo));
}
static inline double f64_sin_turned(f64_pair r, int64_t n) {
    double y = n & 1 ? f64_cos_reduced(r) : f64_sin_reduced(r);
    return n & 2 ? -y : y;
}
// |x| in quarter turns; NaN for infinities.
static inline f64_pair f64_reduce_angle(double x, int64_t *n) {
    f64_pair r = {F64_NAN, 0};
    *n = 0;
    if (f64_abs(x) < F64_INF) *n = shk_quarter_turns(f64_abs(x), &r.hi, &r.lo);
    return r;
}
static inline double f64_sin(double x) {
    int64_t n;
    f64_pair r = f64_reduce_angle(x, &n);
    double y = f64_sin_turned(r, n);
    return f64_negative(x) ? -y : y;
}
static inline double f64_cos(double x) {
    int64_t n;
    f64_pair r = f64_reduce_angle(x, &n);
    return f64_sin_turned(r, n + 1);
}
static inline double f64_tan(double x) {
    int64_t n;
    f64_pair r = f64_reduce_angle(x, &n);
    double s = f64_sin_reduced(r), c = f64_cos_reduced(r);
    double y = n & 1 ? -c / s : s / c;
    return f64_negative(x) ? -y : y;
}

// The angle of the point (x, y), both >= 0.
static inline double f64_angle(double y, double x) {
    if (y == 0 && x == 0) return 0;
    bool steep = y > x;
    double q = y == x ? 1 : steep ? x / y : y / x;
    double z = q * q, t = q + q * z * F64_POLYNOMIAL(z, ATAN_F64);
    return steep ? F64_PI / 2 - (t - F64_PI_LOW / 2) : t;
}
static inline double f64_atan(double x) { return f64_copysign(f64_angle(f64_abs(x), 1), x); }
static inline double f64_atan2(double y, double x) {
    if (x != x || y != y) return x + y;
    double t = f64_angle(f64_abs(y), f64_abs(x));
    return f64_copysign(f64_negative(x) ? F64_PI - (t - F64_PI_LOW) : t, y);
}
static inline double f64_asin(double x) {
    double a = f64_abs(x);
    if (!(a <= 1)) return F64_NAN;
    return f64_copysign(f64_angle(a, f64_sqrt((1 - a) * (1 + a))), x);
}
static inline double f64_acos(double x) {
    double a = f64_abs(x);
    if (!(a <= 1)) return F64_NAN;
    double t = f64_angle(f64_sqrt((1 - a) * (1 + a)), a);
    return x < 0 ? F64_PI - (t - F64_PI_LOW) : t;
}

// Hyperbolic functions ----------------------------------------------------------------------------

static inline double f64_sinh(double x) {
    double a = f64_abs(x), y;
    if (a > 40) {
        y = f64_exp_pair((f64_pair){a, 0}, -1);
    } else {
        double e = f64_expm1(a);
        y = 0.5 * (e + e / (e + 1));
    }
    return a < 0x1p-60 ? x : f64_copysign(y, x);
}
static inline double f64_cosh(double x) {
    double a = f64_abs(x);
    if (a > 40) return f64_exp_pair((f64_pair){a, 0}, -1);
    double e = f64_exp(a);
    return 0.5 * (e + 1 / e);
}
static inline double f64_tanh(double x) {
    double a = f64_abs(x), e = f64_expm1(2 * (a > 22 ? 22 : a));
    return a < 0x1p-60 ? x : f64_copysign(e / (e + 2), x);
}
static inline double f64_asinh(double x) {
    double a = f64_abs(x), a2 = a * a;
    if (a < 0x1p-60) return x;
    double y = a > 0x1p28 ? f64_log(a) + F64_LN2 : f64_log1p(a + a2 / (1 + f64_sqrt(1 + a2)));
    return f64_copysign(y, x);
}
static inline double f64_acosh(double x) {
    double t = x - 1;
    if (!(x >= 1)) return F64_NAN;
    return x > 0x1p28 ? f64_log(x) + F64_LN2 : f64_log1p(t + f64_sqrt(t * (t + 2)));
}
static inline double f64_atanh(double x) {
    double a = f64_abs(x);
    if (a < 0x1p-60) return x;
    return f64_copysign(0.5 * f64_log1p(2 * a / (1 - a)), x);
}

// Error function ----------------------------------------------------------------------------------

static inline double f64_erf_near(double x) { return x + x * F64_POLYNOMIAL(x * x, ERF_F64); }
// x >= 0.5: e^(-x²) p(t) / (1 + 2x), with all of x². From 27.3 on it rounds to zero.
static inline double f64_erfc_far(double x) {
    if (x > 27.3) return 0;
    f64_pair square = pair_of_product(x, x);
    double e = f64_exp_pair((f64_pair){-square.hi, -square.lo}, 0);
    return e * (F64_POLYNOMIAL((x - 4) / (x + 4), ERFCX_F64) / (1 + 2 * x));
}
static inline double f64_erf(double x) {
    double a = f64_abs(x);
    return a < 1 ? f64_erf_near(x) : f64_copysign(1 - f64_erfc_far(a), x);
}
static inline double f64_erfc(double x) { return x < 0.5 ? 1 - f64_erf(x) : f64_erfc_far(x); }

// A start good to 20 bits, then Halley's method twice on erf y - x; near 1 the difference is taken
// from the other side, where 1 - x is exact.
static inline double f64_erfinv(double x) {
    double a = f64_abs(x);
    if (!(a < 1)) return a == 1 ? f64_copysign(F64_INF, x) : F64_NAN;
    if (a < 0x1p-60) return x * 0x1.c5bf891b4ef6bp-1;      // √π / 2
    double w = -f64_log((1 - a) * (1 + a));
    double y = a * (w < 5 ? F64_POLYNOMIAL(w - 2.5, ERFINV_WIDE)
                          : F64_POLYNOMIAL(f64_sqrt(w) - 4, ERFINV_TAIL_F64));
    for (int i = 0; i < 2; i++) {
        double error = a < 0.5 ? f64_erf(y) - a : (1 - a) - f64_erfc(y);
        double step = error * 0x1.c5bf891b4ef6bp-1 * f64_exp(y * y);
        y -= step / (1 + y * step);
    }
    return f64_copysign(y, x);
}

// Activations -------------------------------------------------------------------------------------

static inline double f64_sigmoid(double x) {
    double e = f64_exp(-f64_abs(x));
    return (x < 0 ? e : 1) / (1 + e);
}
static inline double f64_softplus(double x) {
    return (x < 0 ? 0 : x) + f64_log1p(f64_exp(-f64_abs(x)));
}

// Division with Python's sign rule ----------------------------------------------------------------

static inline double f64_mod(double a, double b) {
    double r = shk_fmod(a, b);
    if (r == 0) return f64_copysign(r, b);
    return (r < 0) != (b < 0) ? r + b : r;
}
static inline double f64_floordiv(double a, double b) {
    if (b == 0) return a / b;
    double r = shk_fmod(a, b), n = f64_round((a - r) / b);
    if (r != 0 && (r < 0) != (b < 0)) n -= 1;
    return n == 0 ? f64_copysign(n, a / b) : n;
}

#pragma clang diagnostic pop
#endif
