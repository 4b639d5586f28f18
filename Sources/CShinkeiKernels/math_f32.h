// Elementary functions of float vectors. Included after vec.h, once per instruction set.
//
// Two kinds. The ones a network spends its time in are computed in float (`vf_`): exp, sigmoid,
// tanh, softplus, log, erf. All others are computed in double (`vd_`) and rounded once: 29 spare
// bits make the plain formula right to half a unit in the last place, at about twice the cost. The
// polynomials are derived by Tools/reference/polynomials.py; a table's comment in coefficients.h
// gives its error.
//
// Nothing branches on values, except that sin, cos, tan and mod hand lanes with huge quotients to
// scalar code. Each function's error is measured by Tests/Kernels/steps_test.c.

// Exponential in float ----------------------------------------------------------------------------

// x = n ln2 + r with |r| <= ln2 / 2; returns e^r - 1 and n. The first part of ln2 has 14 bits, so
// n times it is exact for |n| < 2^10, and so is the subtraction. |x| <= 104 or so, or NaN.
VEC_INLINE vf vf_expm1_reduced(vf x, vf *n) {
    const float log2e = 0x1.715476p0f;
    *n = vf_fma(x, log2e, VF_ROUNDER) - VF_ROUNDER;
    vf r = vf_fma(*n, -LN2_F32[0], x);
    r = vf_fma(*n, -LN2_F32[1], r);
    return vf_fma(r * r, VF_POLYNOMIAL(r, EXPM1_F32), r);
}

// Below -104 e^x rounds to zero, above 89 it is infinite. Of the error, about one unit, half is the
// rounding of 1 + s and the rest those of r and s, which are smaller numbers.
VEC_INLINE vf vf_exp(vf x) {
    vf n, s = vf_expm1_reduced(vf_at_least(vf_at_most(x, 89.0f), -104.0f), &n);
    return vf_scale(1.0f + s, n);
}

// With e = e^-|x| <= 1 nothing overflows: 1 / (1 + e), or e / (1 + e) for negative x. What rounding
// 1 + s lost in e is as good as a small shift of the argument, and the derivative is σ(1 - σ); for
// negative x, what rounding 1 + e lost is as good as a shift back. That takes the largest error
// from 2.4 units in the last place to 1.5.
VEC_INLINE vf vf_sigmoid(vf x) {
    vf n, s = vf_expm1_reduced(vf_at_least(-vf_abs(x), -104.0f), &n);
    vf sum = 1.0f + s, lost = s - (sum - 1.0f);
    vf e = vf_scale(sum, n), below = 1.0f + e, lost_below = e - (below - 1.0f);
    vi negative = x < 0.0f;
    vf y = (negative ? e : (vf)1.0f) / below;
    vf shift = negative ? lost - lost_below : -lost;
    return vf_fma(shift, vf_fma(-y, y, y), y);
}

// tanh a = E / (E + 2) with E = e^2a - 1. E = 2^n s + (2^n - 1) keeps all its digits near 0, where
// n = 0. From 10 on tanh rounds to 1.
VEC_INLINE vf vf_tanh(vf x) {
    vf n, s = vf_expm1_reduced(2.0f * vf_at_most(vf_abs(x), 10.0f), &n);
    vf power = (vf)(((vi)(n + VF_ROUNDER) << 23) + (vi)(vf)1.0f);
    vf e = vf_fma(power, s, power - 1.0f);
    return vf_copysign(e / (e + 2.0f), x);
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|): the last argument lies in (1, 2], one polynomial.
VEC_INLINE vf vf_softplus(vf x) {
    vf e = vf_exp(-vf_abs(x));
    return vf_fma(e, VF_POLYNOMIAL(e, LOG1P_UNIT_F32), vf_at_least(x, 0.0f));
}

// Logarithm in float ------------------------------------------------------------------------------

// x = 2^e m with m in [√½, √2): taking the bits of √½ away from x's leaves e above m's fraction.
VEC_INLINE vf vf_log(vf x) {
    const int32_t sqrt_half = 0x3f3504f3;
    vi subnormal = x < 0x1p-126f;
    vi bits = (vi)(subnormal ? x * 0x1p23f : x) - sqrt_half;
    vf e = __builtin_convertvector(bits >> 23, vf) - (subnormal ? (vf)23.0f : (vf)0.0f);
    vf f = (vf)((bits & 0x7fffff) + sqrt_half) - 1.0f;
    vf f2 = f * f;
    // Small terms first: f³ q(f) and the second part of e ln2, then -f²/2, f, and e ln2.
    vf y = vf_fma(f2 * f, VF_POLYNOMIAL(f, LOG_F32), e * LN2_F32[1]);
    y = f + vf_fma(f2, -0.5f, y);
    y = vf_fma(e, LN2_F32[0], y);
    y = x < __builtin_inff() ? y : x;
    y = x == 0.0f ? (vf)-__builtin_inff() : y;
    return x < 0.0f ? (vf)__builtin_nanf("") : y;
}

// erf in float ------------------------------------------------------------------------------------

// Up to 0.92 an odd polynomial; beyond, 1 - e^-p(x) with a polynomial p for -log erfc x, until erf
// rounds to 1 at 4.
VEC_INLINE vf vf_erf(vf x) {
    vf a = vf_abs(x);
    vf near = vf_fma(x, VF_POLYNOMIAL(x * x, ERF_F32), x);
    vf far_a = vf_at_most(a, 4.0f);
    vf n, s = vf_expm1_reduced(-VF_POLYNOMIAL(far_a, LOG_ERFC_F32), &n);
    vf far = 1.0f - vf_scale(1.0f + s, n);
    return a < 0.92f ? near : vf_copysign(far, x);
}

// Exponential and logarithm in double -------------------------------------------------------------

// As above: x = n ln2 + r; returns e^r - 1 and 2^n. |x| is held at 700, where every float has long
// overflowed or vanished.
VEC_INLINE vd vd_expm1_reduced(vd x, vd *power) {
    x = vd_at_least(vd_at_most(x, 700.0), -700.0);
    vd rounded = vd_fma(x, 0x1.71547652b82fep0, VD_ROUNDER);
    vd n = rounded - VD_ROUNDER;
    vd r = vd_fma(n, -LN2_F64[0], x);
    r = vd_fma(n, -LN2_F64[1], r);
    *power = (vd)(((vl)rounded << 52) + (vl)(vd)1.0);
    return vd_fma(r * r, VD_POLYNOMIAL(r, EXPM1_WIDE), r);
}
VEC_INLINE vd vd_exp(vd x) {
    vd power, s = vd_expm1_reduced(x, &power);
    return vd_fma(power, s, power);
}
VEC_INLINE vd vd_expm1(vd x) {
    vd power, s = vd_expm1_reduced(x, &power);
    return vd_fma(power, s, power - 1.0);
}

// log x, where less_one is x - 1, or something that says it better when x lies near 1. The exponent
// becomes a double by way of the low bits of 2^52: there is no conversion before AVX-512.
VEC_INLINE vd vd_log_near(vd x, vd less_one) {
    const int64_t sqrt_half = 0x3fe6a09e667f3bcd;
    vl bits = (vl)x - sqrt_half;
    vul exponent = (vul)(bits + ((int64_t)1023 << 52)) >> 52;
    vd e = (vd)(exponent | (vul)(vd)0x1p52) - (0x1p52 + 1023);
    vd f = e == 0.0 ? less_one : (vd)((bits & 0xfffffffffffff) + sqrt_half) - 1.0;
    vd y = vd_fma(f * f, vd_fma(f, VD_POLYNOMIAL(f, LOG_WIDE), -0.5), f);
    y = vd_fma(e, 0x1.62e42fefa39efp-1, y);
    y = x < __builtin_inf() ? y : x;
    y = x == 0.0 ? (vd)-__builtin_inf() : y;
    return x < 0.0 ? (vd)__builtin_nan("") : y;
}
VEC_INLINE vd vd_log(vd x) { return vd_log_near(x, x - 1.0); }
VEC_INLINE vd vd_log1p(vd x) { return vd_log_near(1.0 + x, x); }

VEC_INLINE vf vf_expm1(vf x) { return vf_copysign(vf_from_vd(vd_expm1(vd_from_vf(x))), x); }
VEC_INLINE vf vf_log1p(vf x) {
    vf y = vf_from_vd(vd_log1p(vd_from_vf(x)));
    return x == 0.0f ? x : y;
}
VEC_INLINE vf vf_log2(vf x) { return vf_from_vd(vd_log(vd_from_vf(x)) * 0x1.71547652b82fep0); }
VEC_INLINE vf vf_log10(vf x) { return vf_from_vd(vd_log(vd_from_vf(x)) * 0x1.bcb7b1526e50ep-2); }

// Hyperbolic functions, all through e^x - 1 and log(1 + x), which are exact enough near 0.
VEC_INLINE vf vf_sinh(vf x) {
    vd e = vd_expm1(vd_from_vf(vf_abs(x)));
    return vf_copysign(vf_from_vd(0.5 * (e + e / (e + 1.0))), x);
}
VEC_INLINE vf vf_cosh(vf x) {
    vd e = vd_exp(vd_from_vf(vf_abs(x)));
    return vf_from_vd(0.5 * (e + 1.0 / e));
}
VEC_INLINE vf vf_asinh(vf x) {
    vd a = vd_from_vf(vf_abs(x)), a2 = a * a;
    vf y = vf_from_vd(vd_log1p(a + a2 / (1.0 + vd_sqrt(1.0 + a2))));
    return vf_abs(x) < __builtin_inff() ? vf_copysign(y, x) : x;
}
VEC_INLINE vf vf_acosh(vf x) {
    vd t = vd_from_vf(x) - 1.0;
    vf y = vf_from_vd(vd_log1p(t + vd_sqrt(t * (t + 2.0))));
    return x < 1.0f ? (vf)__builtin_nanf("") : y;
}
VEC_INLINE vf vf_atanh(vf x) {
    vd a = vd_from_vf(vf_abs(x));
    return vf_copysign(vf_from_vd(0.5 * vd_log1p(2.0 * a / (1.0 - a))), x);
}

// x^y = e^(y log |x|), negative if x is negative and y an odd integer, then C99's exceptions.
VEC_INLINE vf vf_pow(vf x, vf y) {
    vf a = vf_abs(x);
    vf p = vf_from_vd(vd_exp(vd_from_vf(y) * vd_log(vd_from_vf(a))));
    vi whole = vf_trunc(y) == y;
    vf half = 0.5f * y;
    vi odd = whole & (vf_trunc(half) != half);
    p = ((a == 1.0f) & (y == y)) ? (vf)1.0f : p;                    // 0 · ∞ in the exponent
    p = (vf)((vi)p | (odd & vf_sign_bits(x)));
    p = ((x < 0.0f) & (a < __builtin_inff()) & ~whole) ? (vf)__builtin_nanf("") : p;
    p = ((x != x) | (y != y)) ? x + y : p;
    return ((x == 1.0f) | (y == 0.0f)) ? (vf)1.0f : p;
}

// Trigonometric functions -------------------------------------------------------------------------

// a >= 0 is n quarter turns and r, |r| <= π/4; returns r, and n in the low bits of `quarters`.
// n times a 33-bit part of π/2 is exact for n < 2^20; beyond that shk_quarter_turns does the lane.
VEC_INLINE vd vd_reduce_angle(vf a, vl *quarters) {
    vd x = vd_from_vf(a);
    vd rounded = vd_fma(x, 0x1.45f306dc9c883p-1, VD_ROUNDER);
    vd n = rounded - VD_ROUNDER;
    vd r = vd_fma(n, -HALF_PI_F64[0], x);
    r = vd_fma(n, -HALF_PI_F64[1], r);
    r = vd_fma(n, -HALF_PI_F64[2], r);
    *quarters = (vl)rounded;
    vi huge = (a > 0x1p20f) & (a < __builtin_inff());
    if (__builtin_expect(vi_any(huge), 0))
        for (int i = 0; i < VEC_LANES; i++)
            if (huge[i]) {
                double high, low;
                (*quarters)[i] = shk_quarter_turns(a[i], &high, &low);
                r[i] = high;
            }
    vd nan = __builtin_nan("");
    return __builtin_convertvector(a < __builtin_inff(), vl) ? r : nan;
}

VEC_INLINE vd vd_sin_reduced(vd r) {
    vd z = r * r;
    return r * vd_fma(z, VD_POLYNOMIAL(z, SIN_WIDE), 1.0);
}
VEC_INLINE vd vd_cos_reduced(vd r) {
    vd z = r * r;
    return vd_fma(z, vd_fma(z, VD_POLYNOMIAL(z, COS_WIDE), -0.5), 1.0);
}
// sin(r + n quarter turns)
VEC_INLINE vd vd_sin_turned(vd r, vl n) {
    vd y = (n & 1) != 0 ? vd_cos_reduced(r) : vd_sin_reduced(r);
    return (vd)((vl)y ^ ((n & 2) << 62));
}
VEC_INLINE vf vf_sin(vf x) {
    vl n;
    vd r = vd_reduce_angle(vf_abs(x), &n);
    return (vf)((vi)vf_from_vd(vd_sin_turned(r, n)) ^ vf_sign_bits(x));
}
VEC_INLINE vf vf_cos(vf x) {
    vl n;
    vd r = vd_reduce_angle(vf_abs(x), &n);
    return vf_from_vd(vd_sin_turned(r, n + 1));
}
VEC_INLINE vf vf_tan(vf x) {
    vl n;
    vd r = vd_reduce_angle(vf_abs(x), &n);
    vd s = vd_sin_reduced(r), c = vd_cos_reduced(r);
    vl odd = (n & 1) != 0;
    vd y = (odd ? -c : s) / (odd ? s : c);
    return (vf)((vi)vf_from_vd(y) ^ vf_sign_bits(x));
}

// The angle of the point (x, y), both >= 0: the quotient of the smaller by the larger is at most 1.
// Equal infinities count as a quotient of 1; the angle of (0, 0) is 0.
VEC_INLINE vd vd_angle(vd y, vd x) {
    vl steep = y > x;
    vd q = (steep ? x : y) / (steep ? y : x);
    q = y == x ? (vd)1.0 : q;
    vd z = q * q;
    vd t = q * vd_fma(z, VD_POLYNOMIAL(z, ATAN_WIDE), 1.0);
    t = steep ? 0x1.921fb54442d18p0 - t : t;
    return ((y == 0.0) & (x == 0.0)) ? y : t;
}
VEC_INLINE vf vf_atan(vf x) {
    return vf_copysign(vf_from_vd(vd_angle(vd_from_vf(vf_abs(x)), (vd)1.0)), x);
}
VEC_INLINE vf vf_atan2(vf y, vf x) {
    vd wide = vd_from_vf(x);
    vd t = vd_angle(vd_from_vf(vf_abs(y)), vd_abs(wide));
    t = (vl)wide < 0 ? 0x1.921fb54442d18p1 - t : t;
    vf angle = vf_copysign(vf_from_vd(t), y);
    return ((x != x) | (y != y)) ? x + y : angle;
}
// asin and acos are the angles of (√(1 - x²), x) and (x, √(1 - x²)).
VEC_INLINE vf vf_asin(vf x) {
    vd a = vd_from_vf(vf_abs(x));
    return vf_copysign(vf_from_vd(vd_angle(a, vd_sqrt((1.0 - a) * (1.0 + a)))), x);
}
VEC_INLINE vf vf_acos(vf x) {
    vd wide = vd_from_vf(x), a = vd_abs(wide);
    vd t = vd_angle(vd_sqrt((1.0 - a) * (1.0 + a)), a);
    return vf_from_vd(wide < 0.0 ? 0x1.921fb54442d18p1 - t : t);
}

// erfc and the inverse of erf ---------------------------------------------------------------------

// erfc a = e^(-a²) p(t) / (1 + 2a); x² is exact in double. At 10.2 the result is below the least
// float.
VEC_INLINE vf vf_erfc(vf x) {
    vd wide = vd_from_vf(x), a = vd_at_most(vd_abs(wide), 10.2);
    vd p = VD_POLYNOMIAL((a - 2.0) / (a + 2.0), ERFCX_WIDE);
    vd y = vd_exp(-a * a) * p / (1.0 + 2.0 * a);
    return vf_from_vd(wide < 0.0 ? 2.0 - y : y);
}

// erfinv x = x p(w) with w = -log(1 - x²), a nearly straight function; by √w where w is large.
VEC_INLINE vf vf_erfinv(vf x) {
    vd wide = vd_from_vf(x), a = vd_abs(wide);
    vd w = -vd_log((1.0 - a) * (1.0 + a));
    vd central = VD_POLYNOMIAL(w - 2.5, ERFINV_WIDE);
    vd tail = VD_POLYNOMIAL(vd_sqrt(vd_at_least(w, 0.0)) - 3.0, ERFINV_TAIL_WIDE);
    vf y = vf_from_vd(wide * (w < 5.0 ? central : tail));
    return vf_abs(x) == 1.0f ? (vf)((vi)(vf)__builtin_inff() | vf_sign_bits(x)) : y;
}

// Division with Python's sign rule ----------------------------------------------------------------

// The remainder of a by b nearest to 0 (or, for quotients from 2^28 on, with the sign of a), exact:
// n · b has at most 29 + 24 bits.
VEC_INLINE vd vd_remainder(vf a, vf b) {
    vd wa = vd_from_vf(a), wb = vd_from_vf(b);
    vd quotient = wa / wb;
    vd n = (quotient + VD_ROUNDER) - VD_ROUNDER;
    vd r = vd_fma(-n, wb, wa);
    vi finite = vf_abs(a) < __builtin_inff();
    vi huge = __builtin_convertvector(vd_abs(quotient) >= 0x1p28, vi) & finite & (b != 0.0f);
    if (__builtin_expect(vi_any(huge), 0))
        for (int i = 0; i < VEC_LANES; i++)
            if (huge[i]) r[i] = shk_fmod(a[i], b[i]);
    vi infinite = finite & (vf_abs(b) == __builtin_inff());
    return __builtin_convertvector(infinite, vl) ? wa : r;
}
VEC_INLINE vf vf_mod(vf a, vf b) {
    vd r = vd_remainder(a, b), wb = vd_from_vf(b);
    vl wrong_side = ((vl)r ^ (vl)wb) < 0;
    r = (wrong_side & (r != 0.0)) ? r + wb : r;
    return vf_from_vd(r == 0.0 ? vd_copysign(r, wb) : r);
}
VEC_INLINE vf vf_floordiv(vf a, vf b) {
    vd r = vd_remainder(a, b), wa = vd_from_vf(a), wb = vd_from_vf(b);
    vd n = (wa - r) / wb;       // an integer, up to rounding
    vd rounded = (n + VD_ROUNDER) - VD_ROUNDER;
    n = vd_abs(n) < 0x1p50 ? rounded : n;
    vl wrong_side = ((vl)r ^ (vl)wb) < 0;
    n = (wrong_side & (r != 0.0)) ? n - 1.0 : n;
    vf y = vf_from_vd(n);
    vf plain = a / b;
    y = y == 0.0f ? vf_copysign(y, plain) : y;
    return b == 0.0f ? plain : y;
}
