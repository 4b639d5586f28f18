// Convolutions with windows of 3×3, stride 1, by Winograd's algorithm (Lavin and Gray 2015): F(4×4, 3×3)
// and F(2×2, 3×3). A tile of 4×4 outputs takes 36 multiplications for each pair of channels instead of
// 144, one of 2×2 takes 16 instead of 36:
//
//     the kernel, transformed: 36 matrices [from, to]                              (shk_winograd_turn)
//     for a block of tiles:
//         their inputs, transformed: 36 matrices [tiles, from]
//         36 products [tiles, from] · [from, to]
//         their outputs: 36 products to 16 places; the epilogue
//
// INPUT, the gradient by x, is the same convolution of y with the kernel turned round. KERNEL is the
// transpose of it all: inputs and y's tiles are transformed, 36 products [from, tiles] · [tiles, to] are
// added over the tiles, and their sums transformed to 9 taps.
//
// A result's error is at most a small multiple of the rounding of the largest sum in its tile, where a
// direct convolution's is of its own; Tests/Kernels/conv_test.c states and checks bounds. A NaN or
// infinity in the input makes all outputs of the tiles that read it NaN, at most 3 places further than
// its windows reach: nothing is hidden, more is marked.
#include "winograd.h"

#include "gemm.h"
#include "isa.h"
#include "sizes.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors are handed only to functions that are always inlined, so no ABI is involved.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(off)
#define UNROLL _Pragma("clang loop unroll(full)")

#define WINOGRAD_LANES 4
#if defined(__aarch64__)
#define WINOGRAD_FMA 1
#else
#define WINOGRAD_FMA 0
#endif
#define WINOGRAD_NAME(x) x##_baseline
#include "winograd_kernels.h"

#if defined(__x86_64__)
SHK_TARGET_BEGIN_AVX2
#define WINOGRAD_LANES 8
#define WINOGRAD_FMA 1
#define WINOGRAD_NAME(x) x##_avx2
#include "winograd_kernels.h"
SHK_TARGET_END

SHK_TARGET_BEGIN_AVX512
#define WINOGRAD_LANES 16
#define WINOGRAD_FMA 1
#define WINOGRAD_NAME(x) x##_avx512
#include "winograd_kernels.h"
SHK_TARGET_END
#endif

static const shk_winograd_fns *fns = &winograd_baseline;

void shk_winograd_init(shk_isa isa) {
    fns = &winograd_baseline;
#if defined(__x86_64__)
    if (isa == SHK_ISA_AVX2) fns = &winograd_avx2;
    else if (isa == SHK_ISA_AVX512) fns = &winograd_avx512;
#else
    (void)isa;
#endif
}

// The convolution as it is computed: of `images` images [from_size, from] into [to_size, to].
typedef struct task {
    int64_t images, from, to;           // channels
    int64_t from_size[2], to_size[2];   // height, width
    int64_t before[2];
    int64_t tile, points;               // outputs of a tile on an axis; its products
    int64_t tiles[2];                   // of an image
} task;

static task task_of(const shk_conv *conv, int64_t tile) {
    const bool back = conv->kind == SHK_CONV_INPUT;
    task t = {.images = conv->batch * conv->in[0], .tile = tile, .points = (tile + 2) * (tile + 2)};
    t.from = back ? conv->channels_out : conv->channels_in;
    t.to = back ? conv->channels_in : conv->channels_out;
    for (int i = 0; i < 2; i++) {
        t.from_size[i] = back ? conv->out[i + 1] : conv->in[i + 1];
        t.to_size[i] = back ? conv->in[i + 1] : conv->out[i + 1];
        t.before[i] = back ? 2 - conv->before[i + 1] : conv->before[i + 1];
        t.tiles[i] = tile ? shk_divide_up(t.to_size[i], tile) : 0;
    }
    return t;
}

// Choosing ----------------------------------------------------------------------------------------

// What a transform costs, for each tile and channel, in multiply-adds of a product: estimates.
#define INPUT_COST(points) ((double)(points) * 9)
#define OUTPUT_COST(points) ((double)(points) * 9)
#define KERNEL_COST(points) ((double)(points) * 4)
#define WORTH_IT 0.8            // of the direct convolution's cost
#define LEAST_CHANNELS 16

static double cost(const task *t) {
    const double tiles = (double)(t->tiles[0] * t->tiles[1]), pairs = (double)t->from * (double)t->to;
    return tiles * ((double)t->points * pairs + INPUT_COST(t->points) * (double)t->from
                    + OUTPUT_COST(t->points) * (double)t->to)
        + KERNEL_COST(t->points) * pairs;
}

int64_t shk_winograd_tile(const shk_conv *conv) {
    if (!conv->may_transform || conv->dtype != SHK_F32 || conv->groups != 1) return 0;
    for (int i = 0; i < 3; i++)
        if (conv->window[i] != (i ? 3 : 1) || conv->stride[i] != 1 || conv->dilation[i] != 1) return 0;
    if (conv->before[0] != 0 || conv->in[0] != conv->out[0]) return 0;
    if (conv->channels_in < LEAST_CHANNELS || conv->channels_out < LEAST_CHANNELS) return 0;
    const task direct = task_of(conv, 0);
    double best = WORTH_IT * 9 * (double)(direct.to_size[0] * direct.to_size[1]) * (double)direct.from
        * (double)direct.to;
    int64_t tile = 0;
    for (int64_t size = 2; size <= 4; size += 2) {
        const task t = task_of(conv, size);
        if (cost(&t) >= best) continue;
        best = cost(&t);
        tile = size;
    }
    return tile;
}

// Cutting -----------------------------------------------------------------------------------------

#define MOST_COLUMNS 256
#define LEAST_TILES 28
#define MOST_TILES 112
#define NEAR_BYTES (1 << 20)    // of a block's matrices: they stay in the second cache

// KERNEL: pieces of the kernel's matrix of these sizes, and blocks of tiles, whose sums are added after.
#define SUM_ROWS 128
#define SUM_COLUMNS 128
#define BLOCKS_WANTED 16
#define TILES_AT_ONCE 56

static int64_t prepare_sums(shk_conv *conv, const task *t, int64_t tiles) {
    conv->chunk_columns = SUM_COLUMNS;
    const int64_t pieces = shk_divide_up(t->from, SUM_ROWS) * shk_divide_up(t->to, SUM_COLUMNS);
    const int64_t blocks = shk_least(shk_divide_up(BLOCKS_WANTED, pieces), shk_divide_up(tiles, TILES_AT_ONCE));
    conv->chunk_pixels = shk_most(1, shk_divide_up(tiles, shk_most(blocks, 1)));
    conv->blocks = shk_most(1, shk_divide_up(tiles, conv->chunk_pixels));
    return pieces * conv->blocks;
}

// Cuts the tiles of all images (chunk_pixels) and the channels (chunk_columns).
int64_t shk_winograd_prepare(shk_conv *conv) {
    const task t = task_of(conv, conv->tile);
    const int64_t tiles = t.images * t.tiles[0] * t.tiles[1];
    if (conv->kind == SHK_CONV_KERNEL) return prepare_sums(conv, &t, tiles);
    if (tiles == 0) return 0;
    const int64_t across = shk_divide_up(t.to, MOST_COLUMNS);
    conv->chunk_columns = shk_least(t.to, shk_divide_up(shk_divide_up(t.to, across), 32) * 32);
    int64_t most = NEAR_BYTES / (4 * t.points * (t.from + conv->chunk_columns));
    // Matrices of the kernel that do not stay near either are read once for each block.
    if (4 * t.points * t.from * conv->chunk_columns > NEAR_BYTES) most = MOST_TILES;
    most = shk_least(shk_most(most, LEAST_TILES), MOST_TILES);
    int64_t down = shk_divide_up(tiles, most);
    if (down > 1 || tiles >= LEAST_TILES) down = (down + 1) / 2 * 2;     // for two threads to end together
    conv->chunk_pixels = shk_divide_up(tiles, down);
    return shk_divide_up(tiles, conv->chunk_pixels) * shk_divide_up(t.to, conv->chunk_columns);
}

int64_t shk_winograd_spare(const shk_conv *conv) {
    if (conv->kind == SHK_CONV_KERNEL)
        return conv->blocks > 1 ? conv->blocks * 9 * conv->channels_in * conv->channels_out : 0;
    return (conv->tile + 2) * (conv->tile + 2) * conv->channels_in * conv->channels_out;
}

// The kernel --------------------------------------------------------------------------------------

#define TURN_ROWS 16            // rows of a chunk: with as many columns they share cache lines

int64_t shk_winograd_turn_chunks(const shk_conv *conv) {
    return shk_divide_up(conv->kind == SHK_CONV_INPUT ? conv->channels_out : conv->channels_in, TURN_ROWS);
}

void shk_winograd_turn(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const task t = task_of(conv, conv->tile);
    const float *k = slots[conv->k_slot];
    float *to = slots[conv->spare_slot];
    const int64_t pairs = t.from * t.to, end = shk_least((chunk + 1) * TURN_ROWS, t.from);
    for (int64_t c = 0; c < t.to; c += 16)
        for (int64_t row = chunk * TURN_ROWS; row < end; row++) {
            float *here = to + row * t.to + c;
            const int64_t n = shk_least(16, t.to - c);
            if (conv->kind == SHK_CONV_INPUT)
                fns->kernel[t.tile](here, pairs, k + 8 * pairs + c * t.from + row, -pairs, t.from, n);
            else
                fns->kernel[t.tile](here, pairs, k + row * t.to + c, pairs, 1, n);
        }
}

// Running -----------------------------------------------------------------------------------------

// A block's matrices. Rows a multiple of 4 KB apart would share few sets of the caches, and so would
// matrices.
#define PADDING 16

typedef struct block {
    const task *t;
    int64_t first, count;               // tiles
    int64_t columns, channel;           // channels that are computed, the first of them
    int64_t row, matrix;                // of the transformed inputs
    int64_t result_matrix;
    float *inputs, *products;
    float *none;                        // zeros, read for what lies outside, ...
    float *sink;                        // ... and where outputs outside go
} block;

// The image, line and column of a tile.
typedef struct place {
    int64_t image, line, column;
} place;

static place place_of(const task *t, int64_t number) {
    const int64_t line = number / t->tiles[1];
    return (place){line / t->tiles[0], line % t->tiles[0], number % t->tiles[1]};
}

// `inputs` channels of x from the first on.
static void transform_inputs(const block *b, const float *x, int64_t inputs) {
    const task *t = b->t;
    const int64_t size = t->tile + 2;
    const float *from[36];
    for (int64_t i = 0; i < b->count; i++) {
        const place p = place_of(t, b->first + i);
        const int64_t top = p.line * t->tile - t->before[0], left = p.column * t->tile - t->before[1];
        for (int64_t r = 0; r < size; r++) {
            const int64_t h = top + r;
            const float *line = x + (p.image * t->from_size[0] + h) * t->from_size[1] * t->from;
            for (int64_t c = 0; c < size; c++) {
                const int64_t w = left + c;
                const bool inside = h >= 0 && h < t->from_size[0] && w >= 0 && w < t->from_size[1];
                from[r * size + c] = inside ? line + w * t->from : b->none;
            }
        }
        fns->input[t->tile](b->inputs + i * b->row, b->matrix, from, inputs);
    }
}

static void transform_outputs(const block *b, float *y) {
    const task *t = b->t;
    float *to[16];
    for (int64_t i = 0; i < b->count; i++) {
        const place p = place_of(t, b->first + i);
        for (int64_t r = 0; r < t->tile; r++) {
            const int64_t h = p.line * t->tile + r;
            float *line = y + (p.image * t->to_size[0] + h) * t->to_size[1] * t->to + b->channel;
            for (int64_t c = 0; c < t->tile; c++) {
                const int64_t w = p.column * t->tile + c;
                to[r * t->tile + c] = h < t->to_size[0] && w < t->to_size[1] ? line + w * t->to : b->sink;
            }
        }
        fns->output[t->tile](to, b->products + i * b->columns, b->result_matrix, b->columns);
    }
}

// The epilogue over the places of a block's tiles: lines of tiles that stand beside each other.
static void finish(const block *b, shk_frame *frame) {
    const task *t = b->t;
    for (int64_t i = 0; i < b->count;) {
        const place p = place_of(t, b->first + i);
        const int64_t beside = shk_least(b->count - i, t->tiles[1] - p.column), left = p.column * t->tile;
        const int64_t width = shk_least(beside * t->tile, t->to_size[1] - left);
        for (int64_t h = p.line * t->tile; h < shk_least((p.line + 1) * t->tile, t->to_size[0]); h++) {
            const int64_t start = ((p.image * t->to_size[0] + h) * t->to_size[1] + left) * t->to + b->channel;
            shk_finish_rows(frame, start, width, b->columns, t->to);
        }
        i += beside;
    }
}

static int64_t padded(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

static void transform_gradients(const block *b, const float *y) {
    const task *t = b->t;
    const float *from[16];
    for (int64_t i = 0; i < b->count; i++) {
        const place p = place_of(t, b->first + i);
        for (int64_t r = 0; r < t->tile; r++) {
            const int64_t h = p.line * t->tile + r;
            const float *line = y + (p.image * t->to_size[0] + h) * t->to_size[1] * t->to + b->channel;
            for (int64_t c = 0; c < t->tile; c++) {
                const int64_t w = p.column * t->tile + c;
                from[r * t->tile + c] = h < t->to_size[0] && w < t->to_size[1] ? line + w * t->to : b->none;
            }
        }
        fns->gradient[t->tile](b->products + i * b->columns, b->result_matrix, from, b->columns);
    }
}

// KERNEL: rows and columns of the kernel's matrix, and a block of the tiles summed over.
static void run_sums(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const task t = task_of(conv, conv->tile);
    const int64_t across = shk_divide_up(t.to, SUM_COLUMNS), down = shk_divide_up(t.from, SUM_ROWS);
    const int64_t row = chunk / across % down * SUM_ROWS, rows = shk_least(SUM_ROWS, t.from - row);
    const int64_t number = chunk / across / down, first = number * conv->chunk_pixels;
    const int64_t end = shk_least(first + conv->chunk_pixels, t.images * t.tiles[0] * t.tiles[1]);
    block b = {.t = &t, .channel = chunk % across * SUM_COLUMNS};
    b.columns = shk_least(SUM_COLUMNS, t.to - b.channel);
    b.row = (rows + 15) / 16 * 16 + PADDING;
    b.matrix = TILES_AT_ONCE * b.row + PADDING;
    b.result_matrix = (TILES_AT_ONCE * b.columns + 15) / 16 * 16 + PADDING;
    const int64_t sum_matrix = (rows * b.columns + 15) / 16 * 16 + PADDING;

    const int64_t none = padded(shk_most(t.from, t.to) * 4), inputs = b.matrix * t.points * 4;
    const int64_t gradients = b.result_matrix * t.points * 4, sums = sum_matrix * t.points * 4;
    char *start = shk_scratch((size_t)(SHK_PRODUCT_SCRATCH + none + inputs + gradients + sums));
    b.none = (float *)(start + SHK_PRODUCT_SCRATCH);
    b.inputs = (float *)((char *)b.none + none);
    b.products = (float *)((char *)b.inputs + inputs);
    float *sum = (float *)((char *)b.products + gradients);
    memset(b.none, 0, (size_t)none);
    if (first >= end) memset(sum, 0, (size_t)sums);

    shk_product p = {.dtype = SHK_F32, .a_row = 1, .a_k = b.row, .b_k = b.columns, .b_column = 1, .c_row = b.columns,
                     .rows = rows, .columns = b.columns};
    for (b.first = first; b.first < end; b.first += b.count) {
        b.count = p.k = shk_least(TILES_AT_ONCE, end - b.first);
        p.add = b.first > first;
        transform_inputs(&b, (const float *)slots[conv->x_slot] + row, rows);
        transform_gradients(&b, slots[conv->y_slot]);
        for (int64_t i = 0; i < t.points; i++) {
            p.a = b.inputs + i * b.matrix;
            p.b = b.products + i * b.result_matrix;
            p.c = sum + i * sum_matrix;
            shk_product_run(&p, start);
        }
    }
    const int64_t pairs = t.from * t.to;
    float *to = conv->blocks > 1 ? (float *)slots[conv->spare_slot] + number * 9 * pairs : slots[conv->k_slot];
    for (int64_t r = 0; r < rows; r++)
        fns->taps[t.tile](to + (row + r) * t.to + b.channel, pairs, sum + r * b.columns, sum_matrix, b.columns);
}

void shk_winograd_run(const shk_conv *conv, void *const *slots, int64_t chunk) {
    if (conv->kind == SHK_CONV_KERNEL) {
        run_sums(conv, slots, chunk);
        return;
    }
    const bool back = conv->kind == SHK_CONV_INPUT;
    const task t = task_of(conv, conv->tile);
    const int64_t across = shk_divide_up(t.to, conv->chunk_columns), tiles = t.images * t.tiles[0] * t.tiles[1];
    block b = {.t = &t, .first = chunk / across * conv->chunk_pixels, .channel = chunk % across * conv->chunk_columns};
    b.count = shk_least(conv->chunk_pixels, tiles - b.first);
    b.columns = shk_least(conv->chunk_columns, t.to - b.channel);
    b.row = (t.from + 15) / 16 * 16 + PADDING;
    b.matrix = conv->chunk_pixels * b.row + PADDING;
    b.result_matrix = (conv->chunk_pixels * conv->chunk_columns + 15) / 16 * 16 + PADDING;

    const int64_t frame = padded((int64_t)sizeof(shk_frame)), none = padded(t.from * 4), sink = padded(t.to * 4);
    const int64_t inputs = b.matrix * t.points * 4, products = b.result_matrix * t.points * 4;
    char *start = shk_scratch((size_t)(SHK_PRODUCT_SCRATCH + frame + none + sink + inputs + products));
    shk_frame *epilogue = (shk_frame *)(start + SHK_PRODUCT_SCRATCH);
    b.none = (float *)((char *)epilogue + frame);
    b.sink = (float *)((char *)b.none + none);
    b.inputs = (float *)((char *)b.sink + sink);
    b.products = (float *)((char *)b.inputs + inputs);
    memset(b.none, 0, (size_t)none);

    transform_inputs(&b, slots[back ? conv->y_slot : conv->x_slot], t.from);
    const float *kernel = slots[conv->spare_slot];
    shk_product p = {.dtype = SHK_F32, .a_row = b.row, .a_k = 1, .b_k = t.to, .b_column = 1, .c_row = b.columns,
                     .rows = b.count, .columns = b.columns, .k = t.from};
    for (int64_t i = 0; i < t.points; i++) {
        p.a = b.inputs + i * b.matrix;
        p.b = kernel + i * t.from * t.to + b.channel;
        p.c = b.products + i * b.result_matrix;
        shk_product_run(&p, start);
    }
    transform_outputs(&b, slots[back ? conv->x_slot : conv->y_slot]);
    if (conv->epilogue) {
        shk_frame_open(epilogue, conv->epilogue, slots, SHK_TILE);
        finish(&b, epilogue);
    }
}
