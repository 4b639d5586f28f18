// Convolutions whose windows hold few numbers: the first layer of a network on images of one or three colours.
//
// As products of matrices they would have 9 or 27 columns to gather for each place, as much work as the product itself. Here
// the lines of x that a line of y reads are laid side by side with zeros around them, and every place takes its numbers
// from there, each a factor of 16 output channels at a time.
//
// FORWARD's sums go over the window's numbers in their order; KERNEL's over the places of a chunk, whose sums are added in
// the chunks' order.
#include "gemm.h"
#include "sizes.h"
#include "windows.h"

#include <string.h>

#define MOST_NUMBERS 32         // of a window
#define LANES 16
#define MOST_LINE (1 << 15)     // numbers of the lines of a window
#define BLOCKS_WANTED 16
#define CHUNK_WORK (1 << 17)    // multiply-adds worth a chunk of their own

static int64_t product(const int64_t sizes[3]) { return sizes[0] * sizes[1] * sizes[2]; }

static int64_t size_of(int32_t dtype) { return dtype == SHK_F64 ? 8 : 4; }

// Numbers of a line of x with the zeros around it, as far as windows reach.
static int64_t line_numbers(const shk_conv *conv) {
    return ((conv->out[2] - 1) * conv->stride[2] + (conv->window[2] - 1) * conv->dilation[2] + 1)
        * conv->channels_in;
}

bool shk_narrow_suits(const shk_conv *conv) {
    if (conv->kind == SHK_CONV_INPUT || conv->groups != 1 || conv->channels_out % LANES != 0) return false;
    if (product(conv->window) * conv->channels_in > MOST_NUMBERS || product(conv->window) == 1) return false;
    if (product(conv->in) * conv->channels_in == 0 || product(conv->out) == 0) return false;
    return line_numbers(conv) <= MOST_LINE / (conv->window[0] * conv->window[1]);
}

int64_t shk_narrow_prepare(shk_conv *conv) {
    const int64_t lines = conv->batch * conv->out[0] * conv->out[1];
    const int64_t work = conv->out[2] * conv->channels_out * product(conv->window) * conv->channels_in;
    if (conv->kind == SHK_CONV_FORWARD)
        return shk_cut(lines, work / 4 + 1, &conv->chunk_pixels);
    const double wanted = (double)lines * (double)work / CHUNK_WORK;
    const int64_t blocks = wanted < BLOCKS_WANTED ? (int64_t)wanted : BLOCKS_WANTED;
    conv->chunk_pixels = shk_most(1, shk_divide_up(lines, shk_most(1, blocks)));
    conv->blocks = shk_most(1, shk_divide_up(lines, conv->chunk_pixels));
    return conv->blocks;
}

int64_t shk_narrow_cut_samples(shk_conv *conv, int64_t samples) {
    conv->chunk_pixels = samples * conv->out[0] * conv->out[1];
    const int64_t chunks = shk_divide_up(conv->batch, samples);
    if (conv->kind == SHK_CONV_KERNEL) conv->blocks = chunks;
    return chunks;
}

// The lines of x under line `line` of y (counted through all samples), one after the other.
static void lay_out(const shk_conv *conv, char *to, const char *x, int64_t line) {
    const int64_t size = size_of(conv->dtype), place = conv->channels_in * size, length = line_numbers(conv) * size;
    const int64_t sample = line / conv->out[1] / conv->out[0];
    const int64_t at_d = line / conv->out[1] % conv->out[0] * conv->stride[0] - conv->before[0];
    const int64_t at_h = line % conv->out[1] * conv->stride[1] - conv->before[1];
    const int64_t before = shk_least(shk_most(conv->before[2], 0) * place, length);
    const int64_t skipped = shk_most(-conv->before[2], 0) * place;
    const int64_t inside = shk_most(0, shk_least(conv->in[2] * place - skipped, length - before));
    for (int64_t d = 0; d < conv->window[0]; d++)
        for (int64_t h = 0; h < conv->window[1]; h++, to += length) {
            const int64_t from_d = at_d + d * conv->dilation[0], from_h = at_h + h * conv->dilation[1];
            if (from_d < 0 || from_d >= conv->in[0] || from_h < 0 || from_h >= conv->in[1]) {
                memset(to, 0, (size_t)length);
                continue;
            }
            const char *from = x + ((sample * conv->in[0] + from_d) * conv->in[1] + from_h) * conv->in[2] * place;
            memset(to, 0, (size_t)before);
            memcpy(to + before, from + skipped, (size_t)inside);
            memset(to + before + inside, 0, (size_t)(length - before - inside));
        }
}

void shk_narrow_run(const shk_conv *conv, void *const *slots, int64_t chunk) {
    const shk_windows_fns *fns = shk_windows[conv->dtype];
    const int64_t size = size_of(conv->dtype), length = line_numbers(conv), row = conv->channels_out;
    const int64_t width = conv->out[2], step = conv->stride[2] * conv->channels_in;
    int64_t at[MOST_NUMBERS], numbers = 0;
    for (int64_t line = 0; line < conv->window[0] * conv->window[1]; line++)
        for (int64_t w = 0; w < conv->window[2]; w++)
            for (int64_t c = 0; c < conv->channels_in; c++)
                at[numbers++] = line * length + w * conv->dilation[2] * conv->channels_in + c;
    const int64_t lines = conv->window[0] * conv->window[1] * length * size;
    const int64_t frame_bytes = (int64_t)((sizeof(shk_frame) + 63) & ~(size_t)63);
    shk_frame *frame = shk_scratch((size_t)(frame_bytes + lines + 64));
    char *laid = (char *)frame + frame_bytes;
    if (conv->epilogue) shk_frame_open(frame, conv->epilogue, slots, SHK_TILE);
    const bool forward = conv->kind == SHK_CONV_FORWARD;
    char *sums = NULL;
    if (!forward) {
        sums = conv->blocks > 1 ? (char *)slots[conv->spare_slot] + chunk * numbers * row * size : slots[conv->k_slot];
        memset(sums, 0, (size_t)(numbers * row * size));
    }
    const int64_t end = shk_least((chunk + 1) * conv->chunk_pixels, conv->batch * conv->out[0] * conv->out[1]);
    for (int64_t line = chunk * conv->chunk_pixels; line < end; line++) {
        lay_out(conv, laid, slots[conv->x_slot], line);
        char *y = (char *)slots[conv->y_slot] + line * width * row * size;
        if (forward) {
            fns->project(y, laid, step, at, numbers, slots[conv->k_slot], row, width);
            if (conv->epilogue) shk_finish_rows(frame, line * width * row, width, row, row);
        } else {
            fns->correlate(sums, laid, step, at, numbers, y, row, width);
        }
    }
}
