// Reductions of rows and the passes of softmax, included by rows.c once per instruction set with
//   SHK_ISA_SUFFIX    the ending of every name defined here
//   SHK_MASKS         512 or 256: masked loads and stores of AVX-512 or AVX2 may be used; or 0
//
// All sets compute on vectors of 64 bytes, which the compiler splits where registers are narrower.
// So the order of every sum, hence its bits, is the same on all of them.

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name, T) JOIN(JOIN(name, T), SHK_ISA_SUFFIX)

// Identities: x combined with it is x, bit for bit; so it may fill the end of a vector.
// For sums of floats that is -0: +0 would turn a row of -0 into +0.
#define SUM(a, b) ((a) + (b))
#define PROD(a, b) ((a) * (b))
#define MAX_INT(a, b) ((a) > (b) ? (a) : (b))
#define MIN_INT(a, b) ((a) < (b) ? (a) : (b))
// A NaN in a stays because it differs from itself, a NaN in b because it compares false.
#define MAX_FLOAT(a, b) ((((a) > (b)) | ((a) != (a))) ? (a) : (b))
#define MIN_FLOAT(a, b) ((((a) < (b)) | ((a) != (a))) ? (a) : (b))

// Partial vectors: elements [0, n) of p, n < LANES; the rest is `identity`, or is not stored. By
// the set's masks if it has some for elements of this size, or one by one.
#define DEFINE_PARTIAL_SCALAR(T, LANES, BITS)                                                      \
    static inline __attribute__((always_inline)) v_##T NAME(load_partial, T)(                      \
        const T *p, int64_t n, v_##T identity) {                                                   \
        v_##T value = identity;                                                                    \
        for (int64_t i = 0; i < n; i++) ((T *)&value)[i] = p[i];                                   \
        return value;                                                                              \
    }                                                                                              \
    static inline __attribute__((always_inline)) void NAME(store_partial, T)(                      \
        T *p, int64_t n, v_##T value) {                                                            \
        for (int64_t i = 0; i < n; i++) p[i] = ((T *)&value)[i];                                   \
    }
#define DEFINE_PARTIAL_256(T, LANES, BITS)                                                         \
    static inline __attribute__((always_inline)) v_##T NAME(load_partial, T)(                      \
        const T *p, int64_t n, v_##T identity) {                                                   \
        const v_i##BITS mask = (v_i##BITS)(i##BITS)n > (v_i##BITS)COUNT_##LANES;                   \
        v_i##BITS value;                                                                           \
        value.lo = (__typeof__(value.lo))_mm256_maskload_epi##BITS((const void *)p,                \
                                                                   (__m256i)mask.lo);              \
        value.hi = (__typeof__(value.hi))_mm256_maskload_epi##BITS((const void *)(p + LANES / 2),  \
                                                                   (__m256i)mask.hi);              \
        return (v_##T)(value | (~mask & (v_i##BITS)identity));                                     \
    }                                                                                              \
    static inline __attribute__((always_inline)) void NAME(store_partial, T)(                      \
        T *p, int64_t n, v_##T value) {                                                            \
        const v_i##BITS mask = (v_i##BITS)(i##BITS)n > (v_i##BITS)COUNT_##LANES;                   \
        _mm256_maskstore_epi##BITS((void *)p, (__m256i)mask.lo, (__m256i)value.lo);                \
        _mm256_maskstore_epi##BITS((void *)(p + LANES / 2), (__m256i)mask.hi, (__m256i)value.hi);  \
    }
#define DEFINE_PARTIAL_512(T, LANES, BITS)                                                         \
    static inline __attribute__((always_inline)) v_##T NAME(load_partial, T)(                      \
        const T *p, int64_t n, v_##T identity) {                                                   \
        return (v_##T)_mm512_mask_loadu_epi##BITS(                                                 \
            (__m512i)identity, (__mmask##LANES)(((uint64_t)1 << n) - 1), p);                       \
    }                                                                                              \
    static inline __attribute__((always_inline)) void NAME(store_partial, T)(                      \
        T *p, int64_t n, v_##T value) {                                                            \
        _mm512_mask_storeu_epi##BITS(p, (__mmask##LANES)(((uint64_t)1 << n) - 1), (__m512i)value); \
    }
#define COUNT_8 {0, 1, 2, 3, 4, 5, 6, 7}
#define COUNT_16 {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

#if SHK_MASKS == 512
#define DEFINE_PARTIAL DEFINE_PARTIAL_512
#define DEFINE_PARTIAL_SMALL DEFINE_PARTIAL_512
#elif SHK_MASKS == 256
#define DEFINE_PARTIAL DEFINE_PARTIAL_256
#define DEFINE_PARTIAL_SMALL DEFINE_PARTIAL_SCALAR
#else
#define DEFINE_PARTIAL DEFINE_PARTIAL_SCALAR
#define DEFINE_PARTIAL_SMALL DEFINE_PARTIAL_SCALAR
#endif

DEFINE_PARTIAL_SMALL(u8, 64, 8)
DEFINE_PARTIAL_SMALL(u16, 32, 16)
DEFINE_PARTIAL(u32, 16, 32)
DEFINE_PARTIAL(i32, 16, 32)
DEFINE_PARTIAL(u64, 8, 64)
DEFINE_PARTIAL(i64, 8, 64)
DEFINE_PARTIAL(f32, 16, 32)
DEFINE_PARTIAL(f64, 8, 64)

// A vector combined into one value: halves, quarters and so on.
#define HALF(COMBINE, to, from) __typeof__((from).lo) to = COMBINE((from).lo, (from).hi)
#define ACROSS_8(COMBINE, v)                                                                       \
    ({ HALF(COMBINE, v4, v); HALF(COMBINE, v2, v4); COMBINE(v2.x, v2.y); })
#define ACROSS_16(COMBINE, v) ({ HALF(COMBINE, v8, v); ACROSS_8(COMBINE, v8); })
#define ACROSS_64(COMBINE, v)                                                                      \
    ({ HALF(COMBINE, v32, v); HALF(COMBINE, v16, v32); ACROSS_16(COMBINE, v16); })

// Four accumulators hide the latency of an addition; a row shorter than one vector needs one.
#define DEFINE_FOLD(T, LANES, name, COMBINE, IDENTITY)                                             \
    static inline __attribute__((always_inline)) T NAME(name##_value, T)(const T *x, int64_t n) {  \
        const v_##T identity = (v_##T)(T)(IDENTITY);                                               \
        if (n < LANES) {                                                                           \
            v_##T all = NAME(load_partial, T)(x, n, identity);                                     \
            return (T)ACROSS_##LANES(COMBINE, all);                                                \
        }                                                                                          \
        v_##T sum[4] = {identity, identity, identity, identity};                                   \
        for (; n >= 4 * LANES; n -= 4 * LANES, x += 4 * LANES)                                     \
            for (int j = 0; j < 4; j++) {                                                          \
                v_##T next = LOAD(T, x + j * LANES);                                               \
                sum[j] = COMBINE(sum[j], next);                                                    \
            }                                                                                      \
        for (; n >= LANES; n -= LANES, x += LANES) {                                               \
            v_##T next = LOAD(T, x);                                                               \
            sum[0] = COMBINE(sum[0], next);                                                        \
        }                                                                                          \
        if (n > 0) {                                                                               \
            v_##T next = NAME(load_partial, T)(x, n, identity);                                    \
            sum[1] = COMBINE(sum[1], next);                                                        \
        }                                                                                          \
        v_##T low = COMBINE(sum[0], sum[1]), high = COMBINE(sum[2], sum[3]);                       \
        v_##T all = COMBINE(low, high);                                                            \
        return (T)ACROSS_##LANES(COMBINE, all);                                                    \
    }                                                                                              \
    static void NAME(name##_fold, T)(void *out, const void *x, int64_t n) {                        \
        *(T *)out = NAME(name##_value, T)(x, n);                                                   \
    }                                                                                              \
    static void NAME(name##_merge, T)(void *dst, const void *a, const void *b, int64_t n) {        \
        T *to = dst;                                                                               \
        const T *left = a, *right = b;                                                             \
        int64_t i = 0;                                                                             \
        for (; i + LANES <= n; i += LANES) {                                                       \
            v_##T va = LOAD(T, left + i), vb = LOAD(T, right + i);                                 \
            STORE(T, to + i, COMBINE(va, vb));                                                     \
        }                                                                                          \
        if (i < n) {                                                                               \
            v_##T va = NAME(load_partial, T)(left + i, n - i, (v_##T)(T)(IDENTITY));               \
            v_##T vb = NAME(load_partial, T)(right + i, n - i, (v_##T)(T)(IDENTITY));              \
            NAME(store_partial, T)(to + i, n - i, COMBINE(va, vb));                                \
        }                                                                                          \
    }

#define DEFINE_SUMS(T, LANES, ZERO)                                                                \
    DEFINE_FOLD(T, LANES, sum, SUM, ZERO)                                                          \
    DEFINE_FOLD(T, LANES, prod, PROD, 1)
#define DEFINE_EXTREMES(T, LANES, KIND, LOWEST, HIGHEST)                                           \
    DEFINE_FOLD(T, LANES, max, MAX_##KIND, LOWEST)                                                 \
    DEFINE_FOLD(T, LANES, min, MIN_##KIND, HIGHEST)

DEFINE_SUMS(u8, 64, 0)
DEFINE_SUMS(u32, 16, 0)     // of signed numbers too: they wrap around
DEFINE_SUMS(u64, 8, 0)
DEFINE_SUMS(f32, 16, -0.0f)
DEFINE_SUMS(f64, 8, -0.0)
DEFINE_EXTREMES(u8, 64, INT, 0, UINT8_MAX)
DEFINE_EXTREMES(i32, 16, INT, INT32_MIN, INT32_MAX)
DEFINE_EXTREMES(i64, 8, INT, INT64_MIN, INT64_MAX)
DEFINE_EXTREMES(f32, 16, FLOAT, -INFINITY, INFINITY)
DEFINE_EXTREMES(f64, 8, FLOAT, -INFINITY, INFINITY)

// y[i] = x[i] OP by, over one row.
#define DEFINE_ROW_OP(T, LANES, name, OP)                                                          \
    static inline __attribute__((always_inline)) void NAME(name##_row, T)(                         \
        T *y, const T *x, T by, int64_t n) {                                                       \
        const v_##T all = (v_##T)by;                                                               \
        for (; n >= LANES; n -= LANES, x += LANES, y += LANES) {                                   \
            v_##T value = LOAD(T, x) OP all;                                                       \
            STORE(T, y, value);                                                                    \
        }                                                                                          \
        if (n > 0) NAME(store_partial, T)(y, n, NAME(load_partial, T)(x, n, all) OP all);          \
    }                                                                                              \
    static void NAME(name##_rows, T)(void *y, const void *x, const void *by, int64_t rows,         \
                                     int64_t width) {                                              \
        for (int64_t r = 0; r < rows; r++)                                                         \
            NAME(name##_row, T)((T *)y + r * width, (const T *)x + r * width,                      \
                                ((const T *)by)[r], width);                                        \
    }

// A store may run past its row as long as it stays in the block: the next row covers it.
#define DEFINE_SPREAD(T, LANES)                                                                    \
    static void NAME(spread, T)(void *to, const void *from, int64_t stride, int64_t rows,          \
                                int64_t cols) {                                                    \
        T *y = to;                                                                                 \
        T *const end = y + rows * cols;                                                            \
        const T *x = from;                                                                         \
        for (int64_t r = 0; r < rows; r++, x += stride, y += cols) {                               \
            const v_##T all = (v_##T)*x;                                                           \
            int64_t c = 0;                                                                         \
            for (; c < cols && end - y - c >= LANES; c += LANES) STORE(T, y + c, all);             \
            if (c < cols) NAME(store_partial, T)(y + c, cols - c, all);                            \
        }                                                                                          \
    }

// A row that is named several times in succession stays in a register: a store and the load after it would each time wait
// for one another.
#define DEFINE_ADD_ROWS(T, LANES)                                                                  \
    static inline __attribute__((always_inline)) void NAME(add_width, T)(                          \
        T *y, const T *x, const int64_t *rows, const int32_t *places, int64_t count, int64_t stride, \
        int64_t n) {                                                                               \
        for (int64_t i = 0, next; i < count; i = next) {                                           \
            T *to = y + rows[i] * stride;                                                          \
            for (next = i + 1; next < count && rows[next] == rows[i];) next++;                     \
            int64_t c = 0;                                                                         \
            for (; c + LANES <= n; c += LANES) {                                                   \
                v_##T sum = LOAD(T, to + c);                                                       \
                for (int64_t j = i; j < next; j++) sum += LOAD(T, x + places[j] * stride + c);     \
                STORE(T, to + c, sum);                                                             \
            }                                                                                      \
            if (c == n) continue;                                                                  \
            v_##T sum = NAME(load_partial, T)(to + c, n - c, (v_##T)(T)0);                         \
            for (int64_t j = i; j < next; j++)                                                     \
                sum += NAME(load_partial, T)(x + places[j] * stride + c, n - c, (v_##T)(T)0);      \
            NAME(store_partial, T)(to + c, n - c, sum);                                            \
        }                                                                                          \
    }                                                                                              \
    static void NAME(add_rows, T)(void *y, const void *x, const int64_t *rows, const int32_t *places, \
                                  int64_t count, int64_t stride, int64_t n) {                      \
        if (n == LANES && n == stride)                                                             \
            NAME(add_width, T)(y, x, rows, places, count, LANES, LANES);                           \
        else if (n == 2 * LANES && n == stride)                                                    \
            NAME(add_width, T)(y, x, rows, places, count, 2 * LANES, 2 * LANES);                   \
        else NAME(add_width, T)(y, x, rows, places, count, stride, n);                             \
    }

// One index after the other, without a branch on whose row it is: nobody foresees that.
#define DEFINE_PICK_SCALAR(T)                                                                      \
    static int64_t NAME(pick_rest, T)(int64_t *rows, int32_t *places, const T *index, int64_t start, \
                                      int64_t n, shk_stripes mine, int64_t *wrong) {               \
        int64_t count = 0;                                                                         \
        for (int64_t i = start; i < n; i++) {                                                      \
            const int64_t at = index[i] < 0 ? index[i] + mine.size : index[i];                     \
            const bool inside = (uint64_t)at < (uint64_t)mine.size;                                \
            if (!inside && *wrong < 0) *wrong = i;                                                 \
            rows[count] = at;                                                                      \
            places[count] = (int32_t)i;                                                            \
            count += inside & ((at >> mine.shift & mine.mask) == mine.mine);                       \
        }                                                                                          \
        return count;                                                                              \
    }
DEFINE_PICK_SCALAR(i32)
DEFINE_PICK_SCALAR(i64)

#if SHK_MASKS == 512
static int64_t NAME(pick, i32)(int64_t *rows, int32_t *places, const void *index, int64_t n, shk_stripes mine,
                               int64_t *wrong) {
    const int32_t *from = index;
    int64_t count = 0, i = 0;
    const __m512i size = _mm512_set1_epi32((int32_t)mine.size), mask = _mm512_set1_epi32((int32_t)mine.mask);
    const __m512i own = _mm512_set1_epi32((int32_t)mine.mine);
    const __m128i shift = _mm_cvtsi32_si128(mine.shift);
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (; i + 16 <= n && mine.size <= INT32_MAX; i += 16) {
        __m512i at = _mm512_loadu_si512(from + i);
        at = _mm512_mask_add_epi32(at, _mm512_movepi32_mask(at), at, size);
        const __mmask16 outside = _mm512_cmpge_epu32_mask(at, size);
        if (outside && *wrong < 0) *wrong = i + __builtin_ctz(outside);
        const __mmask16 kept = _mm512_mask_cmpeq_epi32_mask(
            (__mmask16)~outside, _mm512_and_si512(_mm512_srl_epi32(at, shift), mask), own);
        const __m512i row = _mm512_maskz_compress_epi32(kept, at);
        _mm512_storeu_si512(rows + count, _mm512_cvtepi32_epi64(_mm512_castsi512_si256(row)));
        _mm512_storeu_si512(rows + count + 8, _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(row, 1)));
        _mm512_storeu_si512(places + count, _mm512_maskz_compress_epi32(kept, place));
        place = _mm512_add_epi32(place, _mm512_set1_epi32(16));
        count += __builtin_popcount(kept);
    }
    return count + NAME(pick_rest, i32)(rows + count, places + count, from, i, n, mine, wrong);
}
#else
static int64_t NAME(pick, i32)(int64_t *rows, int32_t *places, const void *index, int64_t n, shk_stripes mine,
                               int64_t *wrong) {
    return NAME(pick_rest, i32)(rows, places, index, 0, n, mine, wrong);
}
#endif
static int64_t NAME(pick, i64)(int64_t *rows, int32_t *places, const void *index, int64_t n, shk_stripes mine,
                               int64_t *wrong) {
    return NAME(pick_rest, i64)(rows, places, index, 0, n, mine, wrong);
}

#define DEFINE_COPY_ROWS(T)                                                                        \
    static inline __attribute__((always_inline)) int64_t NAME(copy_width, T)(                      \
        char *y, const char *x, const T *index, int64_t n, int64_t size, int64_t bytes) {          \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const int64_t at = index[i] < 0 ? index[i] + size : index[i];                          \
            if ((uint64_t)at >= (uint64_t)size) return i;                                          \
            for (int64_t b = 0; b < bytes; b += 64)                                                \
                STORE(u8, y + i * bytes + b, LOAD(u8, x + at * bytes + b));                        \
        }                                                                                          \
        return n;                                                                                  \
    }                                                                                              \
    static int64_t NAME(copy_rows, T)(void *y, const void *x, const void *index, int64_t n,        \
                                      int64_t size, int64_t bytes) {                               \
        if (bytes == 64) return NAME(copy_width, T)(y, x, index, n, size, 64);                     \
        if (bytes == 128) return NAME(copy_width, T)(y, x, index, n, size, 128);                   \
        return NAME(copy_width, T)(y, x, index, n, size, bytes);                                   \
    }
DEFINE_COPY_ROWS(i32)
DEFINE_COPY_ROWS(i64)

DEFINE_ADD_ROWS(u32, 16)    // of signed numbers too: they wrap around
DEFINE_ADD_ROWS(u64, 8)
DEFINE_ADD_ROWS(f32, 16)
DEFINE_ADD_ROWS(f64, 8)

DEFINE_SPREAD(u8, 64)
DEFINE_SPREAD(u16, 32)
DEFINE_SPREAD(u32, 16)
DEFINE_SPREAD(u64, 8)

#define DEFINE_SOFTMAX(T, LANES)                                                                   \
    DEFINE_ROW_OP(T, LANES, subtract, -)                                                           \
    DEFINE_ROW_OP(T, LANES, divide, /)                                                             \
    static void NAME(shift, T)(void *y, const void *x, int64_t rows, int64_t width) {              \
        T *to = y;                                                                                 \
        const T *from = x;                                                                         \
        for (int64_t r = 0; r < rows; r++, to += width, from += width)                             \
            NAME(subtract_row, T)(to, from, NAME(max_value, T)(from, width), width);               \
    }                                                                                              \
    static void NAME(normalize, T)(void *y, const void *x, int64_t rows, int64_t width) {          \
        T *to = y;                                                                                 \
        const T *from = x;                                                                         \
        for (int64_t r = 0; r < rows; r++, to += width, from += width)                             \
            NAME(divide_row, T)(to, from, NAME(sum_value, T)(from, width), width);                 \
    }                                                                                              \
    static void NAME(sum_rows, T)(void *sums, const void *x, int64_t rows, int64_t width) {        \
        for (int64_t r = 0; r < rows; r++)                                                         \
            ((T *)sums)[r] = NAME(sum_value, T)((const T *)x + r * width, width);                  \
    }

DEFINE_SOFTMAX(f32, 16)
DEFINE_SOFTMAX(f64, 8)

#define FILL(table, DTYPE, S, T)                                                                   \
    (table)->fold[DTYPE][SHK_REDUCE_SUM] = NAME(sum_fold, S);                                      \
    (table)->fold[DTYPE][SHK_REDUCE_PROD] = NAME(prod_fold, S);                                    \
    (table)->fold[DTYPE][SHK_REDUCE_MAX] = NAME(max_fold, T);                                      \
    (table)->fold[DTYPE][SHK_REDUCE_MIN] = NAME(min_fold, T);                                      \
    (table)->merge[DTYPE][SHK_REDUCE_SUM] = NAME(sum_merge, S);                                    \
    (table)->merge[DTYPE][SHK_REDUCE_PROD] = NAME(prod_merge, S);                                  \
    (table)->merge[DTYPE][SHK_REDUCE_MAX] = NAME(max_merge, T);                                    \
    (table)->merge[DTYPE][SHK_REDUCE_MIN] = NAME(min_merge, T)
#define FILL_SOFTMAX(table, DTYPE, T)                                                              \
    (table)->softmax[DTYPE] = (shk_softmax_fns){NAME(shift, T), NAME(normalize, T),                \
                                                NAME(sum_rows, T), NAME(subtract_rows, T),         \
                                                NAME(divide_rows, T)}

static void JOIN(fill, SHK_ISA_SUFFIX)(shk_rows_table *table) {
    FILL(table, SHK_U8, u8, u8);
    FILL(table, SHK_I32, u32, i32);
    FILL(table, SHK_I64, u64, i64);
    FILL(table, SHK_F32, f32, f32);
    FILL(table, SHK_F64, f64, f64);
    FILL_SOFTMAX(table, SHK_F32, f32);
    FILL_SOFTMAX(table, SHK_F64, f64);
    table->add_rows[SHK_I32] = NAME(add_rows, u32);
    table->add_rows[SHK_I64] = NAME(add_rows, u64);
    table->add_rows[SHK_F32] = NAME(add_rows, f32);
    table->add_rows[SHK_F64] = NAME(add_rows, f64);
    table->pick[SHK_I32] = NAME(pick, i32);
    table->pick[SHK_I64] = NAME(pick, i64);
    table->copy_rows[SHK_I32] = NAME(copy_rows, i32);
    table->copy_rows[SHK_I64] = NAME(copy_rows, i64);
    table->spread[0] = NAME(spread, u8);
    table->spread[1] = NAME(spread, u16);
    table->spread[2] = NAME(spread, u32);
    table->spread[3] = NAME(spread, u64);
    // A bool is 0 or 1: any is the largest, all the smallest. A sum or product that keeps the type
    // is any or all, too.
    for (int any = 0; any < 2; any++) {
        int op = any ? SHK_REDUCE_MAX : SHK_REDUCE_MIN;
        int same = any ? SHK_REDUCE_SUM : SHK_REDUCE_PROD;
        table->fold[SHK_BOOL][op] = table->fold[SHK_BOOL][same] = table->fold[SHK_U8][op];
        table->merge[SHK_BOOL][op] = table->merge[SHK_BOOL][same] = table->merge[SHK_U8][op];
    }
}

#undef JOIN_
#undef JOIN
#undef NAME
#undef DEFINE_PARTIAL
#undef DEFINE_PARTIAL_SMALL
#undef DEFINE_PARTIAL_SCALAR
#undef DEFINE_PARTIAL_256
#undef DEFINE_PARTIAL_512
#undef COUNT_8
#undef COUNT_16
#undef DEFINE_FOLD
#undef DEFINE_SUMS
#undef DEFINE_EXTREMES
#undef DEFINE_ROW_OP
#undef DEFINE_SPREAD
#undef DEFINE_SOFTMAX
#undef HALF
#undef ACROSS_8
#undef ACROSS_16
#undef ACROSS_64
#undef FILL
#undef FILL_SOFTMAX
#undef SUM
#undef PROD
#undef MAX_INT
#undef MIN_INT
#undef MAX_FLOAT
#undef MIN_FLOAT
#undef SHK_ISA_SUFFIX
#undef SHK_MASKS
