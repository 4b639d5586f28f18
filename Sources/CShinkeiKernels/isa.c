#include "isa.h"

#include <string.h>

static shk_isa chosen = SHK_ISA_BASELINE;

static bool available(shk_isa isa) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    switch (isa) {
    case SHK_ISA_BASELINE: return true;
    case SHK_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
            && __builtin_cpu_supports("f16c");
    case SHK_ISA_AVX512:
        return available(SHK_ISA_AVX2) && __builtin_cpu_supports("avx512f")
            && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl");
    default: return false;
    }
#elif defined(__aarch64__)
    return isa == SHK_ISA_NEON;
#else
    return isa == SHK_ISA_BASELINE;
#endif
}

const char *shk_isa_name(shk_isa isa) {
    switch (isa) {
    case SHK_ISA_NEON: return "neon";
    case SHK_ISA_AVX2: return "avx2";
    case SHK_ISA_AVX512: return "avx512";
    default: return "baseline";
    }
}

shk_isa shk_isa_chosen(void) { return chosen; }

bool shk_init(const char *name) {
    bool found = name == NULL;
    shk_isa best = SHK_ISA_BASELINE;
    for (int i = SHK_ISA_BASELINE; i <= SHK_ISA_AVX512; i++)
        if (available((shk_isa)i)) best = (shk_isa)i;
    for (int i = SHK_ISA_BASELINE; name && i <= SHK_ISA_AVX512; i++)
        if (available((shk_isa)i) && strcmp(name, shk_isa_name((shk_isa)i)) == 0) {
            best = (shk_isa)i;
            found = true;
        }
    chosen = best;
    shk_steps_init(best);
    shk_gemm_init(best);
    shk_rows_init(best);
    shk_windows_init(best);
    return found;
}

void shk_report(shk_status *status, int32_t code, int32_t tag, int64_t value, int64_t limit) {
    int32_t expected = SHK_STATUS_OK;
    if (!__atomic_compare_exchange_n(&status->code, &expected, code, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE))
        return;
    status->tag = tag;
    status->value = value;
    status->limit = limit;
}
