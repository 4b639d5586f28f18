// Reductions of a map's register over the middle of [outer, mid, inner].
//
// The order of a sum is a function of mid and inner alone. The rows of mid are cut into leaves. A
// leaf is folded with vectors; the leaves then combine in a binary tree, kept as in a binary
// counter: after leaf number k (from 1) as many neighbours merge as k has trailing zero bits. A
// power of two of leaves is a whole subtree, so cutting mid into blocks of that many, and combining
// the blocks' results by the same counter, gives the same tree: who computes what never shows in
// the bits.
//
//   inner == 1   A leaf is a tile of SHK_TILE elements, folded in registers.
//   inner > 1    A leaf is up to LEAF_TILES tiles of `tile_rows` whole rows each (or of a strip of
//                one row, if a row is wider than a tile), added element by element; then the
//                tile's rows fold in halves. So the vectors are full however narrow the rows are.
#include "evaluate.h"
#include "rows.h"
#include "sizes.h"

#include <math.h>
#include <string.h>

#define LEAF_TILES 16
#define MAX_BLOCKS 64
#define MAX_BYTES 8             // of one element

static int64_t power_of_two_from(int64_t n) {
    int64_t power = 1;
    while (power < n) power *= 2;
    return power;
}

static const uint8_t element_bytes[SHK_DTYPES] = {1, 1, 4, 8, 2, 2, 4, 8};

// What an empty reduction gives.
static void store_identity(char *to, int32_t op, int32_t dtype, int64_t n) {
    bool low = op == SHK_REDUCE_MAX;
    for (int64_t i = 0; i < n; i++) switch (dtype) {
#define NUMBER(T, LOWEST, HIGHEST)                                                                 \
    ((T *)to)[i] = op == SHK_REDUCE_SUM ? 0 : op == SHK_REDUCE_PROD ? 1 : low ? LOWEST : HIGHEST;  \
    break
    case SHK_BOOL: NUMBER(uint8_t, 0, 1);
    case SHK_U8: NUMBER(uint8_t, 0, UINT8_MAX);
    case SHK_I32: NUMBER(int32_t, INT32_MIN, INT32_MAX);
    case SHK_I64: NUMBER(int64_t, INT64_MIN, INT64_MAX);
    case SHK_F32: NUMBER(float, -INFINITY, INFINITY);
    case SHK_F64: NUMBER(double, -INFINITY, INFINITY);
#undef NUMBER
    }
}

// Shapes ------------------------------------------------------------------------------------------

// How the sizes of a reduction cut its work; a function of mid and inner, but for
// `leaves_per_block`.
typedef struct shape {
    int64_t row;                // elements of one outer row: mid * inner
    int64_t strip;              // columns folded together: at most a tile
    int64_t strips;
    int64_t tile_rows;          // rows of mid in one tile
    int64_t leaf_rows;          // rows of mid in one leaf
    int64_t leaves;
    int64_t leaves_per_block;   // a power of two, unless there is one block only
} shape;

static shape shape_of(const shk_reduce *reduce) {
    shape s;
    s.row = reduce->mid * reduce->inner;
    s.strip = shk_least(reduce->inner, SHK_TILE);
    s.strips = shk_divide_up(reduce->inner, s.strip);
    s.tile_rows = SHK_TILE / s.strip;
    s.leaf_rows = reduce->inner == 1 ? SHK_TILE : LEAF_TILES * s.tile_rows;
    s.leaves = shk_divide_up(reduce->mid, s.leaf_rows);
    // Unique: blocks - 1 blocks are full, so half that power would be too little.
    s.leaves_per_block =
        reduce->blocks > 1 ? power_of_two_from(shk_divide_up(s.leaves, reduce->blocks)) : s.leaves;
    return s;
}

// The units of work, numbered row-major in [outer, blocks, strips]; a chunk is `chunk_rows` of
// them.
static int64_t unit_count(const shk_reduce *reduce, const shape *s) {
    return reduce->outer * reduce->blocks * s->strips;
}

int64_t shk_reduce_prepare(shk_reduce *reduce) {
    reduce->blocks = 1;
    reduce->chunk_rows = 1;
    if (reduce->outer == 0 || reduce->inner == 0) return 0;
    if (reduce->mid == 0) return 1;
    shape s = shape_of(reduce);
    int64_t target = shk_most(SHK_CHUNK_WORK / (reduce->map.steps + 2), 4 * SHK_TILE);
    int64_t lines = reduce->outer * s.strips;                   // if mid is not cut
    int64_t line = reduce->mid * s.strip;                       // elements of one
    if (lines < 16 && line >= 2 * target) {
        int64_t per_block = power_of_two_from(shk_divide_up(target, s.leaf_rows * s.strip));
        per_block = shk_most(per_block, power_of_two_from(shk_divide_up(s.leaves, MAX_BLOCKS)));
        reduce->blocks = shk_divide_up(s.leaves, per_block);
        if (reduce->blocks > 1) return unit_count(reduce, &s);
    }
    return shk_cut(lines, line * (reduce->map.steps + 2), &reduce->chunk_rows);
}

bool shk_reduce_has_samples(const shk_reduce *reduce, int64_t batch) {
    return reduce->blocks == 1 && reduce->mid > 0 && reduce->inner > 0 && batch > 0 && reduce->outer >= batch
        && reduce->outer % batch == 0;
}

int64_t shk_reduce_cut_samples(shk_reduce *reduce, int64_t batch, int64_t samples) {
    const shape s = shape_of(reduce);
    reduce->chunk_rows = samples * (reduce->outer / batch) * s.strips;
    return shk_divide_up(batch, samples);
}

// The tree ----------------------------------------------------------------------------------------

// Combines vectors of `width` elements that arrive one by one. `slots` has room for tree_slots(n)
// of them if n arrive.
typedef struct tree {
    shk_merge_fn merge;
    int64_t width, bytes;       // of one vector: elements, bytes
    int64_t arrived, depth;
    char *slots;
} tree;

static int64_t tree_slots(int64_t leaves) {
    int64_t slots = 2;
    for (; leaves > 1; leaves /= 2) slots++;
    return slots;
}

// Where the next vector is to be put before tree_push.
static char *tree_next(const tree *t) { return t->slots + t->depth * t->bytes; }

static void tree_merge_top(tree *t) {
    char *left = t->slots + (t->depth - 2) * t->bytes;
    t->merge(left, left, left + t->bytes, t->width);
    t->depth--;
}

static void tree_push(tree *t) {
    t->depth++;
    t->arrived++;
    for (int64_t k = t->arrived; k % 2 == 0; k /= 2) tree_merge_top(t);
}

static const char *tree_finish(tree *t) {
    while (t->depth > 1) tree_merge_top(t);
    return t->slots;
}

// Folding -----------------------------------------------------------------------------------------

// One chunk at work.
typedef struct work {
    const shk_reduce *reduce;
    shape shape;
    shk_fold_fn fold;
    shk_merge_fn merge;
    int64_t bytes;
    char *tree_slots;
    shk_evaluator evaluator;
} work;

// The register's elements [start, start + n), n <= SHK_TILE.
static const char *evaluate(work *w, int64_t start, int64_t n) {
    shk_evaluator_tile(&w->evaluator, start, n);
    return w->evaluator.frame.reg[w->reduce->reg];
}

// out[0, width) = `rows` packed rows of x combined: the second half onto the first, until one is
// left. `room` holds (rows + 1) / 2 rows and may be x.
static void fold_rows(const work *w, char *out, char *room, const char *x, int64_t rows,
                      int64_t width) {
    const int64_t bytes = width * w->bytes;
    while (rows > 2) {
        int64_t half = (rows + 1) / 2, upper = rows - half;
        w->merge(room, x, x + half * bytes, upper * width);
        if (upper < half && room != x)
            memcpy(room + upper * bytes, x + upper * bytes, (size_t)bytes);
        x = room;
        rows = half;
    }
    if (rows == 2) w->merge(out, x, x + bytes, width);
    else memcpy(out, x, (size_t)bytes);
}

// One leaf: rows [row, row + rows) of mid and `width` columns, the first element at `start`.
static void fold_leaf(work *w, char *out, int64_t start, int64_t rows, int64_t width) {
    if (w->reduce->inner == 1) {
        w->fold(out, evaluate(w, start, rows), rows);
        return;
    }
    _Alignas(64) char sum[SHK_TILE * MAX_BYTES];
    const int64_t tile_rows = w->shape.tile_rows;
    const int64_t first = shk_least(tile_rows, rows);
    const char *x = evaluate(w, start, first * width);
    if (rows <= tile_rows) {
        fold_rows(w, out, sum, x, rows, width);
        return;
    }
    memcpy(sum, x, (size_t)(first * width * w->bytes));
    for (int64_t row = first; row < rows; row += tile_rows) {
        int64_t n = shk_least(tile_rows, rows - row) * width;
        w->merge(sum, sum, evaluate(w, start + row * w->reduce->inner, n), n);
    }
    fold_rows(w, out, sum, sum, first, width);
}

// One unit: leaves [first, last) of one strip of one outer row, whose first element is at `start`.
static void fold_unit(work *w, char *out, int64_t start, int64_t first, int64_t last,
                      int64_t width) {
    const shk_reduce *reduce = w->reduce;
    const int64_t leaf_rows = w->shape.leaf_rows;
    tree t = {w->merge, width, width * w->bytes, 0, 0, w->tree_slots};
    if (last - first == 1) {
        fold_leaf(w, out, start + first * leaf_rows * reduce->inner,
                  shk_least(leaf_rows, reduce->mid - first * leaf_rows), width);
        return;
    }
    for (int64_t leaf = first; leaf < last; leaf++) {
        int64_t row = leaf * leaf_rows;
        fold_leaf(w, tree_next(&t), start + row * reduce->inner,
                  shk_least(leaf_rows, reduce->mid - row), width);
        tree_push(&t);
    }
    memcpy(out, tree_finish(&t), (size_t)t.bytes);
}

// Outer rows [first, last) so short that a tile holds several.
static void fold_short_rows(work *w, char *out, int64_t first, int64_t last) {
    const int64_t row = w->shape.row, inner = w->reduce->inner, mid = w->reduce->mid;
    const int64_t together = SHK_TILE / row;
    _Alignas(64) char room[SHK_TILE * MAX_BYTES];
    out += first * inner * w->bytes;
    for (int64_t o = first; o < last; o += together) {
        int64_t rows = shk_least(together, last - o);
        const char *x = evaluate(w, o * row, rows * row);
        for (int64_t r = 0; r < rows; r++, x += row * w->bytes, out += inner * w->bytes)
            if (inner == 1) w->fold(out, x, mid);
            else fold_rows(w, out, room, x, mid, inner);
    }
}

static void fold_units(work *w, void *const *slots, int64_t first, int64_t last) {
    const shk_reduce *reduce = w->reduce;
    const shape *s = &w->shape;
    char *out = slots[reduce->blocks > 1 ? reduce->partial_slot : reduce->out_slot];
    if (s->row <= SHK_TILE) {   // then a unit is an outer row
        fold_short_rows(w, out, first, last);
        return;
    }
    int64_t slots_needed = tree_slots(s->leaves_per_block);
    char few[64 * MAX_BYTES];
    w->tree_slots =
        s->strip == 1 ? few : shk_scratch((size_t)(slots_needed * s->strip * w->bytes));
    for (int64_t unit = first; unit < last; unit++) {
        int64_t strip = unit % s->strips, line = unit / s->strips;  // line: [outer, blocks]
        int64_t block = line % reduce->blocks, o = line / reduce->blocks;
        int64_t column = strip * s->strip;
        int64_t leaf = block * s->leaves_per_block;
        fold_unit(w, out + (line * reduce->inner + column) * w->bytes, o * s->row + column, leaf,
                  shk_least(leaf + s->leaves_per_block, s->leaves),
                  shk_least(s->strip, reduce->inner - column));
    }
}

void shk_reduce_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_reduce *reduce = params;
    if (reduce->mid == 0) {
        store_identity(slots[reduce->out_slot], reduce->op, reduce->dtype,
                       reduce->outer * reduce->inner);
        return;
    }
    work w;
    w.reduce = reduce;
    w.shape = shape_of(reduce);
    w.fold = shk_rows.fold[reduce->dtype][reduce->op];
    w.merge = shk_rows.merge[reduce->dtype][reduce->op];
    w.bytes = element_bytes[reduce->dtype];
    int64_t first = chunk * reduce->chunk_rows;
    int64_t last = shk_least(first + reduce->chunk_rows, unit_count(reduce, &w.shape));
    shk_evaluator_open(&w.evaluator, &reduce->map, slots, reduce->map.count);
    fold_units(&w, slots, first, last);
}

// Combining blocks --------------------------------------------------------------------------------

// Units of a combination: [outer, strips].
static int64_t cut_combine(const shk_reduce *reduce, const shape *s, int64_t *per_chunk) {
    return shk_cut(reduce->outer * s->strips, reduce->blocks * s->strip, per_chunk);
}

int64_t shk_reduce_combine_chunks(const shk_reduce *reduce) {
    if (reduce->blocks <= 1) return 0;
    shape s = shape_of(reduce);
    int64_t per_chunk;
    return cut_combine(reduce, &s, &per_chunk);
}

void shk_reduce_combine(const void *params, void *const *slots, int64_t chunk) {
    const shk_reduce *reduce = params;
    const shape s = shape_of(reduce);
    const int64_t bytes = element_bytes[reduce->dtype];
    int64_t per_chunk;
    cut_combine(reduce, &s, &per_chunk);
    const int64_t first = chunk * per_chunk;
    const int64_t last = shk_least(first + per_chunk, reduce->outer * s.strips);
    _Alignas(64) char room[8 * SHK_TILE * MAX_BYTES];   // tree_slots(MAX_BLOCKS) of a strip
    for (int64_t unit = first; unit < last; unit++) {
        int64_t column = unit % s.strips * s.strip, o = unit / s.strips;
        int64_t width = shk_least(s.strip, reduce->inner - column);
        tree t = {shk_rows.merge[reduce->dtype][reduce->op], width, width * bytes, 0, 0, room};
        for (int64_t block = 0; block < reduce->blocks; block++) {
            int64_t at = (o * reduce->blocks + block) * reduce->inner + column;
            memcpy(tree_next(&t), (const char *)slots[reduce->partial_slot] + at * bytes,
                   (size_t)t.bytes);
            tree_push(&t);
        }
        memcpy((char *)slots[reduce->out_slot] + (o * reduce->inner + column) * bytes,
               tree_finish(&t), (size_t)t.bytes);
    }
}
