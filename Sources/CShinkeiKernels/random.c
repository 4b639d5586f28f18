// Random numbers by counter: element i depends on (seed, stream, step, i) alone, so chunks may be
// filled in any order. The vectors are in random_vec.h; 64-bit elements are finished here.
#include "math_f64.h"
#include "steps_isa.h"

#pragma STDC FP_CONTRACT OFF

// Enough work to outweigh handing it out; a multiple of the elements of a block.
#define CHUNK 16384

int64_t shk_random_prepare(shk_random *random) {
    random->chunk_elements = CHUNK;
    return (random->count + CHUNK - 1) / CHUNK;
}

static shk_philox philox_of(const shk_random *random, void *const *slots) {
    uint64_t seed = *(const uint64_t *)slots[random->seed_slot];
    uint64_t stream = *(const uint64_t *)slots[random->stream_slot];
    uint64_t step = *(const uint64_t *)slots[random->step_slot];
    return (shk_philox){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32) ^ (uint32_t)(stream >> 32)},
        .counter = {(uint32_t)stream, (uint32_t)step, (uint32_t)(step >> 32)}};
}

static double unit_interval(uint64_t bits) { return (double)(int64_t)(bits >> 11) * 0x1p-53; }

// In place: 64 random bits become a double in [0, 1).
static void uniform_f64(void *data, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, (char *)data + 8 * i, 8);
        ((double *)data)[i] = unit_interval(bits);
    }
}

// One block gives one pair. Box-Muller: a radius √(-2 log(1 - u)) at an angle of v turns; the
// quarter turns are taken off exactly.
static void normal_pair_f64(const uint64_t bits[2], double pair[2]) {
    double radius = f64_sqrt(-2 * f64_log(1 - unit_interval(bits[0])));
    double turns = 4 * unit_interval(bits[1]), whole = f64_round(turns);
    f64_pair r = {(turns - whole) * (F64_PI / 2), 0};
    int64_t n = (int64_t)whole;
    pair[0] = radius * f64_sin_turned(r, n + 1);
    pair[1] = radius * f64_sin_turned(r, n);
}
static void normal_f64(const shk_philox *philox, uint64_t block, double *out, int64_t n) {
    enum { BATCH = 64 };
    uint64_t bits[BATCH];
    for (int64_t i = 0; i < n; i += BATCH, block += BATCH / 2) {
        int64_t count = n - i < BATCH ? n - i : BATCH, whole = (count + 1) & ~(int64_t)1;
        shk_steps_chosen->bits(philox, block, bits, 2 * whole);
        for (int64_t j = 0; j < count; j += 2) {
            double pair[2];
            normal_pair_f64(bits + j, pair);
            memcpy(out + i + j, pair, (j + 1 < count ? 2 : 1) * sizeof *pair);
        }
    }
}

void shk_random_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_random *random = params;
    const shk_isa_steps *steps = shk_steps_chosen;
    shk_philox philox = philox_of(random, slots);
    int64_t start = chunk * random->chunk_elements, left = random->count - start;
    int64_t n = left < random->chunk_elements ? left : random->chunk_elements;
    bool wide = random->dtype == SHK_I64 || random->dtype == SHK_F64;
    uint64_t block = (uint64_t)start / (wide ? 2 : 4);
    char *out = (char *)slots[random->y_slot] + start * (wide ? 8 : 4);

    if (random->dtype == SHK_F64 && random->kind == SHK_RANDOM_NORMAL) {
        normal_f64(&philox, block, (double *)out, n);
    } else if (wide) {
        steps->bits(&philox, block, out, 2 * n);
        if (random->dtype == SHK_F64) uniform_f64(out, n);
    } else if (random->kind == SHK_RANDOM_UNIFORM) {
        steps->uniform(&philox, block, out, n);
    } else if (random->kind == SHK_RANDOM_NORMAL) {
        steps->normal(&philox, block, out, n);
    } else {
        steps->bits(&philox, block, out, n);
    }
}
