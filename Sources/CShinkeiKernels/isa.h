// Private to the kernels: the instruction set that was chosen, and the tables each file fills for it.
#ifndef SHK_ISA_H
#define SHK_ISA_H

#include "include/shinkei_kernels.h"

// Each is defined beside the kernels it chooses among, and called once by shk_init.
void shk_steps_init(shk_isa isa);
void shk_gemm_init(shk_isa isa);
void shk_rows_init(shk_isa isa);
void shk_windows_init(shk_isa isa);

// Code between SHK_TARGET_BEGIN_<ISA> and SHK_TARGET_END is compiled for that instruction set: one
// header of kernels is included once per set (see steps.c, gemm.c), so no build flag is needed.
#if defined(__x86_64__)
#define SHK_TARGET_BEGIN_AVX512 \
    _Pragma("clang attribute push(__attribute__((target(\"avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c\"))), apply_to = function)")
#define SHK_TARGET_BEGIN_AVX2 \
    _Pragma("clang attribute push(__attribute__((target(\"avx2,fma,f16c\"))), apply_to = function)")
#define SHK_TARGET_END _Pragma("clang attribute pop")
#endif

#endif
