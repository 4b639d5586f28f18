// Private to the kernels: the inner loops of reductions, softmax and broadcasts, chosen for the
// instruction set.
#ifndef SHK_ROWS_H
#define SHK_ROWS_H

#include "include/shinkei_kernels.h"

#define SHK_REDUCTIONS 4

// out[0] = the n elements of x combined, in an order that depends on n alone and is the same for
// every instruction set. n is at least 1.
typedef void (*shk_fold_fn)(void *out, const void *x, int64_t n);
// dst[i] = a[i] combined with b[i]; dst may be a.
typedef void (*shk_merge_fn)(void *dst, const void *a, const void *b, int64_t n);

// to[r, :] = from[r * stride], to being [rows, cols] packed.
typedef void (*shk_spread_fn)(void *to, const void *from, int64_t stride, int64_t rows,
                              int64_t cols);

// Rows of a table, `size` of them, that belong to one piece of a scatter: those whose number, shifted and masked, is `mine`.
typedef struct shk_stripes {
    int64_t size, mask, mine;
    int32_t shift;
} shk_stripes;
// Lists the rows of `mine` that n indices name, counted from the front, and which index names each; both lists have
// room for n + SHK_PICK_ROOM. Returns how many. *wrong becomes the first index that is out of range, if there is one.
#define SHK_PICK_ROOM 16
typedef int64_t (*shk_pick_fn)(int64_t *rows, int32_t *places, const void *index, int64_t n, shk_stripes mine,
                               int64_t *wrong);
// y[rows[i] * stride + c] += x[places[i] * stride + c], c < n, one i after the other.
typedef void (*shk_add_rows_fn)(void *y, const void *x, const int64_t *rows, const int32_t *places, int64_t count,
                                int64_t stride, int64_t n);

// y[i] = x[index[i]] for rows of `bytes`, a multiple of 64; x has `size` rows, of which negative indices count from the end. Stops
// at an index that is out of range; returns how many rows were copied.
typedef int64_t (*shk_copy_rows_fn)(void *y, const void *x, const void *index, int64_t n, int64_t size, int64_t bytes);

// Softmax, for rows of at most SHK_TILE elements or, with rows == 1, a segment of a longer row.
typedef struct shk_softmax_fns {
    // y[r, :] = x[r, :] - max(x[r, :])
    void (*shift)(void *y, const void *x, int64_t rows, int64_t width);
    // y[r, :] = x[r, :] / sum(x[r, :])
    void (*normalize)(void *y, const void *x, int64_t rows, int64_t width);
    // sums[r] = sum(x[r, :])
    void (*sum)(void *sums, const void *x, int64_t rows, int64_t width);
    // y[r, :] = x[r, :] - by[r]
    void (*subtract)(void *y, const void *x, const void *by, int64_t rows, int64_t width);
    // y[r, :] = x[r, :] / by[r]
    void (*divide)(void *y, const void *x, const void *by, int64_t rows, int64_t width);
} shk_softmax_fns;

typedef struct shk_rows_table {
    shk_fold_fn fold[SHK_DTYPES][SHK_REDUCTIONS];   // NULL for F16, BF16
    shk_merge_fn merge[SHK_DTYPES][SHK_REDUCTIONS];
    shk_softmax_fns softmax[SHK_DTYPES];            // F32, F64
    shk_add_rows_fn add_rows[SHK_DTYPES];           // F32, F64, I32, I64
    shk_pick_fn pick[SHK_DTYPES];                   // I32, I64
    shk_copy_rows_fn copy_rows[SHK_DTYPES];         // I32, I64
    shk_spread_fn spread[4];                        // elements of 1, 2, 4, 8 bytes
} shk_rows_table;

extern shk_rows_table shk_rows;

// y[r, :] = softmax(x[r, :]), or its logarithm. y may be x. F32, F64.
void shk_softmax_rows(int32_t dtype, void *y, const void *x, int64_t rows, int64_t width, bool logarithm);

#endif
