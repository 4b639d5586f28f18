// The loops of windows.h for one element type and one instruction set. windows.c includes this once
// per pair after defining
//
//   WINDOW_TYPE      the element, float or double
//   WINDOW_INT       the integer of the same size
//   WINDOW_FMA       1 if the instruction set has fused multiply-add
//   WINDOW_SUMS      how many sums of 16 floats its registers hold while others are read
//   WINDOW_NAME(x)   x with a suffix for the pair
//
// Channels go in blocks of 64, then 16, then one by one; a block's sums stay in registers over all
// taps. The order of a sum is that of the taps, whatever the block.

#define T WINDOW_TYPE
#define NAME(x) WINDOW_NAME(x)
#if WINDOW_FMA
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
#define INLINE static inline __attribute__((always_inline))

#define DEFINE_BLOCK(W) \
    typedef T NAME(v##W) __attribute__((ext_vector_type(W))); \
    typedef WINDOW_INT NAME(i##W) __attribute__((ext_vector_type(W))); \
    INLINE NAME(v##W) NAME(load##W)(const T *p) { \
        NAME(v##W) x; \
        memcpy(&x, p, sizeof x); \
        return x; \
    } \
    INLINE void NAME(store##W)(T *p, NAME(v##W) x) { memcpy(p, &x, sizeof x); } \
    INLINE void NAME(multiply##W)(T *y, const T *x, const int64_t *at, const T *k, const int64_t *of, \
                                  int64_t taps) { \
        NAME(v##W) sum = 0; \
        for (int64_t t = 0; t < taps; t++) \
            sum = MULTIPLY_ADD(NAME(load##W)(x + at[t]), NAME(load##W)(k + of[t]), sum); \
        NAME(store##W)(y, sum); \
    } \
    INLINE void NAME(dot##W)(T *y, const T *a, int64_t a_step, const T *b, int64_t b_step, int64_t count) { \
        NAME(v##W) sum = 0; \
        for (int64_t i = 0; i < count; i++) \
            sum = MULTIPLY_ADD(NAME(load##W)(a + i * a_step), NAME(load##W)(b + i * b_step), sum); \
        NAME(store##W)(y, NAME(load##W)(y) + sum); \
    } \
    INLINE void NAME(max##W)(T *y, const T *x, const int64_t *at, int64_t taps) { \
        NAME(v##W) most = NAME(load##W)(x + at[0]); \
        for (int64_t t = 1; t < taps; t++) { \
            NAME(v##W) a = NAME(load##W)(x + at[t]); \
            most = ((a > most) | (a != a)) ? a : most; \
        } \
        NAME(store##W)(y, most); \
    } \
    INLINE NAME(i##W) NAME(first##W)(const T *x, const int64_t *at, int64_t taps) { \
        NAME(v##W) most = NAME(load##W)(x + at[0]); \
        NAME(i##W) place = 0; \
        for (int64_t t = 1; t < taps; t++) { \
            NAME(v##W) a = NAME(load##W)(x + at[t]); \
            NAME(i##W) better = (a > most) | ((a != a) & (most == most)); \
            most = better ? a : most; \
            place = better ? (NAME(i##W))(WINDOW_INT)t : place; \
        } \
        return place; \
    } \
    INLINE void NAME(pick##W)(T *y, const T *x, const T *other, const int64_t *at, int64_t taps) { \
        NAME(i##W) place = NAME(first##W)(x, at, taps); \
        NAME(v##W) chosen = NAME(load##W)(other + at[0]); \
        for (int64_t t = 1; t < taps; t++) \
            chosen = (place == (WINDOW_INT)t) ? NAME(load##W)(other + at[t]) : chosen; \
        NAME(store##W)(y, chosen); \
    } \
    INLINE void NAME(give##W)(T *y, const T *x, const T *g, const int64_t *at, int64_t taps) { \
        NAME(i##W) place = NAME(first##W)(x, at, taps); \
        NAME(v##W) given = NAME(load##W)(g); \
        for (int64_t t = 0; t < taps; t++) { \
            NAME(v##W) old = NAME(load##W)(y + at[t]); \
            NAME(store##W)(y + at[t], (place == (WINDOW_INT)t) ? old + given : old); \
        } \
    } \
    INLINE void NAME(set##W)(T *y, const T *x, const T *g, const int64_t *at, int64_t taps) { \
        NAME(i##W) place = NAME(first##W)(x, at, taps); \
        NAME(v##W) given = NAME(load##W)(g), none = 0; \
        for (int64_t t = 0; t < taps; t++) NAME(store##W)(y + at[t], (place == (WINDOW_INT)t) ? given : none); \
    } \
    INLINE void NAME(mean##W)(T *y, const T *x, const int64_t *at, int64_t taps) { \
        NAME(v##W) sum = NAME(load##W)(x + at[0]); \
        for (int64_t t = 1; t < taps; t++) sum += NAME(load##W)(x + at[t]); \
        NAME(store##W)(y, sum / (T)taps); \
    } \
    INLINE void NAME(spread##W)(T *y, const T *g, const int64_t *at, int64_t taps) { \
        NAME(v##W) part = NAME(load##W)(g) / (T)taps; \
        for (int64_t t = 0; t < taps; t++) NAME(store##W)(y + at[t], NAME(load##W)(y + at[t]) + part); \
    }
DEFINE_BLOCK(64)
DEFINE_BLOCK(16)
DEFINE_BLOCK(1)

// All channels of a place, block by block.
#define BLOCKS(F, ...) \
    int64_t c = 0; \
    for (; c + 64 <= n; c += 64) NAME(F##64)(__VA_ARGS__); \
    for (; c + 16 <= n; c += 16) NAME(F##16)(__VA_ARGS__); \
    for (; c < n; c++) NAME(F##1)(__VA_ARGS__);

static void NAME(multiply)(void *y, const void *x, const int64_t *at, const void *k, const int64_t *of,
                           int64_t taps, int64_t n) {
    BLOCKS(multiply, (T *)y + c, (const T *)x + c, at, (const T *)k + c, of, taps)
}
static void NAME(dot)(void *y, const void *a, int64_t a_step, const void *b, int64_t b_step, int64_t count,
                      int64_t n) {
    BLOCKS(dot, (T *)y + c, (const T *)a + c, a_step, (const T *)b + c, b_step, count)
}
static void NAME(max)(void *y, const void *x, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(max, (T *)y + c, (const T *)x + c, at, taps)
}
static void NAME(pick)(void *y, const void *x, const void *other, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(pick, (T *)y + c, (const T *)x + c, (const T *)other + c, at, taps)
}
static void NAME(give)(void *y, const void *x, const void *g, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(give, (T *)y + c, (const T *)x + c, (const T *)g + c, at, taps)
}
static void NAME(set)(void *y, const void *x, const void *g, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(set, (T *)y + c, (const T *)x + c, (const T *)g + c, at, taps)
}
static void NAME(mean)(void *y, const void *x, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(mean, (T *)y + c, (const T *)x + c, at, taps)
}
static void NAME(spread)(void *y, const void *g, const int64_t *at, int64_t taps, int64_t n) {
    BLOCKS(spread, (T *)y + c, (const T *)g + c, at, taps)
}

// WINDOW_SUMS places at a time; the last ones again together with some before them.
#define DEFINE_PROJECT(P) \
    INLINE void NAME(project_##P)(T *y, const T *x, int64_t step, const int64_t *at, int64_t taps, const T *k, \
                                  int64_t row) { \
        NAME(v16) sum[P]; \
        for (int p = 0; p < P; p++) sum[p] = 0; \
        for (int64_t t = 0; t < taps; t++) { \
            const NAME(v16) factor = NAME(load16)(k + t * row); \
            for (int p = 0; p < P; p++) sum[p] = MULTIPLY_ADD((NAME(v16))x[at[t] + p * step], factor, sum[p]); \
        } \
        for (int p = 0; p < P; p++) NAME(store16)(y + p * row, sum[p]); \
    }
#define DEFINE_CORRELATE(N) \
    INLINE void NAME(correlate_##N)(T *sums, const T *x, int64_t step, const int64_t *at, const T *g, int64_t row, \
                                    int64_t count) { \
        NAME(v16) sum[N]; \
        for (int t = 0; t < N; t++) sum[t] = NAME(load16)(sums + t * row); \
        for (int64_t i = 0; i < count; i++) { \
            const NAME(v16) given = NAME(load16)(g + i * row); \
            for (int t = 0; t < N; t++) sum[t] = MULTIPLY_ADD((NAME(v16))x[i * step + at[t]], given, sum[t]); \
        } \
        for (int t = 0; t < N; t++) NAME(store16)(sums + t * row, sum[t]); \
    }
#define DEFINE_NARROW_(DEFINE, N) DEFINE(N)
#define DEFINE_NARROW(DEFINE, N) DEFINE_NARROW_(DEFINE, N)
#define NARROW_(name, N) NAME(name##_##N)
#define NARROW(name, N) NARROW_(name, N)
DEFINE_NARROW(DEFINE_PROJECT, WINDOW_SUMS)
DEFINE_PROJECT(1)
DEFINE_NARROW(DEFINE_CORRELATE, WINDOW_SUMS)
DEFINE_CORRELATE(1)

static void NAME(project)(void *y, const void *x, int64_t step, const int64_t *at, int64_t taps, const void *k,
                          int64_t row, int64_t count) {
    for (int64_t c = 0; c < row; c += 16) {
        T *to = (T *)y + c;
        const T *from = x, *factors = (const T *)k + c;
        if (count < WINDOW_SUMS)
            for (int64_t i = 0; i < count; i++)
                NAME(project_1)(to + i * row, from + i * step, step, at, taps, factors, row);
        else
            for (int64_t i = 0; i < count; i += WINDOW_SUMS) {
                const int64_t first = i + WINDOW_SUMS > count ? count - WINDOW_SUMS : i;
                NARROW(project, WINDOW_SUMS)(to + first * row, from + first * step, step, at, taps, factors, row);
            }
    }
}
static void NAME(correlate)(void *sums, const void *x, int64_t step, const int64_t *at, int64_t taps, const void *g,
                            int64_t row, int64_t count) {
    for (int64_t c = 0; c < row; c += 16) {
        T *to = (T *)sums + c;
        const T *given = (const T *)g + c;
        int64_t t = 0;
        for (; t + WINDOW_SUMS <= taps; t += WINDOW_SUMS)
            NARROW(correlate, WINDOW_SUMS)(to + t * row, x, step, at + t, given, row, count);
        for (; t < taps; t++) NAME(correlate_1)(to + t * row, x, step, at + t, given, row, count);
    }
}

static const shk_windows_fns NAME(fns) = {NAME(multiply), NAME(dot), NAME(project), NAME(correlate), NAME(max),  NAME(pick),
                                          NAME(give),     NAME(set), NAME(mean), NAME(spread)};

#undef T
#undef NAME
#undef MULTIPLY_ADD
#undef INLINE
#undef DEFINE_BLOCK
#undef DEFINE_PROJECT
#undef DEFINE_CORRELATE
#undef DEFINE_NARROW_
#undef DEFINE_NARROW
#undef NARROW_
#undef NARROW
#undef BLOCKS
#undef WINDOW_TYPE
#undef WINDOW_INT
#undef WINDOW_NAME
