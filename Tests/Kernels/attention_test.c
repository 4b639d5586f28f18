// Tests of attention.c: results and derivatives against plain loops in double, on every instruction set, with bits that
// depend neither on the rest of the batch nor on the other heads.
//
//   cd Sources/CShinkeiKernels
//   clang -std=gnu11 -O2 -pthread ../../Tests/Kernels/attention_test.c *.c -lm
#include "../../Sources/CShinkeiKernels/include/shinkei_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;
static void check(bool good, const char *what, const shk_attention *a, double worst) {
    if (good) {
        passed++;
    } else if (failed++ < 20) {
        printf("FAILED (%s): %s, %s, [%d, %d → %d, %d/%d, %d, %d], off by %g\n", shk_isa_name(shk_isa_chosen()), what,
               a->dtype == SHK_F32 ? "f32" : "f64", (int)a->batch, (int)a->places, (int)a->seen, (int)a->heads,
               (int)a->key_heads, (int)a->size, (int)a->value_size, worst);
    }
}

static uint64_t state = 1;
static double draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(int32_t)(state >> 32) * 0x1p-31;
}

enum { Q = 1, K, V, MASK, Y, UPSTREAM, GRADIENT, SLOTS };

// Numbers that float holds too, so that both types compute from the same.
static double *numbers(int64_t n) {
    double *a = malloc((size_t)n * 8 + 8);
    for (int64_t i = 0; i < n; i++) a[i] = (float)draw();
    return a;
}
static void *stored(const double *a, int64_t n, int32_t dtype) {
    char *to = aligned_alloc(64, (size_t)(n * 8 + 127) / 64 * 64);
    for (int64_t i = 0; i < n; i++)
        if (dtype == SHK_F32) ((float *)to)[i] = (float)a[i];
        else ((double *)to)[i] = a[i];
    return to;
}
static double element(const void *a, int64_t i, int32_t dtype) {
    return dtype == SHK_F32 ? ((const float *)a)[i] : ((const double *)a)[i];
}
static void run(shk_attention *a, void **slots) {
    for (int64_t i = 0, n = shk_attention_prepare(a); i < n; i++) shk_attention_run(a, slots, i);
}

// The result, and the derivatives of sum(upstream · result), in the words of the contract.
static void expect(const shk_attention *a, double *const in[SLOTS], const uint8_t *mask, double *y, double *slopes) {
    const int64_t T = a->places, S = a->seen, H = a->heads, G = a->key_heads, D = a->size, E = a->value_size;
    double *dq = slopes, *dk = dq + a->batch * T * H * D, *dv = dk + a->batch * S * G * D;
    double *w = malloc((size_t)S * 16), *dw = w + S;
    memset(slopes, 0, (size_t)((dv - dq) + a->batch * S * G * E) * 8);
    for (int64_t row = 0; row < a->batch * T * H; row++) {
        const int64_t b = row / H / T, t = row / H % T, h = row % H, g = h / (H / G);
        const uint8_t *m = mask ? mask + b * a->mask_batch + h * a->mask_head + t * a->mask_place : NULL;
        const double *q = in[Q] + row * D, *up = in[UPSTREAM] + row * E;
        double most = -INFINITY, sum = 0, inner = 0;
        for (int64_t s = 0; s < S; s++) {
            w[s] = 0;
            for (int64_t d = 0; d < D; d++) w[s] += a->scale * q[d] * in[K][((b * S + s) * G + g) * D + d];
            if (m && !m[s]) w[s] = a->least;
            most = fmax(most, w[s]);
        }
        for (int64_t s = 0; s < S; s++) sum += w[s] = exp(w[s] - most);
        for (int64_t e = 0; e < E; e++) y[row * E + e] = 0;
        for (int64_t s = 0; s < S; s++) {
            w[s] = m && !m[s] && a->zeroes_hidden ? 0 : w[s] / sum;
            dw[s] = 0;
            for (int64_t e = 0; e < E; e++) {
                const int64_t at = ((b * S + s) * G + g) * E + e;
                y[row * E + e] += w[s] * in[V][at];
                dw[s] += up[e] * in[V][at];
                dv[at] += w[s] * up[e];
            }
            inner += w[s] * dw[s];
        }
        for (int64_t s = 0; s < S; s++) {
            const double score = m && !m[s] ? 0 : w[s] * (dw[s] - inner) * a->scale;
            for (int64_t d = 0; d < D; d++) {
                const int64_t at = ((b * S + s) * G + g) * D + d;
                dq[row * D + d] += score * in[K][at];
                dk[at] += score * q[d];
            }
        }
    }
    free(w);
}

static double furthest(const void *got, const double *want, int64_t n, int32_t dtype) {
    double worst = 0;
    for (int64_t i = 0; i < n; i++) {
        const double off = fabs(element(got, i, dtype) - want[i]) / (1 + fabs(want[i]));
        if (!(off <= worst)) worst = off;
    }
    return worst;
}

static void test(shk_attention a, int mask_kind) {
    const int64_t queries = a.batch * a.places * a.heads, keys = a.batch * a.seen * a.key_heads;
    const int64_t results = queries * a.value_size;
    const int64_t slopes = queries * a.size + keys * (a.size + a.value_size);
    double *in[SLOTS] = {[Q] = numbers(queries * a.size), [K] = numbers(keys * a.size), [V] = numbers(keys * a.value_size),
                         [UPSTREAM] = numbers(results)};
    uint8_t *mask = NULL;
    if (mask_kind) {    // of its own for each: sample, place, or all of them
        if (mask_kind == 1) a.mask_batch = a.seen;
        if (mask_kind == 2) a.mask_place = a.seen;
        if (mask_kind == 3) {
            a.mask_place = a.seen;
            a.mask_head = a.seen * a.places;
            a.mask_batch = a.mask_head * a.heads;
        }
        const int64_t n = a.batch * a.heads * a.places * a.seen;
        mask = malloc((size_t)n);
        for (int64_t i = 0; i < n; i++) mask[i] = draw() < 0.2;
        memset(mask, 0, (size_t)a.seen);    // a place that sees nothing
    }
    double *y = malloc((size_t)results * 8), *want = malloc((size_t)slopes * 8);
    expect(&a, in, mask, y, want);
    for (a.dtype = SHK_F32; a.dtype <= SHK_F64; a.dtype++) {
        if (a.dtype != SHK_F32 && a.dtype != SHK_F64) continue;
        const double bound = a.dtype == SHK_F32 ? 3e-6 : 1e-14;
        void *slots[SLOTS] = {[Q] = stored(in[Q], queries * a.size, a.dtype), [K] = stored(in[K], keys * a.size, a.dtype),
                              [V] = stored(in[V], keys * a.value_size, a.dtype), [MASK] = mask,
                              [Y] = stored(y, results, a.dtype), [UPSTREAM] = stored(in[UPSTREAM], results, a.dtype),
                              [GRADIENT] = stored(want, slopes, a.dtype)};
        const int64_t size = a.dtype == SHK_F32 ? 4 : 8;
        memset(slots[Y], 0xff, (size_t)(results * size));
        memset(slots[GRADIENT], 0xff, (size_t)(slopes * size));
        a.q_slot = Q, a.k_slot = K, a.v_slot = V, a.mask_slot = mask ? MASK : 0, a.y_slot = Y;
        a.upstream_slot = UPSTREAM, a.gradient_slot = GRADIENT;
        a.gradient = 0;
        run(&a, slots);
        double worst = furthest(slots[Y], y, results, a.dtype);
        check(worst < bound, "forward", &a, worst);
        a.gradient = 1;
        run(&a, slots);
        worst = furthest(slots[GRADIENT], want, slopes, a.dtype);
        check(worst < 10 * bound * (double)(1 + a.places / 16), "gradient", &a, worst);
        if (a.batch > 1) {      // the last sample alone has the same bits
            const int64_t last = a.batch - 1, q = queries / a.batch * last, k = keys / a.batch * last;
            shk_attention one = a;
            one.batch = 1;
            one.gradient = 0;
            void *alone[SLOTS];
            memcpy(alone, slots, sizeof alone);
            alone[Q] = (char *)slots[Q] + q * a.size * size;
            alone[K] = (char *)slots[K] + k * a.size * size;
            alone[V] = (char *)slots[V] + k * a.value_size * size;
            alone[MASK] = mask + last * a.mask_batch;
            alone[Y] = malloc((size_t)(results * size));
            run(&one, alone);
            check(memcmp(alone[Y], (char *)slots[Y] + q * a.value_size * size, (size_t)(results / a.batch * size)) == 0,
                  "one sample alone", &a, 0);
            free(alone[Y]);
        }
        for (int i = 0; i < SLOTS; i++)
            if (i != MASK) free(slots[i]);
    }
    for (int i = 0; i < SLOTS; i++) free(in[i]);
    free(y);
    free(want);
    free(mask);
}

int main(void) {
    static const char *isas[] = {"baseline", "neon", "avx2", "avx512"};
    // batch, places, seen, heads, key heads, size, size of a value
    static const int64_t sizes[][7] = {{1, 1, 1, 1, 1, 1, 1}, {2, 3, 5, 2, 1, 4, 3}, {3, 17, 16, 4, 2, 8, 8},
                                       {1, 33, 70, 3, 3, 17, 31}, {2, 130, 129, 2, 2, 16, 16}, {1, 5, 600, 2, 1, 9, 4},
                                       {1, 40, 5000, 1, 1, 8, 520}};
    for (int i = 0; i < 4; i++) {
        if (!shk_init(isas[i])) continue;
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int mask = 0; mask < 4; mask++)
                for (int zeroes = 0; zeroes <= (mask > 0); zeroes++) {
                    const int64_t *n = sizes[s];
                    const shk_attention a = {.batch = n[0], .places = n[1], .seen = n[2], .heads = n[3], .key_heads = n[4],
                                             .size = n[5], .value_size = n[6], .scale = 1 / sqrt((double)n[5]),
                                             .least = zeroes ? -1e9 : -1e37, .zeroes_hidden = zeroes};
                    test(a, mask);
                }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
