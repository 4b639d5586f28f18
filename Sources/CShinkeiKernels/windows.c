// Windows that slide over places with many channels, each channel by itself: pooling and depthwise
// convolution. A place's channels are contiguous, so loops run over them; the window's taps that
// lie inside are listed once for each place.
#include "windows.h"

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

const shk_windows_fns *shk_windows[SHK_DTYPES];

#define WINDOW_TYPE float
#define WINDOW_INT int32_t
#if defined(__aarch64__)
#define WINDOW_FMA 1
#else
#define WINDOW_FMA 0
#endif
#define WINDOW_SUMS 3
#define WINDOW_NAME(x) x##_f32_baseline
#include "windows_kernels.h"
#define WINDOW_TYPE double
#define WINDOW_INT int64_t
#define WINDOW_NAME(x) x##_f64_baseline
#include "windows_kernels.h"
#undef WINDOW_FMA
#undef WINDOW_SUMS

#if defined(__x86_64__)
#define WINDOW_FMA 1
#define WINDOW_SUMS 5
SHK_TARGET_BEGIN_AVX2
#define WINDOW_TYPE float
#define WINDOW_INT int32_t
#define WINDOW_NAME(x) x##_f32_avx2
#include "windows_kernels.h"
#define WINDOW_TYPE double
#define WINDOW_INT int64_t
#define WINDOW_NAME(x) x##_f64_avx2
#include "windows_kernels.h"
SHK_TARGET_END
#undef WINDOW_SUMS

#define WINDOW_SUMS 9
SHK_TARGET_BEGIN_AVX512
#define WINDOW_TYPE float
#define WINDOW_INT int32_t
#define WINDOW_NAME(x) x##_f32_avx512
#include "windows_kernels.h"
#define WINDOW_TYPE double
#define WINDOW_INT int64_t
#define WINDOW_NAME(x) x##_f64_avx512
#include "windows_kernels.h"
SHK_TARGET_END
#undef WINDOW_SUMS
#undef WINDOW_FMA
#endif

void shk_windows_init(shk_isa isa) {
    shk_windows[SHK_F32] = &fns_f32_baseline;
    shk_windows[SHK_F64] = &fns_f64_baseline;
#if defined(__x86_64__)
    if (isa == SHK_ISA_AVX2) {
        shk_windows[SHK_F32] = &fns_f32_avx2;
        shk_windows[SHK_F64] = &fns_f64_avx2;
    } else if (isa == SHK_ISA_AVX512) {
        shk_windows[SHK_F32] = &fns_f32_avx512;
        shk_windows[SHK_F64] = &fns_f64_avx512;
    }
#else
    (void)isa;
#endif
}

static int64_t product(const int64_t sizes[3]) { return sizes[0] * sizes[1] * sizes[2]; }

static int64_t size_of(int32_t dtype) { return dtype == SHK_F64 ? 8 : 4; }

// The place after this one.
static void advance(int64_t at[3], const int64_t sizes[3]) {
    if (++at[2] < sizes[2]) return;
    at[2] = 0;
    if (++at[1] < sizes[1]) return;
    at[1] = 0;
    ++at[0];
}

// Along one axis: the taps of a window at `start` that lie inside, `dilation` apart.
typedef struct taps {
    int64_t first, end;
} taps;

static taps inside(int64_t start, int64_t window, int64_t dilation, int64_t size) {
    taps r = {start < 0 ? shk_divide_up(-start, dilation) : 0, window};
    if (start + (window - 1) * dilation >= size)
        r.end = size > start ? shk_divide_up(size - start, dilation) : 0;
    if (r.first > r.end) r.first = r.end;
    return r;
}

// Pooling -----------------------------------------------------------------------------------------

#define CHANNEL_BLOCK 64

// Gradients add where windows overlap: a sample's block of channels is one thread's. The others take
// rows of places.
static bool adds(const shk_pooling *p) {
    return p->kind == SHK_POOLING_MAX_GRADIENT || p->kind == SHK_POOLING_AVERAGE_GRADIENT;
}

// MAX_GRADIENT of windows over images that share no place: each place is written once, and a thread takes
// rows of windows.
static bool stands_apart(const shk_pooling *p) {
    if (p->kind != SHK_POOLING_MAX_GRADIENT || p->window[0] != 1 || p->in[0] != p->out[0]) return false;
    for (int i = 0; i < 3; i++)
        if (p->stride[i] != p->window[i] || p->out[i] == 0) return false;
    return true;
}

bool shk_pooling_takes_epilogue(const shk_pooling *p) { return stands_apart(p); }

int64_t shk_pooling_prepare(shk_pooling *p) {
    const int64_t work = product(p->window) * (p->kind == SHK_POOLING_MAX ? 1 : 2);
    int64_t units, per_unit;
    if (stands_apart(p)) {
        units = p->batch * p->out[0] * p->out[1];
        per_unit = p->out[2] * p->channels * work;
        if (p->channels == 0) units = 0;
    } else if (adds(p)) {
        units = p->batch * shk_divide_up(p->channels, CHANNEL_BLOCK);
        per_unit = product(p->out) * shk_least(p->channels, CHANNEL_BLOCK) * work;
        if (product(p->in) == 0) units = 0;
    } else {
        units = p->batch * p->out[0] * p->out[1];
        per_unit = p->out[2] * p->channels * work;
        if (p->channels == 0 || p->out[2] == 0) units = 0;
    }
    return shk_cut(units, per_unit / 4 + 1, &p->chunk_units);
}

bool shk_pooling_has_samples(const shk_pooling *p) {
    return (!adds(p) || stands_apart(p)) && p->batch > 0 && product(p->out) * p->channels > 0;
}

int64_t shk_pooling_cut_samples(shk_pooling *p, int64_t samples) {
    p->chunk_units = samples * p->out[0] * p->out[1];
    return shk_divide_up(p->batch, samples);
}

// The offsets, from a sample's start, of the taps of the window at `at` that lie inside.
static int64_t list_taps(const shk_pooling *p, const int64_t at[3], int64_t *offsets) {
    taps range[3];
    int64_t start[3], count = 0;
    for (int i = 0; i < 3; i++) {
        start[i] = at[i] * p->stride[i] - p->before[i];
        range[i] = inside(start[i], p->window[i], 1, p->in[i]);
    }
    for (int64_t d = range[0].first; d < range[0].end; d++)
        for (int64_t h = range[1].first; h < range[1].end; h++)
            for (int64_t w = range[2].first; w < range[2].end; w++)
                offsets[count++] = (((start[0] + d) * p->in[1] + start[1] + h) * p->in[2] + start[2] + w)
                    * p->channels;
    return count;
}

static void pool_rows(const shk_pooling *p, void *const *slots, int64_t chunk, int64_t *offsets) {
    const shk_windows_fns *fns = shk_windows[p->dtype];
    const int64_t size = size_of(p->dtype), channels = p->channels, rows = p->out[0] * p->out[1];
    const int64_t sample = product(p->in) * channels * size;
    const int64_t end = shk_least((chunk + 1) * p->chunk_units, p->batch * rows);
    for (int64_t unit = chunk * p->chunk_units; unit < end; unit++) {
        const char *x = (const char *)slots[p->x_slot] + unit / rows * sample;
        char *y = (char *)slots[p->y_slot] + unit * p->out[2] * channels * size;
        int64_t at[3] = {unit % rows / p->out[1], unit % p->out[1], 0};
        for (; at[2] < p->out[2]; at[2]++, y += channels * size) {
            const int64_t count = list_taps(p, at, offsets);
            if (count == 0) memset(y, 0, (size_t)(channels * size));
            else if (p->kind == SHK_POOLING_MAX) fns->max(y, x, offsets, count, channels);
            else if (p->kind == SHK_POOLING_AVERAGE) fns->mean(y, x, offsets, count, channels);
            else
                fns->pick(y, x, (const char *)slots[p->other_slot] + unit / rows * sample, offsets, count,
                          channels);
        }
    }
}

static void pool_back(const shk_pooling *p, void *const *slots, int64_t chunk, int64_t *offsets) {
    const shk_windows_fns *fns = shk_windows[p->dtype];
    const int64_t size = size_of(p->dtype), channels = p->channels;
    const int64_t across = shk_divide_up(channels, CHANNEL_BLOCK);
    const int64_t places = product(p->in), windows = product(p->out);
    const bool max = p->kind == SHK_POOLING_MAX_GRADIENT;
    const char *x = slots[p->x_slot], *g = slots[max ? p->other_slot : p->x_slot];
    char *y = slots[p->y_slot];
    const int64_t end = shk_least((chunk + 1) * p->chunk_units, p->batch * across);
    for (int64_t unit = chunk * p->chunk_units; unit < end; unit++) {
        const int64_t sample = unit / across, c = unit % across * CHANNEL_BLOCK;
        const int64_t n = shk_least(CHANNEL_BLOCK, channels - c);
        const int64_t here = (sample * places * channels + c) * size;
        if (n == channels) memset(y + here, 0, (size_t)(places * channels * size));
        else
            for (int64_t i = 0; i < places; i++) memset(y + here + i * channels * size, 0, (size_t)(n * size));
        int64_t at[3] = {0, 0, 0};
        for (int64_t i = 0; i < windows; i++, advance(at, p->out)) {
            const int64_t count = list_taps(p, at, offsets);
            const char *given = g + ((sample * windows + i) * channels + c) * size;
            if (count == 0) continue;
            if (max) fns->give(y + here, x + here, given, offsets, count, n);
            else fns->spread(y + here, given, offsets, count, n);
        }
    }
}

// The rows of x that the windows of a row of y read, and what follows the last ones.
static void pool_apart(const shk_pooling *p, void *const *slots, int64_t chunk, int64_t *offsets, shk_frame *frame) {
    const shk_windows_fns *fns = shk_windows[p->dtype];
    const int64_t size = size_of(p->dtype), channels = p->channels, width = p->in[2], height = p->in[1];
    const int64_t covered = shk_least(width, p->out[2] * p->stride[2] - p->before[2]);
    const int64_t end = shk_least((chunk + 1) * p->chunk_units, p->batch * p->out[0] * p->out[1]);
    for (int64_t unit = chunk * p->chunk_units; unit < end; unit++) {
        const int64_t image = unit / p->out[1], row = unit % p->out[1];
        const int64_t start = image * height * width * channels;
        const char *x = (const char *)slots[p->x_slot] + start * size;
        const char *g = (const char *)slots[p->other_slot] + unit * p->out[2] * channels * size;
        char *y = (char *)slots[p->y_slot] + start * size;
        int64_t at[3] = {0, row, 0};
        for (; at[2] < p->out[2]; at[2]++, g += channels * size) {
            const int64_t count = list_taps(p, at, offsets);
            if (count > 0) fns->set(y, x, g, offsets, count, channels);
        }
        const int64_t first = shk_most(row * p->stride[1] - p->before[1], 0);
        const int64_t inside = shk_least(height, (row + 1) * p->stride[1] - p->before[1]);
        const int64_t last = row + 1 < p->out[1] ? inside : height;
        for (int64_t h = first; h < last; h++) {
            const int64_t from = h < inside ? covered : 0;
            memset(y + (h * width + from) * channels * size, 0, (size_t)((width - from) * channels * size));
        }
        if (p->epilogue)
            shk_finish_rows(frame, start + first * width * channels, (last - first) * width, channels, channels);
    }
}

void shk_pooling_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_pooling *p = params;
    const size_t list = ((size_t)product(p->window) * sizeof(int64_t) + 63) & ~(size_t)63;
    int64_t *offsets = shk_scratch(list + sizeof(shk_frame));
    shk_frame *frame = (shk_frame *)((char *)offsets + list);
    if (p->epilogue) shk_frame_open(frame, p->epilogue, slots, SHK_TILE);
    if (stands_apart(p)) pool_apart(p, slots, chunk, offsets, frame);
    else (adds(p) ? pool_back : pool_rows)(p, slots, chunk, offsets);
}

// Depthwise convolution ---------------------------------------------------------------------------

// Output channel c belongs to input channel c / m. With m > 1 an input row is widened m times first,
// and the gradient folded again.
static void widen(void *to, const void *from, int64_t channels, int64_t m, int64_t size) {
    for (int64_t c = 0; c < channels; c++)
        for (int64_t j = 0; j < m; j++)
            memcpy((char *)to + (c * m + j) * size, (const char *)from + c * size, (size_t)size);
}

static void fold(void *to, const void *from, int64_t channels, int64_t m, int64_t size) {
    for (int64_t c = 0; c < channels; c++) {
        if (size == 4) {
            float sum = ((const float *)from)[c * m];
            for (int64_t j = 1; j < m; j++) sum += ((const float *)from)[c * m + j];
            ((float *)to)[c] = sum;
        } else {
            double sum = ((const double *)from)[c * m];
            for (int64_t j = 1; j < m; j++) sum += ((const double *)from)[c * m + j];
            ((double *)to)[c] = sum;
        }
    }
}

#define MOST_BLOCKS 16

int64_t shk_depthwise_prepare(shk_conv *conv) {
    const int64_t taps = product(conv->window), m = conv->channels_out / conv->channels_in;
    const bool back = conv->kind == SHK_CONV_INPUT;
    const int64_t *places = back ? conv->in : conv->out;
    const int64_t rows = conv->batch * places[0] * places[1];
    const int64_t work = places[2] * conv->channels_out * taps / 4 * (m > 1 ? 4 : 1) + 1;
    conv->blocks = 1;
    if (conv->kind != SHK_CONV_KERNEL)
        return shk_cut(places[2] * conv->channels_in == 0 ? 0 : rows, work, &conv->chunk_pixels);
    // Every thread sums rows of its own.
    conv->blocks = shk_cut(rows, work, &conv->chunk_pixels);
    if (conv->blocks > MOST_BLOCKS) {
        conv->chunk_pixels = shk_divide_up(rows, MOST_BLOCKS);
        conv->blocks = shk_divide_up(rows, conv->chunk_pixels);
    }
    if (conv->blocks < 1) conv->blocks = 1;     // nothing to sum: zeros
    return conv->blocks;
}

typedef struct depthwise {
    const shk_conv *conv;
    const shk_windows_fns *fns;
    int64_t size, m, cin, cout;
    const char *x, *k, *y;
    int64_t *at, *of;           // of the taps
    char *wide;                 // rows of x, m times as wide; or the sums before folding
} depthwise;

static void depthwise_forward(const depthwise *d, char *y, int64_t row) {
    const shk_conv *conv = d->conv;
    const int64_t rows = conv->out[0] * conv->out[1], places = product(conv->in);
    int64_t at[3] = {row % rows / conv->out[1], row % conv->out[1], 0};
    const char *x = d->x + row / rows * places * d->cin * d->size;
    for (; at[2] < conv->out[2]; at[2]++, y += d->cout * d->size) {
        taps range[3];
        int64_t start[3], count = 0;
        for (int i = 0; i < 3; i++) {
            start[i] = at[i] * conv->stride[i] - conv->before[i];
            range[i] = inside(start[i], conv->window[i], conv->dilation[i], conv->in[i]);
        }
        for (int64_t a = range[0].first; a < range[0].end; a++)
            for (int64_t b = range[1].first; b < range[1].end; b++)
                for (int64_t c = range[2].first; c < range[2].end; c++) {
                    const int64_t place = ((start[0] + a * conv->dilation[0]) * conv->in[1] + start[1]
                                           + b * conv->dilation[1]) * conv->in[2]
                        + start[2] + c * conv->dilation[2];
                    d->of[count] = ((a * conv->window[1] + b) * conv->window[2] + c) * d->cout;
                    d->at[count] = d->m == 1 ? place * d->cin : count * d->cout;
                    if (d->m > 1)
                        widen(d->wide + count * d->cout * d->size, x + place * d->cin * d->size, d->cin, d->m,
                              d->size);
                    count++;
                }
        d->fns->multiply(y, d->m == 1 ? x : d->wide, d->at, d->k, d->of, count, d->cout);
    }
}

// The taps t, and the places o they come from, such that o * stride - before + t * dilation is `place`.
static int64_t sources(int64_t place, const shk_conv *conv, int axis, int64_t *tap, int64_t *from) {
    int64_t count = 0;
    for (int64_t t = 0; t < conv->window[axis]; t++) {
        const int64_t o = place + conv->before[axis] - t * conv->dilation[axis];
        if (o < 0 || o % conv->stride[axis] || o / conv->stride[axis] >= conv->out[axis]) continue;
        tap[count] = t;
        from[count++] = o / conv->stride[axis];
    }
    return count;
}

static void depthwise_input(const depthwise *d, char *x, int64_t row) {
    const shk_conv *conv = d->conv;
    const int64_t rows = conv->in[0] * conv->in[1], places = product(conv->out);
    const int64_t place[2] = {row % rows / conv->in[1], row % conv->in[1]};
    const char *y = d->y + row / rows * places * d->cout * d->size;
    int64_t *tap[3], *from[3], count[3];
    int64_t *room = d->of + product(conv->window);
    for (int i = 0; i < 3; i++) {
        tap[i] = room;
        from[i] = room + conv->window[i];
        room += 2 * conv->window[i];
        if (i < 2) count[i] = sources(place[i], conv, i, tap[i], from[i]);
    }
    for (int64_t w = 0; w < conv->in[2]; w++, x += d->cin * d->size) {
        count[2] = sources(w, conv, 2, tap[2], from[2]);
        int64_t n = 0;
        for (int64_t a = 0; a < count[0]; a++)
            for (int64_t b = 0; b < count[1]; b++)
                for (int64_t c = 0; c < count[2]; c++) {
                    d->at[n] = ((from[0][a] * conv->out[1] + from[1][b]) * conv->out[2] + from[2][c]) * d->cout;
                    d->of[n++] = ((tap[0][a] * conv->window[1] + tap[1][b]) * conv->window[2] + tap[2][c])
                        * d->cout;
                }
        d->fns->multiply(d->m == 1 ? x : d->wide, y, d->at, d->k, d->of, n, d->cout);
        if (d->m > 1) fold(x, d->wide, d->cin, d->m, d->size);
    }
}

static void depthwise_kernel(const depthwise *d, char *sums, int64_t row) {
    const shk_conv *conv = d->conv;
    const int64_t rows = conv->out[0] * conv->out[1], places = product(conv->in), *stride = conv->stride;
    const int64_t at[2] = {row % rows / conv->out[1], row % conv->out[1]};
    const char *x = d->x + row / rows * places * d->cin * d->size;
    const char *y = d->y + row * conv->out[2] * d->cout * d->size;
    for (int64_t a = 0; a < conv->window[0]; a++)
        for (int64_t b = 0; b < conv->window[1]; b++)
            for (int64_t c = 0; c < conv->window[2]; c++, sums += d->cout * d->size) {
                const int64_t from[2] = {at[0] * stride[0] - conv->before[0] + a * conv->dilation[0],
                                         at[1] * stride[1] - conv->before[1] + b * conv->dilation[1]};
                if (from[0] < 0 || from[0] >= conv->in[0] || from[1] < 0 || from[1] >= conv->in[1]) continue;
                // Places o of the row whose tap lies inside: 0 <= o * stride + shift < in.
                const int64_t shift = c * conv->dilation[2] - conv->before[2];
                const int64_t first = shift < 0 ? shk_divide_up(-shift, stride[2]) : 0;
                const int64_t end = conv->in[2] <= shift
                    ? 0 : shk_least(conv->out[2], shk_divide_up(conv->in[2] - shift, stride[2]));
                if (first >= end) continue;
                const char *line = x + ((from[0] * conv->in[1] + from[1]) * conv->in[2] + shift) * d->cin * d->size;
                int64_t step = stride[2] * d->cin;
                if (d->m > 1) {
                    for (int64_t o = first; o < end; o++)
                        widen(d->wide + o * d->cout * d->size, line + o * step * d->size, d->cin, d->m, d->size);
                    line = d->wide;
                    step = d->cout;
                }
                d->fns->dot(sums, line + first * step * d->size, step, y + first * d->cout * d->size, d->cout,
                            end - first, d->cout);
            }
}

void shk_depthwise_run(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const int64_t count = product(conv->window), size = size_of(conv->dtype);
    depthwise d = {.conv = conv, .fns = shk_windows[conv->dtype], .size = size, .cin = conv->channels_in,
                   .cout = conv->channels_out, .m = conv->channels_out / conv->channels_in,
                   .x = slots[conv->x_slot], .k = slots[conv->k_slot], .y = slots[conv->y_slot]};
    const int64_t lists = 2 * count + 2 * (conv->window[0] + conv->window[1] + conv->window[2]);
    const int64_t wide = d.m > 1 ? (count > conv->out[2] ? count : conv->out[2]) * d.cout * size : 0;
    d.at = shk_scratch((size_t)(lists * 8 + 64 + wide));
    d.of = d.at + count;
    d.wide = (char *)(d.at + lists);
    const bool back = conv->kind == SHK_CONV_INPUT;
    const int64_t *places = back ? conv->in : conv->out;
    const int64_t rows = conv->batch * places[0] * places[1];
    const int64_t end = shk_least((chunk + 1) * conv->chunk_pixels, rows);
    char *sums = NULL;
    if (conv->kind == SHK_CONV_KERNEL) {
        const int64_t bytes = count * d.cout * size;
        sums = (char *)slots[conv->blocks > 1 ? conv->spare_slot : conv->k_slot] + chunk * bytes;
        memset(sums, 0, (size_t)bytes);
    }
    for (int64_t row = chunk * conv->chunk_pixels; row < end; row++) {
        switch (conv->kind) {
        case SHK_CONV_FORWARD:
            depthwise_forward(&d, (char *)slots[conv->y_slot] + row * places[2] * d.cout * size, row);
            break;
        case SHK_CONV_INPUT:
            depthwise_input(&d, (char *)slots[conv->x_slot] + row * places[2] * d.cin * size, row);
            break;
        default: depthwise_kernel(&d, sums, row);
        }
    }
}
