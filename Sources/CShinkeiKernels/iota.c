// Counting: y[i] = start + i * step.
#include "include/shinkei_kernels.h"
#include "sizes.h"

// A product and a sum, never one fused operation: the bits are the same on every machine.
#pragma STDC FP_CONTRACT OFF

int64_t shk_iota_prepare(shk_iota *iota) {
    return shk_cut(iota->count, 2, &iota->chunk_elements);
}

// W is what it is computed in: unsigned for integers, as they wrap around; double for floats, since
// i is not a float from 2^24 on.
#define DEFINE_IOTA(T, W)                                                                          \
    static void iota_##T(const shk_iota *iota, void *const *slots, int64_t first, int64_t last) {  \
        const W start = (W)*(const T *)slots[iota->start_slot];                                    \
        const W step = (W)*(const T *)slots[iota->step_slot];                                      \
        T *y = (T *)slots[iota->y_slot];                                                           \
        for (int64_t i = first; i < last; i++) y[i] = (T)(start + (W)i * step);                    \
    }
DEFINE_IOTA(uint8_t, uint32_t)
DEFINE_IOTA(int32_t, uint32_t)
DEFINE_IOTA(int64_t, uint64_t)
DEFINE_IOTA(float, double)
DEFINE_IOTA(double, double)

void shk_iota_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_iota *iota = params;
    const int64_t first = chunk * iota->chunk_elements;
    const int64_t last = shk_least(first + iota->chunk_elements, iota->count);
    switch (iota->dtype) {
    case SHK_I32: iota_int32_t(iota, slots, first, last); break;
    case SHK_I64: iota_int64_t(iota, slots, first, last); break;
    case SHK_F32: iota_float(iota, slots, first, last); break;
    case SHK_F64: iota_double(iota, slots, first, last); break;
    default: iota_uint8_t(iota, slots, first, last); break;
    }
}
