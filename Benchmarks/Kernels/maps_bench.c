// What maps, reductions, softmax and indexing cost on one thread: the best of several short runs.
//
//   clang -O2 -c Sources/CShinkeiKernels/{isa,map,reduce,rows,indexing,order,scan,iota}.c
//   clang -O2 -march=native -ISources/CShinkeiKernels -o maps_bench
//       Benchmarks/Kernels/maps_bench.c *.o -lm
//
// Stands alone: the steps are plain loops defined here. Linked with the other kernels' files, the
// weak ones give way to the real ones. SHINKEI_ISA chooses the instruction set.
#include "include/shinkei_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *slots[8];
static shk_status status;

// Best nanoseconds of running all chunks of a call.
static double best_time(shk_kernel kernel, const void *params, int64_t chunks) {
    double best = 1e30, begin = now();
    int64_t repeats = 1;
    for (int round = 0; round < 60 && now() - begin < 8e7; round++) {
        double start = now();
        for (int64_t k = 0; k < repeats; k++)
            for (int64_t c = 0; c < chunks; c++) kernel(params, slots, c);
        double time = (now() - start) / (double)repeats;
        if (time < best) best = time;
        if (round == 0) repeats = time > 2e5 ? 1 : (int64_t)(2e5 / time) + 1;
    }
    return best;
}

static void report(const char *what, double nanoseconds, double bytes, int64_t chunks) {
    printf("%-44s %10.1f ns %8.1f GB/s  %lld chunks\n", what, nanoseconds, bytes / nanoseconds,
           (long long)chunks);
}

static void add(void *dst, const void *a, const void *b, const void *c, int64_t n) {
    (void)c;
    float *to = dst;
    const float *x = a, *y = b;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < n; i++) to[i] = x[i] + y[i];
}

// Maps --------------------------------------------------------------------------------------------

static const shk_operand linear_0 = {.slot = 1, .reg = 0, .bytes = 4, .access = SHK_LINEAR};
static const shk_operand linear_1 = {.slot = 2, .reg = 1, .bytes = 4, .access = SHK_LINEAR};
static const shk_operand linear_out = {.slot = 3, .reg = 2, .bytes = 4, .access = SHK_LINEAR};

// out = slot 1 + operand, over [rows, cols].
static void bench_add(const char *what, shk_operand second, int64_t rows, int64_t cols) {
    shk_operand inputs[2] = {linear_0, second};
    shk_step_call step = {add, 2, 0, 1, -1};
    int32_t offsets[3] = {-1, second.access == SHK_LINEAR ? -1 : 0, -1};
    shk_map map = {.count = rows * cols, .rank = 2, .inputs = 2, .steps = 1, .outputs = 1,
                   .registers = 3, .dims = {rows, cols}, .input = inputs, .step = &step,
                   .output = &linear_out, .register_offset = offsets};
    int64_t chunks = shk_map_prepare(&map);
    double bytes = (second.access == SHK_LINEAR ? 12.0 : 8.0) * (double)map.count;
    report(what, best_time(shk_map_run, &map, chunks), bytes, chunks);
}

static void bench_adds(void) {
    shk_operand scalar = {.slot = 2, .reg = 1, .bytes = 4, .access = SHK_SCALAR};
    shk_operand bias = {.slot = 2, .reg = 1, .bytes = 4, .access = SHK_STRIDED, .strides = {0, 1}};
    shk_operand column = {.slot = 2, .reg = 1, .bytes = 4, .access = SHK_STRIDED,
                          .strides = {1, 0}};
    bench_add("add, 1 element", linear_1, 1, 1);
    bench_add("add, 16 elements", linear_1, 1, 16);
    bench_add("add a scalar, 16 elements", scalar, 1, 16);
    bench_add("add a bias, [4, 4]", bias, 4, 4);
    bench_add("add, 65,536", linear_1, 128, 512);
    bench_add("add, 401,408", linear_1, 784, 512);
    bench_add("add, 4 M", linear_1, 4096, 1024);
    bench_add("add a scalar, 65,536", scalar, 128, 512);
    bench_add("add a bias, [128, 512]", bias, 128, 512);
    bench_add("add a bias, [128, 10]", bias, 128, 10);
    bench_add("add a bias, [6000, 10]", bias, 6000, 10);
    bench_add("add a bias, [1000, 64]", bias, 1000, 64);
    bench_add("add a bias, [64, 1000]", bias, 64, 1000);
    bench_add("add a column, [128, 512]", column, 128, 512);
    bench_add("add a column, [6000, 10]", column, 6000, 10);
}

// A bias added to a [128, 512] block by block, as at the end of a matrix multiplication.
static void run_epilogue(const void *params, void *const *bound, int64_t chunk) {
    shk_frame frame;
    shk_frame_open(&frame, params, bound, 64);
    for (int64_t start = chunk * 512; start < chunk * 512 + 512; start += 64)
        shk_frame_tile(&frame, start, 64);
}
static void bench_epilogue(void) {
    shk_operand inputs[2] = {linear_0, {.slot = 2, .reg = 1, .bytes = 4, .access = SHK_STRIDED,
                                        .strides = {0, 1}}};
    shk_step_call step = {add, 2, 0, 1, -1};
    int32_t offsets[3] = {-1, 0, -1};
    shk_map map = {.count = 65536, .rank = 2, .inputs = 2, .steps = 1, .outputs = 1, .registers = 3,
                   .dims = {128, 512}, .input = inputs, .step = &step, .output = &linear_out,
                   .register_offset = offsets};
    report("epilogue: a bias in tiles of 64, [128, 512]", best_time(run_epilogue, &map, 128),
           8.0 * 65536, 128);
}

static void bench_transpose(const char *what, int64_t rows, int64_t cols, int32_t batch) {
    shk_operand input = {.slot = 1, .reg = 0, .bytes = 4, .access = SHK_STRIDED,
                         .strides = {rows * cols, 1, rows}};
    shk_operand output = {.slot = 3, .reg = 0, .bytes = 4, .access = SHK_LINEAR};
    int32_t offsets[1] = {-1};
    shk_map map = {.count = batch * rows * cols, .rank = 3, .inputs = 1, .outputs = 1,
                   .registers = 1, .dims = {batch, rows, cols}, .input = &input, .output = &output,
                   .register_offset = offsets};
    int64_t chunks = shk_map_prepare(&map);
    report(what, best_time(shk_map_run, &map, chunks), 8.0 * (double)map.count, chunks);
}

// Reductions --------------------------------------------------------------------------------------

static void bench_reduce(const char *what, int op, int64_t outer, int64_t mid, int64_t inner) {
    int32_t offsets[1] = {-1};
    shk_reduce reduce = {.map = {.count = outer * mid * inner, .rank = 1, .inputs = 1,
                                 .registers = 1, .dims = {outer * mid * inner}, .input = &linear_0,
                                 .register_offset = offsets},
                         .reg = 0, .out_slot = 3, .partial_slot = 4, .op = op, .dtype = SHK_F32,
                         .outer = outer, .mid = mid, .inner = inner};
    int64_t chunks = shk_reduce_prepare(&reduce);
    double time = best_time(shk_reduce_run, &reduce, chunks);
    int64_t more = shk_reduce_combine_chunks(&reduce);
    if (more) time += best_time(shk_reduce_combine, &reduce, more);
    report(what, time, 4.0 * (double)reduce.map.count, chunks);
}

static void bench_softmax(const char *what, int64_t rows, int64_t width, bool logarithm) {
    shk_softmax softmax = {.dtype = SHK_F32, .x_slot = 1, .y_slot = 3, .logarithm = logarithm,
                           .rows = rows, .width = width};
    int64_t chunks = shk_softmax_prepare(&softmax);
    report(what, best_time(shk_softmax_run, &softmax, chunks), 8.0 * (double)(rows * width),
           chunks);
}

// Indexing and order ------------------------------------------------------------------------------

static void bench_indexing(void) {
    int32_t *index = slots[5];
    shk_gather gather = {.bytes = 4, .index_dtype = SHK_I32, .x_slot = 1, .index_slot = 5,
                         .y_slot = 3, .outer = 1, .size = 5000, .inner = 784, .count = 128};
    for (int i = 0; i < 25600; i++) index[i] = (int32_t)((unsigned)i * 2654435761u % 5000);
    int64_t chunks = shk_gather_prepare(&gather);
    double bytes = 8.0 * 128 * 784;
    report("gather 128 of 5000 rows of 784", best_time(shk_gather_run, &gather, chunks), bytes,
           chunks);
    gather.count = 25600;
    gather.inner = 16;
    chunks = shk_gather_prepare(&gather);
    report("gather 25,600 of 5000 rows of 16", best_time(shk_gather_run, &gather, chunks),
           8.0 * 25600 * 16, chunks);
    gather.inner = 1;
    chunks = shk_gather_prepare(&gather);
    report("gather 25,600 of 5000 elements", best_time(shk_gather_run, &gather, chunks),
           8.0 * 25600, chunks);
    shk_scatter_add scatter = {.dtype = SHK_F32, .index_dtype = SHK_I32, .x_slot = 1,
                               .index_slot = 5, .y_slot = 3, .outer = 1, .size = 5000,
                               .inner = 16, .count = 25600};
    chunks = shk_scatter_add_prepare(&scatter);
    report("scatter_add 25,600 rows of 16 to 5000",
           best_time(shk_scatter_add_run, &scatter, chunks), 12.0 * 25600 * 16, chunks);
    shk_arg_reduce arg = {.dtype = SHK_F32, .x_slot = 1, .y_slot = 3, .outer = 128, .mid = 10,
                          .inner = 1};
    chunks = shk_arg_reduce_prepare(&arg);
    report("argmax [128, 10]", best_time(shk_arg_reduce_run, &arg, chunks), 4.0 * 1280, chunks);
    shk_argsort sort = {.dtype = SHK_F32, .x_slot = 1, .y_slot = 3, .rows = 1, .width = 10000};
    chunks = shk_argsort_prepare(&sort);
    report("argsort 10,000", best_time(shk_argsort_run, &sort, chunks), 8.0 * 10000, chunks);
    shk_scan_sum scan = {.dtype = SHK_F32, .x_slot = 1, .y_slot = 3, .outer = 100, .mid = 1000,
                         .inner = 1};
    chunks = shk_scan_sum_prepare(&scan);
    report("running sum [100, 1000]", best_time(shk_scan_sum_run, &scan, chunks), 8.0 * 100000,
           chunks);
}

int main(void) {
    shk_init(getenv("SHINKEI_ISA"));
    printf("%s\n", shk_isa_name(shk_isa_chosen()));
    slots[0] = &status;
    for (int s = 1; s < 8; s++) {
        slots[s] = aligned_alloc(64, (size_t)1 << 24);
        for (int64_t i = 0; i < 1 << 22; i++)
            ((float *)slots[s])[i] = (float)(i * 7919 % 1000) / 500 - 1;
    }
    bench_adds();
    bench_epilogue();
    bench_transpose("transposed copy [128, 10]", 128, 10, 1);
    bench_transpose("transposed copy [784, 512]", 784, 512, 1);
    bench_transpose("transposed copy [512, 784]", 512, 784, 1);
    bench_transpose("transposed copy [2048, 2048]", 2048, 2048, 1);
    bench_transpose("transposed copy 32 of [64, 169]", 64, 169, 32);
    bench_reduce("sum of 16", SHK_REDUCE_SUM, 1, 16, 1);
    bench_reduce("sum of 401,408", SHK_REDUCE_SUM, 1, 401408, 1);
    bench_reduce("max of 401,408", SHK_REDUCE_MAX, 1, 401408, 1);
    bench_reduce("row sums [128, 10]", SHK_REDUCE_SUM, 128, 10, 1);
    bench_reduce("row sums [128, 512]", SHK_REDUCE_SUM, 128, 512, 1);
    bench_reduce("column sums [32, 10]", SHK_REDUCE_SUM, 1, 32, 10);
    bench_reduce("column sums [128, 512]", SHK_REDUCE_SUM, 1, 128, 512);
    bench_reduce("column sums [60000, 10]", SHK_REDUCE_SUM, 1, 60000, 10);
    bench_reduce("column sums [60000, 64]", SHK_REDUCE_SUM, 1, 60000, 64);
    bench_reduce("pooling sums [128, 49, 64]", SHK_REDUCE_SUM, 128, 49, 64);
    bench_softmax("softmax [128, 10]", 128, 10, false);
    bench_softmax("log-softmax [128, 10]", 128, 10, true);
    bench_softmax("softmax [128, 1000]", 128, 1000, false);
    bench_softmax("softmax [32, 200]", 32, 200, false);
    bench_indexing();
    return 0;
}

// Stand-ins ---------------------------------------------------------------------------------------

__attribute__((weak)) void shk_steps_init(shk_isa isa) { (void)isa; }
__attribute__((weak)) void shk_gemm_init(shk_isa isa) { (void)isa; }
__attribute__((weak)) void *shk_scratch(size_t bytes) {
    static _Alignas(64) char room[1 << 22];
    return bytes <= sizeof room ? room : NULL;
}
// exp to a few ulp between -80 and 80; log is libm's.
static void exp_f32(void *dst, const void *a, const void *b, const void *c, int64_t n) {
    (void)b, (void)c;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < n; i++) {
        float x = ((const float *)a)[i] * 1.44269504f, k = __builtin_rintf(x);
        float f = (x - k) * 0.693147181f;
        float p = 0.16666667f + f * (0.041666667f + f * 0.0083333333f);
        p = 1 + f * (1 + f * (0.5f + f * p));
        union { int32_t i; float f; } scale = {.i = ((int32_t)k + 127) << 23};
        ((float *)dst)[i] = p * scale.f;
    }
}
static void log_f32(void *dst, const void *a, const void *b, const void *c, int64_t n) {
    (void)b, (void)c;
    for (int64_t i = 0; i < n; i++) ((float *)dst)[i] = logf(((const float *)a)[i]);
}
__attribute__((weak)) shk_step_fn shk_step(shk_op op, shk_dtype dtype) {
    (void)dtype;
    return op == SHK_OP_EXP ? exp_f32 : log_f32;
}
