// One kernel after another on the same samples (shinkei_kernels.h).
#include "include/shinkei_kernels.h"

void shk_pair_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_pair *pair = params;
    pair->first(pair->first_params, slots, chunk);
    pair->second(pair->second_params, slots, chunk);
}
