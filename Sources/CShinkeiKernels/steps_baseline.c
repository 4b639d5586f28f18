// The f32 kernels for what every machine of the architecture has: SSE2, or NEON.
#include "coefficients.h"
#include "steps_isa.h"

#include <string.h>

#include "isa_kernels.h"

const shk_isa_steps shk_steps_baseline = STEPS_TABLE;
