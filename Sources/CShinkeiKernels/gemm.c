// Matrix multiplication.
//
// A chunk is a region of C. Per block of SHK_GEMM_KC along k, and per panel of B (a few vectors
// wide, so that KC of its rows stay in the first cache), tiles of C go down the rows:
//
//     for each block of k
//         for each panel of columns
//             for each tile of rows: the tile kernel
//     the epilogue
//
// The tile kernels read A as it lies, whatever its strides, by broadcasting elements. B they need
// in vectors along the columns: the first tile of a panel reads it from the matrix and leaves a
// packed copy for the tiles below. A panel that is narrower than its vectors, or whose columns are
// contiguous (op(B) transposed), is packed before.
//
// Every element of C is computed as the contract says, whichever kernel does it, so each choice
// below is free: it changes time, never bits.
#include "gemm.h"

#include "isa.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <string.h>

#define GEMM_MAX_ROWS 14
#define GEMM_MAX_VECTORS 8
#define PREFETCH_ROWS 32        // a packing kernel asks for rows of B this far ahead
#define UNROLL _Pragma("clang loop unroll(full)")
#define OPAQUE(pointer) __asm__("" : "+r"(pointer))

// What a tile kernel is given. Strides are in elements.
typedef struct gemm_tile {
    const void *a, *b;
    int64_t a_row, a_k, b_k, k;
    void *packed;               // where packing kernels leave their panel of B
    void *c;
    int64_t c_row, columns;     // columns to store; the kernel computes all its vectors
    bool add;                   // to what C holds, after the first block of k
} gemm_tile;

typedef void (*gemm_kernel)(const gemm_tile *tile);
typedef void (*gemm_move)(void *to, int64_t to_row, const void *from, int64_t from_row,
                          int64_t columns, int64_t depth);

// The kernels for one element type and one instruction set.
typedef struct gemm_set {
    int size, lanes;                    // bytes of an element, elements of a vector
    bool reads_parts;                   // kernels read a panel's last vector with a mask
    int vectors;                        // the width of a panel, in vectors, when rows abound
    int rows[GEMM_MAX_VECTORS + 1];     // the tallest kernel of each width; 0: no such width
    gemm_kernel kernel[GEMM_MAX_VECTORS + 1][GEMM_MAX_ROWS + 1];     // [vectors][rows]
    gemm_kernel packing[GEMM_MAX_VECTORS + 1][GEMM_MAX_ROWS + 1];
    gemm_move pack_rows, pack_columns, unpack;
} gemm_set;

#define GEMM_ROWS_3(X, V) X(1, V) X(2, V) X(3, V)
#define GEMM_ROWS_6(X, V) GEMM_ROWS_3(X, V) X(4, V) X(5, V) X(6, V)
#define GEMM_ROWS_12(X, V) GEMM_ROWS_6(X, V) X(7, V) X(8, V) X(9, V) X(10, V) X(11, V) X(12, V)
#define GEMM_ROWS_14(X, V) GEMM_ROWS_12(X, V) X(13, V) X(14, V)

#if defined(__x86_64__)
// 32 registers: 14 rows of 2 vectors are 28 sums, 2 vectors of B and an element of A.
#define GEMM_BYTES 64
#define GEMM_FMA 1
#define GEMM_MASK 512
#define GEMM_SUFFIX(x) x##_avx512
#define GEMM_F32_KERNELS(X) \
    GEMM_ROWS_14(X, 1) GEMM_ROWS_14(X, 2) GEMM_ROWS_6(X, 4) GEMM_ROWS_3(X, 8)
#define GEMM_F32_PACKING(X) GEMM_ROWS_14(X, 1) GEMM_ROWS_14(X, 2)
#define GEMM_F32_VECTORS 2
SHK_TARGET_BEGIN_AVX512
#include "gemm_isa.h"
SHK_TARGET_END

// 16 registers: 6 rows of 2 vectors are 12 sums.
#define GEMM_BYTES 32
#define GEMM_FMA 1
#define GEMM_MASK 256
#define GEMM_SUFFIX(x) x##_avx2
#define GEMM_F32_KERNELS(X) GEMM_ROWS_12(X, 1) GEMM_ROWS_6(X, 2) GEMM_ROWS_3(X, 4) X(1, 8)
#define GEMM_F32_PACKING(X) GEMM_ROWS_6(X, 2)
#define GEMM_F32_VECTORS 2
SHK_TARGET_BEGIN_AVX2
#include "gemm_isa.h"
SHK_TARGET_END

#define GEMM_SUFFIX(x) x##_baseline
#define GEMM_FMA 0
#define GEMM_F32_KERNELS(X) GEMM_ROWS_12(X, 1) GEMM_ROWS_6(X, 2) GEMM_ROWS_3(X, 4) X(1, 8)
#define GEMM_F32_PACKING(X) GEMM_ROWS_6(X, 2)
#define GEMM_F32_VECTORS 2
#elif defined(__aarch64__)
// 32 registers of 4 floats: 6 rows of 4 vectors are 24 sums, 4 vectors of B and elements of A.
#define GEMM_SUFFIX(x) x##_neon
#define GEMM_FMA 1
#define GEMM_F32_KERNELS(X) \
    GEMM_ROWS_12(X, 1) GEMM_ROWS_12(X, 2) GEMM_ROWS_6(X, 4) GEMM_ROWS_3(X, 8)
#define GEMM_F32_PACKING(X) GEMM_ROWS_6(X, 4)
#define GEMM_F32_VECTORS 4
#else
#define GEMM_SUFFIX(x) x##_baseline
#define GEMM_FMA 0
#define GEMM_F32_KERNELS(X) GEMM_ROWS_6(X, 1) GEMM_ROWS_6(X, 2)
#define GEMM_F32_PACKING(X) GEMM_ROWS_6(X, 2)
#define GEMM_F32_VECTORS 2
#endif
#define GEMM_BYTES 16
#define GEMM_MASK 0
#include "gemm_isa.h"

static const gemm_set *const *sets;     // by element type

void shk_gemm_init(shk_isa isa) {
#if defined(__x86_64__)
    sets = isa == SHK_ISA_AVX512 ? sets_avx512 : isa == SHK_ISA_AVX2 ? sets_avx2 : sets_baseline;
#elif defined(__aarch64__)
    (void)isa;
    sets = sets_neon;
#else
    (void)isa;
    sets = sets_baseline;
#endif
}

// Chunks ------------------------------------------------------------------------------------------

#define CHUNK_WORK (1 << 17)    // multiply-adds worth a chunk of their own: about 1 µs
#define CHUNKS_WANTED 16
#define MAX_CHUNK_M 512         // a chunk's block of A, KC wide, stays in the second cache
#define MAX_CHUNK_N 512

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// `total` cut into the fewest equal pieces of at most `most`, rounded up to a multiple of `unit`.
static int64_t piece(int64_t total, int64_t most, int64_t unit) {
    int64_t even = ceil_div(total, ceil_div(total, most));
    return min(total, ceil_div(even, unit) * unit);
}

// Halves chunks, the longer side first, until there are nearly as many as wanted or both sides are
// at their least. Returns how many there are.
static int64_t cut(shk_gemm *g, double wanted, int64_t least_m, int64_t least_n) {
    for (;;) {
        const int64_t cm = g->chunk_m, cn = g->chunk_n;
        const int64_t chunks = g->batch * ceil_div(g->m, cm) * ceil_div(g->n, cn);
        const bool rows = cm >= 2 * least_m, columns = cn > least_n;
        if (1.5 * (double)chunks > wanted || (!rows && !columns)) return chunks;
        if (columns && (cn >= cm || !rows)) {
            g->chunk_n = piece(g->n, cn / 2 > least_n ? cn / 2 : least_n, 32);
        } else {
            g->chunk_m = piece(g->m, (cm + 1) / 2, 1);
        }
    }
}

// Chunks are cut by sizes alone. Many small products share a chunk: chunk_m is then a multiple of
// m.
int64_t shk_gemm_prepare(shk_gemm *g) {
    if (g->batch <= 0 || g->m <= 0 || g->n <= 0) {
        g->chunk_m = g->chunk_n = 0;
        return 0;
    }
    const int64_t m = g->m, n = g->n, batch = g->batch;
    double work = (double)m * (double)n * (double)(g->k > 0 ? g->k : 1);
    g->chunk_n = n;
    if (work < CHUNK_WORK) {
        int64_t together = min(batch, (int64_t)(CHUNK_WORK / work));
        together = ceil_div(batch, ceil_div(batch, together));
        g->chunk_m = m * together;
        return ceil_div(batch, together);
    }
    double wanted = work * (double)batch / CHUNK_WORK;
    if (wanted > CHUNKS_WANTED) wanted = CHUNKS_WANTED;
    // The epilogue should find its block in the second cache, unless sums over a long k dwarf it.
    const int64_t tall = g->epilogue && g->k <= SHK_GEMM_KC ? MAX_CHUNK_M / 4 : MAX_CHUNK_M;
    g->chunk_m = piece(m, tall, 1);
    g->chunk_n = piece(n, MAX_CHUNK_N, 32);
    // Cutting rows repeats the packing of B, which is dear if B is transposed; cutting columns
    // gives the epilogue short rows. Where that leaves too few chunks, cut somewhat further.
    const int64_t chunks = cut(g, wanted, g->trans_b ? 128 : 64, g->epilogue ? 128 : 64);
    return chunks * 2 <= wanted ? cut(g, wanted / 2, 28, g->epilogue ? 64 : 32) : chunks;
}

// A region of C -----------------------------------------------------------------------------------

// op(A) or op(B)ᵀ: rows, and the direction of the sum. One of the two strides is 1.
typedef struct operand {
    const char *at;
    int64_t row, k;             // strides, in elements
} operand;

typedef struct region {
    const gemm_set *set;
    operand a, b;               // from the region's first row, first column
    char *c;
    int64_t c_row;
    int64_t rows, columns, k;
    bool add;                   // to what C holds
} region;

// Scratch: a packed panel, a tile of Cᵀ, and the epilogue's frame.
#define PANEL_BYTES (SHK_GEMM_KC * 128)
#define TILE_BYTES 2048
#define FRAME_OFFSET (PANEL_BYTES + TILE_BYTES)
_Static_assert(SHK_PRODUCT_SCRATCH == FRAME_OFFSET, "the scratch of a product");

static const char *move(const gemm_set *set, const char *at, int64_t elements) {
    return at + elements * set->size;
}

// The width, in vectors, of the next panel. With few rows there are registers for wide panels,
// which read longer pieces of each row of B; few columns take as few vectors as hold them.
static int panel_vectors(const gemm_set *set, int64_t rows, int64_t columns, bool wide) {
    for (int v = GEMM_MAX_VECTORS; wide && v > set->vectors; v /= 2)
        if (rows <= set->rows[v] && columns >= v * set->lanes) return v;
    for (int v = 1; v < set->vectors; v *= 2)
        if (set->rows[v] && columns <= v * set->lanes) return v;
    return set->vectors;
}

static void pack_panel(const gemm_set *set, char *panel, int64_t width, const operand *b,
                       int64_t columns, int64_t depth) {
    if (b->row == 1) set->pack_rows(panel, width, b->at, b->k, columns, depth);
    else set->pack_columns(panel, width, b->at, b->row, columns, depth);
}

// Rows of A a multiple of 4 KB apart lie in one set of the first cache, 8 or 12 lines; a tile of
// more rows than that would fetch each line again for every k. A lower tile costs less than a copy
// of A.
static int64_t tallest(const gemm_set *set, int vectors, int64_t a_row) {
    return a_row * set->size % 4096 ? set->rows[vectors] : min(10, set->rows[vectors]);
}

// All rows of one panel of columns, for one block of k. `t` knows A, C and k.
static void multiply_panel(const region *r, gemm_tile t, operand b, int vectors, char *panel) {
    const gemm_set *set = r->set;
    const int64_t width = vectors * set->lanes;
    const int64_t tiles = ceil_div(r->rows, tallest(set, vectors, t.a_row));
    const bool readable = b.row == 1 && (t.columns == width
        || (set->reads_parts && t.columns > width - set->lanes));
    // Rows of B can be read in place, and packed on the way if they are read again.
    const bool pack_first = readable && tiles > 1 && set->packing[vectors][1];
    if (readable && (tiles == 1 || pack_first)) {
        t.b = b.at;
        t.b_k = b.k;
    } else {
        pack_panel(set, panel, width, &b, t.columns, t.k);
        t.b = panel;
        t.b_k = width;
    }
    t.packed = panel;
    const int64_t height = r->rows / tiles, taller = r->rows % tiles;
    for (int64_t i = 0; i < tiles; i++) {
        const int64_t rows = height + (i < taller);
        (pack_first && i == 0 ? set->packing[vectors][rows] : set->kernel[vectors][rows])(&t);
        t.a = move(set, t.a, rows * t.a_row);
        t.c = (char *)move(set, t.c, rows * t.c_row);
        if (pack_first) {
            t.b = panel;
            t.b_k = width;
        }
    }
}

static void multiply(const region *r, char *panel) {
    const gemm_set *set = r->set;
    for (int64_t start = 0; start < r->k; start += SHK_GEMM_KC) {
        const int64_t depth = min(SHK_GEMM_KC, r->k - start);
        gemm_tile t = {.a = move(set, r->a.at, start * r->a.k), .a_row = r->a.row, .a_k = r->a.k,
                       .k = depth, .c_row = r->c_row, .add = r->add || start > 0};
        for (int64_t j = 0; j < r->columns;) {
            int vectors = panel_vectors(set, r->rows, r->columns - j, r->b.row == 1);
            t.columns = min(vectors * set->lanes, r->columns - j);
            t.c = (char *)move(set, r->c, j);
            operand b = {move(set, r->b.at, j * r->b.row + start * r->b.k), r->b.row, r->b.k};
            multiply_panel(r, t, b, vectors, panel);
            j += t.columns;
        }
    }
}

// Few columns would leave most lanes idle. So compute Cᵀ = op(B)ᵀ · op(A)ᵀ, with vectors along the
// rows of C: all columns are one tile high, and each tile is turned round on its way to C.
static void multiply_narrow(const region *r, char *panel) {
    const gemm_set *set = r->set;
    char *tile = panel + PANEL_BYTES;
    const int vectors = set->vectors;
    const int64_t width = vectors * set->lanes;
    for (int64_t i = 0; i < r->rows; i += width) {
        const int64_t rows = min(width, r->rows - i);
        gemm_tile t = {.a_row = r->b.row, .a_k = r->b.k,
                       .c = tile, .c_row = width, .columns = width};
        for (int64_t start = 0; start < r->k; start += SHK_GEMM_KC) {
            operand a = {move(set, r->a.at, i * r->a.row + start * r->a.k), r->a.row, r->a.k};
            t.k = min(SHK_GEMM_KC, r->k - start);
            t.a = move(set, r->b.at, start * r->b.k);
            t.b = a.at;
            t.b_k = a.k;
            if (a.row != 1 || rows < width) {
                pack_panel(set, panel, width, &a, rows, t.k);
                t.b = panel;
                t.b_k = width;
            }
            t.add = start > 0;
            set->kernel[vectors][r->columns](&t);
        }
        set->unpack((char *)move(set, r->c, i * r->c_row), r->c_row, tile, width, r->columns, rows);
    }
}

// Turning A's rows costs about as much as eight columns of C; where A lies turned, nothing.
static bool is_narrow(const region *r) {
    const gemm_set *set = r->set;
    return !r->add && r->columns <= (r->a.row == 1 ? set->rows[set->vectors] : min(7, set->rows[set->vectors]))
        && r->rows >= set->vectors * set->lanes;
}

static void fill_zero(const region *r) {
    for (int64_t i = 0; i < r->rows; i++)
        memset((char *)move(r->set, r->c, i * r->c_row), 0, (size_t)(r->columns * r->set->size));
}

void shk_product_run(const shk_product *p, void *scratch) {
    const region r = {
        .set = sets[p->dtype],
        .a = {.at = p->a, .row = p->a_row, .k = p->a_k},
        .b = {.at = p->b, .row = p->b_column, .k = p->b_k},
        .c = p->c, .c_row = p->c_row,
        .rows = p->rows, .columns = p->columns, .k = p->k, .add = p->add,
    };
    if (r.rows <= 0 || r.columns <= 0) return;
    if (r.k > 0) {
        if (is_narrow(&r)) multiply_narrow(&r, scratch);
        else multiply(&r, scratch);
    } else if (!r.add) {
        fill_zero(&r);
    }
}

void shk_finish_rows(shk_frame *frame, int64_t start, int64_t rows, int64_t columns,
                     int64_t n) {
    if (columns == n) {
        columns *= rows;
        rows = 1;
    }
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j += SHK_TILE)
            shk_frame_tile(frame, start + i * n + j, min(SHK_TILE, columns - j));
}

// Rows and columns [first, last) of one product of the batch.
typedef struct range {
    int64_t first, last;
} range;

static void run_region(const shk_gemm *g, void *const *slots, char *scratch, int64_t batch,
                       range rows, range columns) {
    const gemm_set *set = sets[g->dtype];
    const int64_t start = batch * g->m * g->n + rows.first * g->n + columns.first;
    region r = {
        .set = set,
        .a = {.row = g->trans_a ? 1 : g->lda, .k = g->trans_a ? g->lda : 1},
        .b = {.row = g->trans_b ? g->ldb : 1, .k = g->trans_b ? 1 : g->ldb},
        .c = (char *)move(set, slots[g->c_slot], start), .c_row = g->n,
        .rows = rows.last - rows.first,
        .columns = columns.last - columns.first, .k = g->k,
    };
    const int64_t a = g->offset_a + batch * g->batch_a, b = g->offset_b + batch * g->batch_b;
    r.a.at = move(set, slots[g->a_slot], a + rows.first * r.a.row);
    r.b.at = move(set, slots[g->b_slot], b + columns.first * r.b.row);
    if (r.k <= 0) fill_zero(&r);
    else if (is_narrow(&r)) multiply_narrow(&r, scratch);
    else multiply(&r, scratch);
    if (g->epilogue)
        shk_finish_rows((shk_frame *)(scratch + FRAME_OFFSET), start, r.rows, r.columns, g->n);
}

void shk_gemm_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_gemm *g = params;
    char *scratch = shk_scratch(FRAME_OFFSET + (g->epilogue ? sizeof(shk_frame) : 0));
    if (g->epilogue)
        shk_frame_open((shk_frame *)(scratch + FRAME_OFFSET), g->epilogue, slots, SHK_TILE);
    if (g->chunk_m >= g->m && g->chunk_n == g->n) {
        const int64_t together = g->chunk_m / g->m, first = chunk * together;
        for (int64_t b = first; b < min(g->batch, first + together); b++)
            run_region(g, slots, scratch, b, (range){0, g->m}, (range){0, g->n});
        return;
    }
    const int64_t across = ceil_div(g->n, g->chunk_n), down = ceil_div(g->m, g->chunk_m);
    const int64_t i = chunk / across % down * g->chunk_m, j = chunk % across * g->chunk_n;
    run_region(g, slots, scratch, chunk / across / down, (range){i, min(g->m, i + g->chunk_m)},
               (range){j, min(g->n, j + g->chunk_n)});
}
