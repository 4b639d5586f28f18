// Private to the kernels: recurrences over a whole sequence, for a block of rows.
#ifndef SHK_RECURRENT_H
#define SHK_RECURRENT_H

#include "include/shinkei_kernels.h"

#define SHK_RECURRENCES 3

// What a block is given: the parameters, and every buffer from its first element on.
typedef struct shk_recurrent_block {
    const shk_recurrent *p;
    int64_t first, rows;            // of the batch
    const void *z, *kernel, *bias, *h, *c;
    const uint8_t *mask;
    void *y;                        // forward: written; gradient: what forward wrote
    const void *upstream;
    void *gradient;
    void *scratch;
} shk_recurrent_block;

typedef void (*shk_recurrent_fn)(const shk_recurrent_block *block);

typedef struct shk_recurrent_table {
    shk_recurrent_fn forward[SHK_RECURRENCES], gradient[SHK_RECURRENCES];
} shk_recurrent_table;

// Elements of scratch a block of `rows` rows needs, for vectors of at most 16 elements.
int64_t shk_recurrent_scratch(const shk_recurrent *p, int64_t rows);

#endif
