// Recurrences over whole sequences. A chunk is a block of rows, taken through all times by one
// thread: rows do not wait for one another, and a block's states stay in the first cache.
#include "math_f64.h"
#include "recurrent.h"

#define BLOCK_ROWS 16
#define LARGE_KERNEL (1 << 16)      // elements; from there on the kernel is read for more rows at once

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Doubles, to check gradients: one element is a vector.
#define REC_REAL double
#define REC_VEC double
#define REC_LANES 1
#define REC_LOAD(p) (*(p))
#define REC_LOAD_PART(p, n) (*(p))
#define REC_STORE(p, x) (*(p) = (x))
#define REC_STORE_PART(p, x, n) (*(p) = (x))
#define REC_FMA(a, b, c) ((a) * (b) + (c))
#define REC_SIGMOID f64_sigmoid
#define REC_TANH f64_tanh
#define REC_NAME(x) recurrent_f64_##x
#define REC_ROWS 3
#include "recurrent_kernels.h"

static const shk_recurrent_table table_f64 = REC_TABLE;

static int64_t gates(const shk_recurrent *p) {
    return p->kind == SHK_LSTM ? 4 : p->kind == SHK_GRU ? 3 : 1;
}

// By the widest vectors, so that it is the same everywhere.
int64_t shk_recurrent_scratch(const shk_recurrent *p, int64_t rows) {
    const int64_t wide = ceil_div(p->units, 16) * 16;
    return gates(p) * wide * (p->units + (p->gradient ? wide : 0)) + rows * wide * (3 + gates(p));
}

int64_t shk_recurrent_prepare(shk_recurrent *p) {
    if (p->batch <= 0) return 0;
    const bool large = gates(p) * p->units * p->units >= LARGE_KERNEL;
    p->chunk_rows = ceil_div(p->batch, ceil_div(p->batch, large ? 2 * BLOCK_ROWS : BLOCK_ROWS));
    return ceil_div(p->batch, p->chunk_rows);
}

void shk_recurrent_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_recurrent *p = params;
    const bool isFloat = p->dtype == SHK_F32;
    const shk_recurrent_table *table = isFloat ? &shk_steps_chosen->recurrent : &table_f64;
    shk_recurrent_block block = {
        .p = p, .first = chunk * p->chunk_rows, .z = slots[p->z_slot], .kernel = slots[p->kernel_slot],
        .bias = p->bias_slot ? slots[p->bias_slot] : NULL, .h = slots[p->h_slot],
        .c = p->c_slot ? slots[p->c_slot] : NULL, .mask = p->mask_slot ? slots[p->mask_slot] : NULL,
        .y = slots[p->y_slot],
    };
    block.rows = min(p->chunk_rows, p->batch - block.first);
    const int64_t elements = shk_recurrent_scratch(p, block.rows);
    block.scratch = shk_scratch((size_t)elements * (isFloat ? sizeof(float) : sizeof(double)));
    if (p->gradient) {
        block.upstream = slots[p->upstream_slot];
        block.gradient = slots[p->gradient_slot];
        table->gradient[p->kind](&block);
    } else {
        table->forward[p->kind](&block);
    }
}
