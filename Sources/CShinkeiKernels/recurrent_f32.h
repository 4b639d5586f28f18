// The recurrences in float, for the instruction set whose vec.h and math_f32.h stand before.
#define REC_REAL float
#define REC_VEC vf
#define REC_LANES VEC_LANES
#define REC_LOAD vf_load
#define REC_LOAD_PART vf_load_part
#define REC_STORE vf_store
#define REC_STORE_PART vf_store_part
#define REC_FMA vf_fma
#define REC_SIGMOID vf_sigmoid
#define REC_TANH vf_tanh
#define REC_NAME(x) recurrent_f32_##x
#if defined(VEC_AVX512)
#define REC_ROWS 6      // of 4 gates: 24 sums, 4 weights and a state in 32 registers
#else
#define REC_ROWS 3      // 12 sums in 16 registers
#endif
#include "recurrent_kernels.h"
