// The f32 kernels for AVX-512.
#include "coefficients.h"
#include "steps_isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define VEC_AVX512
SHK_TARGET_BEGIN_AVX512
#include "isa_kernels.h"
SHK_TARGET_END

const shk_isa_steps shk_steps_avx512 = STEPS_TABLE;
#endif
