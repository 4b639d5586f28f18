// Private to the kernels: evaluating a map tile by tile, with what is worth knowing about its
// strided operands worked out once instead of once a tile. shk_map_run and the reductions use it.
#ifndef SHK_EVALUATE_H
#define SHK_EVALUATE_H

#include "include/shinkei_kernels.h"

// How one strided operand walks through memory: the iteration space with every pair of dimensions
// that this operand crosses in one stride merged, so that inner runs are as long as they can be.
typedef struct shk_walk {
    int32_t rank;               // at least 1
    int64_t dims[SHK_MAX_RANK];
    int64_t strides[SHK_MAX_RANK];
} shk_walk;

// Where a tile's elements of a strided input come from.
typedef enum shk_source {
    SHK_SOURCE_MEMORY,          // lies in memory as it is; bound while a tile stays inside one run
    SHK_SOURCE_PATTERN,         // a short row that repeats: written out once, bound at its phase
    SHK_SOURCE_PLACED,          // in `pattern`, put there tile by tile
    SHK_SOURCE_GATHER,          // collected into scratch for every tile
} shk_source;

#define SHK_PATTERN_BYTES 32768 // room for the written out rows of one evaluator

typedef struct shk_evaluator {
    shk_frame frame;
    bool strided;               // if not, nothing below is set
    shk_walk walk[SHK_MAX_REGISTERS];       // by input
    uint8_t source[SHK_MAX_REGISTERS];      // shk_source
    const char *pattern[SHK_MAX_REGISTERS];
    _Alignas(64) char patterns[SHK_PATTERN_BYTES];
} shk_evaluator;

// As shk_frame_open and shk_frame_tile. Nothing is initialised that is not used: it lies on the
// stack.
void shk_evaluator_open(shk_evaluator *e, const shk_map *map, void *const *slots, int64_t widest);
void shk_evaluator_tile(shk_evaluator *e, int64_t start, int64_t n);

#endif
