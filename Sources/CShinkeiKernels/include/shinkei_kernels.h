// The contract between the engine (Swift) and the kernels (C).
//
// A kernel knows pointers, sizes and strides; nothing else. The engine plans: it builds parameter
// structures once, and a run walks a flat list of calls. Nothing here allocates during a run except
// per-thread scratch that is kept.
//
// Conventions: sizes and strides are in elements unless a name says bytes; every buffer is aligned
// to 64 bytes; `slots` is the plan's table of buffers, and slots[SHK_STATUS_SLOT] is a shk_status.
#ifndef SHINKEI_KERNELS_H
#define SHINKEI_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SHK_MAX_RANK 8

// Element types ---------------------------------------------------------------------------------

typedef enum shk_dtype {
    SHK_BOOL, SHK_U8, SHK_I32, SHK_I64, SHK_F16, SHK_BF16, SHK_F32, SHK_F64, SHK_DTYPES
} shk_dtype;

// Instruction sets ------------------------------------------------------------------------------

typedef enum shk_isa { SHK_ISA_BASELINE, SHK_ISA_NEON, SHK_ISA_AVX2, SHK_ISA_AVX512 } shk_isa;

// Chooses the instruction set and fills every function table; call once, before anything else.
// `name` is "avx512", "avx2", "neon", "baseline", or NULL for the best this machine has.
// Returns false, and chooses the best, if the name is unknown or the machine lacks it.
bool shk_init(const char *name);
shk_isa shk_isa_chosen(void);
const char *shk_isa_name(shk_isa isa);

// Running ---------------------------------------------------------------------------------------

// Computes one chunk of a call. Chunks of one call are independent and may run in any order on any
// thread; how the work is cut into chunks depends on sizes only, so the bits do not depend on threads.
typedef void (*shk_kernel)(const void *params, void *const *slots, int64_t chunk);

typedef struct shk_call {
    shk_kernel kernel;
    const void *params;
    int64_t chunks;
} shk_call;

// What a kernel found wrong in its data. The first writer of `code` wins.
#define SHK_STATUS_SLOT 0
enum { SHK_STATUS_OK = 0, SHK_STATUS_INDEX_OUT_OF_RANGE = 1 };
typedef struct shk_status {
    int32_t code;
    int32_t tag;      // the `tag` of the parameter structure of the kernel that reported
    int64_t value;    // the offending index
    int64_t limit;    // the size it was checked against
} shk_status;
void shk_report(shk_status *status, int32_t code, int32_t tag, int64_t value, int64_t limit);

// A pool of `threads - 1` helpers beside the caller. One run uses it at a time.
typedef struct shk_pool shk_pool;
shk_pool *shk_pool_create(int threads);
void shk_pool_destroy(shk_pool *pool);
int shk_pool_threads(const shk_pool *pool);

// Runs the calls in order; each call's chunks on the pool's threads, or on the caller alone if pool
// is NULL. `nanoseconds`, if not NULL, receives each call's time.
void shk_run(shk_pool *pool, const shk_call *calls, int64_t count, void *const *slots,
             int64_t *nanoseconds);

// Scratch of at least `bytes`, aligned to 64, private to the calling thread, kept until it ends.
void *shk_scratch(size_t bytes);

// Steps: one elementwise operation over a tile ---------------------------------------------------

// dst, a, b, c never overlap except exactly (dst == a and so on). Pointers are aligned to the element
// only. n may be any number from 0. Unused operands are NULL.
typedef void (*shk_step_fn)(void *dst, const void *a, const void *b, const void *c, int64_t n);

// dtype in, same dtype out. NaN always passes through (RELU, MAX, MIN, SIGN, CLIP by MAX/MIN).
#define SHK_UNARY_OPS(X) \
    X(COPY) X(NEG) X(ABS) X(SIGN) X(SQRT) X(RSQRT) X(RECIPROCAL) \
    X(EXP) X(EXPM1) X(LOG) X(LOG1P) X(LOG2) X(LOG10) \
    X(SIN) X(COS) X(TAN) X(ASIN) X(ACOS) X(ATAN) \
    X(SINH) X(COSH) X(TANH) X(ASINH) X(ACOSH) X(ATANH) \
    X(ERF) X(ERFC) X(ERFINV) X(SIGMOID) X(SOFTPLUS) X(RELU) \
    X(FLOOR) X(CEIL) X(ROUND) X(TRUNC) X(NOT)
// dtype in, bool out.
#define SHK_TEST_OPS(X) X(ISNAN) X(ISINF) X(ISFINITE)
// Two of dtype in, same dtype out. MOD and FLOORDIV follow Python's sign rule. AND, OR, XOR are
// bitwise on integers and logical on bool. DIV on integers is never asked for (the engine casts).
#define SHK_BINARY_OPS(X) \
    X(ADD) X(SUB) X(MUL) X(DIV) X(POW) X(MAX) X(MIN) X(MOD) X(FLOORDIV) X(ATAN2) \
    X(ROOT_ADD) X(AND) X(OR) X(XOR)
// Two of dtype in, bool out.
#define SHK_COMPARE_OPS(X) X(EQ) X(NE) X(LT) X(LE) X(GT) X(GE)
// SELECT: a is bool, b and c of dtype: dst = a ? b : c.
// Several operations in one, for optimizers; floats, rounded after each of them:
// LERP: dst = a + (b - a) * c.  LERP_SQUARE: a + (b * b - a) * c.  SUB_DIV: a - b / c.
// and, of two, ROOT_ADD: sqrt(a) + b.
#define SHK_TERNARY_OPS(X) X(SELECT) X(LERP) X(LERP_SQUARE) X(SUB_DIV)

typedef enum shk_op {
#define X(name) SHK_OP_##name,
    SHK_UNARY_OPS(X) SHK_TEST_OPS(X) SHK_BINARY_OPS(X) SHK_COMPARE_OPS(X) SHK_TERNARY_OPS(X)
#undef X
    SHK_OPS
} shk_op;

// NULL where an operation has no meaning for the type (SQRT of int32, AND of float32, all
// arithmetic of F16/BF16, which are storage only: COPY, NOT-free casts and SELECT exist).
shk_step_fn shk_step(shk_op op, shk_dtype dtype);
// Casts between any two types. float to integer truncates towards zero and saturates, NaN gives 0;
// to bool is `x != 0` (NaN is true); F32/F64 to F16/BF16 rounds to nearest even.
shk_step_fn shk_cast(shk_dtype from, shk_dtype to);

// Maps: a fused elementwise program ---------------------------------------------------------------

#define SHK_TILE 512            // elements a step handles at once; at most
#define SHK_MAX_REGISTERS 64
#define SHK_SCRATCH_BYTES 49152 // room for the registers that are not bound to memory

typedef struct shk_step_call {
    shk_step_fn fn;
    int32_t dst, a, b, c;       // registers; -1 where unused
} shk_step_call;

typedef enum shk_access {
    SHK_LINEAR,   // element i of the iteration space is element i of the buffer (after offset)
    SHK_SCALAR,   // one element for all
    SHK_STRIDED,  // strides[d] per dimension of the iteration space; 0 broadcasts, negatives walk back
} shk_access;

typedef struct shk_operand {
    int32_t slot, reg;
    int32_t bytes;              // of one element: 1, 2, 4, 8
    int32_t access;             // shk_access
    int64_t offset;             // elements from the buffer's start to the first element used
    int64_t strides[SHK_MAX_RANK];
} shk_operand;

// For every element of an iteration space `dims` (row-major, `count` elements): load the inputs into
// registers, run the steps, store the outputs. A register is either bound to memory (LINEAR inputs
// and outputs) or lives in scratch at register_offset[r] (bytes; -1 if bound). Outputs are LINEAR
// (the last step that writes the register writes the buffer itself) or STRIDED (scratch register,
// stored after the steps); never SCALAR unless count is 1.
//
// A map may be guarded: where the bool in guard_slot is false nothing is computed, and LINEAR output o
// becomes a copy of LINEAR input kept[o], which may be the same memory. Only shk_map_run looks at it.
typedef struct shk_map {
    int64_t count;
    int32_t rank;
    int32_t inputs, steps, outputs, registers;
    int64_t dims[SHK_MAX_RANK];
    int64_t chunk;              // elements a chunk: a multiple of SHK_TILE (shk_map_prepare sets it)
    const shk_operand *input;
    const shk_step_call *step;
    const shk_operand *output;
    const int32_t *register_offset;
    const int32_t *kept;        // by output: an input
    int32_t guard_slot;         // 0: not guarded
} shk_map;

// Sets `chunk` from sizes alone and returns the number of chunks (1 if count is small, 0 if count is 0).
int64_t shk_map_prepare(shk_map *map);
void shk_map_run(const void *map, void *const *slots, int64_t chunk);   // a shk_kernel

// The same, tile by tile, for kernels that end with a map (GEMM epilogues, reductions).
// `open` fills scalar registers for tiles of at most `widest` elements; `tile` does the elements
// [start, start + n) of the iteration space, n <= SHK_TILE.
typedef struct shk_frame {
    const shk_map *map;
    void *const *slots;
    void *reg[SHK_MAX_REGISTERS];
    _Alignas(64) char scratch[SHK_SCRATCH_BYTES];
} shk_frame;
void shk_frame_open(shk_frame *frame, const shk_map *map, void *const *slots, int64_t widest);
void shk_frame_tile(shk_frame *frame, int64_t start, int64_t n);

// Reductions --------------------------------------------------------------------------------------

typedef enum shk_reduction {
    SHK_REDUCE_SUM, SHK_REDUCE_PROD, SHK_REDUCE_MAX, SHK_REDUCE_MIN
} shk_reduction;

// out[o, i] = reduce over m of register `reg` of the map, whose iteration space is [outer, mid, inner]
// (in that row-major order; map.dims may be cut finer). Sums combine in a tree fixed by the sizes;
// the bits of one outer row do not depend on how many rows there are. MAX and MIN give NaN if any
// element is NaN. Empty mid gives 0, 1, and for MAX/MIN the identity (-inf, lowest).
// bool: MAX is any, MIN is all. dtype is one of BOOL U8 I32 I64 F32 F64, for register and output.
typedef struct shk_reduce {
    shk_map map;                // outputs must be 0
    int32_t reg, out_slot, partial_slot;
    int32_t op, dtype;
    int64_t outer, mid, inner;
    int64_t blocks;             // pieces mid is cut into (prepare sets it); 1: no partials needed
    int64_t chunk_rows;         // private to the kernel (prepare sets it)
} shk_reduce;

// Sets blocks and chunking from sizes alone; returns the number of chunks of shk_reduce_run. If
// blocks > 1 the engine gives partial_slot room for outer * blocks * inner elements and adds a call
// of shk_reduce_combine with the number of chunks from shk_reduce_combine_chunks.
int64_t shk_reduce_prepare(shk_reduce *reduce);
void shk_reduce_run(const void *reduce, void *const *slots, int64_t chunk);
// Whether each sample of a batch is reduced by itself; then chunks can be cut to so many samples. Returns how many there are.
bool shk_reduce_has_samples(const shk_reduce *reduce, int64_t batch);
int64_t shk_reduce_cut_samples(shk_reduce *reduce, int64_t batch, int64_t samples);
int64_t shk_reduce_combine_chunks(const shk_reduce *reduce);
void shk_reduce_combine(const void *reduce, void *const *slots, int64_t chunk);

// Matrix multiplication -----------------------------------------------------------------------------

// C[b] = op(A[b]) · op(B[b]), then the epilogue. Row-major. op(A) is m×k: stored [m, k] with row stride
// lda, or [k, m] if trans_a; op(B) is k×n: stored [k, n] with row stride ldb, or [n, k] if trans_b.
// C is [m, n] packed (row stride n), batches m*n apart. batch_a and batch_b are the strides between
// matrices (0 repeats one). k may be 0 (C is then 0), any size may be 0.
//
// The order of summation over k depends on k alone: each element is a chain of fused multiply-adds over
// ascending k within blocks of SHK_GEMM_KC, the blocks' sums added in order. So row i has the same
// bits whatever m is, and whatever the tile, the thread and the ISA with FMA.
//
// epilogue, if not NULL, is a map over C's linear index space [batch*m*n]; C is one of its LINEAR inputs
// (slot c_slot) and it may store into c_slot too. It runs on each block of C once its sums are done.
// dtype is F32 (tuned), F64, I32 or I64 (plain).
#define SHK_GEMM_KC 256
typedef struct shk_gemm {
    int32_t dtype;
    int32_t a_slot, b_slot, c_slot;
    int32_t trans_a, trans_b;
    int64_t batch, m, n, k;
    int64_t offset_a, offset_b;
    int64_t lda, ldb, batch_a, batch_b;
    const shk_map *epilogue;
    int64_t chunk_m, chunk_n;   // private to the kernel (prepare sets them)
} shk_gemm;
int64_t shk_gemm_prepare(shk_gemm *gemm);                                // returns the number of chunks
void shk_gemm_run(const void *gemm, void *const *slots, int64_t chunk);

// Convolution -----------------------------------------------------------------------------------------

// Axes are depth, height, width; the leading ones are 1 where there are fewer. Channels are last:
//
//   x [batch, in..., channels_in]    k [window..., channels_in / groups, channels_out]    y [batch, out..., channels_out]
//
//   y[n, o, c'] = sum over t, c of x[n, o * stride - before + t * dilation, c] * k[t, c, c']
//
// where x is 0 outside; channels of group g meet those of group g alone. The sum over (t, c) is one as in shk_gemm, so a
// sample's bits do not depend on the batch (nor on threads).
//   FORWARD  y of x and k
//   INPUT    x of y and k: the gradient of the sum of y * FORWARD(x, k) by x
//   KERNEL   k of x and y: the same by k. Sums over samples and places are cut by sizes alone
// dtype is F32 or F64.
//
// If may_transform is set, windows of 3×3 go by Winograd's algorithm where, by its shape, that is
// faster: other bits, with a larger bound of the error (winograd.c), and a NaN or infinity of x marks a few more places.
typedef enum shk_conv_kind { SHK_CONV_FORWARD, SHK_CONV_INPUT, SHK_CONV_KERNEL } shk_conv_kind;
typedef struct shk_conv {
    int32_t dtype, kind;
    int32_t x_slot, k_slot, y_slot;
    int32_t spare_slot;         // see shk_conv_spare
    int64_t batch, channels_in, channels_out, groups;
    int64_t in[3], out[3], window[3];
    int64_t stride[3], before[3], dilation[3];
    const shk_map *epilogue;    // of FORWARD, and of INPUT without strides: over the result's index space, as in shk_gemm
    bool may_transform;
    int64_t chunk_pixels, chunk_columns, blocks, tile;    // private to the kernels (prepare sets them)
} shk_conv;
int64_t shk_conv_prepare(shk_conv *conv);       // returns the number of chunks of shk_conv_run
// Elements that spare_slot must have room for; 0: none is needed, and then neither are the calls below.
int64_t shk_conv_spare(const shk_conv *conv);
void shk_conv_run(const void *conv, void *const *slots, int64_t chunk);
// After shk_conv_prepare: whether its chunks could be whole samples; and if so, makes them so many samples each, for a
// pair. Returns the number of chunks.
bool shk_conv_has_samples(const shk_conv *conv);
int64_t shk_conv_cut_samples(shk_conv *conv, int64_t samples);
// FORWARD and INPUT, before shk_conv_run: the kernel turned round or transformed, into the spare memory.
int64_t shk_conv_turn_chunks(const shk_conv *conv);
void shk_conv_turn(const void *conv, void *const *slots, int64_t chunk);
// KERNEL, after shk_conv_run: adds the partial sums in the spare memory.
int64_t shk_conv_combine_chunks(const shk_conv *conv);
void shk_conv_combine(const void *conv, void *const *slots, int64_t chunk);

// Pooling ---------------------------------------------------------------------------------------------

// Windows over the axes of x [batch, in..., channels]; y has `out`. What lies outside of x does not count.
//   MAX               y of x. NaN if any is NaN
//   MAX_PICK          y of x and other (like x): other where x is largest, at the first such place
//   MAX_GRADIENT      like x, of x and other (like y): other is added where x is largest, at the first such place
//   AVERAGE           y of x
//   AVERAGE_GRADIENT  like x, of x (like y): each element in equal parts to its window
// A NaN is larger than any number. dtype is F32 or F64.
// An epilogue, over y's index space as in shk_gemm, may follow where shk_pooling_takes_epilogue says so.
typedef enum shk_pooling_kind {
    SHK_POOLING_MAX, SHK_POOLING_MAX_PICK, SHK_POOLING_MAX_GRADIENT, SHK_POOLING_AVERAGE, SHK_POOLING_AVERAGE_GRADIENT
} shk_pooling_kind;
typedef struct shk_pooling {
    int32_t dtype, kind;
    int32_t x_slot, other_slot, y_slot;
    int64_t batch, channels;
    int64_t in[3], out[3], window[3], stride[3], before[3];
    const shk_map *epilogue;    // may be NULL
    int64_t chunk_units;
} shk_pooling;
bool shk_pooling_takes_epilogue(const shk_pooling *pooling);
int64_t shk_pooling_prepare(shk_pooling *pooling);
void shk_pooling_run(const void *pooling, void *const *slots, int64_t chunk);
bool shk_pooling_has_samples(const shk_pooling *pooling);                   // as for convolutions
int64_t shk_pooling_cut_samples(shk_pooling *pooling, int64_t samples);

// Two kernels one after the other, chunk by chunk, both cut into the same samples: what the first wrote is read from
// the cache.
typedef struct shk_pair {
    shk_kernel first, second;
    const void *first_params, *second_params;
} shk_pair;
void shk_pair_run(const void *pair, void *const *slots, int64_t chunk);

// Rows, indices, order ------------------------------------------------------------------------------

// y[r, :] = softmax or log-softmax of x[r, :]; `rows` rows of `width`. F32 or F64.
typedef struct shk_softmax {
    int32_t dtype, x_slot, y_slot, logarithm;
    int64_t rows, width, chunk_rows;
} shk_softmax;
int64_t shk_softmax_prepare(shk_softmax *softmax);
void shk_softmax_run(const void *softmax, void *const *slots, int64_t chunk);

// out[o, i] = index (int32) of the first largest (smallest) of x[o, :, i]; a NaN counts as the extreme.
typedef struct shk_arg_reduce {
    int32_t dtype, x_slot, y_slot, smallest;
    int64_t outer, mid, inner, chunk_rows;
} shk_arg_reduce;
int64_t shk_arg_reduce_prepare(shk_arg_reduce *arg);
void shk_arg_reduce_run(const void *arg, void *const *slots, int64_t chunk);

// Running sums or products along mid of [outer, mid, inner]; exclusive shifts by one; reverse goes from the end.
typedef struct shk_scan_sum {
    int32_t dtype, x_slot, y_slot, product, exclusive, reverse;
    int64_t outer, mid, inner, chunk_rows;
} shk_scan_sum;
int64_t shk_scan_sum_prepare(shk_scan_sum *scan);
void shk_scan_sum_run(const void *scan, void *const *slots, int64_t chunk);

// out[o, j, :] = x[o, index[j], :] for j < count: x is [outer, size, inner], inner elements of `bytes`.
// Negative indices count from the end; others out of range are reported and leave zeros.
typedef struct shk_gather {
    int32_t tag, bytes, index_dtype;            // I32 or I64
    int32_t x_slot, index_slot, y_slot;
    int64_t outer, size, inner, count, chunk_rows;
} shk_gather;
int64_t shk_gather_prepare(shk_gather *gather);
// Cuts the chunks anew, to so many samples of a batch, of which there must be rows in equal parts; returns how many.
int64_t shk_gather_cut_samples(shk_gather *gather, int64_t batch, int64_t samples);
void shk_gather_run(const void *gather, void *const *slots, int64_t chunk);

// y = 0; y[o, index[j], :] += x[o, j / shared, :], adding in ascending j. The gradient of gather; `shared` indices in
// a row have one row of x. F32, F64, I32, I64.
typedef struct shk_scatter_add {
    int32_t tag, dtype, index_dtype;
    int32_t x_slot, index_slot, y_slot;
    int64_t outer, size, inner, count, shared, chunk_rows;
} shk_scatter_add;
int64_t shk_scatter_add_prepare(shk_scatter_add *scatter);
void shk_scatter_add_run(const void *scatter, void *const *slots, int64_t chunk);

// out[o, j, i] = x[o, index[o, j, i], i]: x is [outer, size, inner], index and out [outer, count, inner].
// scatter: y = 0; y[o, index[o, j, i], i] += x[o, j, i].
typedef struct shk_along {
    int32_t tag, dtype, index_dtype, scatter;
    int32_t x_slot, index_slot, y_slot;
    int64_t outer, size, inner, count, chunk_rows;
} shk_along;
int64_t shk_along_prepare(shk_along *along);
void shk_along_run(const void *along, void *const *slots, int64_t chunk);

// y[r, :] = the int32 indices that sort x[r, :], stable, NaN last (first if descending is set: a
// descending order is the exact reverse order of values, still stable).
typedef struct shk_argsort {
    int32_t dtype, x_slot, y_slot, descending;
    int64_t rows, width, chunk_rows;
} shk_argsort;
int64_t shk_argsort_prepare(shk_argsort *sort);
void shk_argsort_run(const void *sort, void *const *slots, int64_t chunk);

// y[i] = start + i * step, start and step read from slots (scalars of dtype). I32 I64 F32 F64 (and U8).
typedef struct shk_iota {
    int32_t dtype, start_slot, step_slot, y_slot;
    int64_t count, chunk_elements;
} shk_iota;
int64_t shk_iota_prepare(shk_iota *iota);
void shk_iota_run(const void *iota, void *const *slots, int64_t chunk);

// Recurrences -----------------------------------------------------------------------------------------

// A recurrent network over a whole sequence, all rows of the batch for themselves. z is [batch, time,
// gates · units], the inputs' part with its bias; kernel [units, gates · units]; h (and c) [batch,
// units] the first states; mask, if there is one, bool [batch, time]: where it is false the states
// stay. With reverse the last time comes first. Gates stand side by side:
//   SIMPLE_RNN  h = tanh(z + h·K)
//   GRU         update, reset, candidate: u = σ(zᵤ + h·Kᵤ + bᵤ), r = σ(zᵣ + h·Kᵣ + bᵣ),
//               h = u h + (1 - u) tanh(z꜀ + r (h·K꜀ + b꜀)); bias [3 · units] is added to h·K
//   LSTM        input, forget, candidate, output: c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c)
// y is [batch, time, units], the states after each time; of an LSTM [batch, time, 2 · units], h then c.
//
// gradient: upstream is the derivative by y. gradient_slot gets, one after the other: dz like z; of a
// GRU the derivative by h·K꜀, [batch, time, units]; dh and, of an LSTM, dc, both [batch, units].
// F32 (tuned) or F64 (plain). Sums are in an order that depends on the number of units alone.
typedef enum shk_recurrence { SHK_SIMPLE_RNN, SHK_GRU, SHK_LSTM } shk_recurrence;
typedef struct shk_recurrent {
    int32_t kind, dtype, reverse, gradient;
    int32_t z_slot, kernel_slot, bias_slot, h_slot, c_slot, mask_slot, y_slot;  // 0: none
    int32_t upstream_slot, gradient_slot;
    int64_t batch, time, units, chunk_rows;
} shk_recurrent;
int64_t shk_recurrent_prepare(shk_recurrent *recurrent);
void shk_recurrent_run(const void *recurrent, void *const *slots, int64_t chunk);

// Attention -------------------------------------------------------------------------------------------

// Sums of values, by how well their keys fit a query: y = softmax(scale · q kᵀ) v for each head.
//   q [batch, places, heads, size]        k [batch, seen, key_heads, size]       v [batch, seen, key_heads, value_size]
//   y [batch, places, heads, value_size]  mask, if there is one, bool [batch, heads, places, seen], by strides that may be
//                                         0; the last is 1
// heads / key_heads heads share a key and a value. A score that the mask hides is `least`; with zeroes_hidden its weight is
// then 0, whatever the others are.
//
// gradient: y is the result, upstream the derivative by it, and gradient_slot gets dq, dk and dv one after the other.
// No size is 0. F32 or F64. The order of sums over `seen` and `size` is that of shk_gemm; places are summed in blocks cut by
// `places` and `seen`.
typedef struct shk_attention {
    int32_t dtype, gradient, zeroes_hidden;
    int32_t q_slot, k_slot, v_slot, mask_slot, y_slot;      // mask_slot 0: none
    int32_t upstream_slot, gradient_slot;
    int64_t batch, places, seen, heads, key_heads, size, value_size;
    int64_t mask_batch, mask_head, mask_place;
    double scale, least;
    int64_t chunk_places;       // private to the kernel (prepare sets it)
} shk_attention;
int64_t shk_attention_prepare(shk_attention *attention);
void shk_attention_run(const void *attention, void *const *slots, int64_t chunk);

// Random numbers --------------------------------------------------------------------------------------

// Philox 4x32-10 (Salmon et al. 2011). Key: the two halves of `seed`. Counter: (block, stream, step low, step high),
// where seed, stream and step are int64 scalars in slots (stream's low 32 bits count, xor its high 32 into the key's
// high half) and block is the element index / 4 (F64 and I64: / 2). So element i is a pure function of its place.
//   BITS     I32: 32 random bits; I64: 64
//   UNIFORM  F32: 24 bits in [0, 1); F64: 53 bits in [0, 1)
//   NORMAL   F32, F64: Box-Muller on pairs (1 - u), never infinite
typedef enum shk_random_kind { SHK_RANDOM_BITS, SHK_RANDOM_UNIFORM, SHK_RANDOM_NORMAL } shk_random_kind;
typedef struct shk_random {
    int32_t kind, dtype, seed_slot, stream_slot, step_slot, y_slot;
    int64_t count, chunk_elements;
} shk_random;
int64_t shk_random_prepare(shk_random *random);
void shk_random_run(const void *random, void *const *slots, int64_t chunk);

#ifdef __cplusplus
}
#endif
#endif
