// Tests of convolution.c and windows.c: against plain loops in double over drawn shapes, and bit for
// bit against themselves: any number of threads, and a sample alone or among others.
//
//   cd Sources/CShinkeiKernels
//   clang -std=gnu11 -O2 -pthread ../../Tests/Kernels/conv_test.c *.c -lm
#include "../../Sources/CShinkeiKernels/isa.h"
#include "../../Sources/CShinkeiKernels/windows.h"
#include "../../Sources/CShinkeiKernels/winograd.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
static int64_t draw(int64_t low, int64_t high) { return low + random_bits() % (high - low + 1); }

// Memory that ends at an unreadable page.
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

static size_t size_of(int dtype) { return dtype == SHK_F64 ? 8 : 4; }

static double get(const void *data, int dtype, int64_t i) {
    return dtype == SHK_F64 ? ((const double *)data)[i] : (double)((const float *)data)[i];
}

static void fill(void *data, int dtype, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        double x = (double)random_bits() / 1073741824.0 - 1;
        if (dtype == SHK_F64) ((double *)data)[i] = x;
        else ((float *)data)[i] = (float)x;
    }
}

static int64_t product(const int64_t sizes[3]) { return sizes[0] * sizes[1] * sizes[2]; }

// Convolution -------------------------------------------------------------------------------------

static int64_t count_x(const shk_conv *c) { return c->batch * product(c->in) * c->channels_in; }
static int64_t count_y(const shk_conv *c) { return c->batch * product(c->out) * c->channels_out; }
static int64_t count_k(const shk_conv *c) {
    return product(c->window) * c->channels_in / c->groups * c->channels_out;
}

// Every product of the three arrays, added to what `kind` computes; `sizes` gets the sums of magnitudes.
static void reference(const shk_conv *c, const void *x, const void *k, const void *y, double *result, double *sizes) {
    int64_t cin = c->channels_in / c->groups, cout = c->channels_out / c->groups;
    for (int64_t n = 0; n < c->batch; n++)
        for (int64_t o = 0; o < product(c->out); o++)
            for (int64_t t = 0; t < product(c->window); t++) {
                int64_t at[3] = {o / c->out[2] / c->out[1], o / c->out[2] % c->out[1], o % c->out[2]};
                int64_t tap[3] = {t / c->window[2] / c->window[1], t / c->window[2] % c->window[1], t % c->window[2]};
                bool inside = true;
                int64_t place = 0;
                for (int i = 0; i < 3; i++) {
                    int64_t p = at[i] * c->stride[i] - c->before[i] + tap[i] * c->dilation[i];
                    inside &= p >= 0 && p < c->in[i];
                    place = place * c->in[i] + p;
                }
                if (!inside) continue;
                for (int64_t j = 0; j < c->channels_out; j++)
                    for (int64_t i = 0; i < cin; i++) {
                        int64_t ix = (n * product(c->in) + place) * c->channels_in + j / cout * cin + i;
                        int64_t ik = (t * cin + i) * c->channels_out + j;
                        int64_t iy = (n * product(c->out) + o) * c->channels_out + j;
                        double a = c->kind == SHK_CONV_INPUT ? get(y, c->dtype, iy) : get(x, c->dtype, ix);
                        double b = c->kind == SHK_CONV_KERNEL ? get(y, c->dtype, iy) : get(k, c->dtype, ik);
                        int64_t to = c->kind == SHK_CONV_FORWARD ? iy : c->kind == SHK_CONV_INPUT ? ix : ik;
                        result[to] += a * b;
                        sizes[to] += fabs(a * b);
                    }
            }
}

static void run(shk_conv *c, shk_pool *pool, void *x, void *k, void *y) {
    shk_call calls[3];
    int64_t chunks = shk_conv_prepare(c), count = 0;
    guarded spare = guarded_new((size_t)shk_conv_spare(c) * size_of(c->dtype));
    void *slots[] = {NULL, x, k, y, spare.data};
    bool needs = shk_conv_spare(c) > 0;
    if (needs && c->kind != SHK_CONV_KERNEL)
        calls[count++] = (shk_call){shk_conv_turn, c, shk_conv_turn_chunks(c)};
    calls[count++] = (shk_call){shk_conv_run, c, chunks};
    if (needs && c->kind == SHK_CONV_KERNEL)
        calls[count++] = (shk_call){shk_conv_combine, c, shk_conv_combine_chunks(c)};
    shk_run(pool, calls, count, slots, NULL);
    guarded_free(spare);
}

static void describe(const shk_conv *c, char *text) {
    text += sprintf(text, "dtype %d kind %d batch %d channels %d %d groups %d", c->dtype, c->kind, (int)c->batch,
                    (int)c->channels_in, (int)c->channels_out, (int)c->groups);
    for (int i = 0; i < 3; i++)
        text += sprintf(text, "; in %d out %d window %d stride %d before %d dilation %d", (int)c->in[i],
                        (int)c->out[i], (int)c->window[i], (int)c->stride[i], (int)c->before[i], (int)c->dilation[i]);
}

// Winograd's errors are of the size of the whole tile's sums, not of the element's own: bounds are for the
// root of the mean square, and for the largest error against that of the output.
#define WINOGRAD_RMS 2e-6
#define WINOGRAD_LARGEST 2e-5
static double worst_rms, worst_error;

static void check_winograd(const float *result, const double *want, int64_t count, const char *text) {
    double squares = 0, errors = 0, largest = 0;
    for (int64_t i = 0; i < count; i++) {
        double error = fabs(result[i] - want[i]);
        squares += want[i] * want[i];
        errors += error * error;
        if (!(error <= largest)) largest = error;
    }
    double root = sqrt(squares / (double)count), rms = sqrt(errors / (double)count) / root;
    if (root == 0) {            // of no samples
        check(largest == 0, "winograd: %g of nothing; %s", largest, text);
        return;
    }
    check(count == 0 || (rms <= WINOGRAD_RMS && largest <= WINOGRAD_LARGEST * root),
          "winograd's error is %g, the largest %g; %s", rms, largest / root, text);
    if (rms > worst_rms) worst_rms = rms;
    if (largest / root > worst_error) worst_error = largest / root;
}

static void test_case(shk_conv c, shk_pool *const pools[2]) {
    c.x_slot = 1, c.k_slot = 2, c.y_slot = 3, c.spare_slot = 4;
    size_t size = size_of(c.dtype);
    const int64_t counts[3] = {count_x(&c), count_k(&c), count_y(&c)};
    char text[500];
    describe(&c, text);
    guarded memory[3];
    for (int i = 0; i < 3; i++) {
        memory[i] = guarded_new((size_t)counts[i] * size);
        fill(memory[i].data, c.dtype, counts[i]);
    }
    int target = c.kind == SHK_CONV_FORWARD ? 2 : c.kind == SHK_CONV_INPUT ? 0 : 1;
    int64_t count = counts[target];
    double *want = calloc((size_t)count + 1, 8), *sizes = calloc((size_t)count + 1, 8);
    reference(&c, memory[0].data, memory[1].data, memory[2].data, want, sizes);
    void *result = memory[target].data;
    memset(result, 0xff, (size_t)count * size);
    run(&c, NULL, memory[0].data, memory[1].data, memory[2].data);
    int64_t wrong = 0;
    double unit = c.dtype == SHK_F64 ? 1e-15 : 6e-7;
    if (shk_winograd_tile(&c)) {
        check_winograd(result, want, count, text);
        wrong = count;
    }
    while (wrong < count && fabs(get(result, c.dtype, wrong) - want[wrong]) <= unit * (4 * sizes[wrong] + fabs(want[wrong])))
        wrong++;
    check(wrong == count, "element %lld: %g, want %g; %s", (long long)wrong,
          wrong < count ? get(result, c.dtype, wrong) : 0, wrong < count ? want[wrong] : 0, text);

    void *first = malloc((size_t)count * size + 1);
    memcpy(first, result, (size_t)count * size);
    for (int i = 0; i < 2; i++) {
        memset(result, 0xff, (size_t)count * size);
        run(&c, pools[i], memory[0].data, memory[1].data, memory[2].data);
        check(!memcmp(first, result, (size_t)count * size), "threads change bits; %s", text);
    }
    if (c.kind != SHK_CONV_KERNEL && c.batch > 1) {     // the second sample alone
        shk_conv one = c;
        one.batch = 1;
        void *parts[3];
        for (int i = 0; i < 3; i++)
            parts[i] = (char *)memory[i].data + (i == 1 ? 0 : (size_t)(counts[i] / c.batch) * size);
        void *alone = malloc((size_t)(count / c.batch) * size + 1);
        parts[target] = alone;
        run(&one, NULL, parts[0], parts[1], parts[2]);
        check(!memcmp((char *)first + (size_t)(count / c.batch) * size, alone, (size_t)(count / c.batch) * size),
              "the batch changes bits; %s", text);
        free(alone);
    }
    free(first), free(want), free(sizes);
    for (int i = 0; i < 3; i++) guarded_free(memory[i]);
}

// One axis of a drawn shape. Padding may be more than a window, and windows may miss parts of the input.
static void draw_axis(shk_conv *c, int i, int64_t most) {
    c->in[i] = draw(1, most);
    c->window[i] = draw(1, 4);
    c->stride[i] = draw(0, 2) ? 1 : draw(1, 4);
    c->dilation[i] = draw(0, 2) ? 1 : draw(1, 3);
    c->before[i] = draw(0, 1) ? 0 : draw(0, 4);
    int64_t padded = c->in[i] + c->before[i] + (draw(0, 1) ? 0 : draw(0, 4));
    int64_t reach = (c->window[i] - 1) * c->dilation[i] + 1;
    if (padded < reach) padded = reach;
    c->out[i] = (padded - reach) / c->stride[i] + 1;
}

static void test_drawn(shk_pool *const pools[2]) {
    for (int i = 0; i < 600; i++) {
        shk_conv c = {.dtype = i % 5 == 4 ? SHK_F64 : SHK_F32, .batch = draw(1, 4)};
        for (int a = 0; a < 3; a++) {
            c.in[a] = c.out[a] = c.window[a] = c.stride[a] = c.dilation[a] = 1;
            c.before[a] = 0;
        }
        int64_t rank = draw(1, 3);
        for (int a = 3 - (int)rank; a < 3; a++) draw_axis(&c, a, rank == 1 ? 70 : rank == 2 ? 17 : 7);
        bool depthwise = draw(0, 3) == 0;
        c.groups = depthwise ? draw(2, 90) : draw(0, 2) ? 1 : draw(1, 4);
        c.channels_in = c.groups * (depthwise ? 1 : draw(1, draw(0, 5) ? 9 : 70));
        c.channels_out = c.groups * (depthwise ? draw(0, 2) ? 1 : draw(1, 4) : draw(1, draw(0, 5) ? 20 : 80));
        for (c.kind = 0; c.kind < 3; c.kind++) test_case(c, pools);
    }
}

// Windows of few numbers over one to three axes, whose sums go to whole vectors of channels.
static void test_narrow(shk_pool *const pools[2]) {
    int narrow = 0;
    for (int i = 0; i < 200; i++) {
        shk_conv c = {.dtype = i % 5 == 4 ? SHK_F64 : SHK_F32, .batch = draw(1, 4), .groups = 1,
                      .channels_in = draw(1, 3), .channels_out = 16 * draw(1, 4)};
        for (int a = 0; a < 3; a++) {
            c.in[a] = c.out[a] = c.window[a] = c.stride[a] = c.dilation[a] = 1;
            c.before[a] = 0;
        }
        int64_t rank = draw(1, 3);
        for (int a = 3 - (int)rank; a < 3; a++) draw_axis(&c, a, rank == 1 ? 70 : rank == 2 ? 30 : 7);
        for (c.kind = 0; c.kind < 3; c.kind++) {
            narrow += shk_narrow_suits(&c);
            test_case(c, pools);
        }
    }
    check(narrow > 200, "%d are narrow", narrow);
}

static shk_conv image(int64_t batch, int64_t size, int64_t window, int64_t cin, int64_t cout, int64_t pad) {
    int64_t out = size + 2 * pad - window + 1;
    return (shk_conv){.dtype = SHK_F32, .batch = batch, .channels_in = cin, .channels_out = cout, .groups = 1,
                      .in = {1, size, size}, .out = {1, out, out}, .window = {1, window, window},
                      .stride = {1, 1, 1}, .before = {0, pad, pad}, .dilation = {1, 1, 1}};
}

static void test_large(shk_pool *const pools[2]) {
    const shk_conv some[] = {image(9, 28, 3, 1, 32, 0), image(5, 13, 3, 32, 64, 0), image(2, 14, 3, 70, 90, 1),
                             image(3, 9, 1, 130, 600, 0), image(2, 7, 5, 20, 33, 2), image(1, 30, 3, 3, 16, 1),
                             image(0, 5, 3, 2, 2, 0)};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        for (int kind = 0; kind < 3; kind++) {
            shk_conv c = some[i];
            c.kind = kind;
            test_case(c, pools);
        }
}

// Windows of 3×3, drawn and large, of every size of tile.
static void test_winograd(shk_pool *const pools[2]) {
    int tiles[5] = {0};
    for (int i = 0; i < 60; i++) {
        shk_conv c = image(draw(0, 30) ? draw(1, 4) : 0, draw(3, 24), 3, draw(16, 80), draw(16, 90), draw(0, 4));
        c.may_transform = true;
        c.in[2] = draw(3, 24);
        c.out[2] = c.in[2] + c.before[2] + draw(0, 3) - 2;
        c.in[0] = c.out[0] = draw(0, 3) ? 1 : 3;
        for (c.kind = 0; c.kind < 3; c.kind++) {
            tiles[shk_winograd_tile(&c)]++;
            test_case(c, pools);
        }
    }
    const shk_conv some[] = {image(16, 13, 3, 32, 64, 0), image(1, 56, 3, 64, 64, 1), image(1, 14, 3, 512, 300, 1),
                             image(2, 28, 3, 64, 140, 1)};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        for (int kind = 0; kind < 3; kind++) {
            shk_conv c = some[i];
            c.kind = kind;
            c.may_transform = true;
            check(shk_winograd_tile(&c) == 4, "not for winograd");
            test_case(c, pools);
        }
    check(tiles[2] > 0 && tiles[4] > 0, "tiles of 2: %d, of 4: %d", tiles[2], tiles[4]);
    printf("winograd: tiles of 2: %d, of 4: %d; errors to %.2g, the largest %.2g\n", tiles[2], tiles[4], worst_rms,
           worst_error);
}

// Pooling -----------------------------------------------------------------------------------------

static bool larger(double a, double than) { return a > than || (isnan(a) && !isnan(than)); }

static void pooling_reference(const shk_pooling *p, const void *x, const void *other, double *y) {
    int64_t places = product(p->in), windows = product(p->out);
    for (int64_t i = 0; i < p->batch * windows * p->channels; i++) {
        int64_t channel = i % p->channels, window = i / p->channels % windows, n = i / p->channels / windows;
        int64_t at[3] = {window / p->out[2] / p->out[1], window / p->out[2] % p->out[1], window % p->out[2]};
        int64_t inside[300], count = 0, best = 0;
        for (int64_t t = 0; t < product(p->window); t++) {
            int64_t tap[3] = {t / p->window[2] / p->window[1], t / p->window[2] % p->window[1], t % p->window[2]};
            int64_t place = n;
            bool in = true;
            for (int a = 0; a < 3; a++) {
                int64_t c = at[a] * p->stride[a] - p->before[a] + tap[a];
                in &= c >= 0 && c < p->in[a];
                place = place * p->in[a] + c;
            }
            if (in) inside[count++] = place * p->channels + channel;
        }
        double sum = 0;
        bool back = p->kind == SHK_POOLING_AVERAGE_GRADIENT;
        if (!back)
            for (int64_t t = 0; t < count; t++) {
                sum += get(x, p->dtype, inside[t]);
                if (larger(get(x, p->dtype, inside[t]), get(x, p->dtype, inside[best]))) best = t;
            }
        if (count == 0) continue;
        switch (p->kind) {
        case SHK_POOLING_MAX: y[i] = get(x, p->dtype, inside[best]); break;
        case SHK_POOLING_MAX_PICK: y[i] = get(other, p->dtype, inside[best]); break;
        case SHK_POOLING_MAX_GRADIENT: y[inside[best]] += get(other, p->dtype, i); break;
        case SHK_POOLING_AVERAGE: y[i] = sum / (double)count; break;
        default: for (int64_t t = 0; t < count; t++) y[inside[t]] += get(x, p->dtype, i) / (double)count;
        }
    }
    (void)places;
}

static void test_pooling(shk_pool *const pools[2]) {
    for (int i = 0; i < 500; i++) {
        shk_pooling p = {.dtype = i % 5 == 4 ? SHK_F64 : SHK_F32, .kind = i % 5, .x_slot = 1, .other_slot = 2,
                         .y_slot = 3, .batch = draw(1, 3), .channels = draw(1, draw(0, 3) ? 20 : 150)};
        p.kind = (int)draw(0, 4);
        int64_t rank = draw(1, 3);
        for (int a = 0; a < 3; a++) {
            bool used = a >= 3 - rank;
            p.in[a] = used ? draw(1, rank == 1 ? 60 : 13) : 1;
            p.window[a] = used ? draw(1, 4) : 1;
            p.stride[a] = used ? draw(1, 4) : 1;
            p.before[a] = used ? draw(0, p.window[a] - 1) : 0;
            int64_t padded = p.in[a] + p.before[a] + (used ? draw(0, p.window[a] - 1) : 0);
            if (padded < p.window[a]) padded = p.window[a];
            p.out[a] = (padded - p.window[a]) / p.stride[a] + 1;
        }
        int64_t large = p.batch * product(p.in) * p.channels, small = p.batch * product(p.out) * p.channels;
        bool max_back = p.kind == SHK_POOLING_MAX_GRADIENT, back = max_back || p.kind == SHK_POOLING_AVERAGE_GRADIENT;
        int64_t count_x = p.kind == SHK_POOLING_AVERAGE_GRADIENT ? small : large;
        int64_t count_other = max_back ? small : large, count = back ? large : small;
        size_t size = size_of(p.dtype);
        guarded x = guarded_new((size_t)count_x * size), other = guarded_new((size_t)count_other * size);
        guarded y = guarded_new((size_t)count * size);
        fill(x.data, p.dtype, count_x);
        fill(other.data, p.dtype, count_other);
        if (p.dtype == SHK_F32)
            for (int64_t j = 0; j < count_x; j++) {         // ties, and now and then a NaN
                float *v = (float *)x.data + j;
                *v = roundf(*v * 3);
                if (random_bits() % 97 == 0) *v = NAN;
            }
        double *want = calloc((size_t)count + 1, 8);
        pooling_reference(&p, x.data, other.data, want);
        void *first = malloc((size_t)count * size + 1);
        for (int t = 0; t < 3; t++) {
            memset(y.data, 0xff, (size_t)count * size);
            void *slots[] = {NULL, x.data, other.data, y.data};
            shk_call call = {shk_pooling_run, &p, shk_pooling_prepare(&p)};
            shk_run(t ? pools[t - 1] : NULL, &call, 1, slots, NULL);
            if (t == 0) memcpy(first, y.data, (size_t)count * size);
            else check(!memcmp(first, y.data, (size_t)count * size), "pooling %d: threads change bits", p.kind);
        }
        int64_t wrong = 0;
        for (; wrong < count; wrong++) {
            double got = get(y.data, p.dtype, wrong);
            if (isnan(want[wrong]) ? !isnan(got) : !(fabs(got - want[wrong]) <= 1e-6 * (1 + 4 * fabs(want[wrong])))) break;
        }
        check(wrong == count, "pooling %d, dtype %d, channels %d: element %lld: %g, want %g", p.kind, p.dtype,
              (int)p.channels, (long long)wrong, wrong < count ? get(y.data, p.dtype, wrong) : 0,
              wrong < count ? want[wrong] : 0);
        free(want), free(first);
        guarded_free(x), guarded_free(other), guarded_free(y);
    }
}

int main(void) {
    static const char *const names[] = {"baseline", "neon", "avx2", "avx512"};
    shk_pool *pools[2] = {shk_pool_create(2), shk_pool_create(4)};
    for (int i = 0; i < 4; i++) {
        if (!shk_init(names[i])) continue;
        test_drawn(pools);
        test_narrow(pools);
        test_large(pools);
        test_winograd(pools);
        test_pooling(pools);
        printf("%s: %d passed so far\n", names[i], passed);
    }
    for (int i = 0; i < 2; i++) shk_pool_destroy(pools[i]);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
