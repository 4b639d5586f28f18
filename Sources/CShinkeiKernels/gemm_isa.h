// The four element types of matrix multiplication for one instruction set: gemm.c includes this
// after defining GEMM_BYTES, GEMM_FMA, GEMM_MASK, GEMM_SUFFIX(x) and, for float32,
// GEMM_F32_KERNELS, GEMM_F32_PACKING and GEMM_F32_VECTORS. The other types make do with one shape
// of tile.

#define GEMM_TYPE float
#define GEMM_SIZE 4
#define GEMM_FLOAT 1
#define GEMM_NAME(x) GEMM_SUFFIX(x##_f32)
#define GEMM_KERNELS GEMM_F32_KERNELS
#define GEMM_PACKING GEMM_F32_PACKING
#define GEMM_VECTORS GEMM_F32_VECTORS
#include "gemm_kernels.h"

#define GEMM_TYPE double
#define GEMM_SIZE 8
#define GEMM_FLOAT 1
#define GEMM_NAME(x) GEMM_SUFFIX(x##_f64)
#define GEMM_KERNELS(X) GEMM_ROWS_6(X, 2)
#define GEMM_PACKING(X)
#define GEMM_VECTORS 2
#include "gemm_kernels.h"

#define GEMM_TYPE uint32_t
#define GEMM_SIZE 4
#define GEMM_FLOAT 0
#define GEMM_NAME(x) GEMM_SUFFIX(x##_i32)
#define GEMM_KERNELS(X) GEMM_ROWS_6(X, 2)
#define GEMM_PACKING(X)
#define GEMM_VECTORS 2
#include "gemm_kernels.h"

#define GEMM_TYPE uint64_t
#define GEMM_SIZE 8
#define GEMM_FLOAT 0
#define GEMM_NAME(x) GEMM_SUFFIX(x##_i64)
#define GEMM_KERNELS(X) GEMM_ROWS_6(X, 2)
#define GEMM_PACKING(X)
#define GEMM_VECTORS 2
#include "gemm_kernels.h"

static const gemm_set *const GEMM_SUFFIX(sets)[SHK_DTYPES] = {
    [SHK_F32] = &GEMM_SUFFIX(set_f32),
    [SHK_F64] = &GEMM_SUFFIX(set_f64),
    [SHK_I32] = &GEMM_SUFFIX(set_i32),
    [SHK_I64] = &GEMM_SUFFIX(set_i64),
};

#undef GEMM_BYTES
#undef GEMM_FMA
#undef GEMM_MASK
#undef GEMM_SUFFIX
#undef GEMM_F32_KERNELS
#undef GEMM_F32_PACKING
#undef GEMM_F32_VECTORS
