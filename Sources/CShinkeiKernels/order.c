// Order: argsort and arg_reduce.
#include "rows.h"
#include "sizes.h"

#include <string.h>

// Sorting -----------------------------------------------------------------------------------------
//
// Every type is mapped to unsigned keys that ascend as its numbers do, a descending order to their
// complements; then one stable radix sort serves all. Numbers that compare equal get equal keys.

typedef struct item { uint64_t key; int64_t index; } item;

static inline uint64_t key_of_f32(float value) {
    uint32_t bits;
    if (value != value) return UINT32_MAX;      // all NaN alike, and last
    if (value == 0) value = 0;                  // -0 is 0
    memcpy(&bits, &value, sizeof bits);
    return bits >> 31 ? ~bits : bits | 0x80000000u;
}

static inline uint64_t key_of_f64(double value) {
    uint64_t bits;
    if (value != value) return UINT64_MAX;
    if (value == 0) value = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

// Fills the items of one row; returns the bytes a key has.
static int make_items(item *items, const void *x, int32_t dtype, int64_t n, bool descending) {
    int bytes;
    switch (dtype) {
#define X(DTYPE, T, SIZE, KEY)                                                                     \
    case DTYPE:                                                                                    \
        bytes = SIZE;                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            T value = ((const T *)x)[i];                                                           \
            items[i] = (item){KEY, i};                                                             \
        }                                                                                          \
        break;
    X(SHK_I32, int32_t, 4, (uint32_t)value ^ 0x80000000u)
    X(SHK_I64, int64_t, 8, (uint64_t)value ^ (uint64_t)1 << 63)
    X(SHK_F32, float, 4, key_of_f32(value))
    X(SHK_F64, double, 8, key_of_f64(value))
#undef X
    default:                    // BOOL, U8
        bytes = 1;
        for (int64_t i = 0; i < n; i++) items[i] = (item){((const uint8_t *)x)[i], i};
    }
    if (descending)
        for (int64_t i = 0; i < n; i++) items[i].key = ~items[i].key;
    return bytes;
}

static void insertion_sort(item *items, int64_t n) {
    for (int64_t i = 1; i < n; i++) {
        item moving = items[i];
        int64_t at = i;
        for (; at > 0 && items[at - 1].key > moving.key; at--) items[at] = items[at - 1];
        items[at] = moving;
    }
}

// Least significant byte first; a byte that all keys share costs one count. Returns where the
// sorted items are: in `items` or in `other`.
static item *radix_sort(item *items, item *other, int64_t n, int bytes) {
    for (int byte = 0; byte < bytes; byte++) {
        const int shift = 8 * byte;
        int64_t start[256] = {0};
        for (int64_t i = 0; i < n; i++) start[items[i].key >> shift & 255]++;
        if (start[items[0].key >> shift & 255] == n) continue;
        int64_t sum = 0;
        for (int b = 0; b < 256; b++) {
            int64_t count = start[b];
            start[b] = sum;
            sum += count;
        }
        for (int64_t i = 0; i < n; i++) other[start[items[i].key >> shift & 255]++] = items[i];
        item *sorted = other;
        other = items;
        items = sorted;
    }
    return items;
}

#define INSERTION_LIMIT 48

int64_t shk_argsort_prepare(shk_argsort *sort) {
    return shk_cut(sort->width == 0 ? 0 : sort->rows, 32 * sort->width, &sort->chunk_rows);
}

void shk_argsort_run(const void *params, void *const *slots, int64_t chunk) {
    static const uint8_t element_bytes[SHK_DTYPES] = {1, 1, 4, 8, 2, 2, 4, 8};
    const shk_argsort *sort = params;
    const int64_t n = sort->width;
    const int64_t first = chunk * sort->chunk_rows;
    const int64_t last = shk_least(first + sort->chunk_rows, sort->rows);
    item *items = shk_scratch(2 * (size_t)n * sizeof(item));
    for (int64_t r = first; r < last; r++) {
        const char *x = (const char *)slots[sort->x_slot] + r * n * element_bytes[sort->dtype];
        int32_t *y = (int32_t *)slots[sort->y_slot] + r * n;
        item *sorted = items;
        int bytes = make_items(items, x, sort->dtype, n, sort->descending);
        if (n <= INSERTION_LIMIT) insertion_sort(items, n);
        else sorted = radix_sort(items, items + n, n, bytes);
        for (int64_t i = 0; i < n; i++) y[i] = (int32_t)sorted[i].index;
    }
}

// Arg reduce --------------------------------------------------------------------------------------

#define STRIP 64                // columns looked at together
#define LONG_ROW 64             // from here on, finding the extreme first pays

// The unit is a strip of columns of one outer row.
int64_t shk_arg_reduce_prepare(shk_arg_reduce *arg) {
    int64_t units = arg->outer * shk_divide_up(arg->inner, STRIP);
    return shk_cut(units, 2 * arg->mid * shk_least(arg->inner, STRIP), &arg->chunk_rows);
}

// BETTER: x beats best. A NaN beats all but a NaN; for integers those terms vanish.
#define LARGER(x, best) (((x) > (best)) | (((x) != (x)) & ((best) == (best))))
#define SMALLER(x, best) (((x) < (best)) | (((x) != (x)) & ((best) == (best))))
#define DEFINE_ARG(T, name, BETTER)                                                                \
    static int32_t name##_row_##T(const T *x, int64_t n) {                                         \
        T best = x[0];                                                                             \
        int64_t at = 0;                                                                            \
        for (int64_t m = 1; m < n; m++) {       /* without jumps: where it lies is a surprise */   \
            bool better = BETTER(x[m], best);                                                      \
            best = better ? x[m] : best;                                                           \
            at = better ? m : at;                                                                  \
        }                                                                                          \
        return (int32_t)at;                                                                        \
    }                                                                                              \
    static void name##_strip_##T(int32_t *y, const T *x, int64_t mid, int64_t stride,              \
                                 int64_t columns) {                                                \
        T best[STRIP];                                                                             \
        int32_t at[STRIP] = {0};                                                                   \
        memcpy(best, x, (size_t)columns * sizeof(T));                                              \
        for (int64_t m = 1; m < mid; m++) {                                                        \
            x += stride;                                                                           \
            for (int64_t i = 0; i < columns; i++) {                                                \
                bool better = BETTER(x[i], best[i]);                                               \
                best[i] = better ? x[i] : best[i];                                                 \
                at[i] = better ? (int32_t)m : at[i];                                               \
            }                                                                                      \
        }                                                                                          \
        memcpy(y, at, (size_t)columns * sizeof *y);                                                \
    }
#define DEFINE_ARGS(T)                                                                             \
    DEFINE_ARG(T, largest, LARGER)                                                                 \
    DEFINE_ARG(T, smallest, SMALLER)                                                               \
    static void arg_##T(const shk_arg_reduce *arg, int32_t *y, const T *x, int64_t columns) {      \
        if (arg->inner > 1) {                                                                      \
            (arg->smallest ? smallest_strip_##T : largest_strip_##T)(y, x, arg->mid, arg->inner,   \
                                                                     columns);                     \
            return;                                                                                \
        }                                                                                          \
        if (arg->mid < LONG_ROW) {                                                                 \
            *y = (arg->smallest ? smallest_row_##T : largest_row_##T)(x, arg->mid);                \
            return;                                                                                \
        }                                                                                          \
        T best;                                                                                    \
        int64_t m = 0;                                                                             \
        shk_rows.fold[arg->dtype][arg->smallest ? SHK_REDUCE_MIN : SHK_REDUCE_MAX](&best, x,       \
                                                                                   arg->mid);      \
        if (best == best)                                                                          \
            while (x[m] != best) m++;                                                              \
        else                                                                                       \
            while (x[m] == x[m]) m++;                                                              \
        *y = (int32_t)m;                                                                           \
    }
DEFINE_ARGS(uint8_t)
DEFINE_ARGS(int32_t)
DEFINE_ARGS(int64_t)
DEFINE_ARGS(float)
DEFINE_ARGS(double)

void shk_arg_reduce_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_arg_reduce *arg = params;
    const int64_t strips = shk_divide_up(arg->inner, STRIP);
    const int64_t first = chunk * arg->chunk_rows;
    const int64_t last = shk_least(first + arg->chunk_rows, arg->outer * strips);
    for (int64_t unit = first; unit < last; unit++) {
        const int64_t o = unit / strips, column = unit % strips * STRIP;
        const int64_t columns = shk_least(STRIP, arg->inner - column);
        const int64_t from = o * arg->mid * arg->inner + column;
        int32_t *y = (int32_t *)slots[arg->y_slot] + o * arg->inner + column;
        const void *x = slots[arg->x_slot];
        if (arg->mid == 0) {    // there is no index; the engine refuses this before
            memset(y, 0, (size_t)columns * sizeof *y);
            continue;
        }
        switch (arg->dtype) {
        case SHK_I32: arg_int32_t(arg, y, (const int32_t *)x + from, columns); break;
        case SHK_I64: arg_int64_t(arg, y, (const int64_t *)x + from, columns); break;
        case SHK_F32: arg_float(arg, y, (const float *)x + from, columns); break;
        case SHK_F64: arg_double(arg, y, (const double *)x + from, columns); break;
        default: arg_uint8_t(arg, y, (const uint8_t *)x + from, columns); break;
        }
    }
}
