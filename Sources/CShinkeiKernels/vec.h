// The vector abstraction under the f32 steps. Not guarded: a file that is compiled for one
// instruction set (steps_avx512.c, steps_avx2.c, steps_baseline.c) includes it once, after defining
// VEC_AVX512 or VEC_AVX2 or neither, and inside SHK_TARGET_BEGIN_<ISA>.
//
// A vector of floats `vf` has VEC_LANES lanes. `vd` has as many doubles, so it is two machine
// registers wide: functions whose float form would need care are computed in it and rounded once.
// Masks are what comparisons give: integer vectors (`vi`, `vl`) with all bits of a lane set or
// none; `mask ? a : b` selects.
//
// The arithmetic of a lane is the same for every instruction set with a fused multiply-add, and for
// full and partial vectors, so are the bits. Contraction is off: only fma() fuses.
#pragma STDC FP_CONTRACT OFF

#if defined(VEC_AVX512)
#define VEC_LANES 16
#elif defined(VEC_AVX2)
#define VEC_LANES 8
#else
#define VEC_LANES 4
#endif

#define VEC_INLINE static inline __attribute__((always_inline, unused))
#define VEC_TYPE(type) type __attribute__((ext_vector_type(VEC_LANES)))

typedef VEC_TYPE(float) vf;
typedef VEC_TYPE(int32_t) vi;
typedef VEC_TYPE(uint32_t) vu;
typedef VEC_TYPE(double) vd;
typedef VEC_TYPE(int64_t) vl;
typedef VEC_TYPE(uint64_t) vul;
typedef VEC_TYPE(uint8_t) vb;

// Arithmetic --------------------------------------------------------------------------------------

// Without the instruction, fma would be a call for each lane. No function's accuracy depends on the
// single rounding; where a product must be exact, its factors are short enough.
#if defined(VEC_AVX512) || defined(VEC_AVX2) || defined(__ARM_FEATURE_FMA)
VEC_INLINE vf vf_fma(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return __builtin_elementwise_fma(a, b, c); }
#else
VEC_INLINE vf vf_fma(vf a, vf b, vf c) { return a * b + c; }
VEC_INLINE vd vd_fma(vd a, vd b, vd c) { return a * b + c; }
#endif

VEC_INLINE vd vd_from_vf(vf x) { return __builtin_convertvector(x, vd); }
VEC_INLINE vf vf_from_vd(vd x) { return __builtin_convertvector(x, vf); }

VEC_INLINE vi vf_sign_bits(vf x) { return (vi)x & INT32_MIN; }
VEC_INLINE vf vf_abs(vf x) { return (vf)((vi)x & INT32_MAX); }
VEC_INLINE vf vf_copysign(vf magnitude, vf sign) {
    return (vf)(((vi)magnitude & INT32_MAX) | vf_sign_bits(sign));
}
VEC_INLINE vd vd_abs(vd x) { return (vd)((vl)x & INT64_MAX); }
VEC_INLINE vd vd_copysign(vd magnitude, vd sign) {
    return (vd)(((vl)magnitude & INT64_MAX) | ((vl)sign & INT64_MIN));
}

// x held within limits; NaN stays NaN, because the comparison with it is false.
VEC_INLINE vf vf_at_most(vf x, vf limit) { return limit < x ? limit : x; }
VEC_INLINE vf vf_at_least(vf x, vf limit) { return limit > x ? limit : x; }
VEC_INLINE vd vd_at_most(vd x, vd limit) { return limit < x ? limit : x; }
VEC_INLINE vd vd_at_least(vd x, vd limit) { return limit > x ? limit : x; }

// Adding and taking away 1.5 · 2^(digits - 1) rounds to the nearest integer, ties to even, and
// leaves that integer in the low bits of the sum: no conversion is needed to use it as an exponent.
#define VF_ROUNDER 0x1.8p23f
#define VD_ROUNDER 0x1.8p52

#if defined(VEC_AVX512) || defined(VEC_AVX2) || defined(__aarch64__)
VEC_INLINE vf vf_round(vf x) { return __builtin_elementwise_roundeven(x); }
VEC_INLINE vf vf_floor(vf x) { return __builtin_elementwise_floor(x); }
VEC_INLINE vf vf_ceil(vf x) { return __builtin_elementwise_ceil(x); }
VEC_INLINE vf vf_trunc(vf x) { return __builtin_elementwise_trunc(x); }
#else
// SSE2 has no rounding instruction. From 2^23 on a float is an integer (or infinite, or NaN).
VEC_INLINE vf vf_round(vf x) {
    vf a = vf_abs(x);
    return a < 0x1p23f ? vf_copysign((a + 0x1p23f) - 0x1p23f, x) : x;
}
VEC_INLINE vf vf_floor(vf x) {
    vf r = vf_round(x);
    return vf_copysign(r > x ? r - 1 : r, x);
}
VEC_INLINE vf vf_ceil(vf x) {
    vf r = vf_round(x);
    return vf_copysign(r < x ? r + 1 : r, x);
}
VEC_INLINE vf vf_trunc(vf x) {
    vf a = vf_abs(x), r = vf_round(a);
    return vf_copysign(r > a ? r - 1 : r, x);
}
#endif

// p · 2^n for an integral n in [-252, 254], rounded once.
#if defined(VEC_AVX512)
VEC_INLINE vf vf_scale(vf p, vf n) { return (vf)_mm512_scalef_ps((__m512)p, (__m512)n); }
#else
VEC_INLINE vf vf_scale(vf p, vf n) {
    vi whole = (vi)(n + VF_ROUNDER) - (vi)(vf)VF_ROUNDER;
    vi half = whole >> 1;
    vi one = 127;
    return p * (vf)((half + one) << 23) * (vf)((whole - half + one) << 23);
}
#endif

VEC_INLINE vf vf_sqrt(vf x) { return __builtin_elementwise_sqrt(x); }
VEC_INLINE vd vd_sqrt(vd x) { return __builtin_elementwise_sqrt(x); }

VEC_INLINE bool vi_any(vi mask) { return __builtin_reduce_or(mask) != 0; }

// Polynomials by Horner's rule, lowest coefficient first.
#define VF_POLYNOMIAL(x, table) vf_polynomial(x, table, (int)(sizeof(table) / sizeof(table[0])))
VEC_INLINE vf vf_polynomial(vf x, const float *coefficients, int count) {
    vf y = coefficients[count - 1];
#pragma clang loop unroll(full)
    for (int i = count - 2; i >= 0; i--) y = vf_fma(y, x, coefficients[i]);
    return y;
}
#define VD_POLYNOMIAL(x, table) vd_polynomial(x, table, (int)(sizeof(table) / sizeof(table[0])))
VEC_INLINE vd vd_polynomial(vd x, const double *coefficients, int count) {
    vd y = coefficients[count - 1];
#pragma clang loop unroll(full)
    for (int i = count - 2; i >= 0; i--) y = vd_fma(y, x, coefficients[i]);
    return y;
}

// Memory ------------------------------------------------------------------------------------------

VEC_INLINE vf vf_load(const float *p) {
    vf x;
    memcpy(&x, p, sizeof x);
    return x;
}
VEC_INLINE void vf_store(float *p, vf x) { memcpy(p, &x, sizeof x); }

// Bools are bytes 0 and 1.
VEC_INLINE vi vi_load_bool(const uint8_t *p) {
    vb bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, vi) != 0;
}
VEC_INLINE vb vb_from_mask(vi mask) { return __builtin_convertvector(mask & 1, vb); }
VEC_INLINE void vi_store_bool(uint8_t *p, vi mask) {
    vb bytes = vb_from_mask(mask);
    memcpy(p, &bytes, sizeof bytes);
}

// The first n lanes only, 0 < n < VEC_LANES: memory behind them is neither read nor written.
#if defined(VEC_AVX512)

VEC_INLINE __mmask16 first_lanes(int64_t n) { return (__mmask16)((1u << n) - 1); }
VEC_INLINE vf vf_load_part(const float *p, int64_t n) {
    return (vf)_mm512_maskz_loadu_ps(first_lanes(n), p);
}
VEC_INLINE void vf_store_part(float *p, vf x, int64_t n) {
    _mm512_mask_storeu_ps(p, first_lanes(n), (__m512)x);
}
VEC_INLINE vi vi_load_bool_part(const uint8_t *p, int64_t n) {
    return __builtin_convertvector((vb)_mm_maskz_loadu_epi8(first_lanes(n), p), vi) != 0;
}
VEC_INLINE void vi_store_bool_part(uint8_t *p, vi mask, int64_t n) {
    _mm_mask_storeu_epi8(p, first_lanes(n), (__m128i)vb_from_mask(mask));
}

#else

// Up to eight bytes by powers of two.
VEC_INLINE uint64_t load_bytes(const uint8_t *p, int64_t n) {
    uint64_t value = 0;
    int at = 0;
    if (n & 4) {
        uint32_t part;
        memcpy(&part, p, 4);
        value = part;
        at = 4;
    }
    if (n & 2) {
        uint16_t part;
        memcpy(&part, p + at, 2);
        value |= (uint64_t)part << 8 * at;
        at += 2;
    }
    if (n & 1) value |= (uint64_t)p[at] << 8 * at;
    return value;
}
VEC_INLINE void store_bytes(uint8_t *p, uint64_t value, int64_t n) {
    if (n & 4) {
        memcpy(p, &value, 4);
        p += 4;
        value >>= 32;
    }
    if (n & 2) {
        memcpy(p, &value, 2);
        p += 2;
        value >>= 16;
    }
    if (n & 1) memcpy(p, &value, 1);
}
VEC_INLINE vi vi_load_bool_part(const uint8_t *p, int64_t n) {
    uint64_t value = load_bytes(p, n);
    vb bytes;
    memcpy(&bytes, &value, sizeof bytes);
    return __builtin_convertvector(bytes, vi) != 0;
}
VEC_INLINE void vi_store_bool_part(uint8_t *p, vi mask, int64_t n) {
    vb bytes = vb_from_mask(mask);
    uint64_t value = 0;
    memcpy(&value, &bytes, sizeof bytes);
    store_bytes(p, value, n);
}

#if defined(VEC_AVX2)

VEC_INLINE __m256i first_lanes(int64_t n) {
    const vi lane = {0, 1, 2, 3, 4, 5, 6, 7};
    return (__m256i)(lane < (vi)(int32_t)n);
}
VEC_INLINE vf vf_load_part(const float *p, int64_t n) {
    return (vf)_mm256_maskload_ps(p, first_lanes(n));
}
VEC_INLINE void vf_store_part(float *p, vf x, int64_t n) {
    _mm256_maskstore_ps(p, first_lanes(n), (__m256)x);
}

#else

VEC_INLINE vf vf_load_part(const float *p, int64_t n) {
    vf x = 0;
    x.x = p[0];
    if (n > 1) x.y = p[1];
    if (n > 2) x.z = p[2];
    return x;
}
VEC_INLINE void vf_store_part(float *p, vf x, int64_t n) {
    p[0] = x.x;
    if (n > 1) p[1] = x.y;
    if (n > 2) p[2] = x.z;
}

#endif
#endif
