// Softmax over rows, and the table of inner loops (rows_kernels.h) it shares with the reductions.
#include "rows.h"

#include "isa.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Vectors are handed only to functions that are always inlined, so no ABI is involved.
#pragma clang diagnostic ignored "-Wpsabi"

shk_rows_table shk_rows;

typedef uint8_t u8;
typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;
typedef int64_t i64;
typedef float f32;
typedef double f64;
typedef u8 v_u8 __attribute__((ext_vector_type(64)));
typedef u32 v_u32 __attribute__((ext_vector_type(16)));
typedef i32 v_i32 __attribute__((ext_vector_type(16)));
typedef u64 v_u64 __attribute__((ext_vector_type(8)));
typedef i64 v_i64 __attribute__((ext_vector_type(8)));
typedef f32 v_f32 __attribute__((ext_vector_type(16)));
typedef f64 v_f64 __attribute__((ext_vector_type(8)));

// Loads and stores of a whole vector, aligned to the element only.
#define LOAD(T, p) ({ v_##T loaded_; memcpy(&loaded_, (p), sizeof loaded_); loaded_; })
#define STORE(T, p, v) do { v_##T stored_ = (v); memcpy((p), &stored_, sizeof stored_); } while (0)

#define SHK_ISA_SUFFIX baseline
#define SHK_MASKED 0
#include "rows_kernels.h"

#if defined(__x86_64__)
SHK_TARGET_BEGIN_AVX2
#define SHK_ISA_SUFFIX avx2
#define SHK_MASKED 0
#include "rows_kernels.h"
SHK_TARGET_END

SHK_TARGET_BEGIN_AVX512
#define SHK_ISA_SUFFIX avx512
#define SHK_MASKED 1
#include "rows_kernels.h"
SHK_TARGET_END
#endif

void shk_rows_init(shk_isa isa) {
    switch (isa) {
#if defined(__x86_64__)
    case SHK_ISA_AVX512: fill_avx512(&shk_rows); break;
    case SHK_ISA_AVX2: fill_avx2(&shk_rows); break;
#endif
    default: fill_baseline(&shk_rows); break;   // NEON is the baseline of aarch64
    }
}
