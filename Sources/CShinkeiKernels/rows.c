// Softmax over rows, and the table of inner loops (rows_kernels.h) it shares with the reductions.
#include "rows.h"

#include "isa.h"
#include "sizes.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors are handed only to functions that are always inlined, so no ABI is involved.
#pragma clang diagnostic ignored "-Wpsabi"

shk_rows_table shk_rows;

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;
typedef int64_t i64;
typedef float f32;
typedef double f64;
typedef u8 v_u8 __attribute__((ext_vector_type(64)));
typedef u16 v_u16 __attribute__((ext_vector_type(32)));
typedef u32 v_u32 __attribute__((ext_vector_type(16)));
typedef i32 v_i32 __attribute__((ext_vector_type(16)));
typedef u64 v_u64 __attribute__((ext_vector_type(8)));
typedef i64 v_i64 __attribute__((ext_vector_type(8)));
typedef f32 v_f32 __attribute__((ext_vector_type(16)));
typedef f64 v_f64 __attribute__((ext_vector_type(8)));

// Loads and stores of a whole vector, aligned to the element only.
#define LOAD(T, p) ({ v_##T loaded_; memcpy(&loaded_, (p), sizeof loaded_); loaded_; })
#define STORE(T, p, v) do { v_##T stored_ = (v); memcpy((p), &stored_, sizeof stored_); } while (0)

#define SHK_ISA_SUFFIX baseline
#define SHK_MASKS 0
#include "rows_kernels.h"

#if defined(__x86_64__)
SHK_TARGET_BEGIN_AVX2
#define SHK_ISA_SUFFIX avx2
#define SHK_MASKS 256
#include "rows_kernels.h"
SHK_TARGET_END

SHK_TARGET_BEGIN_AVX512
#define SHK_ISA_SUFFIX avx512
#define SHK_MASKS 512
#include "rows_kernels.h"
SHK_TARGET_END
#endif

void shk_rows_init(shk_isa isa) {
    switch (isa) {
#if defined(__x86_64__)
    case SHK_ISA_AVX512: fill_avx512(&shk_rows); break;
    case SHK_ISA_AVX2: fill_avx2(&shk_rows); break;
#endif
    default: fill_baseline(&shk_rows); break;   // NEON is the baseline of aarch64
    }
}

// Softmax -----------------------------------------------------------------------------------------

int64_t shk_softmax_prepare(shk_softmax *softmax) {
    if (softmax->width == 0) softmax->rows = 0;
    return shk_cut(softmax->rows, 6 * softmax->width, &softmax->chunk_rows);
}

// What one call works with.
typedef struct softmax_work {
    shk_softmax_fns fns;
    shk_fold_fn max, sum;
    shk_step_fn exp, log;
    int64_t bytes, width;
    bool logarithm;
} softmax_work;

#define MAX_BYTES 8

// Rows of at most a tile: as many at a time as fit, so that exp sees full vectors. No pass writes
// what it reads: a masked store in front of the next row's load would stall that load.
static void softmax_short(const softmax_work *w, char *y, const char *x, int64_t rows) {
    _Alignas(64) char shifted[SHK_TILE * MAX_BYTES], powers[SHK_TILE * MAX_BYTES];
    _Alignas(64) char sums[SHK_TILE * MAX_BYTES];
    const int64_t width = w->width, together = SHK_TILE / width;
    for (int64_t r = 0; r < rows; r += together) {
        const int64_t n = shk_least(together, rows - r), count = n * width;
        w->fns.shift(shifted, x, n, width);
        w->exp(powers, shifted, NULL, NULL, count);
        if (w->logarithm) {
            w->fns.sum(sums, powers, n, width);
            w->log(sums, sums, NULL, NULL, n);
            w->fns.subtract(y, shifted, sums, n, width);
        } else {
            w->fns.normalize(y, powers, n, width);
        }
        x += count * w->bytes;
        y += count * w->bytes;
    }
}

// A row longer than a tile, a segment at a time. The segments' sums are added in double.
static void softmax_long(const softmax_work *w, char *y, const char *x) {
    _Alignas(64) char powers[SHK_TILE * MAX_BYTES];
    _Alignas(8) char max[MAX_BYTES], part[MAX_BYTES];
    double total = 0;
    w->max(max, x, w->width);
    for (int64_t i = 0; i < w->width; i += SHK_TILE) {
        const int64_t n = shk_least(SHK_TILE, w->width - i), at = i * w->bytes;
        w->fns.subtract(y + at, x + at, max, 1, n);
        char *power = w->logarithm ? powers : y + at;
        w->exp(power, y + at, NULL, NULL, n);
        w->sum(part, power, n);
        total += w->bytes == 4 ? *(f32 *)part : *(f64 *)part;
    }
    if (w->bytes == 4) *(f32 *)part = (f32)total;
    else *(f64 *)part = total;
    if (w->logarithm) {
        w->log(part, part, NULL, NULL, 1);
        w->fns.subtract(y, y, part, 1, w->width);
    } else {
        w->fns.divide(y, y, part, 1, w->width);
    }
}

void shk_softmax_rows(int32_t dtype, void *y, const void *x, int64_t rows, int64_t width, bool logarithm) {
    const softmax_work w = {shk_rows.softmax[dtype], shk_rows.fold[dtype][SHK_REDUCE_MAX],
                            shk_rows.fold[dtype][SHK_REDUCE_SUM], shk_step(SHK_OP_EXP, (shk_dtype)dtype),
                            shk_step(SHK_OP_LOG, (shk_dtype)dtype), dtype == SHK_F32 ? 4 : 8, width, logarithm};
    const int64_t row = width * w.bytes;
    if (width <= SHK_TILE) softmax_short(&w, y, x, rows);
    else
        for (int64_t r = 0; r < rows; r++) softmax_long(&w, (char *)y + r * row, (const char *)x + r * row);
}

void shk_softmax_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_softmax *p = params;
    const int64_t first = chunk * p->chunk_rows, start = first * p->width * (p->dtype == SHK_F32 ? 4 : 8);
    shk_softmax_rows(p->dtype, (char *)slots[p->y_slot] + start, (const char *)slots[p->x_slot] + start,
                     shk_least(p->chunk_rows, p->rows - first), p->width, p->logarithm);
}
