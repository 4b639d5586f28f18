// Running sums and products along the middle of [outer, mid, inner].
#include "include/shinkei_kernels.h"
#include "sizes.h"

#define STRIP 64                // columns that run together

// The unit is a strip of columns of one outer row; each column is one chain, from its first element
// on.
int64_t shk_scan_sum_prepare(shk_scan_sum *scan) {
    int64_t units = scan->mid == 0 ? 0 : scan->outer * shk_divide_up(scan->inner, STRIP);
    return shk_cut(units, 4 * scan->mid * shk_least(scan->inner, STRIP), &scan->chunk_rows);
}

// y may be x: an element is read before its place is written.
#define DEFINE_SCAN(T, name, OP, IDENTITY)                                                         \
    static void name##_##T(const shk_scan_sum *scan, T *y, const T *x, int64_t columns) {          \
        const int64_t step = scan->reverse ? -scan->inner : scan->inner;                           \
        int64_t at = scan->reverse ? (scan->mid - 1) * scan->inner : 0;                            \
        T run[STRIP];                                                                              \
        for (int64_t i = 0; i < columns; i++) run[i] = IDENTITY;                                   \
        for (int64_t m = 0; m < scan->mid; m++, at += step)                                        \
            for (int64_t i = 0; i < columns; i++) {                                                \
                T before = run[i];                                                                 \
                run[i] = (T)(before OP x[at + i]);                                                 \
                y[at + i] = scan->exclusive ? before : run[i];                                     \
            }                                                                                      \
    }                                                                                              \
    /* A single column, its running value in a register. */                                        \
    static void name##_row_##T(const shk_scan_sum *scan, T *y, const T *x) {                       \
        const int64_t step = scan->reverse ? -1 : 1;                                               \
        int64_t at = scan->reverse ? scan->mid - 1 : 0;                                            \
        T run = IDENTITY;                                                                          \
        for (int64_t m = 0; m < scan->mid; m++, at += step) {                                      \
            T before = run;                                                                        \
            run = (T)(run OP x[at]);                                                               \
            y[at] = scan->exclusive ? before : run;                                                \
        }                                                                                          \
    }
#define DEFINE_SCANS(T)                                                                            \
    DEFINE_SCAN(T, sum, +, 0)                                                                      \
    DEFINE_SCAN(T, product, *, 1)                                                                  \
    static void scan_##T(const shk_scan_sum *scan, void *const *slots, int64_t from,               \
                         int64_t columns) {                                                        \
        T *y = (T *)slots[scan->y_slot] + from;                                                    \
        const T *x = (const T *)slots[scan->x_slot] + from;                                        \
        if (scan->inner == 1) (scan->product ? product_row_##T : sum_row_##T)(scan, y, x);         \
        else (scan->product ? product_##T : sum_##T)(scan, y, x, columns);                         \
    }
// Integers wrap around, so they run as unsigned numbers.
DEFINE_SCANS(uint8_t)
DEFINE_SCANS(uint32_t)
DEFINE_SCANS(uint64_t)
DEFINE_SCANS(float)
DEFINE_SCANS(double)

void shk_scan_sum_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_scan_sum *scan = params;
    const int64_t strips = shk_divide_up(scan->inner, STRIP);
    const int64_t first = chunk * scan->chunk_rows;
    const int64_t last = shk_least(first + scan->chunk_rows, scan->outer * strips);
    for (int64_t unit = first; unit < last; unit++) {
        const int64_t o = unit / strips, column = unit % strips * STRIP;
        const int64_t columns = shk_least(STRIP, scan->inner - column);
        const int64_t from = o * scan->mid * scan->inner + column;
        switch (scan->dtype) {
        case SHK_I32: scan_uint32_t(scan, slots, from, columns); break;
        case SHK_I64: scan_uint64_t(scan, slots, from, columns); break;
        case SHK_F32: scan_float(scan, slots, from, columns); break;
        case SHK_F64: scan_double(scan, slots, from, columns); break;
        default: scan_uint8_t(scan, slots, from, columns); break;
        }
    }
}
