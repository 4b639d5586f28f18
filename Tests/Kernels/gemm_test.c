// Tests of gemm.c. Results are compared bit for bit with a plain loop that follows the contract: a
// chain of fused multiply-adds over ascending k in each block of SHK_GEMM_KC, the blocks in order.
// Every matrix ends where an unreadable page begins, so a read beyond it is a crash.
//
//   cd Sources/CShinkeiKernels
//   clang -std=gnu11 -O2 -pthread ../../Tests/Kernels/gemm_test.c *.c -lm
//
// Parts of the folder that are not linked have weak stand-ins below.
#include "../../Sources/CShinkeiKernels/isa.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Stand-ins ---------------------------------------------------------------------------------------

#define WEAK __attribute__((weak))
WEAK void shk_steps_init(shk_isa isa) { (void)isa; }
WEAK void shk_rows_init(shk_isa isa) { (void)isa; }
WEAK void shk_windows_init(shk_isa isa) { (void)isa; }

// One input and one output, both LINEAR float32; the steps are called on the memory itself.
WEAK void shk_frame_open(shk_frame *frame, const shk_map *map, void *const *slots, int64_t widest) {
    (void)widest;
    frame->map = map;
    frame->slots = slots;
}
WEAK void shk_frame_tile(shk_frame *frame, int64_t start, int64_t n) {
    const shk_map *map = frame->map;
    const float *from = frame->slots[map->input[0].slot];
    float *to = frame->slots[map->output[0].slot];
    map->step[0].fn(to + start, from + start, NULL, NULL, n);
}

// Checking ----------------------------------------------------------------------------------------

static int passed, failed;

static void check(bool good, const char *format, ...) {
    if (good) {
        passed++;
        return;
    }
    if (failed++ > 20) return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED (%s): ", shk_isa_name(shk_isa_chosen()));
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static uint64_t random_state = 1;
static uint32_t random_bits(void) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33);
}

// Memory that ends at an unreadable page. Only the element's alignment, unlike the real buffers.
typedef struct guarded {
    char *map;
    size_t map_bytes;
    void *data;
} guarded;

static guarded guarded_new(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (bytes + page - 1) / page * page;
    guarded g = {.map_bytes = room + page};
    g.map = mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    mprotect(g.map + room, page, PROT_NONE);
    g.data = g.map + room - bytes;
    return g;
}

static void guarded_free(guarded g) { munmap(g.map, g.map_bytes); }

static size_t size_of(int dtype) { return dtype == SHK_F64 || dtype == SHK_I64 ? 8 : 4; }

static void fill(void *data, int dtype, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        double x = (double)random_bits() / 1073741824.0 - 1;
        switch (dtype) {
        case SHK_F32: ((float *)data)[i] = (float)x; break;
        case SHK_F64: ((double *)data)[i] = x; break;
        case SHK_I32: ((uint32_t *)data)[i] = random_bits() * 3; break;
        default: ((uint64_t *)data)[i] = (uint64_t)random_bits() * random_bits();
        }
    }
}

// The reference -----------------------------------------------------------------------------------

static bool fused(void) { return shk_isa_chosen() != SHK_ISA_BASELINE; }

#define DEFINE_REFERENCE(NAME, T, MULTIPLY_ADD) \
    static void NAME(const shk_gemm *g, const T *a, const T *b, T *c) { \
        for (int64_t i = 0; i < g->batch * g->m * g->n; i++) { \
            int64_t z = i / g->n / g->m, row = i / g->n % g->m, column = i % g->n; \
            const T *x = a + g->offset_a + z * g->batch_a + row * (g->trans_a ? 1 : g->lda); \
            const T *y = b + g->offset_b + z * g->batch_b + column * (g->trans_b ? g->ldb : 1); \
            T total = 0; \
            for (int64_t start = 0; start < g->k; start += SHK_GEMM_KC) { \
                T sum = 0; \
                for (int64_t p = start; p < g->k && p < start + SHK_GEMM_KC; p++) { \
                    T u = x[p * (g->trans_a ? g->lda : 1)], v = y[p * (g->trans_b ? 1 : g->ldb)]; \
                    sum = MULTIPLY_ADD; \
                } \
                total = start ? total + sum : sum; \
            } \
            c[i] = total; \
        } \
    }

#pragma clang fp contract(off)
DEFINE_REFERENCE(reference_f32, float, fused() ? fmaf(u, v, sum) : u * v + sum)
DEFINE_REFERENCE(reference_f64, double, fused() ? fma(u, v, sum) : u * v + sum)
DEFINE_REFERENCE(reference_i32, uint32_t, u * v + sum)
DEFINE_REFERENCE(reference_i64, uint64_t, u * v + sum)

static void reference(const shk_gemm *g, const void *a, const void *b, void *c) {
    switch (g->dtype) {
    case SHK_F32: reference_f32(g, a, b, c); break;
    case SHK_F64: reference_f64(g, a, b, c); break;
    case SHK_I32: reference_i32(g, a, b, c); break;
    default: reference_i64(g, a, b, c);
    }
}

// Cases -------------------------------------------------------------------------------------------

static int64_t elements(int64_t offset, int64_t batch, int64_t stride, int64_t rows,
                        int64_t columns, int64_t ld) {
    if (batch <= 0 || rows <= 0 || columns <= 0) return 0;
    return offset + (batch - 1) * stride + (rows - 1) * ld + columns;
}

static int64_t elements_a(const shk_gemm *g) {
    return elements(g->offset_a, g->batch, g->batch_a, g->trans_a ? g->k : g->m,
                    g->trans_a ? g->m : g->k, g->lda);
}

static int64_t elements_b(const shk_gemm *g) {
    return elements(g->offset_b, g->batch, g->batch_b, g->trans_b ? g->n : g->k,
                    g->trans_b ? g->k : g->n, g->ldb);
}

static shk_gemm packed_case(int dtype, int ta, int tb, int64_t m, int64_t n, int64_t k) {
    return (shk_gemm){.dtype = dtype, .a_slot = 1, .b_slot = 2, .c_slot = 3,
                      .trans_a = ta, .trans_b = tb, .batch = 1, .m = m, .n = n, .k = k,
                      .lda = ta ? m : k, .ldb = tb ? k : n};
}

static void run_case(shk_gemm *g, shk_pool *pool, void *a, void *b, void *c) {
    void *slots[] = {NULL, a, b, c};
    shk_call call = {shk_gemm_run, g, shk_gemm_prepare(g)};
    shk_run(pool, &call, 1, slots, NULL);
}

static void test_case(shk_gemm g, shk_pool *pool) {
    size_t size = size_of(g.dtype);
    int64_t count = g.batch * g.m * g.n;
    guarded a = guarded_new((size_t)elements_a(&g) * size);
    guarded b = guarded_new((size_t)elements_b(&g) * size);
    guarded c = guarded_new((size_t)count * size), want = guarded_new((size_t)count * size);
    fill(a.data, g.dtype, elements_a(&g));
    fill(b.data, g.dtype, elements_b(&g));
    memset(c.data, 0xff, (size_t)count * size);
    reference(&g, a.data, b.data, want.data);
    run_case(&g, pool, a.data, b.data, c.data);
    int64_t wrong = 0;
    while (wrong < count && !memcmp((char *)c.data + (size_t)wrong * size,
                                    (char *)want.data + (size_t)wrong * size, size))
        wrong++;
    check(wrong == count, "dtype %d %c%c batch %lld m %lld n %lld k %lld: element %lld", g.dtype,
          g.trans_a ? 'T' : 'N', g.trans_b ? 'T' : 'N', (long long)g.batch, (long long)g.m,
          (long long)g.n, (long long)g.k, (long long)wrong);
    guarded_free(a), guarded_free(b), guarded_free(c), guarded_free(want);
}

static void test_sizes(int dtype, shk_pool *pool) {
    static const int64_t some[][3] = {
        {4, 4, 3}, {4, 1, 4}, {1, 1, 1}, {1, 512, 784}, {1, 300, 300}, {2, 257, 70}, {3, 130, 33},
        {5, 200, 300}, {7, 100, 257}, {128, 10, 512}, {100, 9, 30}, {65, 7, 300}, {64, 1, 520},
        {513, 3, 17}, {128, 512, 10}, {32, 128, 784}, {30, 95, 256}, {29, 33, 513}, {14, 32, 255},
        {15, 31, 257}, {61, 129, 100}, {300, 70, 40}, {257, 545, 20},
        {40, 1100, 30}, {512, 10, 128},
        {0, 5, 5}, {5, 0, 5}, {5, 7, 0}, {70, 90, 0}, {33, 14, 3}, {77, 6, 2}, {31, 47, 1},
    };
    for (int t = 0; t < 4; t++) {
        for (size_t i = 0; i < sizeof some / sizeof *some; i++)
            test_case(packed_case(dtype, t & 1, t >> 1, some[i][0], some[i][1], some[i][2]), pool);
        for (int64_t m = 1; m <= 18; m++)
            for (int64_t n = 1; n <= 36; n += 1 + n / 18)
                test_case(packed_case(dtype, t & 1, t >> 1, m, n, 1 + random_bits() % 9), pool);
        for (int i = 0; i < 60; i++)
            test_case(packed_case(dtype, t & 1, t >> 1, 1 + random_bits() % 90,
                                  1 + random_bits() % 150, 1 + random_bits() % 600), pool);
    }
}

static void test_strides(int dtype, shk_pool *pool) {
    for (int t = 0; t < 4; t++)
        for (int i = 0; i < 40; i++) {
            bool big = i % 4 == 3;
            shk_gemm g = packed_case(dtype, t & 1, t >> 1, 1 + random_bits() % (big ? 150 : 30),
                                     1 + random_bits() % (big ? 200 : 40),
                                     1 + random_bits() % (big ? 300 : 40));
            g.batch = 1 + random_bits() % 7;
            g.lda += random_bits() % 20;
            g.ldb += random_bits() % 20;
            g.offset_a = random_bits() % 9;
            g.offset_b = random_bits() % 9;
            g.batch_a = i % 3 ? (t & 1 ? g.k : g.m) * g.lda + random_bits() % 5 : 0;
            g.batch_b = i % 5 ? (t >> 1 ? g.n : g.k) * g.ldb + random_bits() % 5 : 0;
            test_case(g, pool);
        }
    shk_gemm many = packed_case(dtype, 0, 0, 3, 5, 4);
    many.batch = 20000;
    many.batch_a = 12;
    many.batch_b = 20;
    test_case(many, pool);
}

// Row i has the same bits in any number of rows, whichever way A and B lie.
static void test_rows_alone(void) {
    enum { M = 128, N = 96, K = 600 };
    static float a[M * K], at[K * M], b[K * N], bt[N * K], full[M * N], part[M * N];
    fill(a, SHK_F32, M * K);
    fill(b, SHK_F32, K * N);
    for (int i = 0; i < M; i++)
        for (int p = 0; p < K; p++) at[p * M + i] = a[i * K + p];
    static const int64_t widths[] = {1, 5, 7, 8, 10, 14, 15, 16, 17, 32, 33, 64, 96};
    static const int64_t heights[] = {1, 2, 3, 5, 8, 13, 14, 15, 31, 64, 128};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        int64_t n = widths[w];
        for (int j = 0; j < n; j++)
            for (int p = 0; p < K; p++) bt[j * K + p] = b[p * n + j];
        shk_gemm g = packed_case(SHK_F32, 0, 0, M, n, K);
        run_case(&g, NULL, a, b, full);
        for (size_t h = 0; h < sizeof heights / sizeof *heights; h++)
            for (int t = 0; t < 4; t++) {
                g = packed_case(SHK_F32, t & 1, t >> 1, heights[h], n, K);
                if (t & 1) g.lda = M;
                run_case(&g, NULL, t & 1 ? at : a, t >> 1 ? bt : b, part);
                check(!memcmp(full, part, (size_t)(heights[h] * n) * sizeof *part),
                      "rows alone: m %lld n %lld form %d", (long long)heights[h], (long long)n, t);
            }
    }
}

static void test_nan_and_infinity(void) {
    for (int t = 0; t < 4; t++)
        for (int64_t n = 1; n <= 40; n += 13) {
            enum { M = 40, K = 20 };
            float a[M * K], b[K * 40], c[M * 40];
            fill(b, SHK_F32, K * n);
            memset(a, 0, sizeof a);
            a[0] = INFINITY;
            shk_gemm g = packed_case(SHK_F32, t & 1, t >> 1, M, n, K);
            b[0] = 0;                      // inf * 0 in element (0, 0), 0 * NaN in the last column
            b[K * n - 1] = NAN;
            run_case(&g, NULL, a, b, c);
            bool good = isnan(c[0]) && isnan(c[M * n - 1]);
            for (int64_t i = 1; i < M; i++)
                for (int64_t j = 0; j < n - 1; j++) good &= c[i * n + j] == 0;
            check(good, "NaN and infinity, n %lld form %d", (long long)n, t);
        }
}

// The epilogue ------------------------------------------------------------------------------------

static void halve(void *dst, const void *a, const void *b, const void *c, int64_t n) {
    (void)b, (void)c;
    for (int64_t i = 0; i < n; i++) ((float *)dst)[i] = ((const float *)a)[i] * 0.5f;
}

// Halving twice, or never, would show; so would an element done before its sum is complete.
static void test_epilogue(shk_pool *pool, int64_t batch, int64_t m, int64_t n, int64_t k) {
    shk_gemm g = packed_case(SHK_F32, 0, 0, m, n, k);
    g.batch = batch;
    g.batch_a = m * k;
    size_t count = (size_t)(batch * m * n);
    float *a = malloc((size_t)(batch * m * k) * 4 + 4), *b = malloc((size_t)(k * n) * 4 + 4);
    float *c = malloc(count * 4), *y = malloc(count * 4), *want = malloc(count * 4);
    fill(a, SHK_F32, batch * m * k);
    fill(b, SHK_F32, k * n);
    reference(&g, a, b, want);
    shk_operand input = {.slot = 3, .reg = 0, .bytes = 4, .access = SHK_LINEAR};
    shk_operand output = {.slot = 4, .reg = 1, .bytes = 4, .access = SHK_LINEAR};
    shk_step_call step = {.fn = halve, .dst = 1, .a = 0, .b = -1, .c = -1};
    int32_t bound[2] = {-1, -1};
    shk_map map = {.count = (int64_t)count, .rank = 1, .inputs = 1, .steps = 1, .outputs = 1,
                   .registers = 2, .dims = {(int64_t)count}, .chunk = (int64_t)count,
                   .input = &input, .step = &step, .output = &output, .register_offset = bound};
    for (int in_place = 0; in_place < 2; in_place++) {
        output.slot = in_place ? 3 : 4;
        g.epilogue = &map;
        memset(y, 0xff, count * 4);
        void *slots[] = {NULL, a, b, c, y};
        shk_call call = {shk_gemm_run, &g, shk_gemm_prepare(&g)};
        shk_run(pool, &call, 1, slots, NULL);
        const float *result = in_place ? c : y;
        bool good = true;
        for (size_t i = 0; i < count; i++) good &= result[i] == want[i] * 0.5f;
        check(good, "epilogue, in place %d: batch %lld m %lld n %lld k %lld", in_place,
              (long long)batch, (long long)m, (long long)n, (long long)k);
    }
    free(a), free(b), free(c), free(y), free(want);
}

// Instruction sets against each other -------------------------------------------------------------

static void test_instruction_sets(void) {
    static const int64_t sizes[][3] = {{128, 96, 600}, {50, 10, 300}, {1, 512, 784}, {70, 3, 999}};
    for (size_t s = 0; s < 4; s++)
        for (int t = 0; t < 4; t++) {
            shk_gemm g = packed_case(SHK_F32, t & 1, t >> 1, sizes[s][0], sizes[s][1], sizes[s][2]);
            size_t bytes = (size_t)(g.m * g.n) * 4;
            float *a = malloc((size_t)(g.m * g.k) * 4), *b = malloc((size_t)(g.k * g.n) * 4);
            float *first = malloc(bytes), *second = malloc(bytes);
            fill(a, SHK_F32, g.m * g.k);
            fill(b, SHK_F32, g.k * g.n);
            if (shk_init("avx512")) {
                run_case(&g, NULL, a, b, first);
                shk_init("avx2");
                run_case(&g, NULL, a, b, second);
                check(!memcmp(first, second, bytes), "avx512 and avx2 differ: size %zu form %d",
                      s, t);
            }
            free(a), free(b), free(first), free(second);
        }
}

int main(void) {
    static const char *const names[] = {"baseline", "neon", "avx2", "avx512"};
    shk_pool *pool = shk_pool_create(3);
    for (int i = 0; i < 4; i++) {
        if (!shk_init(names[i])) continue;
        static const int dtypes[] = {SHK_F32, SHK_F64, SHK_I32, SHK_I64};
        for (int d = 0; d < 4; d++) {
            test_sizes(dtypes[d], d % 2 ? pool : NULL);
            test_strides(dtypes[d], d % 2 ? NULL : pool);
        }
        test_rows_alone();
        test_nan_and_infinity();
        test_epilogue(pool, 1, 4, 4, 3);
        test_epilogue(pool, 1, 128, 512, 300);
        test_epilogue(pool, 1, 600, 700, 20);
        test_epilogue(pool, 1, 200, 300, 512);
        test_epilogue(pool, 1, 3000, 10, 64);
        test_epilogue(pool, 50, 30, 20, 0);
        test_epilogue(pool, 3, 200, 300, 40);
        test_epilogue(pool, 1000, 7, 9, 11);
        printf("%s: %d passed so far\n", names[i], passed);
    }
    test_instruction_sets();
    shk_pool_destroy(pool);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
