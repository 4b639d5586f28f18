// Time of each step on one tile in L1, in nanoseconds an element, for every instruction set there
// is, and of casts and random numbers; then calls on few elements. Arguments choose steps by name.
//   cd Sources/CShinkeiKernels && clang -O2 -I include ../../Benchmarks/Kernels/steps_bench.c isa.c
//       random.c steps.c steps_baseline.c steps_avx2.c steps_avx512.c -lm
#include "shinkei_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void shk_gemm_init(shk_isa isa) { (void)isa; }
void shk_rows_init(shk_isa isa) { (void)isa; }
void shk_windows_init(shk_isa isa) { (void)isa; }
void shk_winograd_init(shk_isa isa) { (void)isa; }

static const char *const op_names[] = {
#define X(name) #name,
    SHK_UNARY_OPS(X) SHK_TEST_OPS(X) SHK_BINARY_OPS(X) SHK_COMPARE_OPS(X) SHK_TERNARY_OPS(X)
#undef X
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

enum { N = 1 << 16 };
static _Alignas(64) float x[N], y[N];
static _Alignas(64) double out[N], xd[N];
static _Alignas(64) uint8_t condition[N];

// The best of several runs: others use this machine too.
static double time_step(shk_step_fn step, const void *a, const void *b, const void *c, int64_t n) {
    int repeats = (int)(20000 / (n + 8)) + 1;
    double best = INFINITY;
    for (int run = 0; run < 40; run++) {
        double start = now();
        for (int i = 0; i < repeats; i++) step(out, a, b, c, n);
        best = fmin(best, (now() - start) / repeats);
    }
    return best;
}

static double time_random(int kind, int dtype) {
    int64_t seed = 1, stream = 2, step = 3;
    void *slots[] = {&seed, &stream, &step, out};
    shk_random random = {.kind = kind, .dtype = dtype, .stream_slot = 1, .step_slot = 2,
                         .y_slot = 3, .count = 4096};
    shk_random_prepare(&random);
    double best = INFINITY;
    for (int run = 0; run < 20; run++) {
        double start = now();
        shk_random_run(&random, slots, 0);
        best = fmin(best, (now() - start) / 4096);
    }
    return best;
}

static bool wanted(const char *name, int count, char **names) {
    for (int i = 1; i < count; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return count == 1;
}

int main(int argc, char **argv) {
    const char *const isas[] = {"baseline", "neon", "avx2", "avx512"};
    for (int i = 0; i < N; i++) {
        x[i] = 0.01f + 0.98f * (float)rand() / (float)RAND_MAX;
        y[i] = 0.01f + 0.98f * (float)rand() / (float)RAND_MAX;
        xd[i] = x[i];
        condition[i] = rand() & 1;
    }
    const int64_t tile = SHK_TILE;
    printf("%-12s", "ns/element");
    for (int k = 0; k < 4; k++) printf(" %9s", isas[k]);
    printf(" %9s\n", "f64");
    for (int op = 0; op < SHK_OPS; op++) {
        if (!wanted(op_names[op], argc, argv)) continue;
        if (!shk_step((shk_op)op, SHK_F32)) continue;
        printf("%-12s", op_names[op]);
        for (int k = 0; k < 4; k++) {
            if (!shk_init(isas[k])) { printf(" %9s", "-"); continue; }
            bool select = op == SHK_OP_SELECT;
            shk_step_fn step = shk_step((shk_op)op, SHK_F32);
            const void *a = select ? (const void *)condition : x;
            printf(" %9.3f", time_step(step, a, y, x, tile) / (double)tile);
        }
        shk_step_fn plain = shk_step((shk_op)op, SHK_F64);
        if (op != SHK_OP_SELECT)
            printf(" %9.3f", time_step(plain, xd, xd, xd, tile) / (double)tile);
        printf("\n");
    }
    static const struct { const char *name; int kind, dtype; } kinds[] = {
        {"bits i32", SHK_RANDOM_BITS, SHK_I32}, {"uniform f32", SHK_RANDOM_UNIFORM, SHK_F32},
        {"normal f32", SHK_RANDOM_NORMAL, SHK_F32}, {"uniform f64", SHK_RANDOM_UNIFORM, SHK_F64},
        {"normal f64", SHK_RANDOM_NORMAL, SHK_F64}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && argc == 1; i++) {
        printf("%-12s", kinds[i].name);
        for (int k = 0; k < 4; k++)
            if (shk_init(isas[k])) printf(" %9.3f", time_random(kinds[i].kind, kinds[i].dtype));
            else printf(" %9s", "-");
        printf("\n");
    }
    static const struct { const char *name; int from, to; } casts[] = {
        {"u8 to f32", SHK_U8, SHK_F32},   {"bool to f32", SHK_BOOL, SHK_F32},
        {"i32 to f32", SHK_I32, SHK_F32}, {"f32 to i32", SHK_F32, SHK_I32},
        {"f32 to f16", SHK_F32, SHK_F16}, {"f16 to f32", SHK_F16, SHK_F32},
        {"f32 to bf16", SHK_F32, SHK_BF16}, {"bf16 to f32", SHK_BF16, SHK_F32},
        {"f64 to f32", SHK_F64, SHK_F32}, {"i64 to f32", SHK_I64, SHK_F32}};
    for (size_t i = 0; i < sizeof casts / sizeof *casts && argc == 1; i++) {
        printf("%-12s", casts[i].name);
        for (int k = 0; k < 4; k++)
            if (shk_init(isas[k])) {
                shk_step_fn cast = shk_cast(casts[i].from, casts[i].to);
                printf(" %9.3f", time_step(cast, xd, NULL, NULL, tile) / (double)tile);
            } else {
                printf(" %9s", "-");
            }
        printf("\n");
    }
    printf("ns a call of ADD on n elements\n");
    for (int k = 0; k < 4; k++) {
        if (!shk_init(isas[k])) continue;
        printf("%-12s", isas[k]);
        for (int n = 1; n <= 64; n = n < 4 ? n + 1 : n + n / 2)
            printf(" %d: %.2f", n, time_step(shk_step(SHK_OP_ADD, SHK_F32), x, y, NULL, n));
        printf("\n");
    }
    return 0;
}
