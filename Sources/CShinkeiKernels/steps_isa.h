// Private: what the files compiled once per instruction set give to steps.c and random.c, and the
// scalar helpers they take from it.
#ifndef SHK_STEPS_ISA_H
#define SHK_STEPS_ISA_H

#include "isa.h"
#include "recurrent.h"

// A Philox key and the three counter words that stay the same within a call.
typedef struct shk_philox {
    uint32_t key[2];
    uint32_t counter[3];
} shk_philox;

// Fills n elements from the given block on; a block gives four 32-bit elements.
typedef void (*shk_philox_fn)(const shk_philox *philox, uint64_t block, void *dst, int64_t n);

typedef struct shk_isa_steps {
    shk_step_fn f32[SHK_OPS];
    shk_step_fn f16_to_f32, f32_to_f16;     // NULL where there is no instruction
    shk_philox_fn bits, uniform, normal;    // 32-bit integers, and two floats
    shk_recurrent_table recurrent;          // in float
} shk_isa_steps;

extern const shk_isa_steps shk_steps_baseline;
#if defined(__x86_64__)
extern const shk_isa_steps shk_steps_avx2;
extern const shk_isa_steps shk_steps_avx512;
#endif

// Chosen by shk_steps_init.
extern const shk_isa_steps *shk_steps_chosen;

// a >= 0, finite, is n quarter turns and r = high + low, |r| <= π/4; returns n modulo 4.
int64_t shk_quarter_turns(double a, double *high, double *low);

// The remainder of a by b with the sign of a, exact.
double shk_fmod(double a, double b);

#endif
