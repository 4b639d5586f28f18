// Everything of one instruction set, as one table. Included by steps_<set>.c after its macros.
#define STEPS_TABLE                                                                       \
    {                                                                                     \
        .f32 = {F32_STEPS(STEP_ENTRY)}, .f16_to_f32 = step_f16_to_f32,                    \
        .f32_to_f16 = step_f32_to_f16, .bits = random_bits, .uniform = random_uniform,    \
        .normal = random_normal, .recurrent = REC_TABLE                                   \
    }
#define STEP_ENTRY(op) [SHK_OP_##op] = step_##op,

// Vectors wider than the set's registers have no settled calling convention; all that take them are
// inlined, so none is called.
#pragma clang diagnostic ignored "-Wpsabi"

// The order matters: each needs the ones before it.
// clang-format off
#include "vec.h"
#include "math_f32.h"
#include "random_vec.h"
#include "steps_f32.h"
#include "recurrent_f32.h"
// clang-format on
