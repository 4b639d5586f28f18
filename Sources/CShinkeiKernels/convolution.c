// Convolution as products of matrices (gemm.c), without ever writing out the matrix of all windows.
//
// What a product reads as A are windows: a row for each place, and along k the window's taps with
// their channels. A block of it, some hundred places by SHK_GEMM_KC, is gathered into scratch just
// before it is multiplied, so it is read from the second cache and no copy of it is in memory:
//
//     FORWARD   y = windows(x) · kernel           places of y
//     INPUT     x = windows(y) · turned kernel    places of x
//     KERNEL    kernel = windows(x)ᵀ · y
//
// With a stride s, INPUT's places fall into s phases an axis: places of one phase have the same taps
// of the kernel in reach, and their windows lie one place apart. `windows` says how places and taps
// of either direction map to where they are read.
//
// A 1×1 window needs no gathering: A is the array itself.
#include "gemm.h"
#include "sizes.h"
#include "windows.h"
#include "winograd.h"

#include <string.h>

#define BLOCK_ROWS 256          // places gathered at once: with SHK_GEMM_KC, 256 KB of float32
#define ROW_PADDING 16          // elements after a gathered row, see copy_rows
#define MOST_COLUMNS 512
#define CHUNK_WORK (1 << 17)    // multiply-adds worth a chunk of their own
#define CHUNKS_WANTED 64
#define BLOCKS_WANTED 16

// One axis of `windows`: tap t of place j is read at base + j * step + t * tap_step, if that is in
// 0 ..< size.
typedef struct axis {
    int64_t count, base, step, taps, tap_step, size;
} axis;

typedef struct windows {
    axis axes[3];
    int64_t channels, group;    // of the array that is read; of one group
    const char *at;             // the array, at the group's first channel
    int64_t size;               // bytes of an element
} windows;

static int64_t product(const int64_t sizes[3]) { return sizes[0] * sizes[1] * sizes[2]; }

static int64_t size_of(int32_t dtype) { return dtype == SHK_F64 ? 8 : 4; }

static int64_t places(const windows *w) { return w->axes[0].count * w->axes[1].count * w->axes[2].count; }

static int64_t depth(const windows *w) {
    return w->axes[0].taps * w->axes[1].taps * w->axes[2].taps * w->group;
}

static bool is_depthwise(const shk_conv *conv) { return conv->groups > 1 && conv->groups == conv->channels_in; }

// Windows of x, in the order of the kernel's taps.
static windows forward_windows(const shk_conv *conv, const void *x, int64_t group) {
    windows w = {.channels = conv->channels_in, .group = conv->channels_in / conv->groups,
                 .size = size_of(conv->dtype)};
    w.at = (const char *)x + group * w.group * w.size;
    for (int i = 0; i < 3; i++)
        w.axes[i] = (axis){.count = conv->out[i], .base = -conv->before[i], .step = conv->stride[i],
                           .taps = conv->window[i], .tap_step = conv->dilation[i], .size = conv->in[i]};
    return w;
}

static int64_t common_divisor(int64_t a, int64_t b) { return b == 0 ? a : common_divisor(b, a % b); }

// The taps of an axis that places phase, phase + stride, ... of x have in reach: first, first + step,
// ..., as many as `count`.
typedef struct reach {
    int64_t first, step, count;
} reach;

static reach reach_of(const shk_conv *conv, int i, int64_t phase) {
    const int64_t stride = conv->stride[i], window = conv->window[i];
    reach r = {.step = stride / common_divisor(stride, conv->dilation[i])};
    while (r.first < window && r.first < r.step
           && (phase + conv->before[i] - r.first * conv->dilation[i]) % stride)
        r.first++;
    if (r.first < window && r.first < r.step) r.count = (window - 1 - r.first) / r.step + 1;
    return r;
}

static void phase_of(const shk_conv *conv, int64_t number, int64_t phase[3]) {
    phase[2] = number % conv->stride[2];
    phase[1] = number / conv->stride[2] % conv->stride[1];
    phase[0] = number / conv->stride[2] / conv->stride[1];
}

// Windows of y for the places of x in a phase, taps from last to first, so that they are read in
// ascending order.
static windows backward_windows(const shk_conv *conv, const void *y, int64_t group, const int64_t phase[3]) {
    windows w = {.channels = conv->channels_out, .group = conv->channels_out / conv->groups,
                 .size = size_of(conv->dtype)};
    w.at = (const char *)y + group * w.group * w.size;
    for (int i = 0; i < 3; i++) {
        const int64_t stride = conv->stride[i], dilation = conv->dilation[i];
        const reach r = reach_of(conv, i, phase[i]);
        axis a = {.step = 1, .taps = r.count, .tap_step = r.step * dilation / stride, .size = conv->out[i]};
        a.count = phase[i] < conv->in[i] ? (conv->in[i] - phase[i] - 1) / stride + 1 : 0;
        if (r.count > 0)
            a.base = (phase[i] + conv->before[i] - (r.first + (r.count - 1) * r.step) * dilation) / stride;
        w.axes[i] = a;
    }
    return w;
}

// Whether the rows of A lie in the array as they are needed.
static bool reads_in_place(const windows *w) {
    for (int i = 0; i < 3; i++) {
        const axis *a = &w->axes[i];
        if (a->taps != 1 || a->base != 0 || a->step != 1 || a->count != a->size) return false;
    }
    return true;
}

// Gathering ---------------------------------------------------------------------------------------

// Rows of `bytes`. Short ones go by 16 bytes, the last of which reach into the padding of the row, or
// into what is written next; the last rows are copied exactly, as nothing may be read behind them.
static void copy_rows(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t bytes, int64_t rows) {
    int64_t i = 0;
    if (bytes <= 64)
        for (; i < rows - 4; i++)
            for (int64_t j = 0; j < bytes; j += 16) memcpy(to + i * to_step + j, from + i * from_step + j, 16);
    for (; i < rows; i++) memcpy(to + i * to_step, from + i * from_step, (size_t)bytes);
}

static void zero_rows(char *to, int64_t to_step, int64_t bytes, int64_t rows) {
    for (int64_t i = 0; i < rows; i++) memset(to + i * to_step, 0, (size_t)bytes);
}

// Elements of a run along k: `length` of them, from channel `channel` of tap `tap` of the last axis.
typedef struct piece {
    int64_t tap, channel, length;
} piece;

// A piece for one place whose window reaches over the border: tap by tap.
static void copy_at_border(const windows *w, char *to, const char *line, int64_t j, piece p) {
    const axis *a = &w->axes[2];
    while (p.length > 0) {
        const int64_t n = shk_least(p.length, w->group - p.channel);
        const int64_t from = a->base + j * a->step + p.tap * a->tap_step;
        if (from < 0 || from >= a->size) memset(to, 0, (size_t)(n * w->size));
        else memcpy(to, line + (from * w->channels + p.channel) * w->size, (size_t)(n * w->size));
        to += n * w->size;
        p = (piece){p.tap + 1, 0, p.length - n};
    }
}

// A piece for the places first ..< end of one line. Those whose taps all lie inside are a run of
// equal copies.
static void copy_piece(const windows *w, char *to, int64_t to_step, const char *line, int64_t first, int64_t end,
                       piece p) {
    const axis *a = &w->axes[2];
    const int64_t last_tap = p.tap + (p.channel + p.length - 1) / w->group;
    const int64_t lowest = a->base + p.tap * a->tap_step, highest = a->base + last_tap * a->tap_step;
    int64_t inner = lowest < 0 ? shk_divide_up(-lowest, a->step) : 0;
    int64_t inner_end = a->size > highest ? shk_divide_up(a->size - highest, a->step) : 0;
    inner = shk_least(shk_most(inner, first), end);
    inner_end = shk_least(shk_most(inner_end, inner), end);
    for (int64_t j = first; j < inner; j++) copy_at_border(w, to + (j - first) * to_step, line, j, p);
    copy_rows(to + (inner - first) * to_step, to_step,
              line + ((lowest + inner * a->step) * w->channels + p.channel) * w->size,
              a->step * w->channels * w->size, p.length * w->size, inner_end - inner);
    for (int64_t j = inner_end; j < end; j++) copy_at_border(w, to + (j - first) * to_step, line, j, p);
}

// Columns [start, start + length) of the windows of `rows` places from `place`, which counts through
// all samples. Rows are to_row elements apart.
static void gather(const windows *w, char *to, int64_t to_row, int64_t place, int64_t rows, int64_t start,
                   int64_t length) {
    const axis *d = &w->axes[0], *h = &w->axes[1], *a = &w->axes[2];
    const bool joins = a->tap_step == 1 && w->group == w->channels;    // taps beside each other
    const int64_t line_bytes = a->size * w->channels * w->size, to_step = to_row * w->size;
    while (rows > 0) {
        const int64_t first = place % a->count, end = shk_least(a->count, first + rows);
        const int64_t line = place / a->count, sample = line / h->count / d->count;
        const int64_t at_d = line / h->count % d->count * d->step + d->base;
        const int64_t at_h = line % h->count * h->step + h->base;
        for (int64_t k = start; k < start + length;) {
            const int64_t tap = k / w->group, row = tap / a->taps;
            piece p = {.tap = tap % a->taps, .channel = k % w->group};
            p.length = (joins ? (a->taps - p.tap) : 1) * w->group - p.channel;
            p.length = shk_least(p.length, start + length - k);
            const int64_t from_d = at_d + row / h->taps * d->tap_step, from_h = at_h + row % h->taps * h->tap_step;
            char *target = to + (k - start) * w->size;
            if (from_d < 0 || from_d >= d->size || from_h < 0 || from_h >= h->size) {
                zero_rows(target, to_step, p.length * w->size, end - first);
            } else {
                const char *from = w->at + ((sample * d->size + from_d) * h->size + from_h) * line_bytes;
                copy_piece(w, target, to_step, from, first, end, p);
            }
            k += p.length;
        }
        to += (end - first) * to_step;
        place += end - first;
        rows -= end - first;
    }
}

// Rows a multiple of 256 bytes apart would share few sets of the first cache.
static int64_t gathered_row(int64_t length) { return (length + 15) / 16 * 16 + ROW_PADDING; }

#define GATHERED_BYTES(size) (BLOCK_ROWS * (SHK_GEMM_KC + 2 * ROW_PADDING) * (size) + 64)

// Chunks ------------------------------------------------------------------------------------------

// `total` cut into the fewest equal pieces of at most `most`, rounded up to a multiple of `unit`.
static int64_t even_piece(int64_t total, int64_t most, int64_t unit) {
    const int64_t even = shk_divide_up(total, shk_divide_up(total, most));
    return shk_least(total, shk_divide_up(even, unit) * unit);
}

static int64_t phases(const shk_conv *conv) { return conv->kind == SHK_CONV_INPUT ? product(conv->stride) : 1; }

// Places of the largest phase, of all samples.
static int64_t all_places(const shk_conv *conv) {
    if (conv->kind != SHK_CONV_INPUT) return conv->batch * product(conv->out);
    int64_t count = conv->batch;
    for (int i = 0; i < 3; i++) count *= shk_divide_up(conv->in[i], conv->stride[i]);
    return count;
}

static int64_t kernel_elements(const shk_conv *conv) {
    return product(conv->window) * conv->channels_in / conv->groups * conv->channels_out;
}

// Columns of a group's product.
static int64_t group_columns(const shk_conv *conv) {
    return (conv->kind == SHK_CONV_INPUT ? conv->channels_in : conv->channels_out) / conv->groups;
}

static int64_t kernel_rows(const shk_conv *conv) {
    return product(conv->window) * (conv->channels_in / conv->groups);
}

static int64_t prepare_kernel_gradient(shk_conv *conv) {
    const int64_t columns = group_columns(conv), rows = kernel_rows(conv), pixels = all_places(conv);
    conv->chunk_columns = even_piece(columns, MOST_COLUMNS, 32);
    const int64_t pieces = conv->groups * shk_divide_up(rows, BLOCK_ROWS)
        * shk_divide_up(columns, conv->chunk_columns);
    const double work = (double)rows * (double)columns * (double)pixels * (double)conv->groups / CHUNK_WORK;
    double blocks = (work < BLOCKS_WANTED ? work : BLOCKS_WANTED) / (double)pieces;
    const int64_t most = shk_divide_up(pixels, SHK_GEMM_KC);
    conv->blocks = blocks < 1 ? 1 : shk_least((int64_t)blocks, shk_most(most, 1));
    conv->chunk_pixels = shk_divide_up(shk_divide_up(pixels, conv->blocks), SHK_GEMM_KC) * SHK_GEMM_KC;
    conv->blocks = shk_most(1, pixels ? shk_divide_up(pixels, conv->chunk_pixels) : 1);
    return pieces * conv->blocks;
}

int64_t shk_conv_prepare(shk_conv *conv) {
    conv->blocks = 1;
    conv->tile = shk_winograd_tile(conv);
    if (conv->tile) return shk_winograd_prepare(conv);
    if (kernel_elements(conv) == 0 && conv->kind == SHK_CONV_KERNEL) return 0;
    if (shk_narrow_suits(conv)) return shk_narrow_prepare(conv);
    if (is_depthwise(conv)) return shk_depthwise_prepare(conv);
    if (conv->kind == SHK_CONV_KERNEL) return prepare_kernel_gradient(conv);
    const int64_t columns = group_columns(conv), pixels = all_places(conv);
    if (columns == 0 || pixels == 0) return 0;
    const int64_t parts = phases(conv) * conv->groups;
    const double work = (double)pixels * (double)columns * (double)kernel_elements(conv) / (double)columns
        / (double)phases(conv) / CHUNK_WORK;
    double wanted = (work < CHUNKS_WANTED ? work : CHUNKS_WANTED) / (double)parts;
    if (wanted < 1) wanted = 1;
    conv->chunk_columns = even_piece(columns, MOST_COLUMNS, 32);
    conv->chunk_pixels = shk_most(shk_divide_up(pixels, (int64_t)wanted), shk_least(pixels, 56));
    // Too few places for as many chunks: columns are cut, and windows gathered once for each piece.
    while (shk_divide_up(pixels, conv->chunk_pixels) * shk_divide_up(columns, conv->chunk_columns) * 4 < (int64_t)wanted
           && conv->chunk_columns > 64 && !conv->epilogue)
        conv->chunk_columns = even_piece(columns, conv->chunk_columns / 2, 32);
    return parts * shk_divide_up(pixels, conv->chunk_pixels) * shk_divide_up(columns, conv->chunk_columns);
}

bool shk_conv_has_samples(const shk_conv *conv) {
    return !conv->tile && conv->batch > 0 && shk_narrow_suits(conv);
}

int64_t shk_conv_cut_samples(shk_conv *conv, int64_t samples) { return shk_narrow_cut_samples(conv, samples); }

// The kernel turned round -------------------------------------------------------------------------

int64_t shk_conv_spare(const shk_conv *conv) {
    if (conv->tile) return shk_winograd_spare(conv);
    if (conv->kind == SHK_CONV_KERNEL) return conv->blocks > 1 ? conv->blocks * kernel_elements(conv) : 0;
    return conv->kind == SHK_CONV_INPUT && !is_depthwise(conv) ? kernel_elements(conv) : 0;
}

// Group by group, phase by phase, [taps in reach from last to first][outputs][inputs]: the B of
// INPUT's products. A chunk is a group and a phase.
int64_t shk_conv_turn_chunks(const shk_conv *conv) {
    return conv->tile ? shk_winograd_turn_chunks(conv) : conv->groups * product(conv->stride);
}

// Where the matrix of a group and a phase starts, in elements.
static int64_t turned_start(const shk_conv *conv, int64_t group, int64_t number) {
    int64_t taps = 0, phase[3];
    for (int64_t n = 0; n < number; n++) {
        phase_of(conv, n, phase);
        taps += reach_of(conv, 0, phase[0]).count * reach_of(conv, 1, phase[1]).count
            * reach_of(conv, 2, phase[2]).count;
    }
    const int64_t a_tap = conv->channels_in / conv->groups * (conv->channels_out / conv->groups);
    return group * product(conv->window) * a_tap + taps * a_tap;
}

#define DEFINE_TURN(T) \
    static void turn_##T(T *to, const T *from, int64_t inputs, int64_t outputs, int64_t row) { \
        for (int64_t start = 0; start < outputs; start += 16) \
            for (int64_t i = 0; i < inputs; i++) \
                for (int64_t o = start; o < shk_least(outputs, start + 16); o++) \
                    to[o * inputs + i] = from[i * row + o]; \
    }
DEFINE_TURN(float)
DEFINE_TURN(double)

void shk_conv_turn(const void *params, void *const *slots, int64_t chunk) {
    const shk_conv *conv = params;
    if (conv->tile) {
        shk_winograd_turn(conv, slots, chunk);
        return;
    }
    const int64_t count = product(conv->stride), group = chunk / count, size = size_of(conv->dtype);
    const int64_t inputs = conv->channels_in / conv->groups, outputs = conv->channels_out / conv->groups;
    int64_t phase[3];
    phase_of(conv, chunk % count, phase);
    const reach d = reach_of(conv, 0, phase[0]), h = reach_of(conv, 1, phase[1]), w = reach_of(conv, 2, phase[2]);
    char *to = (char *)slots[conv->spare_slot] + turned_start(conv, group, chunk % count) * size;
    for (int64_t a = d.count - 1; a >= 0; a--)
        for (int64_t b = h.count - 1; b >= 0; b--)
            for (int64_t c = w.count - 1; c >= 0; c--, to += inputs * outputs * size) {
                const int64_t tap = ((d.first + a * d.step) * conv->window[1] + h.first + b * h.step)
                    * conv->window[2] + w.first + c * w.step;
                const char *from = (const char *)slots[conv->k_slot]
                    + (tap * inputs * conv->channels_out + group * outputs) * size;
                if (size == 4) turn_float((float *)to, (const float *)from, inputs, outputs, conv->channels_out);
                else turn_double((double *)to, (const double *)from, inputs, outputs, conv->channels_out);
            }
}

// Running -----------------------------------------------------------------------------------------

typedef struct scratch {
    char *product, *gathered, *result;
    shk_frame *frame;
} scratch;

static scratch scratch_for(const shk_conv *conv, void *const *slots) {
    const int64_t size = size_of(conv->dtype);
    const int64_t frame = (int64_t)((sizeof(shk_frame) + 63) & ~(size_t)63);
    const int64_t result = phases(conv) > 1 ? BLOCK_ROWS * conv->chunk_columns * size : 0;
    char *start = shk_scratch((size_t)(SHK_PRODUCT_SCRATCH + frame + GATHERED_BYTES(size) + result));
    scratch s = {.product = start, .frame = (shk_frame *)(start + SHK_PRODUCT_SCRATCH)};
    s.gathered = start + SHK_PRODUCT_SCRATCH + frame;
    s.result = s.gathered + GATHERED_BYTES(size);
    if (conv->epilogue) shk_frame_open(s.frame, conv->epilogue, slots, SHK_TILE);
    return s;
}

// Places of one phase are strides apart in x: rows of the product go where they belong.
static void scatter(const shk_conv *conv, const windows *w, const int64_t phase[3], char *x, const char *rows,
                    int64_t place, int64_t count, int64_t columns) {
    const axis *d = &w->axes[0], *h = &w->axes[1], *a = &w->axes[2];
    for (int64_t i = 0; i < count; i++, place++) {
        const int64_t line = place / a->count, sample = line / h->count / d->count;
        const int64_t at_d = line / h->count % d->count * conv->stride[0] + phase[0];
        const int64_t at_h = line % h->count * conv->stride[1] + phase[1];
        const int64_t at_w = place % a->count * conv->stride[2] + phase[2];
        const int64_t at = ((sample * conv->in[0] + at_d) * conv->in[1] + at_h) * conv->in[2] + at_w;
        memcpy(x + at * conv->channels_in * w->size, rows + i * columns * w->size, (size_t)(columns * w->size));
    }
}

// FORWARD and INPUT: products of windows and a kernel.
static void run_places(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const bool back = conv->kind == SHK_CONV_INPUT;
    const int64_t across = shk_divide_up(group_columns(conv), conv->chunk_columns);
    const int64_t down = shk_divide_up(all_places(conv), conv->chunk_pixels);
    const int64_t column = chunk % across * conv->chunk_columns, group = chunk / across / down % conv->groups;
    const int64_t number = chunk / across / down / conv->groups;
    const int64_t size = size_of(conv->dtype), total = back ? conv->channels_in : conv->channels_out;
    int64_t phase[3];
    phase_of(conv, back ? number : 0, phase);
    const windows w = back ? backward_windows(conv, slots[conv->y_slot], group, phase)
                           : forward_windows(conv, slots[conv->x_slot], group);
    const int64_t first = chunk / across % down * conv->chunk_pixels;
    const int64_t end = shk_least(first + conv->chunk_pixels, conv->batch * places(&w));
    if (first >= end) return;
    const int64_t k = depth(&w), ldb = back ? group_columns(conv) : conv->channels_out;
    const char *b = back
        ? (const char *)slots[conv->spare_slot] + (turned_start(conv, group, number) + column) * size
        : (const char *)slots[conv->k_slot] + (group * group_columns(conv) + column) * size;
    const int64_t start = group * group_columns(conv) + column;     // the first channel of the result
    char *result = slots[back ? conv->x_slot : conv->y_slot];
    const bool scatters = phases(conv) > 1, in_place = reads_in_place(&w);
    const scratch s = scratch_for(conv, slots);
    shk_product p = {.dtype = conv->dtype, .a_k = 1, .b_k = ldb, .b_column = 1,
                     .columns = shk_least(conv->chunk_columns, group_columns(conv) - column)};
    const int64_t most = even_piece(end - first, BLOCK_ROWS, 14);
    for (int64_t place = first; place < end; place += p.rows) {
        p.rows = shk_least(most, end - place);
        p.c = scatters ? s.result : result + (place * total + start) * size;
        p.c_row = scatters ? p.columns : total;
        p.k = 0;
        if (k == 0) shk_product_run(&p, s.product);
        for (int64_t from = 0; from < k; from += p.k) {
            p.k = shk_least(SHK_GEMM_KC, k - from);
            p.a = in_place ? w.at + (place * w.channels + from) * size : s.gathered;
            p.a_row = in_place ? w.channels : gathered_row(p.k);
            if (!in_place) gather(&w, s.gathered, p.a_row, place, p.rows, from, p.k);
            p.b = b + from * ldb * size;
            p.add = from > 0;
            shk_product_run(&p, s.product);
        }
        if (scatters) scatter(conv, &w, phase, result + start * size, s.result, place, p.rows, p.columns);
        if (conv->epilogue) shk_finish_rows(s.frame, place * total + start, p.rows, p.columns, total);
    }
}

// KERNEL: rows of the kernel's matrix, columns of a group, and a block of the places summed over.
static void run_kernel_gradient(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const int64_t columns = group_columns(conv), rows = kernel_rows(conv), size = size_of(conv->dtype);
    const int64_t across = shk_divide_up(columns, conv->chunk_columns), down = shk_divide_up(rows, BLOCK_ROWS);
    const int64_t height = even_piece(rows, BLOCK_ROWS, 1);
    const int64_t column = chunk % across * conv->chunk_columns, row = chunk / across % down * height;
    const int64_t group = chunk / across / down % conv->groups, block = chunk / across / down / conv->groups;
    const windows w = forward_windows(conv, slots[conv->x_slot], group);
    const bool in_place = reads_in_place(&w);
    const int64_t first = block * conv->chunk_pixels;
    const int64_t end = shk_least(first + conv->chunk_pixels, conv->batch * places(&w));
    const scratch s = scratch_for(conv, slots);
    shk_product p = {.dtype = conv->dtype, .a_row = 1, .b_k = conv->channels_out, .b_column = 1,
                     .c_row = conv->channels_out, .rows = shk_least(height, rows - row), .columns = shk_least(conv->chunk_columns, columns - column)};
    if (p.rows <= 0) return;
    char *sums = conv->blocks > 1 ? (char *)slots[conv->spare_slot] + block * kernel_elements(conv) * size
                                  : slots[conv->k_slot];
    p.c = sums + (row * conv->channels_out + group * columns + column) * size;
    if (first >= end) shk_product_run(&p, s.product);
    for (int64_t place = first; place < end; place += p.k) {
        p.k = shk_least(SHK_GEMM_KC, end - place);
        p.a = in_place ? w.at + (place * w.channels + row) * size : s.gathered;
        p.a_k = in_place ? w.channels : gathered_row(p.rows);
        if (!in_place) gather(&w, s.gathered, p.a_k, place, p.k, row, p.rows);
        p.b = (const char *)slots[conv->y_slot] + (place * conv->channels_out + group * columns + column) * size;
        p.add = place > first;
        shk_product_run(&p, s.product);
    }
}

void shk_conv_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_conv *conv = params;
    if (conv->tile) shk_winograd_run(conv, slots, chunk);
    else if (shk_narrow_suits(conv)) shk_narrow_run(conv, slots, chunk);
    else if (is_depthwise(conv)) shk_depthwise_run(conv, slots, chunk);
    else if (conv->kind == SHK_CONV_KERNEL) run_kernel_gradient(conv, slots, chunk);
    else run_places(conv, slots, chunk);
}

// Partial sums ------------------------------------------------------------------------------------

#define COMBINE_CHUNK 16384

int64_t shk_conv_combine_chunks(const shk_conv *conv) {
    return shk_divide_up(kernel_elements(conv), COMBINE_CHUNK);
}

#define DEFINE_ADD(T) \
    static void add_##T(T *restrict to, const T *restrict from, int64_t n) { \
        for (int64_t i = 0; i < n; i++) to[i] += from[i]; \
    }
DEFINE_ADD(float)
DEFINE_ADD(double)

void shk_conv_combine(const void *params, void *const *slots, int64_t chunk) {
    const shk_conv *conv = params;
    const int64_t count = kernel_elements(conv), size = size_of(conv->dtype), first = chunk * COMBINE_CHUNK;
    const int64_t n = shk_least(COMBINE_CHUNK, count - first);
    const char *from = (const char *)slots[conv->spare_slot] + first * size;
    char *to = (char *)slots[conv->k_slot] + first * size;
    memcpy(to, from, (size_t)(n * size));
    for (int64_t block = 1; block < conv->blocks; block++) {
        from += count * size;
        if (size == 4) add_float((float *)to, (const float *)from, n);
        else add_double((double *)to, (const double *)from, n);
    }
}
