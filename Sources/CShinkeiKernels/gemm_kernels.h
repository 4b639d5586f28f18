// The inner kernels of matrix multiplication for one element type and one instruction set. gemm.c
// includes this once per pair, inside SHK_TARGET_BEGIN_…/END, after defining
//
//   GEMM_TYPE      the element; integers are unsigned, so that they wrap
//   GEMM_SIZE      its bytes (the preprocessor has no sizeof)
//   GEMM_FLOAT     1 for floating point, else 0
//   GEMM_BYTES     bytes of a vector
//   GEMM_FMA       1 if the instruction set has fused multiply-add
//   GEMM_MASK      512 or 256 where there are masked loads and stores, else 0
//   GEMM_NAME(x)   x with a suffix for the pair
//
// A tile kernel computes R rows of C times V vectors of columns, all sums in registers: each step
// of k loads V vectors of B and broadcasts R elements of A. The order of summation is the same in
// each of them: one chain of multiply-adds per element, from zero, over ascending k.

#define LANES (GEMM_BYTES / GEMM_SIZE)
#define INLINE static inline __attribute__((always_inline))

typedef GEMM_TYPE GEMM_NAME(vec) __attribute__((vector_size(GEMM_BYTES)));
typedef GEMM_TYPE GEMM_NAME(unaligned)
    __attribute__((vector_size(GEMM_BYTES), aligned(GEMM_SIZE), may_alias));
#define VEC GEMM_NAME(vec)

// Vectors -----------------------------------------------------------------------------------------

INLINE VEC GEMM_NAME(load)(const GEMM_TYPE *p) {
    return *(const GEMM_NAME(unaligned) *)p;
}

INLINE void GEMM_NAME(store)(GEMM_TYPE *p, VEC x) { *(GEMM_NAME(unaligned) *)p = x; }

INLINE VEC GEMM_NAME(broadcast)(GEMM_TYPE x) { return x - (VEC){0}; }    // exact: x - 0 is x

#if GEMM_MASK == 512
#define MASK(count) ((1u << (count)) - 1u)
#elif GEMM_MASK == 256
// All bits set in the elements that take part.
INLINE __m256i GEMM_NAME(mask)(int64_t count) {
#if GEMM_SIZE == 4
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
#else
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
#endif
}
#endif

// The last vector of a panel. Masked loads are free with AVX-512: its kernels read parts of vectors
// where the others need a panel that is padded with zeros.
#if GEMM_MASK == 512 && GEMM_SIZE == 4
#define LOAD_LAST(p) (VEC)_mm512_maskz_loadu_epi32((__mmask16)last_mask, p)
#elif GEMM_MASK == 512
#define LOAD_LAST(p) (VEC)_mm512_maskz_loadu_epi64((__mmask8)last_mask, p)
#else
#define LOAD_LAST(p) GEMM_NAME(load)(p)
#endif

// The first `count` elements, 0 ... LANES; the others are zero and their memory is not touched.
INLINE VEC GEMM_NAME(load_first)(const GEMM_TYPE *p, int64_t count) {
#if GEMM_MASK == 512 && GEMM_SIZE == 4
    return (VEC)_mm512_maskz_loadu_epi32((__mmask16)MASK(count), p);
#elif GEMM_MASK == 512
    return (VEC)_mm512_maskz_loadu_epi64((__mmask8)MASK(count), p);
#elif GEMM_MASK == 256 && GEMM_SIZE == 4
    return (VEC)_mm256_maskload_epi32((const int *)p, GEMM_NAME(mask)(count));
#elif GEMM_MASK == 256
    return (VEC)_mm256_maskload_epi64((const long long *)p, GEMM_NAME(mask)(count));
#else
    VEC x = {0};
    for (int i = 0; i < LANES; i++)
        if (i < count) x[i] = p[i];
    return x;
#endif
}

INLINE void GEMM_NAME(store_first)(GEMM_TYPE *p, VEC x, int64_t count) {
#if GEMM_MASK == 512 && GEMM_SIZE == 4
    _mm512_mask_storeu_epi32(p, (__mmask16)MASK(count), (__m512i)x);
#elif GEMM_MASK == 512
    _mm512_mask_storeu_epi64(p, (__mmask8)MASK(count), (__m512i)x);
#elif GEMM_MASK == 256 && GEMM_SIZE == 4
    _mm256_maskstore_epi32((int *)p, GEMM_NAME(mask)(count), (__m256i)x);
#elif GEMM_MASK == 256
    _mm256_maskstore_epi64((long long *)p, GEMM_NAME(mask)(count), (__m256i)x);
#else
    for (int i = 0; i < LANES; i++)
        if (i < count) p[i] = x[i];
#endif
}

INLINE VEC GEMM_NAME(multiply_add)(VEC a, VEC b, VEC c) {
#if GEMM_FLOAT && GEMM_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

// The tile ----------------------------------------------------------------------------------------

// R, V and PACK are constants wherever this is inlined, so the loops over them vanish and `sum`
// lives in registers. With PACK, the vectors of B are also stored, one after the other, for the
// tiles below this one: the stores are free beside R * V multiply-adds.
INLINE void GEMM_NAME(tile)(const gemm_tile *t, const int R, const int V, const bool PACK) {
    const GEMM_TYPE *b = t->b;
    GEMM_TYPE *packed = t->packed;
    const int64_t a_row = t->a_row, a_k = t->a_k, b_k = t->b_k;
#if GEMM_MASK == 512
    const int64_t last = t->columns - (V - 1) * LANES;
    const uint32_t last_mask = last > 0 && last < LANES ? MASK(last) : (uint32_t)-1;
#endif
    // Row r is addressed as one of three from a pointer to row r / 3 * 3. Left alone, the compiler
    // either steps one pointer from row to row, a chain of additions as long as the multiply-adds
    // take, or keeps a pointer to each row in memory; so it must not see how these are related.
    const GEMM_TYPE *a[(GEMM_MAX_ROWS + 2) / 3];
    UNROLL for (int i = 0; 3 * i < R; i++) {
        a[i] = (const GEMM_TYPE *)t->a + 3 * i * a_row;
        OPAQUE(a[i]);
    }
    VEC sum[GEMM_MAX_ROWS][GEMM_MAX_VECTORS];
    UNROLL for (int r = 0; r < R; r++)
        UNROLL for (int v = 0; v < V; v++) sum[r][v] = (VEC){0};

    for (int64_t p = t->k; p > 0; p--) {
        if (V <= 2) {                           // a few vectors of B, then row after row
            VEC x[GEMM_MAX_VECTORS];
            UNROLL for (int v = 0; v < V; v++) {
                x[v] = v < V - 1 ? GEMM_NAME(load)(b + v * LANES) : LOAD_LAST(b + v * LANES);
                if (PACK) GEMM_NAME(store)(packed + v * LANES, x[v]);
                if (PACK) __builtin_prefetch(b + PREFETCH_ROWS * b_k + v * LANES);
            }
            UNROLL for (int r = 0; r < R; r++) {
                VEC y = GEMM_NAME(broadcast)(a[r / 3][r % 3 * a_row]);
                UNROLL for (int v = 0; v < V; v++)
                    sum[r][v] = GEMM_NAME(multiply_add)(y, x[v], sum[r][v]);
            }
        } else {                                // a few elements of A, then vector after vector
            VEC y[GEMM_MAX_ROWS];
            UNROLL for (int r = 0; r < R; r++) y[r] = GEMM_NAME(broadcast)(a[r / 3][r % 3 * a_row]);
            UNROLL for (int v = 0; v < V; v++) {
                VEC x = v < V - 1 ? GEMM_NAME(load)(b + v * LANES) : LOAD_LAST(b + v * LANES);
                if (PACK) GEMM_NAME(store)(packed + v * LANES, x);
                if (PACK) __builtin_prefetch(b + PREFETCH_ROWS * b_k + v * LANES);
                UNROLL for (int r = 0; r < R; r++)
                    sum[r][v] = GEMM_NAME(multiply_add)(y[r], x, sum[r][v]);
            }
        }
        UNROLL for (int i = 0; 3 * i < R; i++) {
            a[i] += a_k;
            OPAQUE(a[i]);
        }
        b += b_k;
        if (PACK) packed += V * LANES;
    }

    GEMM_TYPE *c = t->c;
    const int64_t c_row = t->c_row, columns = t->columns;
    if (columns >= V * LANES) {
        UNROLL for (int r = 0; r < R; r++)
            UNROLL for (int v = 0; v < V; v++) {
                GEMM_TYPE *p = c + r * c_row + v * LANES;
                GEMM_NAME(store)(p, t->add ? GEMM_NAME(load)(p) + sum[r][v] : sum[r][v]);
            }
        return;
    }
    UNROLL for (int v = 0; v < V; v++) {
        int64_t left = columns - v * LANES;
        int64_t count = left < 0 ? 0 : left > LANES ? LANES : left;
        UNROLL for (int r = 0; r < R; r++) {
            GEMM_TYPE *p = c + r * c_row + v * LANES;
            VEC x = sum[r][v];
            if (t->add) x += GEMM_NAME(load_first)(p, count);
            GEMM_NAME(store_first)(p, x, count);
        }
    }
}

#define DEFINE_KERNEL(R, V) \
    static void GEMM_NAME(tile_##R##x##V)(const gemm_tile *t) { GEMM_NAME(tile)(t, R, V, false); }
#define DEFINE_PACKING(R, V) \
    static void GEMM_NAME(pack_##R##x##V)(const gemm_tile *t) { GEMM_NAME(tile)(t, R, V, true); }
GEMM_KERNELS(DEFINE_KERNEL)
GEMM_PACKING(DEFINE_PACKING)

// Panels of B: `width` columns, a whole number of vectors, side by side for each k ----------------

// From rows of B. The elements beyond `columns` become zero.
static void GEMM_NAME(pack_rows)(void *to, int64_t width, const void *from, int64_t row,
                                 int64_t columns, int64_t depth) {
    GEMM_TYPE *t = to;
    const GEMM_TYPE *f = from;
    for (int64_t p = 0; p < depth; p++, t += width, f += row)
        for (int64_t j = 0; j < width; j += LANES) {
            int64_t left = columns - j;
            int64_t count = left < 0 ? 0 : left > LANES ? LANES : left;
            GEMM_NAME(store)(t + j, GEMM_NAME(load_first)(f + j, count));
        }
}

#if GEMM_SIZE == 4
typedef GEMM_TYPE GEMM_NAME(quad) __attribute__((vector_size(16)));
typedef GEMM_TYPE GEMM_NAME(unaligned_quad)
    __attribute__((vector_size(16), aligned(GEMM_SIZE), may_alias));

// Four elements from each of the rows first, first + 4, first + 8, ...
INLINE VEC GEMM_NAME(load_quads)(const GEMM_TYPE *const row[LANES], int first, int64_t p) {
#define QUAD(i) (*(const GEMM_NAME(unaligned_quad) *)(row[first + 4 * (i)] + p))
#if GEMM_BYTES == 16
    return QUAD(0);
#elif GEMM_BYTES == 32
    return __builtin_shufflevector(QUAD(0), QUAD(1), 0, 1, 2, 3, 4, 5, 6, 7);
#else
    typedef GEMM_TYPE half __attribute__((vector_size(32)));
    half low = __builtin_shufflevector(QUAD(0), QUAD(1), 0, 1, 2, 3, 4, 5, 6, 7);
    half high = __builtin_shufflevector(QUAD(2), QUAD(3), 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
#undef QUAD
}

// The same shuffle in each quad of x and y: 0 ... 3 name an element of x's quad, 4 ... 7 of y's.
#define AT(q, i) ((i) < 4 ? 4 * (q) + (i) : LANES + 4 * (q) + (i) - 4)
#define OF_QUAD(q, i, j, k, l) AT(q, i), AT(q, j), AT(q, k), AT(q, l)
#if GEMM_BYTES == 16
#define SHUFFLE(x, y, ...) __builtin_shufflevector(x, y, OF_QUAD(0, __VA_ARGS__))
#elif GEMM_BYTES == 32
#define SHUFFLE(x, y, ...) \
    __builtin_shufflevector(x, y, OF_QUAD(0, __VA_ARGS__), OF_QUAD(1, __VA_ARGS__))
#else
#define SHUFFLE(x, y, ...) \
    __builtin_shufflevector(x, y, OF_QUAD(0, __VA_ARGS__), OF_QUAD(1, __VA_ARGS__), \
                            OF_QUAD(2, __VA_ARGS__), OF_QUAD(3, __VA_ARGS__))
#endif
#endif

// to[p * to_row + j] = from[j * from_row + p] for j < columns <= LANES and p < depth. With PAD all
// LANES elements of a row are written; what is beyond `columns` is never used.
//
// Four p at a time: quads of the rows j, j + 4, j + 8, j + 12 side by side in a vector, for j = 0
// ... 3, are 4x4 transposes quad by quad, and land in the order of j. A tenth of the cost of moving
// single elements.
INLINE void GEMM_NAME(transpose)(GEMM_TYPE *to, int64_t to_row, const GEMM_TYPE *from,
                                 int64_t from_row, int64_t columns, int64_t depth,
                                 const bool PAD) {
#if GEMM_SIZE == 4
    if (depth >= 4) {
        const GEMM_TYPE *row[LANES];
        for (int j = 0; j < LANES; j++) row[j] = from + (j < columns ? j : columns - 1) * from_row;
        for (int64_t next = 0; next < depth; next += 4) {
            int64_t p = next + 4 <= depth ? next : depth - 4;      // the last four may overlap
            VEC a = GEMM_NAME(load_quads)(row, 0, p), b = GEMM_NAME(load_quads)(row, 1, p);
            VEC c = GEMM_NAME(load_quads)(row, 2, p), d = GEMM_NAME(load_quads)(row, 3, p);
            VEC ab = SHUFFLE(a, b, 0, 4, 1, 5), AB = SHUFFLE(a, b, 2, 6, 3, 7);
            VEC cd = SHUFFLE(c, d, 0, 4, 1, 5), CD = SHUFFLE(c, d, 2, 6, 3, 7);
            VEC out[4] = {SHUFFLE(ab, cd, 0, 1, 4, 5), SHUFFLE(ab, cd, 2, 3, 6, 7),
                          SHUFFLE(AB, CD, 0, 1, 4, 5), SHUFFLE(AB, CD, 2, 3, 6, 7)};
            UNROLL for (int i = 0; i < 4; i++) {
                if (PAD) GEMM_NAME(store)(to + (p + i) * to_row, out[i]);
                else GEMM_NAME(store_first)(to + (p + i) * to_row, out[i], columns);
            }
        }
        return;
    }
#endif
    for (int64_t p = 0; p < depth; p++) {
        for (int64_t j = 0; j < columns; j++) to[p * to_row + j] = from[j * from_row + p];
        for (int64_t j = columns; PAD && j < LANES; j++) to[p * to_row + j] = 0;
    }
}

// From columns of B, each of them contiguous, `row` elements apart.
static void GEMM_NAME(pack_columns)(void *to, int64_t width, const void *from, int64_t row,
                                    int64_t columns, int64_t depth) {
    for (int64_t j = 0; j < columns; j += LANES) {
        int64_t count = columns - j < LANES ? columns - j : LANES;
        GEMM_NAME(transpose)((GEMM_TYPE *)to + j, width, (const GEMM_TYPE *)from + j * row, row,
                             count, depth, true);
    }
}

// The way back: a tile of Cᵀ, `width` elements a row, to `columns` elements of each row of C.
static void GEMM_NAME(unpack)(void *to, int64_t to_row, const void *from, int64_t width,
                              int64_t columns, int64_t depth) {
    for (int64_t j = 0; j < columns; j += LANES) {
        int64_t count = columns - j < LANES ? columns - j : LANES;
        GEMM_NAME(transpose)((GEMM_TYPE *)to + j, to_row, (const GEMM_TYPE *)from + j * width,
                             width, count, depth, false);
    }
}

// The set -----------------------------------------------------------------------------------------

#define KERNEL_ENTRY(R, V) .kernel[V][R] = GEMM_NAME(tile_##R##x##V), .rows[V] = R,
#define PACKING_ENTRY(R, V) .packing[V][R] = GEMM_NAME(pack_##R##x##V),
_Pragma("clang diagnostic push")
_Pragma("clang diagnostic ignored \"-Winitializer-overrides\"") // .rows: the last entry wins
static const gemm_set GEMM_NAME(set) = {
    .size = GEMM_SIZE,
    .lanes = LANES,
    .vectors = GEMM_VECTORS,
    .reads_parts = GEMM_MASK == 512,
    GEMM_KERNELS(KERNEL_ENTRY)
    GEMM_PACKING(PACKING_ENTRY)
    .pack_rows = GEMM_NAME(pack_rows),
    .pack_columns = GEMM_NAME(pack_columns),
    .unpack = GEMM_NAME(unpack),
};
_Pragma("clang diagnostic pop")

#undef AT
#undef DEFINE_KERNEL
#undef DEFINE_PACKING
#undef INLINE
#undef KERNEL_ENTRY
#undef LANES
#undef LOAD_LAST
#undef MASK
#undef OF_QUAD
#undef PACKING_ENTRY
#undef SHUFFLE
#undef VEC
#undef GEMM_TYPE
#undef GEMM_SIZE
#undef GEMM_FLOAT
#undef GEMM_NAME
#undef GEMM_KERNELS
#undef GEMM_PACKING
#undef GEMM_VECTORS
