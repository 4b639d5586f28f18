// Float32 matrix multiplication against OpenBLAS and oneDNN.
//
//   cd Sources/CShinkeiKernels
//   clang -std=gnu11 -O2 -pthread ../../Benchmarks/Kernels/gemm_bench.c *.c -lopenblas -ldnnl -lm
//   ./a.out [threads] [seconds a shape] [first shape] [shapes]
//
// The three take turns on the same operands; a turn repeats the product for 200 µs or more. The
// figure is the median of the turns. With several threads a turn is longer, and begins with a rest,
// until the other libraries' threads have stopped spinning, and a warm-up.
//
// OpenBLAS 0.3.21 takes new AMD processors for Haswell: set OPENBLAS_CORETYPE=Cooperlake.
#include "../../Sources/CShinkeiKernels/isa.h"

#include <cblas.h>
#include <math.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void openblas_set_num_threads(int threads);
char *openblas_get_corename(void);
extern void omp_set_num_threads(int threads) __attribute__((weak));

#define WEAK __attribute__((weak))
WEAK void shk_steps_init(shk_isa isa) { (void)isa; }
WEAK void shk_rows_init(shk_isa isa) { (void)isa; }
WEAK void shk_windows_init(shk_isa isa) { (void)isa; }
WEAK void shk_winograd_init(shk_isa isa) { (void)isa; }
WEAK void shk_frame_open(shk_frame *frame, const shk_map *map, void *const *slots, int64_t widest) {
    (void)frame, (void)map, (void)slots, (void)widest;
}
WEAK void shk_frame_tile(shk_frame *frame, int64_t start, int64_t n) {
    (void)frame, (void)start, (void)n;
}

typedef struct shape {
    int64_t m, n, k;
    const char *form;
    bool judged;            // counts for the geometric mean
} shape;

static const shape shapes[] = {
    {128, 512, 784, "NN", true},  {128, 784, 512, "NT", true}, {784, 512, 128, "TN", true},
    {128, 10, 512, "NN", true},   {128, 512, 10, "NT", true},  {512, 10, 128, "TN", true},
    {32, 128, 784, "NN", true},   {784, 128, 32, "TN", true},  {32, 64, 128, "NN", true},
    {32, 10, 64, "NN", true},     {3136, 64, 576, "NN", true}, {1024, 1024, 1024, "NN", true},
    {2048, 2048, 2048, "NN", true},
    {1, 512, 784, "NN", false},   {4, 4, 3, "NN", false},      {8, 512, 784, "NN", false},
    {1024, 1024, 1024, "NT", false}, {1024, 1024, 1024, "TN", false}, {512, 512, 512, "NN", false},
    {64, 64, 10, "TN", false}, {128, 128, 32, "NT", false},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct problem {
    const shape *shape;
    shk_gemm gemm;
    shk_call call;
    shk_pool *pool;
    float *a, *b, *c;
} problem;

static void run_ours(problem *p) {
    void *slots[] = {NULL, p->a, p->b, p->c};
    shk_run(p->pool, &p->call, 1, slots, NULL);
}

static void run_openblas(problem *p) {
    const shk_gemm *g = &p->gemm;
    cblas_sgemm(CblasRowMajor, g->trans_a ? CblasTrans : CblasNoTrans,
                g->trans_b ? CblasTrans : CblasNoTrans, (int)g->m, (int)g->n, (int)g->k, 1, p->a,
                (int)g->lda, p->b, (int)g->ldb, 0, p->c, (int)g->n);
}

static void run_onednn(problem *p) {
    const shk_gemm *g = &p->gemm;
    dnnl_sgemm(g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', g->m, g->n, g->k, 1, p->a, g->lda,
               p->b, g->ldb, 0, p->c, g->n);
}

typedef void (*runner)(problem *);
static const runner runners[] = {run_ours, run_openblas, run_onednn};
enum { LIBRARIES = 3, MAX_TURNS = 20000 };

static double turn(problem *p, runner run, int repeats) {
    if (p->pool) {
        nanosleep(&(struct timespec){0, 25000000}, NULL);
        for (double start = seconds(); seconds() - start < 40e-3;) run(p);
    }
    double before = seconds();
    for (int i = 0; i < repeats; i++) run(p);
    return (seconds() - before) / repeats;
}

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static float *operand(int64_t count) {
    float *x = aligned_alloc(64, ((size_t)count * sizeof *x + 63) / 64 * 64);
    for (int64_t i = 0; i < count; i++) x[i] = (float)((i * 2654435761u) % 1000) / 500 - 1;
    return x;
}

// Median seconds of one product by each library.
static void measure(const shape *s, shk_pool *pool, double budget, double median[LIBRARIES]) {
    bool ta = s->form[0] == 'T', tb = s->form[1] == 'T';
    problem p = {.shape = s, .pool = pool,
                 .gemm = {.dtype = SHK_F32, .a_slot = 1, .b_slot = 2, .c_slot = 3, .trans_a = ta,
                          .trans_b = tb, .batch = 1, .m = s->m, .n = s->n, .k = s->k,
                          .lda = ta ? s->m : s->k, .ldb = tb ? s->k : s->n},
                 .a = operand(s->m * s->k), .b = operand(s->k * s->n), .c = operand(s->m * s->n)};
    p.call = (shk_call){shk_gemm_run, &p.gemm, shk_gemm_prepare(&p.gemm)};
    float *check = operand(s->m * s->n);
    run_openblas(&p);
    memcpy(check, p.c, (size_t)(s->m * s->n) * sizeof *check);
    run_ours(&p);
    for (int64_t i = 0; i < s->m * s->n; i++)
        if (fabsf(check[i] - p.c[i]) > 1e-3f * (1 + fabsf(check[i]))) {
            printf("WRONG at %lld\n", (long long)i);
            break;
        }
    int repeats[LIBRARIES], turns = 0;
    const double goal = pool ? 20e-3 : 200e-6;
    for (int l = 0; l < LIBRARIES; l++) {
        for (int i = 0; i < 2; i++) runners[l](&p);
        double once = turn(&p, runners[l], 2);
        repeats[l] = once < goal ? (int)(goal / once) + 1 : 1;
    }
    static double times[LIBRARIES][MAX_TURNS];
    double before = seconds();
    for (; turns < 5 || (turns < MAX_TURNS && seconds() - before < budget); turns++)
        for (int l = 0; l < LIBRARIES; l++) times[l][turns] = turn(&p, runners[l], repeats[l]);
    for (int l = 0; l < LIBRARIES; l++) {
        qsort(times[l], (size_t)turns, sizeof(double), ascending);
        median[l] = times[l][turns / 2];
    }
    free(p.a), free(p.b), free(p.c), free(check);
}

int main(int argc, char **argv) {
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    double budget = argc > 2 ? atof(argv[2]) : 0.5;
    int first = argc > 3 ? atoi(argv[3]) : 0, count = argc > 4 ? atoi(argv[4]) : SHAPES;
    shk_init(getenv("SHINKEI_ISA"));
    shk_pool *pool = threads > 1 ? shk_pool_create(threads) : NULL;
    openblas_set_num_threads(threads);
    if (omp_set_num_threads) omp_set_num_threads(threads);
    const dnnl_version_t *dnnl = dnnl_version();
    printf("ours %s, OpenBLAS %s, oneDNN %d.%d.%d, %d threads; GFLOP/s\n",
           shk_isa_name(shk_isa_chosen()), openblas_get_corename(), dnnl->major, dnnl->minor,
           dnnl->patch, threads);
    printf("%-22s %9s %9s %9s %9s   %9s %9s\n", "M,N,K", "µs", "ours", "OpenBLAS", "oneDNN",
           "/OpenBLAS", "/oneDNN");
    double log_ratio[2] = {0, 0};
    int judged = 0;
    for (int i = first; i < SHAPES && i < first + count; i++) {
        const shape *s = &shapes[i];
        double t[LIBRARIES], flops = 2e-9 * (double)s->m * (double)s->n * (double)s->k;
        measure(s, pool, budget, t);
        char name[64];
        snprintf(name, sizeof name, "%lld,%lld,%lld %s", (long long)s->m, (long long)s->n,
                 (long long)s->k, s->form);
        printf("%-22s %9.2f %9.1f %9.1f %9.1f   %9.2f %9.2f\n", name, t[0] * 1e6, flops / t[0],
               flops / t[1], flops / t[2], t[1] / t[0], t[2] / t[0]);
        fflush(stdout);
        if (!s->judged) continue;
        judged++;
        for (int l = 0; l < 2; l++) log_ratio[l] += log(t[l + 1] / t[0]);
    }
    if (judged)
        printf("geometric mean of the first 13%39s%9.2f %9.2f\n", "", exp(log_ratio[0] / judged),
               exp(log_ratio[1] / judged));
    shk_pool_destroy(pool);
    return 0;
}
