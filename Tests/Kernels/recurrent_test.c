// Tests of recurrent.c: every recurrence against plain loops in double, forward and gradient, on
// every instruction set, with a result that depends neither on the chunk nor on its neighbours.
//
//   cd Sources/CShinkeiKernels
//   clang -std=gnu11 -O2 -pthread ../../Tests/Kernels/recurrent_test.c *.c -lm
#include "../../Sources/CShinkeiKernels/include/shinkei_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;
static void check(bool good, const char *what, const char *name, double worst) {
    if (good) {
        passed++;
    } else if (failed++ < 20) {
        printf("FAILED (%s): %s %s, off by %g\n", shk_isa_name(shk_isa_chosen()), name, what, worst);
    }
}

static uint64_t state = 1;
static double draw(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(int32_t)(state >> 32) * 0x1p-31;
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

typedef struct test {
    int kind, batch, time, units, reverse, masked, biased;
} test;
static int gates_of(const test *t) { return t->kind == SHK_LSTM ? 4 : t->kind == SHK_GRU ? 3 : 1; }

typedef struct arrays {
    double *z, *kernel, *bias, *h, *c, *y, *upstream, *gradient;
    uint8_t *mask;
} arrays;

// Zeros, until the end of a case.
static void *taken[64];
static int taken_count;
static void *take(int64_t bytes) {
    const size_t size = (size_t)(bytes + 127) / 64 * 64;
    return taken[taken_count++] = memset(aligned_alloc(64, size), 0, size);
}
static void release(void) {
    while (taken_count > 0) free(taken[--taken_count]);
}

static double *fill(int64_t n) {
    double *a = take(n * 8);
    // Numbers that float holds too.
    for (int64_t i = 0; i < n; i++) a[i] = (float)draw();
    return a;
}

// Forward of one row, in the words of the contract; scores sum(upstream * y).
static double forward(const test *t, const arrays *a, int row, double *y) {
    const int u = t->units, g = gates_of(t), outputs = t->kind == SHK_LSTM ? 2 : 1;
    double h[64], c[64] = {0}, sums[256], score = 0;
    for (int j = 0; j < u; j++) h[j] = a->h[row * u + j];
    for (int j = 0; j < u && t->kind == SHK_LSTM; j++) c[j] = a->c[row * u + j];
    for (int step = 0; step < t->time; step++) {
        const int at = row * t->time + (t->reverse ? t->time - 1 - step : step);
        const double *z = a->z + (int64_t)at * g * u;
        for (int o = 0; o < g * u; o++) {
            sums[o] = t->biased ? a->bias[o] : 0;
            for (int k = 0; k < u; k++) sums[o] += h[k] * a->kernel[k * g * u + o];
        }
        for (int j = 0; j < u && !(t->masked && !a->mask[at]); j++) {
            if (t->kind == SHK_LSTM) {
                const double i = sigmoid(z[j] + sums[j]), f = sigmoid(z[u + j] + sums[u + j]);
                c[j] = f * c[j] + i * tanh(z[2 * u + j] + sums[2 * u + j]);
                h[j] = sigmoid(z[3 * u + j] + sums[3 * u + j]) * tanh(c[j]);
            } else if (t->kind == SHK_GRU) {
                const double keep = sigmoid(z[j] + sums[j]), r = sigmoid(z[u + j] + sums[u + j]);
                h[j] = keep * h[j] + (1 - keep) * tanh(z[2 * u + j] + r * sums[2 * u + j]);
            } else {
                h[j] = tanh(z[j] + sums[j]);
            }
        }
        for (int j = 0; j < outputs * u; j++) {
            const double value = j < u ? h[j] : c[j - u];
            y[(int64_t)at * outputs * u + j] = value;
            score += value * a->upstream[(int64_t)at * outputs * u + j];
        }
    }
    return score;
}

static void *narrowed(const double *a, int64_t n, bool isFloat) {
    void *to = take(n * 8);
    for (int64_t i = 0; i < n; i++) {
        if (isFloat) ((float *)to)[i] = (float)a[i];
        else ((double *)to)[i] = a[i];
    }
    return to;
}
static double at(const void *a, int64_t i, bool isFloat) {
    return isFloat ? ((const float *)a)[i] : ((const double *)a)[i];
}

enum { Z = 1, KERNEL, BIAS, H, C, MASK, Y, UPSTREAM, GRADIENT, SLOTS };

static void run(const test *t, const char *name) {
    const int64_t u = t->units, g = gates_of(t), rows = t->batch, all = rows * t->time;
    const int64_t outputs = t->kind == SHK_LSTM ? 2 : 1;
    const int64_t length = all * g * u + (t->kind == SHK_GRU ? all * u : 0) + outputs * rows * u;
    arrays a = {fill(all * g * u), fill(u * g * u), fill(g * u), fill(rows * u), fill(rows * u),
                fill(all * outputs * u), fill(all * outputs * u), NULL, take(all)};
    for (int64_t i = 0; i < all; i++) a.mask[i] = draw() > -0.4;
    for (int64_t i = 0; i < u * g * u; i++) a.kernel[i] = (float)(a.kernel[i] / sqrt((double)u));
    for (int row = 0; row < rows; row++) forward(t, &a, row, a.y);

    for (int isFloat = 0; isFloat < 2; isFloat++) {
        void *slots[SLOTS] = {
            NULL, narrowed(a.z, all * g * u, isFloat), narrowed(a.kernel, u * g * u, isFloat),
            narrowed(a.bias, g * u, isFloat), narrowed(a.h, rows * u, isFloat),
            narrowed(a.c, rows * u, isFloat), a.mask, take(all * outputs * u * 8),
            narrowed(a.upstream, all * outputs * u, isFloat), take(length * 8)};
        shk_recurrent p = {.kind = t->kind, .dtype = isFloat ? SHK_F32 : SHK_F64,
            .reverse = t->reverse, .z_slot = Z, .kernel_slot = KERNEL, .h_slot = H, .y_slot = Y,
            .bias_slot = t->biased ? BIAS : 0, .c_slot = t->kind == SHK_LSTM ? C : 0,
            .mask_slot = t->masked ? MASK : 0, .upstream_slot = UPSTREAM,
            .gradient_slot = GRADIENT, .batch = rows, .time = t->time, .units = u};
        const int64_t chunks = shk_recurrent_prepare(&p);
        for (int64_t i = chunks; i-- > 0;) shk_recurrent_run(&p, slots, i);
        double worst = 0;
        for (int64_t i = 0; i < all * outputs * u; i++)
            worst = fmax(worst, fabs(at(slots[Y], i, isFloat) - a.y[i]));
        check(worst < (isFloat ? 2e-6 : 1e-14), isFloat ? "forward f32" : "forward f64", name, worst);

        p.gradient = 1;
        const int64_t back = shk_recurrent_prepare(&p);
        for (int64_t i = 0; i < back; i++) shk_recurrent_run(&p, slots, i);
        if (!isFloat) a.gradient = narrowed(slots[GRADIENT], length, false);
        worst = 0;
        for (int64_t i = 0; i < length && isFloat; i++)
            worst = fmax(worst, fabs(at(slots[GRADIENT], i, true) - a.gradient[i]));
        if (isFloat) check(worst < 2e-5, "gradient f32", name, worst);
        for (int64_t sample = 0; sample < 40 && !isFloat; sample++) {
            // Differences of the score by an element of z, or of a first state.
            const int64_t row = (int64_t)((draw() + 1) / 2 * 0.999 * (double)rows);
            const int64_t zs = t->time * g * u, place = (int64_t)((draw() + 1) / 2 * 0.999 * (double)(zs + outputs * u));
            double *x = place < zs ? a.z + row * zs + place
                : place < zs + u ? a.h + row * u + place - zs : a.c + row * u + place - zs - u;
            const int64_t states = length - outputs * rows * u;
            const int64_t index = place < zs ? row * zs + place
                : place < zs + u ? states + row * u + place - zs : states + rows * u + row * u + place - zs - u;
            const double old = *x;
            double scores[2];
            for (int side = 0; side < 2; side++) {
                *x = old + (side ? 1e-5 : -1e-5);
                double *y = malloc((size_t)(all * outputs * u + 1) * 8);
                scores[side] = forward(t, &a, (int)row, y);
                free(y);
            }
            *x = old;
            worst = fabs((scores[1] - scores[0]) / 2e-5 - at(slots[GRADIENT], index, false));
            check(worst < 1e-7, "gradient f64", name, worst);
        }
        // A row alone gives the same bits.
        if (rows > 1) {
            const int64_t size = isFloat ? 4 : 8, row = rows - 1;
            char *expected = slots[Y];
            void *alone = take(t->time * outputs * u * 8);
            p.gradient = 0;
            p.batch = 1;
            slots[Z] = (char *)slots[Z] + row * t->time * g * u * size;
            slots[H] = (char *)slots[H] + row * u * size;
            slots[C] = (char *)slots[C] + row * u * size;
            slots[MASK] = a.mask + row * t->time;
            slots[Y] = alone;
            for (int64_t i = 0, n = shk_recurrent_prepare(&p); i < n; i++) shk_recurrent_run(&p, slots, i);
            const int64_t bytes = t->time * outputs * u * size;
            check(memcmp(alone, expected + row * bytes, (size_t)bytes) == 0, "a row alone", name, 0);
        }
    }
}

int main(void) {
    static const char *isas[] = {"baseline", "neon", "avx2", "avx512"};
    static const char *names[] = {"simple", "gru", "lstm"};
    for (int i = 0; i < 4; i++) {
        if (!shk_init(isas[i])) continue;
        for (int kind = 0; kind < 3; kind++)
            for (int form = 0; form < 8; form++)
                for (int size = 0; size < 5; size++) {
                    static const int sizes[][3] = {{1, 1, 1}, {2, 4, 3}, {7, 5, 16}, {19, 3, 17}, {37, 2, 33}};
                    const test t = {kind, sizes[size][0], sizes[size][1], sizes[size][2], form & 1, form >> 1 & 1, form >> 2};
                    char name[80];
                    snprintf(name, sizeof name, "%s %dx%dx%d%s%s%s", names[kind], t.batch, t.time, t.units,
                             t.reverse ? " reverse" : "", t.masked ? " mask" : "", t.biased ? " bias" : "");
                    run(&t, name);
                    release();
                }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
