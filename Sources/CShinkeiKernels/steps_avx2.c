// The f32 kernels for AVX2 with FMA.
#include "coefficients.h"
#include "steps_isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define VEC_AVX2
SHK_TARGET_BEGIN_AVX2
#include "isa_kernels.h"
SHK_TARGET_END

const shk_isa_steps shk_steps_avx2 = STEPS_TABLE;
#endif
