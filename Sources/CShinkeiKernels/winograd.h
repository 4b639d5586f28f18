// Private to the kernels: convolutions with windows of 3×3 by Winograd's algorithm. convolution.c hands
// over to it where it is faster.
#ifndef SHK_WINOGRAD_H
#define SHK_WINOGRAD_H

#include "include/shinkei_kernels.h"

// The transforms for one instruction set, by the size of a tile of the output: 2 or 4. Everything is
// along channels: n of them from each pointer on.
typedef struct shk_winograd_fns {
    // to[i * step + c], i < 16 or 36: the tile of the input at from[0 ..< 16 or 36] + c, transformed
    void (*input[5])(float *to, int64_t step, const float *const *from, int64_t n);
    // to[j] + c, j < 4 or 16: the tile of the output of the products from[i * step + c]
    void (*output[5])(float *const *to, const float *from, int64_t step, int64_t n);
    // to[i * step + c], i < 16 or 36: the tile of the output's gradient at from[0 ..< 4 or 16] + c, transformed
    void (*gradient[5])(float *to, int64_t step, const float *const *from, int64_t n);
    // to[t * to_step + c], t < 9: the kernel's gradient of the sums from[i * step + c]
    void (*taps[5])(float *to, int64_t to_step, const float *from, int64_t step, int64_t n);
    // to[i * step + c]: the kernel of taps[t * tap_step + c * c_step], t < 9, transformed
    void (*kernel[5])(float *to, int64_t step, const float *taps, int64_t tap_step, int64_t c_step, int64_t n);
} shk_winograd_fns;

// The size of a tile for this convolution; 0: it is not for Winograd. By its shape
// alone, and not by the batch, as a sample's bits must not depend on it.
int64_t shk_winograd_tile(const shk_conv *conv);
int64_t shk_winograd_prepare(shk_conv *conv);
int64_t shk_winograd_spare(const shk_conv *conv);
int64_t shk_winograd_turn_chunks(const shk_conv *conv);
void shk_winograd_turn(const shk_conv *conv, void *const *slots, int64_t chunk);
void shk_winograd_run(const shk_conv *conv, void *const *slots, int64_t chunk);

#endif
