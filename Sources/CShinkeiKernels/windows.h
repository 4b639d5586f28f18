// Private to the kernels: what slides a window over places with many channels, chosen for the
// instruction set: depthwise convolution and pooling; and convolutions of few input channels.
#ifndef SHK_WINDOWS_H
#define SHK_WINDOWS_H

#include "include/shinkei_kernels.h"

// The loops for one element type. Pointers are to a place's first channel of the block; every
// array of taps holds offsets in elements.
typedef struct shk_windows_fns {
    // y[c] = sum over taps of x[at[t] + c] * k[of[t] + c], c < n
    void (*multiply)(void *y, const void *x, const int64_t *at, const void *k, const int64_t *of, int64_t taps,
                     int64_t n);
    // y[c] += sum over i < count of a[i * a_step + c] * b[i * b_step + c]
    void (*dot)(void *y, const void *a, int64_t a_step, const void *b, int64_t b_step, int64_t count, int64_t n);
    // y[i * row + c] = sum over taps of x[i * step + at[t]] * k[t * row + c], i < count, c < row, a multiple of 16
    void (*project)(void *y, const void *x, int64_t step, const int64_t *at, int64_t taps, const void *k,
                    int64_t row, int64_t count);
    // sums[t * row + c] += sum over i < count of x[i * step + at[t]] * g[i * row + c], c < row, a multiple of 16
    void (*correlate)(void *sums, const void *x, int64_t step, const int64_t *at, int64_t taps, const void *g,
                      int64_t row, int64_t count);
    // y[c] = the largest x[at[t] + c]
    void (*max)(void *y, const void *x, const int64_t *at, int64_t taps, int64_t n);
    // y[c] = other[at[t] + c] at the first t where x[at[t] + c] is largest
    void (*pick)(void *y, const void *x, const void *other, const int64_t *at, int64_t taps, int64_t n);
    // y[at[t] + c] += g[c] at the first t where x[at[t] + c] is largest
    void (*give)(void *y, const void *x, const void *g, const int64_t *at, int64_t taps, int64_t n);
    // the same, where no window shares a place with another: y[at[t] + c] = g[c] there, 0 at the other taps
    void (*set)(void *y, const void *x, const void *g, const int64_t *at, int64_t taps, int64_t n);
    // y[c] = the mean of x[at[t] + c]
    void (*mean)(void *y, const void *x, const int64_t *at, int64_t taps, int64_t n);
    // y[at[t] + c] += g[c] / taps
    void (*spread)(void *y, const void *g, const int64_t *at, int64_t taps, int64_t n);
} shk_windows_fns;

extern const shk_windows_fns *shk_windows[SHK_DTYPES];   // F32 and F64

// The depthwise forms of shk_conv: as many groups as channels. convolution.c hands over to them.
int64_t shk_depthwise_prepare(shk_conv *conv);
void shk_depthwise_run(const shk_conv *conv, void *const *slots, int64_t chunk);

// Convolutions whose windows hold few numbers, as in a network's first layer (narrow.c): whether this is one, and the same
// calls for it.
bool shk_narrow_suits(const shk_conv *conv);
int64_t shk_narrow_prepare(shk_conv *conv);
int64_t shk_narrow_cut_samples(shk_conv *conv, int64_t samples);
void shk_narrow_run(const shk_conv *conv, void *const *slots, int64_t chunk);

#endif
