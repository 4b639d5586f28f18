// Private to the kernels: arithmetic on sizes, and how work is cut into chunks.
#ifndef SHK_SIZES_H
#define SHK_SIZES_H

#include <stdint.h>

static inline int64_t shk_least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t shk_most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t shk_divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Element operations that fill a chunk: some 5 to 10 microseconds, as a fork-join costs about one.
#define SHK_CHUNK_WORK 65536

// Cuts `units` of `work` operations each into chunks of *per_chunk units; returns how many chunks.
// Work for less than two chunks stays in one; else the number is even, so that two threads end
// together.
static inline int64_t shk_cut(int64_t units, int64_t work, int64_t *per_chunk) {
    *per_chunk = 1;
    if (units <= 0) return 0;
    double total = (double)units * (double)work / SHK_CHUNK_WORK;
    int64_t chunks = 1;
    if (total >= (double)units) chunks = units;
    else if (total >= 2) chunks = ((int64_t)total + 1) & ~(int64_t)1;
    *per_chunk = shk_divide_up(units, chunks);
    return shk_divide_up(units, *per_chunk);
}

#endif
