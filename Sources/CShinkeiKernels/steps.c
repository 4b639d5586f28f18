// The tables of steps and casts, and the scalar code that the vectors fall back on.
#include "math_f64.h"
#include "steps_isa.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Angles ------------------------------------------------------------------------------------------

// π/2 in parts of 33, 33 and 53 bits: products with n < 2^20 of the first two are exact.
static int64_t turns_by_subtraction(double a, f64_pair *r) {
    double n = (a * 0x1.45f306dc9c883p-1 + 0x1.8p52) - 0x1.8p52;
    f64_pair first = pair_of_sum(a - n * HALF_PI_F64[0], -(n * HALF_PI_F64[1]));
    f64_pair rest = pair_of_product(n, HALF_PI_F64[2]);
    *r = pair_add(first, (f64_pair){-rest.hi, -rest.lo});
    return (int64_t)n;
}

// Payne and Hanek: a = m · 2^e, so of a · 2/π modulo 4 only the digits of 2/π matter that meet 2^e
// neither above 4 nor far below 1. Seven 32-bit digits leave at least 190 bits of fraction, more
// than a double's closest approach to a multiple of π/2 can cancel (about 62) by far.
static int64_t turns_by_multiplication(double a, f64_pair *r) {
    enum { DIGITS = 7 };
    int64_t bits = f64_bits(a), e = (bits >> 52) - 1075;
    uint64_t m = ((uint64_t)bits & 0xfffffffffffff) | (uint64_t)1 << 52;
    int64_t first = (e - 2) >> 5;       // the first digit whose lowest bit, times 2^e, is below 4

    // product = m · (the digits) modulo 2^224, lowest first.
    uint32_t product[DIGITS] = {0};
    for (int half = 0; half < 2; half++) {
        uint64_t factor = half ? m >> 32 : m & 0xffffffff, carry = 0;
        for (int i = 0; i + half < DIGITS; i++) {
            uint64_t digit = TWO_OVER_PI[2 + first + DIGITS - 1 - i];
            uint64_t sum = digit * factor + product[i + half] + carry;
            product[i + half] = (uint32_t)sum;
            carry = sum >> 32;
        }
    }
    // Its last bit is worth 2^-fraction. Shift the two bits above the point to the top.
    int64_t fraction = 32 * (first + DIGITS) - e;
    int shift = (int)(32 * DIGITS - 2 - fraction);
    for (int i = DIGITS - 1; shift > 0 && i >= 0; i--)
        product[i] = product[i] << shift | (i > 0 ? product[i - 1] >> (32 - shift) : 0);
    int64_t n = product[DIGITS - 1] >> 30;
    product[DIGITS - 1] &= 0x3fffffff;

    // The fraction to the nearest turn, as a pair.
    bool past_half = product[DIGITS - 1] >> 29;
    f64_pair turn = {0, 0};
    double place = 0x1p-30;
    for (int i = DIGITS - 1; i >= 0; i--, place *= 0x1p-32) {
        double digit = (double)product[i] * place;
        if (past_half && i == DIGITS - 1) digit -= 1;
        f64_pair sum = pair_of_sum(turn.hi, digit);
        turn = pair_of_ordered(sum.hi, sum.lo + turn.lo);
    }
    *r = pair_multiply(turn, (f64_pair){F64_PI / 2, F64_PI_LOW});
    return n + past_half;
}

int64_t shk_quarter_turns(double a, double *high, double *low) {
    f64_pair r;
    int64_t n = a < 0x1p20 ? turns_by_subtraction(a, &r) : turns_by_multiplication(a, &r);
    *high = r.hi;
    *low = r.lo;
    return n & 3;
}

// Remainder ---------------------------------------------------------------------------------------

// a positive double as m · 2^e with m < 2^53.
static uint64_t significand(double a, int64_t *e) {
    uint64_t bits = (uint64_t)f64_bits(a), m = bits & 0xfffffffffffff;
    int64_t exponent = (int64_t)(bits >> 52);
    *e = exponent == 0 ? -1074 : exponent - 1075;
    return exponent == 0 ? m : m | (uint64_t)1 << 52;
}

// Long division: the remainder of m · 2^(ea - eb) by mb, eleven bits at a time.
double shk_fmod(double a, double b) {
    double size = f64_abs(a), divisor = f64_abs(b);
    if (!(size < F64_INF) || divisor == 0 || divisor != divisor) return F64_NAN;
    if (size < divisor) return a;
    int64_t ea, eb;
    uint64_t m = significand(size, &ea), mb = significand(divisor, &eb);
    m %= mb;
    while (ea > eb && m != 0) {
        int64_t step = ea - eb < 11 ? ea - eb : 11;
        m = (m << step) % mb;
        ea -= step;
    }
    double r = (double)m * 0x1p-52;
    int64_t scale = eb + 52;
    r = scale < -1022 ? r * 0x1p-1022 * f64_power_of_two(scale + 1022)
                      : r * f64_power_of_two(scale);
    return f64_copysign(r, a);
}

// Tables ------------------------------------------------------------------------------------------

// Loops over functions that branch stay scalar, and the compiler need not say so.
#pragma clang diagnostic ignored "-Wpass-failed"
#include "steps_plain.h"

static const shk_step_fn bool_steps[SHK_OPS] = {
    MOVE_ENTRIES(8), ENTRY(bool, NOT), ENTRY(bool, AND), ENTRY(bool, OR), ENTRY(bool, XOR),
    [SHK_OP_MAX] = bool_OR, [SHK_OP_MIN] = bool_AND, COMPARE_ENTRIES(bool),
    NUMBER_TEST_ENTRIES(u8)};
static const shk_step_fn u8_steps[SHK_OPS] = {
    MOVE_ENTRIES(8), INTEGER_ENTRIES(u8), NUMBER_TEST_ENTRIES(u8)};
static const shk_step_fn i32_steps[SHK_OPS] = {
    MOVE_ENTRIES(32), INTEGER_ENTRIES(i32), NUMBER_TEST_ENTRIES(i32)};
static const shk_step_fn i64_steps[SHK_OPS] = {
    MOVE_ENTRIES(64), INTEGER_ENTRIES(i64), NUMBER_TEST_ENTRIES(i64)};
static const shk_step_fn half_steps[SHK_OPS] = {MOVE_ENTRIES(16)};

#define X(op, function) ENTRY(f64, op),
static const shk_step_fn f64_steps[SHK_OPS] = {
    MOVE_ENTRIES(64), F64_UNARY_FUNCTIONS(X) F64_BINARY_FUNCTIONS(X) ENTRY(f64, NEG),
    ENTRY(f64, ABS), ENTRY(f64, SIGN), ENTRY(f64, SQRT), ENTRY(f64, RSQRT), ENTRY(f64, RECIPROCAL),
    ENTRY(f64, RELU), ENTRY(f64, ADD), ENTRY(f64, SUB), ENTRY(f64, MUL), ENTRY(f64, DIV),
    ENTRY(f64, MAX), ENTRY(f64, MIN), ENTRY(f64, LERP), ENTRY(f64, LERP_SQUARE),
    ENTRY(f64, SUB_DIV), ENTRY(f64, ROOT_ADD), NUMBER_TEST_ENTRIES(f64), COMPARE_ENTRIES(f64)};
#undef X

static const shk_step_fn casts[SHK_DTYPES][SHK_DTYPES] = {
    [SHK_BOOL] = CAST_ENTRIES(BOOL), [SHK_U8] = CAST_ENTRIES(U8),
    [SHK_I32] = CAST_ENTRIES(I32),   [SHK_I64] = CAST_ENTRIES(I64),
    [SHK_F16] = CAST_ENTRIES(F16),   [SHK_BF16] = CAST_ENTRIES(BF16),
    [SHK_F32] = CAST_ENTRIES(F32),   [SHK_F64] = CAST_ENTRIES(F64)};

const shk_isa_steps *shk_steps_chosen = &shk_steps_baseline;

void shk_steps_init(shk_isa isa) {
    switch (isa) {
#if defined(__x86_64__)
    case SHK_ISA_AVX512: shk_steps_chosen = &shk_steps_avx512; break;
    case SHK_ISA_AVX2: shk_steps_chosen = &shk_steps_avx2; break;
#endif
    default: shk_steps_chosen = &shk_steps_baseline; break;
    }
}

shk_step_fn shk_step(shk_op op, shk_dtype dtype) {
    switch (dtype) {
    case SHK_BOOL: return bool_steps[op];
    case SHK_U8: return u8_steps[op];
    case SHK_I32: return i32_steps[op];
    case SHK_I64: return i64_steps[op];
    case SHK_F16:
    case SHK_BF16: return half_steps[op];
    case SHK_F32: return op == SHK_OP_COPY ? copy_32 : shk_steps_chosen->f32[op];
    case SHK_F64: return f64_steps[op];
    default: return NULL;
    }
}

// Casts that move bytes are copies, which may be in place.
shk_step_fn shk_cast(shk_dtype from, shk_dtype to) {
    if (from == to || (from == SHK_BOOL && to == SHK_U8)) return shk_step(SHK_OP_COPY, from);
    if (from == SHK_F16 && to == SHK_F32 && shk_steps_chosen->f16_to_f32)
        return shk_steps_chosen->f16_to_f32;
    if (from == SHK_F32 && to == SHK_F16 && shk_steps_chosen->f32_to_f16)
        return shk_steps_chosen->f32_to_f16;
    return casts[from][to];
}
