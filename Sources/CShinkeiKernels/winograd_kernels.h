// The transforms of winograd.h for one instruction set. winograd.c includes this once per set after
// defining
//
//   WINOGRAD_LANES     floats of a vector
//   WINOGRAD_FMA       1 if the instruction set has fused multiply-add
//   WINOGRAD_NAME(x)   x with a suffix for the set
//
// A transform of a tile is one of its columns and then of its rows. Written as polynomials (Winograd
// 1980), a piece of 6 inputs is evaluated modulo x, x - a, x + a, x - b, x + b and at infinity.
// With a = √½ and b = √2 all intermediate numbers are of one size: errors are half of those with
// 1 and 2, the largest a quarter.

#define NAME(x) WINOGRAD_NAME(x)
#define LANES WINOGRAD_LANES
#define INLINE static inline __attribute__((always_inline))
typedef float NAME(vec) __attribute__((ext_vector_type(LANES)));
#define V NAME(vec)

#define ROOT_HALF 0.70710678f
#define ROOT_2 1.41421356f

// a * b + c, with a number a.
INLINE V NAME(madd)(float a, V b, V c) {
#if WINOGRAD_FMA
    return __builtin_elementwise_fma((V)a, b, c);
#else
    return (V)a * b + c;
#endif
}
INLINE V NAME(load)(const float *p, int64_t n) {
    V x = 0;
    if (n == LANES) memcpy(&x, p, sizeof x);
    else memcpy(&x, p, (size_t)n * 4);
    return x;
}
INLINE void NAME(store)(float *p, V x, int64_t n) {
    if (n == LANES) memcpy(p, &x, sizeof x);
    else memcpy(p, &x, (size_t)n * 4);
}

// One dimension, of vectors `step` apart.
INLINE void NAME(input4)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V d0 = from[0], d1 = from[step], d2 = from[2 * step], d3 = from[3 * step], d4 = from[4 * step],
            d5 = from[5 * step];
    const V even_a = NAME(madd)(-2, d2, d4), odd_a = NAME(madd)(-2, d1, d3) * ROOT_HALF;
    const V even_b = NAME(madd)(-0.5f, d2, d4), odd_b = NAME(madd)(-0.5f, d1, d3) * ROOT_2;
    to[0] = NAME(madd)(-2.5f, d2, d4 + d0);
    to[to_step] = even_a + odd_a;
    to[2 * to_step] = even_a - odd_a;
    to[3 * to_step] = even_b + odd_b;
    to[4 * to_step] = even_b - odd_b;
    to[5 * to_step] = NAME(madd)(-2.5f, d3, d5 + d1);
}
INLINE void NAME(output4)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V sum_a = from[step] + from[2 * step], difference_a = (from[step] - from[2 * step]) * ROOT_HALF;
    const V sum_b = from[3 * step] + from[4 * step], difference_b = (from[3 * step] - from[4 * step]) * ROOT_2;
    to[0] = from[0] + (sum_a + sum_b);
    to[to_step] = difference_a + difference_b;
    to[2 * to_step] = NAME(madd)(0.5f, sum_a, sum_b + sum_b);
    to[3 * to_step] = NAME(madd)(0.5f, difference_a, NAME(madd)(2, difference_b, from[5 * step]));
}
INLINE void NAME(kernel4)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V g0 = from[0], g1 = from[step], g2 = from[2 * step];
    const V even_a = NAME(madd)(0.5f, g2, g0) * (-2.0f / 3), odd_a = g1 * (-ROOT_2 / 3);
    const V even_b = NAME(madd)(2, g2, g0) * (1.0f / 6), odd_b = g1 * (ROOT_2 / 6);
    to[0] = g0;
    to[to_step] = even_a + odd_a;
    to[2 * to_step] = even_a - odd_a;
    to[3 * to_step] = even_b + odd_b;
    to[4 * to_step] = even_b - odd_b;
    to[5 * to_step] = g2;
}
INLINE void NAME(gradient4)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V y0 = from[0], y1 = from[step], y2 = from[2 * step], y3 = from[3 * step];
    const V even_a = NAME(madd)(0.5f, y2, y0), odd_a = NAME(madd)(0.5f, y3, y1) * ROOT_HALF;
    const V even_b = NAME(madd)(2, y2, y0), odd_b = NAME(madd)(2, y3, y1) * ROOT_2;
    to[0] = y0;
    to[to_step] = even_a + odd_a;
    to[2 * to_step] = even_a - odd_a;
    to[3 * to_step] = even_b + odd_b;
    to[4 * to_step] = even_b - odd_b;
    to[5 * to_step] = y3;
}
INLINE void NAME(taps4)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V sum_a = from[step] + from[2 * step], difference_a = from[step] - from[2 * step];
    const V sum_b = from[3 * step] + from[4 * step], difference_b = from[3 * step] - from[4 * step];
    to[0] = NAME(madd)(-2.0f / 3, sum_a, NAME(madd)(1.0f / 6, sum_b, from[0]));
    to[to_step] = NAME(madd)(-ROOT_2 / 3, difference_a, difference_b * (ROOT_2 / 6));
    to[2 * to_step] = NAME(madd)(1.0f / 3, sum_b - sum_a, from[5 * step]);
}
INLINE void NAME(input2)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V d1 = from[step], d2 = from[2 * step];
    to[0] = from[0] - d2;
    to[to_step] = d1 + d2;
    to[2 * to_step] = d2 - d1;
    to[3 * to_step] = from[3 * step] - d1;
}
INLINE void NAME(output2)(V *to, int64_t to_step, const V *from, int64_t step) {
    to[0] = from[0] + (from[step] + from[2 * step]);
    to[to_step] = (from[step] - from[2 * step]) + from[3 * step];
}
INLINE void NAME(kernel2)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V even = (from[0] + from[2 * step]) * 0.5f, odd = from[step] * 0.5f;
    to[0] = from[0];
    to[to_step] = even + odd;
    to[2 * to_step] = even - odd;
    to[3 * to_step] = from[2 * step];
}

INLINE void NAME(gradient2)(V *to, int64_t to_step, const V *from, int64_t step) {
    to[0] = from[0];
    to[to_step] = from[0] + from[step];
    to[2 * to_step] = from[0] - from[step];
    to[3 * to_step] = from[step];
}
INLINE void NAME(taps2)(V *to, int64_t to_step, const V *from, int64_t step) {
    const V half = (from[step] + from[2 * step]) * 0.5f;
    to[0] = from[0] + half;
    to[to_step] = (from[step] - from[2 * step]) * 0.5f;
    to[2 * to_step] = from[3 * step] + half;
}

// Two dimensions, of n channels; M is the output's tile, N = M + 2 the input's.
#define DEFINE_TRANSFORMS(M, N) \
    INLINE void NAME(input_part##M)(float *to, int64_t step, const float *const *from, int64_t at, int64_t n) { \
        V half[N * N], column[N], row[N]; \
        UNROLL for (int j = 0; j < N; j++) { \
            UNROLL for (int i = 0; i < N; i++) column[i] = NAME(load)(from[i * N + j] + at, n); \
            NAME(input##M)(half + j, N, column, 1); \
        } \
        UNROLL for (int i = 0; i < N; i++) { \
            NAME(input##M)(row, 1, half + i * N, 1); \
            UNROLL for (int j = 0; j < N; j++) NAME(store)(to + (i * N + j) * step + at, row[j], n); \
        } \
    } \
    INLINE void NAME(output_part##M)(float *const *to, const float *from, int64_t step, int64_t at, int64_t n) { \
        V half[M * N], column[N], row[M]; \
        UNROLL for (int j = 0; j < N; j++) { \
            UNROLL for (int i = 0; i < N; i++) column[i] = NAME(load)(from + (i * N + j) * step + at, n); \
            NAME(output##M)(half + j, N, column, 1); \
        } \
        UNROLL for (int i = 0; i < M; i++) { \
            NAME(output##M)(row, 1, half + i * N, 1); \
            UNROLL for (int j = 0; j < M; j++) NAME(store)(to[i * M + j] + at, row[j], n); \
        } \
    } \
    INLINE void NAME(kernel_part##M)(float *to, int64_t step, const V *taps, int64_t at, int64_t n) { \
        V half[3 * N], row[N]; \
        UNROLL for (int j = 0; j < 3; j++) NAME(kernel##M)(half + j, 3, taps + j, 3); \
        UNROLL for (int i = 0; i < N; i++) { \
            NAME(kernel##M)(row, 1, half + i * 3, 1); \
            UNROLL for (int j = 0; j < N; j++) NAME(store)(to + (i * N + j) * step + at, row[j], n); \
        } \
    } \
    INLINE void NAME(gradient_part##M)(float *to, int64_t step, const float *const *from, int64_t at, int64_t n) { \
        V half[N * M], column[M], row[N]; \
        UNROLL for (int j = 0; j < M; j++) { \
            UNROLL for (int i = 0; i < M; i++) column[i] = NAME(load)(from[i * M + j] + at, n); \
            NAME(gradient##M)(half + j, M, column, 1); \
        } \
        UNROLL for (int i = 0; i < N; i++) { \
            NAME(gradient##M)(row, 1, half + i * M, 1); \
            UNROLL for (int j = 0; j < N; j++) NAME(store)(to + (i * N + j) * step + at, row[j], n); \
        } \
    } \
    INLINE void NAME(taps_part##M)(float *to, int64_t to_step, const float *from, int64_t step, int64_t at, \
                                   int64_t n) { \
        V half[3 * N], column[N], row[3]; \
        UNROLL for (int j = 0; j < N; j++) { \
            UNROLL for (int i = 0; i < N; i++) column[i] = NAME(load)(from + (i * N + j) * step + at, n); \
            NAME(taps##M)(half + j, N, column, 1); \
        } \
        UNROLL for (int i = 0; i < 3; i++) { \
            NAME(taps##M)(row, 1, half + i * N, 1); \
            UNROLL for (int j = 0; j < 3; j++) NAME(store)(to + (i * 3 + j) * to_step + at, row[j], n); \
        } \
    } \
    static void NAME(gradient_all##M)(float *to, int64_t step, const float *const *from, int64_t n) { \
        int64_t c = 0; \
        for (; c + LANES <= n; c += LANES) NAME(gradient_part##M)(to, step, from, c, LANES); \
        if (c < n) NAME(gradient_part##M)(to, step, from, c, n - c); \
    } \
    static void NAME(taps_all##M)(float *to, int64_t to_step, const float *from, int64_t step, int64_t n) { \
        int64_t c = 0; \
        for (; c + LANES <= n; c += LANES) NAME(taps_part##M)(to, to_step, from, step, c, LANES); \
        if (c < n) NAME(taps_part##M)(to, to_step, from, step, c, n - c); \
    } \
    static void NAME(input_all##M)(float *to, int64_t step, const float *const *from, int64_t n) { \
        int64_t c = 0; \
        for (; c + LANES <= n; c += LANES) NAME(input_part##M)(to, step, from, c, LANES); \
        if (c < n) NAME(input_part##M)(to, step, from, c, n - c); \
    } \
    static void NAME(output_all##M)(float *const *to, const float *from, int64_t step, int64_t n) { \
        int64_t c = 0; \
        for (; c + LANES <= n; c += LANES) NAME(output_part##M)(to, from, step, c, LANES); \
        if (c < n) NAME(output_part##M)(to, from, step, c, n - c); \
    } \
    static void NAME(kernel_all##M)(float *to, int64_t step, const float *taps, int64_t tap_step, int64_t c_step, \
                                    int64_t n) { \
        for (int64_t c = 0; c < n; c += LANES) { \
            const int64_t count = n - c < LANES ? n - c : LANES; \
            V g[9]; \
            for (int t = 0; t < 9; t++) { \
                const float *tap = taps + t * tap_step + c * c_step; \
                float lanes[LANES] = {0}; \
                if (c_step == 1) memcpy(lanes, tap, (size_t)count * 4); \
                else for (int64_t i = 0; i < count; i++) lanes[i] = tap[i * c_step]; \
                g[t] = NAME(load)(lanes, LANES); \
            } \
            if (count == LANES) NAME(kernel_part##M)(to, step, g, c, LANES); \
            else NAME(kernel_part##M)(to, step, g, c, count); \
        } \
    }
DEFINE_TRANSFORMS(2, 4)
DEFINE_TRANSFORMS(4, 6)

static const shk_winograd_fns NAME(winograd) = {
    .input = {[2] = NAME(input_all2), [4] = NAME(input_all4)},
    .output = {[2] = NAME(output_all2), [4] = NAME(output_all4)},
    .gradient = {[2] = NAME(gradient_all2), [4] = NAME(gradient_all4)},
    .taps = {[2] = NAME(taps_all2), [4] = NAME(taps_all4)},
    .kernel = {[2] = NAME(kernel_all2), [4] = NAME(kernel_all4)},
};

#undef NAME
#undef LANES
#undef INLINE
#undef V
#undef ROOT_HALF
#undef ROOT_2
#undef DEFINE_TRANSFORMS
#undef WINOGRAD_LANES
#undef WINOGRAD_FMA
#undef WINOGRAD_NAME
