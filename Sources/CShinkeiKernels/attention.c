// Attention without the table of weights: a block of places at a time is scored, weighed and summed while its part of the
// table, some hundred kilobytes, stays in the second cache. The derivative computes the weights again.
//
// A chunk of the forward kernel is a block of places of one head; a chunk of the derivative all places of the heads that
// share a key, whose derivatives are summed block by block.
#include "gemm.h"
#include "rows.h"
#include "sizes.h"

#include <string.h>

#define BLOCK_WEIGHTS (1 << 16)
#define LEAST_PLACES 16
#define MOST_PLACES 128

int64_t shk_attention_prepare(shk_attention *a) {
    const int64_t fitting = shk_least(MOST_PLACES, shk_most(LEAST_PLACES, BLOCK_WEIGHTS / a->seen));
    a->chunk_places = shk_divide_up(a->places, shk_divide_up(a->places, fitting));
    return a->gradient ? a->batch * a->key_heads : a->batch * a->heads * shk_divide_up(a->places, a->chunk_places);
}

// Matrices of one head of one sample: a row of each is a place.
typedef struct matrix {
    char *at;
    int64_t row;        // elements from place to place
} matrix;

typedef struct head {
    const shk_attention *a;
    int64_t size;       // bytes of an element
    matrix q, k, v, y, upstream, dq, dk, dv;
    const uint8_t *mask;
    char *product;      // scratch of products
    char *scaled;       // places × size: scale · q
    char *weights;      // places × seen
    char *slopes;       // the same, of the derivative
    char *sums;         // one number for each place
    char *tile;         // SHK_TILE elements
} head;

static int64_t room(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static matrix part(const head *h, void *base, int64_t sample, int64_t places, int64_t heads, int64_t number,
                   int64_t size) {
    return (matrix){(char *)base + (sample * places * heads + number) * size * h->size, heads * size};
}

static char *place(const head *h, matrix m, int64_t index) { return m.at + index * m.row * h->size; }

static head open_head(const shk_attention *a, void *const *slots, int64_t sample, int64_t number) {
    head h = {.a = a, .size = a->dtype == SHK_F64 ? 8 : 4};
    const int64_t key = number / (a->heads / a->key_heads), rows = a->chunk_places;
    h.q = part(&h, slots[a->q_slot], sample, a->places, a->heads, number, a->size);
    h.k = part(&h, slots[a->k_slot], sample, a->seen, a->key_heads, key, a->size);
    h.v = part(&h, slots[a->v_slot], sample, a->seen, a->key_heads, key, a->value_size);
    h.y = part(&h, slots[a->y_slot], sample, a->places, a->heads, number, a->value_size);
    if (a->mask_slot)
        h.mask = (const uint8_t *)slots[a->mask_slot] + sample * a->mask_batch + number * a->mask_head;
    if (a->gradient) {
        char *dq = slots[a->gradient_slot];
        char *dk = dq + a->batch * a->places * a->heads * a->size * h.size;
        char *dv = dk + a->batch * a->seen * a->key_heads * a->size * h.size;
        h.upstream = part(&h, slots[a->upstream_slot], sample, a->places, a->heads, number, a->value_size);
        h.dq = part(&h, dq, sample, a->places, a->heads, number, a->size);
        h.dk = part(&h, dk, sample, a->seen, a->key_heads, key, a->size);
        h.dv = part(&h, dv, sample, a->seen, a->key_heads, key, a->value_size);
    }
    const int64_t scaled = room(rows * a->size * h.size), weights = room(rows * a->seen * h.size);
    const int64_t sums = room(rows * h.size), tile = SHK_TILE * h.size;
    h.product = shk_scratch(
        (size_t)(SHK_PRODUCT_SCRATCH + scaled + weights * (a->gradient ? 2 : 1) + sums + tile));
    h.scaled = h.product + SHK_PRODUCT_SCRATCH;
    h.sums = h.scaled + scaled;
    h.tile = h.sums + sums;
    h.weights = h.tile + tile;
    h.slopes = h.weights + weights;
    return h;
}

// C = A · B with rows of C `c_row` apart; of both A and B the strides are given as (row, k) and (k, column).
static void multiply(const head *h, void *c, int64_t c_row, int64_t rows, int64_t columns, int64_t k, const void *a,
                     int64_t a_row, int64_t a_k, const void *b, int64_t b_k, int64_t b_column, bool add) {
    const shk_product p = {.dtype = h->a->dtype, .a = a, .b = b, .c = c, .a_row = a_row, .a_k = a_k, .b_k = b_k,
                           .b_column = b_column, .c_row = c_row, .rows = rows, .columns = columns, .k = k, .add = add};
    shk_product_run(&p, h->product);
}

// to = scale · from, place by place.
static void scale(const head *h, matrix to, matrix from, int64_t places) {
    const int64_t n = h->a->size;
    for (int64_t i = 0; i < places; i++) {
        if (h->size == 4) {
            float *y = (float *)place(h, to, i);
            const float *x = (const float *)place(h, from, i), by = (float)h->a->scale;
            for (int64_t j = 0; j < n; j++) y[j] = by * x[j];
        } else {
            double *y = (double *)place(h, to, i);
            const double *x = (const double *)place(h, from, i);
            for (int64_t j = 0; j < n; j++) y[j] = h->a->scale * x[j];
        }
    }
}

// Places `first` ... of a table get `value` where the mask hides them.
static void hide(const head *h, char *table, int64_t first, int64_t places, double value) {
    const int64_t n = h->a->seen;
    for (int64_t i = 0; i < places; i++) {
        const uint8_t *mask = h->mask + (first + i) * h->a->mask_place;
        if (h->size == 4) {
            float *row = (float *)table + i * n;
            const float by = (float)value;
            for (int64_t j = 0; j < n; j++) row[j] = mask[j] ? row[j] : by;
        } else {
            double *row = (double *)table + i * n;
            for (int64_t j = 0; j < n; j++) row[j] = mask[j] ? row[j] : value;
        }
    }
}

// The weights of a block of places.
static void weigh(const head *h, int64_t first, int64_t places) {
    const shk_attention *a = h->a;
    scale(h, (matrix){h->scaled, a->size}, (matrix){place(h, h->q, first), h->q.row}, places);
    multiply(h, h->weights, a->seen, places, a->seen, a->size, h->scaled, a->size, 1, h->k.at, 1, h->k.row, false);
    if (h->mask) hide(h, h->weights, first, places, a->least);
    shk_softmax_rows(a->dtype, h->weights, h->weights, places, a->seen, false);
    if (h->mask && a->zeroes_hidden) hide(h, h->weights, first, places, 0);
}

// Of each place the sum of result · upstream, which is that of weight · its derivative.
static void sum_slopes(const head *h, int64_t first, int64_t places) {
    const int32_t dtype = h->a->dtype;
    const shk_step_fn times = shk_step(SHK_OP_MUL, (shk_dtype)dtype);
    for (int64_t i = 0; i < places; i++) {
        double sum = 0;
        for (int64_t j = 0; j < h->a->value_size; j += SHK_TILE) {
            const int64_t n = shk_least(SHK_TILE, h->a->value_size - j);
            _Alignas(8) char part[8];
            times(h->tile, place(h, h->y, first + i) + j * h->size, place(h, h->upstream, first + i) + j * h->size, NULL, n);
            shk_rows.fold[dtype][SHK_REDUCE_SUM](part, h->tile, n);
            sum += h->size == 4 ? *(float *)part : *(double *)part;
        }
        if (h->size == 4) ((float *)h->sums)[i] = (float)sum;
        else ((double *)h->sums)[i] = sum;
    }
}

// The derivative by the scores: weight · (slope - the place's sum).
static void slope_scores(const head *h, int64_t first, int64_t places) {
    const int32_t dtype = h->a->dtype;
    const shk_step_fn times = shk_step(SHK_OP_MUL, (shk_dtype)dtype);
    for (int64_t i = 0; i < places; i++)
        for (int64_t j = 0; j < h->a->seen; j += SHK_TILE) {
            const int64_t n = shk_least(SHK_TILE, h->a->seen - j), at = (i * h->a->seen + j) * h->size;
            shk_rows.softmax[dtype].subtract(h->slopes + at, h->slopes + at, h->sums + i * h->size, 1, n);
            times(h->slopes + at, h->slopes + at, h->weights + at, NULL, n);
        }
    if (h->mask) hide(h, h->slopes, first, places, 0);
}

static void derive_block(const head *h, int64_t first, int64_t places, bool add) {
    const shk_attention *a = h->a;
    const char *upstream = place(h, h->upstream, first);
    weigh(h, first, places);
    multiply(h, h->dv.at, h->dv.row, a->seen, a->value_size, places, h->weights, 1, a->seen, upstream, h->upstream.row,
             1, add);
    multiply(h, h->slopes, a->seen, places, a->seen, a->value_size, upstream, h->upstream.row, 1, h->v.at, 1, h->v.row,
             false);
    sum_slopes(h, first, places);
    slope_scores(h, first, places);
    multiply(h, h->dk.at, h->dk.row, a->seen, a->size, places, h->slopes, 1, a->seen, h->scaled, a->size, 1, add);
    const matrix dq = {place(h, h->dq, first), h->dq.row};
    multiply(h, dq.at, dq.row, places, a->size, a->seen, h->slopes, a->seen, 1, h->k.at, h->k.row, 1, false);
    scale(h, dq, dq, places);
}

void shk_attention_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_attention *a = params;
    if (a->gradient) {
        const int64_t sharing = a->heads / a->key_heads;
        const int64_t sample = chunk / a->key_heads, number = chunk % a->key_heads * sharing;
        for (int64_t i = 0; i < sharing; i++) {
            const head h = open_head(a, slots, sample, number + i);
            for (int64_t first = 0; first < a->places; first += a->chunk_places)
                derive_block(&h, first, shk_least(a->chunk_places, a->places - first), i > 0 || first > 0);
        }
    } else {
        const int64_t blocks = shk_divide_up(a->places, a->chunk_places), first = chunk % blocks * a->chunk_places;
        const int64_t places = shk_least(a->chunk_places, a->places - first);
        const head h = open_head(a, slots, chunk / blocks / a->heads, chunk / blocks % a->heads);
        weigh(&h, first, places);
        multiply(&h, place(&h, h.y, first), h.y.row, places, a->value_size, a->seen, h.weights, a->seen, 1, h.v.at,
                 h.v.row, 1, false);
    }
}
