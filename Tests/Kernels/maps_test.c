// Maps, reductions, softmax, indexing, order, scans and iota against plain loops, on every
// instruction set this machine has. Prints failures and a last line "N passed, N failed"; exits 1
// on failure.
//
//   clang -O2 -ISources/CShinkeiKernels -o maps_test Tests/Kernels/maps_test.c
//       Sources/CShinkeiKernels/{isa,map,reduce,rows,indexing,order,scan,iota}.c -lm
//
// Links with the other kernels' files too; without them the weak stand-ins at the end are used.
#include "include/shinkei_kernels.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Helpers -----------------------------------------------------------------------------------------

static int64_t passed, failed;
static const char *isa_name;

__attribute__((format(printf, 2, 3))) static void expect(bool good, const char *format, ...) {
    if (good) {
        passed++;
        return;
    }
    if (failed++ > 40) return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED (%s): ", isa_name);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static uint64_t seed = 88172645463325252u;
static uint64_t random_bits(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}
static int64_t below(int64_t n) { return (int64_t)(random_bits() >> 11) % n; }
static double uniform(void) { return (double)(random_bits() >> 11) / 9007199254740992.0; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static const int32_t dtype_bytes[SHK_DTYPES] = {1, 1, 4, 8, 2, 2, 4, 8};
static const shk_dtype numbers[] = {SHK_BOOL, SHK_U8, SHK_I32, SHK_I64, SHK_F32, SHK_F64};
#define NUMBERS 6

// A buffer with canaries on both sides; freed all at once by release().
#define CANARY 256
typedef struct buffer { char *data; size_t bytes; } buffer;
static void *allocated[1 << 12];
static buffer guarded[1 << 12];
static int allocations;
static char *take(int64_t bytes) {
    size_t size = ((size_t)bytes + 63) / 64 * 64;
    char *whole = aligned_alloc(64, size + 2 * CANARY);
    memset(whole, 0xA5, size + 2 * CANARY);
    allocated[allocations] = whole;
    guarded[allocations++] = (buffer){whole + CANARY, (size_t)bytes};
    return whole + CANARY;
}
static bool canaries_alive(void) {
    for (int i = 0; i < allocations; i++) {
        const uint8_t *data = (const uint8_t *)guarded[i].data;
        for (int k = 1; k <= CANARY; k++)
            if (data[-k] != 0xA5 || data[guarded[i].bytes + (size_t)k - 1] != 0xA5) return false;
    }
    return true;
}
static void release(void) {
    expect(canaries_alive(), "a canary died");
    for (int i = 0; i < allocations; i++) free(allocated[i]);
    allocations = 0;
}

static void set_number(void *at, shk_dtype dtype, int64_t i, double value) {
    switch (dtype) {
    case SHK_BOOL: ((uint8_t *)at)[i] = value != 0; break;
    case SHK_U8: ((uint8_t *)at)[i] = (uint8_t)(int64_t)value; break;
    case SHK_I32: ((int32_t *)at)[i] = (int32_t)value; break;
    case SHK_I64: ((int64_t *)at)[i] = (int64_t)value; break;
    case SHK_F32: ((float *)at)[i] = (float)value; break;
    default: ((double *)at)[i] = value; break;
    }
}
static double get_number(const void *at, shk_dtype dtype, int64_t i) {
    switch (dtype) {
    case SHK_BOOL:
    case SHK_U8: return ((const uint8_t *)at)[i];
    case SHK_I32: return ((const int32_t *)at)[i];
    case SHK_I64: return (double)((const int64_t *)at)[i];
    case SHK_F32: return ((const float *)at)[i];
    default: return ((const double *)at)[i];
    }
}
// Calls every chunk of a kernel, last first.
static void run_chunks(shk_kernel kernel, const void *params, void *const *slots, int64_t chunks) {
    for (int64_t c = chunks - 1; c >= 0; c--) kernel(params, slots, c);
}

// Maps --------------------------------------------------------------------------------------------

#define STEP(T, name, expression)                                                                  \
    static void name##_##T(void *dst, const void *a, const void *b, const void *c, int64_t n) {    \
        (void)b, (void)c;                                                                          \
        for (int64_t i = 0; i < n; i++) {                                                          \
            T x = ((const T *)a)[i], y = b ? ((const T *)b)[i] : 0;                                \
            (void)y;                                                                               \
            ((T *)dst)[i] = (T)(expression);                                                       \
        }                                                                                          \
    }
#define STEPS(T) STEP(T, add, x + y) STEP(T, xor, x ^ y) STEP(T, twist, x * 5 + 3)
STEPS(uint8_t) STEPS(uint16_t) STEPS(uint32_t) STEPS(uint64_t)

enum { ADD, XOR, TWIST, STEP_KINDS };
static shk_step_fn step_of(int kind, int32_t bytes) {
#define OF(name)                                                                                   \
    (bytes == 1 ? name##_uint8_t : bytes == 2 ? name##_uint16_t                                    \
     : bytes == 4 ? name##_uint32_t : name##_uint64_t)
    return kind == ADD ? OF(add) : kind == XOR ? OF(xor) : OF(twist);
}

static uint64_t load_element(const char *at, int32_t bytes) {
    uint64_t value = 0;
    memcpy(&value, at, (size_t)bytes);
    return value;
}

typedef struct program {
    shk_map map;
    shk_operand input[6], output[3];
    shk_step_call step[8];
    int kind[8];
    int32_t register_offset[SHK_MAX_REGISTERS];
    void *slots[16];
    char *expected[16];
    int64_t slot_bytes[16];
    int32_t slot_count, scratch;
} program;

// A random walk of `dims` through a new buffer: permuted, padded, broadcast, reversed.
static void random_strides(program *p, shk_operand *operand, bool output) {
    int32_t rank = p->map.rank, order[SHK_MAX_RANK];
    for (int32_t d = 0; d < rank; d++) order[d] = d;
    if (below(3) == 0)
        for (int32_t d = rank - 1; d > 0; d--) {
            int32_t other = (int32_t)below(d + 1), kept = order[d];
            order[d] = order[other];
            order[other] = kept;
        }
    int broadcast = output ? 0 : (int)below(4);    // 0: none, 1: some, 2: rows, 3: columns
    int64_t stride = below(4) == 0 ? 2 : 1, low = 0, high = 0;
    for (int32_t k = rank - 1; k >= 0; k--) {
        int32_t d = order[k];
        bool constant = broadcast == 1 ? below(2) == 0 : broadcast == 2 ? d < rank - 1
            : broadcast == 3 ? d == rank - 1 : false;
        operand->strides[d] = constant ? 0 : below(5) == 0 ? -stride : stride;
        int64_t reach = (p->map.dims[d] - 1) * operand->strides[d];
        if (reach < 0) low += reach;
        else high += reach;
        if (!constant) stride *= p->map.dims[d] + (below(5) == 0 ? below(3) : 0);
    }
    operand->access = SHK_STRIDED;
    operand->offset = below(3) - low;
    p->slot_bytes[operand->slot] = (operand->offset + high + 1) * operand->bytes;
}

static void random_program(program *p, int64_t target) {
    static const int64_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 31, 64, 100, 128, 511, 512,
                                    513, 1000, 3000};
    memset(p, 0, sizeof *p);
    shk_map *map = &p->map;
    map->count = 1;
    map->rank = (int32_t)below(5);
    for (int32_t d = 0; d < map->rank; d++) {
        map->dims[d] = sizes[below(sizeof sizes / sizeof *sizes)];
        if (map->count * map->dims[d] > target) map->dims[d] = 1 + below(3);
        map->count *= map->dims[d];
    }
    if (below(8) == 0) {        // rows long enough for bands of a transposed operand
        map->rank = 2 + (int32_t)below(2);
        const int64_t long_rows[3] = {1 + below(3), 4 + below(60), 64 + below(700)};
        memcpy(map->dims, long_rows + 3 - map->rank, (size_t)map->rank * sizeof *map->dims);
        map->count = map->dims[0] * map->dims[1] * (map->rank == 3 ? map->dims[2] : 1);
    }
    int32_t bytes = 1 << below(4);
    p->slot_count = 1;
    map->inputs = 1 + (int32_t)below(4);
    map->steps = (int32_t)below(6);
    map->outputs = 1 + (int32_t)below(2);
    map->registers = map->inputs;
    for (int32_t i = 0; i < map->inputs; i++) {
        shk_operand *input = &p->input[i];
        *input = (shk_operand){.slot = p->slot_count++, .reg = i, .bytes = bytes};
        input->access = (int32_t)below(3);
        input->offset = below(20);
        if (input->access == SHK_STRIDED) random_strides(p, input, false);
        else
            p->slot_bytes[input->slot] =
                (input->offset + (input->access == SHK_LINEAR ? map->count : 1)) * bytes;
        p->register_offset[i] = -1;
        if (input->access != SHK_LINEAR) {
            p->register_offset[i] = p->scratch;
            p->scratch += SHK_TILE * bytes;
        }
    }
    // Every step writes a new register, or one that is its own: an earlier step's, a gathered
    // input's.
    for (int32_t s = 0; s < map->steps + map->outputs; s++) {
        bool last = s >= map->steps;    // each output gets a step of its own
        const int32_t operands = map->registers;    // those that hold something by now
        int32_t dst = operands;
        int32_t old = (int32_t)below(operands);
        if (!last && below(3) == 0 && p->register_offset[old] >= 0
            && (old >= map->inputs || p->input[old].access == SHK_STRIDED))
            dst = old;
        else {
            p->register_offset[map->registers++] = p->scratch;
            p->scratch += SHK_TILE * bytes;
        }
        int kind = (int)below(STEP_KINDS);
        p->kind[s] = kind;
        p->step[s] = (shk_step_call){step_of(kind, bytes), dst, (int32_t)below(operands),
                                     kind == TWIST ? -1 : (int32_t)below(operands), -1};
        if (!last) continue;
        shk_operand *output = &p->output[s - map->steps];
        *output = (shk_operand){.slot = p->slot_count++, .reg = dst, .bytes = bytes};
        if (below(3) == 0) {
            random_strides(p, output, true);
        } else {
            output->access = SHK_LINEAR;
            output->offset = below(20);
            p->register_offset[dst] = -1;
            p->slot_bytes[output->slot] = (output->offset + map->count) * bytes;
        }
    }
    map->steps += map->outputs;
    // In place: the only reader of a linear input's buffer is the step that writes over it.
    if (map->outputs == 1 && p->output[0].access == SHK_LINEAR && p->input[0].access == SHK_LINEAR
        && below(2) == 0) {
        p->output[0].slot = p->input[0].slot;
        p->output[0].offset = p->input[0].offset;
    }
    // A tile of a strided input may also be gathered straight into an output's memory.
    if (map->outputs == 1 && p->output[0].access == SHK_LINEAR && p->input[0].access == SHK_STRIDED
        && below(4) == 0) {
        map->steps = 0;
        p->output[0].reg = 0;
        p->register_offset[0] = -1;
    }
    map->input = p->input;
    map->output = p->output;
    map->step = p->step;
    map->register_offset = p->register_offset;
}

static int64_t place(const program *p, const shk_operand *operand, int64_t element) {
    if (operand->access == SHK_LINEAR) return operand->offset + element;
    if (operand->access == SHK_SCALAR) return operand->offset;
    int64_t at = operand->offset;
    for (int32_t d = p->map.rank - 1; d >= 0; d--) {
        at += element % p->map.dims[d] * operand->strides[d];
        element /= p->map.dims[d];
    }
    return at;
}

static void run_reference(program *p) {
    const shk_map *map = &p->map;
    for (int32_t s = 1; s < p->slot_count; s++) {
        p->expected[s] = take(p->slot_bytes[s]);
        memcpy(p->expected[s], p->slots[s], (size_t)p->slot_bytes[s]);
    }
    for (int64_t e = 0; e < map->count; e++) {
        uint64_t reg[SHK_MAX_REGISTERS];
        for (int32_t i = 0; i < map->inputs; i++) {
            const shk_operand *input = &p->input[i];
            reg[i] = load_element((char *)p->slots[input->slot] + place(p, input, e) * input->bytes,
                                  input->bytes);
        }
        for (int32_t s = 0; s < map->steps; s++) {
            uint64_t x = reg[p->step[s].a], y = p->step[s].b < 0 ? 0 : reg[p->step[s].b];
            reg[p->step[s].dst] = p->kind[s] == ADD ? x + y : p->kind[s] == XOR ? x ^ y : x * 5 + 3;
        }
        for (int32_t o = 0; o < map->outputs; o++) {
            const shk_operand *output = &p->output[o];
            memcpy(p->expected[output->slot] + place(p, output, e) * output->bytes,
                   &reg[output->reg], (size_t)output->bytes);
        }
    }
}

static void check_program(program *p, const char *what) {
    bool same = true;
    for (int32_t s = 1; s < p->slot_count; s++)
        same &= memcmp(p->expected[s], p->slots[s], (size_t)p->slot_bytes[s]) == 0;
    expect(same, "%s: count %lld, rank %d, %d inputs, %d steps, %d outputs, bytes %d", what,
           (long long)p->map.count, p->map.rank, p->map.inputs, p->map.steps, p->map.outputs,
           p->input[0].bytes);
}

static void run_tiles(program *p) {
    static shk_frame frame;
    int64_t widest = 1 + below(SHK_TILE);
    shk_frame_open(&frame, &p->map, p->slots, widest);
    for (int64_t start = 0; start < p->map.count;) {
        int64_t n = least(1 + below(widest), p->map.count - start);
        shk_frame_tile(&frame, start, n);
        start += n;
    }
}

static void test_maps(void) {
    for (int round = 0; round < 3000; round++) {
        program p;
        random_program(&p, round % 50 == 0 ? 300000 : round % 3 == 0 ? 40 : 5000);
        for (int32_t s = 1; s < p.slot_count; s++) {
            p.slots[s] = take(p.slot_bytes[s]);
            for (int64_t i = 0; i < p.slot_bytes[s]; i++)
                ((char *)p.slots[s])[i] = (char)random_bits();
        }
        run_reference(&p);
        if (round % 2) {
            int64_t chunks = shk_map_prepare(&p.map);
            expect(p.map.chunk % SHK_TILE == 0 && chunks * p.map.chunk >= p.map.count,
                   "chunks do not cover");
            run_chunks(shk_map_run, &p.map, p.slots, chunks);
            check_program(&p, "map");
        } else {
            run_tiles(&p);
            check_program(&p, "tiles");
        }
        release();
    }
    shk_map empty = {.count = 0};
    expect(shk_map_prepare(&empty) == 0, "an empty map has chunks");
}

// Where the guard is false an output is what it was, in its own memory or elsewhere.
static void test_guards(void) {
    enum { N = 3 * SHK_TILE + 7 };
    static int32_t old[N], add[N], elsewhere[N], want[N];
    for (int open = 0; open < 2; open++)
        for (int in_place = 0; in_place < 2; in_place++) {
            uint8_t guard = (uint8_t)open;
            for (int i = 0; i < N; i++) {
                old[i] = i, add[i] = 3 * i + 1, elsewhere[i] = -1;
                want[i] = open ? old[i] + add[i] : old[i];
            }
            void *slots[] = {NULL, old, add, in_place ? old : elsewhere, &guard};
            shk_operand input[] = {{.slot = 1, .reg = 0, .bytes = 4}, {.slot = 2, .reg = 1, .bytes = 4}};
            shk_operand output = {.slot = 3, .reg = 2, .bytes = 4};
            shk_step_call step = {.fn = shk_step(SHK_OP_ADD, SHK_I32), .dst = 2, .a = 0, .b = 1, .c = -1};
            int32_t offset[] = {-1, -1, -1}, kept = 0;
            shk_map map = {.count = N, .rank = 1, .dims = {N}, .inputs = 2, .steps = 1, .outputs = 1,
                           .registers = 3, .input = input, .step = &step, .output = &output,
                           .register_offset = offset, .kept = &kept, .guard_slot = 4};
            run_chunks(shk_map_run, &map, slots, shk_map_prepare(&map));
            expect(memcmp(slots[3], want, sizeof want) == 0, "guard %d, in place %d", open, in_place);
        }
}

// Reductions --------------------------------------------------------------------------------------

static void copy_1(void *d, const void *a, const void *b, const void *c, int64_t n) {
    (void)b, (void)c;
    memmove(d, a, (size_t)n);
}
static void copy_4(void *d, const void *a, const void *b, const void *c, int64_t n) {
    copy_1(d, a, b, c, 4 * n);
}
static void copy_8(void *d, const void *a, const void *b, const void *c, int64_t n) {
    copy_1(d, a, b, c, 8 * n);
}

// A reduction of a buffer in slot 1, through a step or not, into slot 2 with partials in slot 3.
typedef struct reduction {
    shk_reduce reduce;
    shk_operand input;
    shk_step_call step;
    int32_t register_offset[2];
} reduction;

static void make_reduction(reduction *r, shk_reduction op, shk_dtype dtype, int64_t outer,
                           int64_t mid, int64_t inner, bool step, bool transposed) {
    memset(r, 0, sizeof *r);
    int32_t bytes = dtype_bytes[dtype];
    r->input = (shk_operand){.slot = 1, .reg = 0, .bytes = bytes, .access = SHK_LINEAR};
    r->register_offset[0] = -1;
    if (transposed) {           // stored [inner, mid, outer]
        r->input.access = SHK_STRIDED;
        r->input.strides[0] = 1;
        r->input.strides[1] = outer;
        r->input.strides[2] = outer * mid;
        r->register_offset[0] = SHK_TILE * bytes;
    }
    r->step = (shk_step_call){bytes == 1 ? copy_1 : bytes == 4 ? copy_4 : copy_8, 1, 0, -1, -1};
    r->reduce = (shk_reduce){
        .map = {.count = outer * mid * inner, .rank = 3, .inputs = 1, .steps = step,
                .registers = 1 + step, .dims = {outer, mid, inner}, .input = &r->input,
                .step = &r->step, .register_offset = r->register_offset},
        .reg = step, .out_slot = 2, .partial_slot = 3, .op = op, .dtype = dtype, .outer = outer,
        .mid = mid, .inner = inner};
}

static void run_reduction(reduction *r, void **slots, bool whole) {
    const int64_t outer = r->reduce.outer, inner = r->reduce.inner;
    int64_t chunks = shk_reduce_prepare(&r->reduce);
    if (whole && r->reduce.blocks > 1) {        // the same, but nothing cut
        r->reduce.blocks = 1;
        r->reduce.chunk_rows = 1;
        chunks = outer * ((inner + SHK_TILE - 1) / SHK_TILE);
    }
    if (r->reduce.blocks > 1)
        slots[3] = take(outer * r->reduce.blocks * inner * dtype_bytes[r->reduce.dtype]);
    run_chunks(shk_reduce_run, &r->reduce, slots, chunks);
    if (r->reduce.blocks > 1)
        run_chunks(shk_reduce_combine, &r->reduce, slots, shk_reduce_combine_chunks(&r->reduce));
}

static double combine(shk_reduction op, shk_dtype dtype, double a, double b) {
    if (dtype == SHK_BOOL) op = op == SHK_REDUCE_SUM ? SHK_REDUCE_MAX
        : op == SHK_REDUCE_PROD ? SHK_REDUCE_MIN : op;
    switch (op) {
    case SHK_REDUCE_SUM: return dtype == SHK_U8 ? (double)(uint8_t)((int)a + (int)b) : a + b;
    case SHK_REDUCE_PROD: return dtype == SHK_U8 ? (double)(uint8_t)((int)a * (int)b) : a * b;
    case SHK_REDUCE_MAX: return isnan(a) || a > b ? a : b;
    default: return isnan(a) || a < b ? a : b;
    }
}

static double first_of(shk_reduction op, shk_dtype dtype) {
    bool max = op == SHK_REDUCE_MAX;
    if (op == SHK_REDUCE_SUM) return 0;
    if (op == SHK_REDUCE_PROD) return 1;
    switch (dtype) {
    case SHK_BOOL: return max ? 0 : 1;
    case SHK_U8: return max ? 0 : 255;
    case SHK_I32: return max ? INT32_MIN : INT32_MAX;
    case SHK_I64: return max ? (double)INT64_MIN : (double)INT64_MAX;
    default: return max ? -INFINITY : INFINITY;
    }
}

static void check_reduction(shk_reduction op, shk_dtype dtype, int64_t outer, int64_t mid,
                            int64_t inner, bool step, bool transposed, double nan_rate) {
    const int32_t bytes = dtype_bytes[dtype];
    const bool real = dtype == SHK_F32 || dtype == SHK_F64;
    int64_t count = outer * mid * inner;
    void *slots[4] = {NULL, take(count * bytes), take(outer * inner * bytes), NULL};
    for (int64_t i = 0; i < count; i++) {
        double value = real ? uniform() - 0.3 : (double)below(dtype == SHK_U8 ? 256 : 1000);
        if (op == SHK_REDUCE_PROD)
            value = real ? exp((uniform() - 0.5) / 8) : 1.0 + (below(4000) == 0);
        if (dtype == SHK_BOOL) value = below(op == SHK_REDUCE_MAX ? 40 : 2) == 0;
        if (real && nan_rate > 0 && uniform() < nan_rate) value = NAN;
        if (real && uniform() < nan_rate / 4) value = -INFINITY;
        set_number(slots[1], dtype, i, value);
    }
    reduction r;
    make_reduction(&r, op, dtype, outer, mid, inner, step, transposed);
    run_reduction(&r, slots, false);
    double worst = 0;
    bool good = true;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < inner; i++) {
            double expected = first_of(op, dtype), size = 0;
            for (int64_t m = 0; m < mid; m++) {
                int64_t at = transposed ? (i * mid + m) * outer + o : (o * mid + m) * inner + i;
                double x = get_number(slots[1], dtype, at);
                expected = combine(op, dtype, expected, x);
                size += fabs(x);
            }
            if (op == SHK_REDUCE_PROD && dtype == SHK_I32)
                expected = (double)(int32_t)(int64_t)expected;
            double got = get_number(slots[2], dtype, o * inner + i);
            double scale = op == SHK_REDUCE_PROD ? fabs(expected) * sqrt((double)mid + 1) : size;
            double unit = dtype == SHK_F32 ? 0x1p-24 : 0x1p-53;
            if (!real || op >= SHK_REDUCE_MAX || !isfinite(expected))
                good &= got == expected || (isnan(got) && isnan(expected));
            else if (op == SHK_REDUCE_SUM)
                worst = fmax(worst, fabs(got - expected) / (unit * scale + 1e-300));
            else
                worst = fmax(worst, fabs(got - expected)
                                 / (unit * (double)(mid + 4) * fabs(expected)));
        }
    // Sums are as good as pairwise: some 3 ulp of the sum of magnitudes in any length. (In f64 the
    // reference itself is a chain.)
    double limit = op == SHK_REDUCE_PROD ? 1 : dtype == SHK_F32 ? 6 : 6 + (double)mid;
    expect(good && worst <= limit,
           "reduce op %d dtype %d [%lld, %lld, %lld] step %d transposed %d: %g",
           op, dtype, (long long)outer, (long long)mid, (long long)inner, step, transposed, worst);

    // The bits of a row: the same alone, the same when nothing is cut.
    if (outer > 0 && !transposed && inner > 0) {
        char *uncut = take(outer * inner * bytes), *alone = take(inner * bytes);
        void *again[4] = {NULL, slots[1], uncut, NULL};
        make_reduction(&r, op, dtype, outer, mid, inner, !step, false);
        run_reduction(&r, again, true);
        expect(memcmp(uncut, slots[2], (size_t)(outer * inner * bytes)) == 0,
               "cutting shows: op %d dtype %d [%lld, %lld, %lld]", op, dtype, (long long)outer,
               (long long)mid, (long long)inner);
        int64_t o = below(outer);
        make_reduction(&r, op, dtype, 1, mid, inner, step, false);
        r.input.offset = o * mid * inner;
        again[2] = alone;
        run_reduction(&r, again, false);
        expect(memcmp(alone, (char *)slots[2] + o * inner * bytes, (size_t)(inner * bytes)) == 0,
               "the batch shows: op %d dtype %d [%lld, %lld, %lld]", op, dtype, (long long)outer,
               (long long)mid, (long long)inner);
    }
    release();
}

static void test_reductions(void) {
    static const int64_t sizes[] = {0, 1, 2, 3, 7, 10, 16, 17, 51, 64, 100, 256, 257, 511, 512, 513,
                                    700, 1024, 1500};
    for (int round = 0; round < 3000; round++) {
        int64_t dims[3];
        for (int d = 0; d < 3; d++)
            dims[d] = below(3) == 0 ? 1 : sizes[below(sizeof sizes / sizeof *sizes)];
        if (dims[0] * dims[1] * dims[2] > 60000) dims[below(3)] = 1 + below(3);
        if (dims[0] * dims[1] * dims[2] > 200000) continue;
        check_reduction((shk_reduction)below(4), numbers[below(NUMBERS)], dims[0], dims[1], dims[2],
                        below(2), below(4) == 0, below(3) == 0 ? 0.5 / (double)(dims[1] + 1) : 0);
    }
    for (int op = 0; op < 4; op++) {
        check_reduction((shk_reduction)op, SHK_F32, 1, 401408, 1, true, false, 0);
        check_reduction((shk_reduction)op, SHK_F32, 3, 70001, 1, true, false, 0);
        check_reduction((shk_reduction)op, SHK_F32, 1, 60000, 10, false, false, 0);
        check_reduction((shk_reduction)op, SHK_F32, 1, 128, 512, true, false, 0);
        check_reduction((shk_reduction)op, SHK_F32, 2, 333, 1025, true, false, 0);
        check_reduction((shk_reduction)op, SHK_F32, 128, 10, 1, false, false, 0);
        check_reduction((shk_reduction)op, SHK_F64, 2, 80001, 3, false, false, 0);
        check_reduction((shk_reduction)op, SHK_I64, 1, 100000, 1, false, false, 0);
    }
}

// Softmax -----------------------------------------------------------------------------------------

static void run_softmax(shk_dtype dtype, bool logarithm, void *x, void *y, int64_t rows,
                        int64_t width) {
    shk_softmax softmax = {.dtype = dtype, .x_slot = 1, .y_slot = 2, .logarithm = logarithm,
                           .rows = rows, .width = width};
    void *slots[3] = {NULL, x, y};
    run_chunks(shk_softmax_run, &softmax, slots, shk_softmax_prepare(&softmax));
}

static void check_softmax(shk_dtype dtype, bool logarithm, int64_t rows, int64_t width, bool odd,
                          bool in_place) {
    const int32_t bytes = dtype_bytes[dtype];
    char *x = take(rows * width * bytes), *kept = take(rows * width * bytes);
    char *y = in_place ? x : take(rows * width * bytes);
    for (int64_t i = 0; i < rows * width; i++) {
        double value = 20 * (uniform() - 0.5);
        if (odd && below(4) == 0) value = -INFINITY;
        if (odd && below(4 * width) == 0) value = NAN;
        if (odd && below(8 * width) == 0) value = INFINITY;
        set_number(x, dtype, i, value);
    }
    memcpy(kept, x, (size_t)(rows * width * bytes));
    run_softmax(dtype, logarithm, x, y, rows, width);
    double worst = 0, unit = dtype == SHK_F32 ? 0x1p-24 : 0x1p-53;
    bool good = true;
    for (int64_t r = 0; r < rows; r++) {
        double max = -INFINITY;
        long double exact = 0;
        for (int64_t i = 0; i < width; i++) {
            double value = get_number(kept, dtype, r * width + i);
            if (value > max || isnan(value)) max = value;
            if (isnan(max)) break;
        }
        for (int64_t i = 0; i < width; i++)
            exact += exp(get_number(kept, dtype, r * width + i) - max);
        double sum = (double)exact;
        for (int64_t i = 0; i < width; i++) {
            double shifted = get_number(kept, dtype, r * width + i) - max;
            double expected = logarithm ? shifted - log(sum) : exp(shifted) / sum;
            double got = get_number(y, dtype, r * width + i);
            if (!isfinite(expected)) good &= got == expected || (isnan(got) && isnan(expected));
            else {
                double size = logarithm ? fabs(shifted) + log(sum) + 1 : expected;
                worst = fmax(worst, fabs(got - expected) / (unit * size + 1e-300));
            }
        }
    }
    // exp of a rounded difference of up to 20 is off by up to 10 units already.
    expect(good && worst < 30, "softmax dtype %d log %d [%lld, %lld] odd %d: %g", dtype, logarithm,
           (long long)rows, (long long)width, odd, worst);
    if (rows > 0 && width > 0) {
        int64_t r = below(rows), row = width * bytes;
        char *alone = take(row);
        run_softmax(dtype, logarithm, kept + r * row, alone, 1, width);
        expect(memcmp(alone, y + r * row, (size_t)row) == 0, "softmax: the batch shows");
    }
    release();
}

static void test_softmax(void) {
    static const int64_t widths[] = {0, 1, 2, 7, 10, 16, 17, 100, 255, 257, 512, 513, 1000, 5000};
    for (int round = 0; round < 400; round++)
        check_softmax(below(2) ? SHK_F32 : SHK_F64, below(2),
                      below(round % 20 ? 12 : 600), widths[below(14)], below(2), below(4) == 0);
    check_softmax(SHK_F32, false, 2, 100000, false, false);
    check_softmax(SHK_F32, true, 2, 100000, false, false);
}

// Indexing ----------------------------------------------------------------------------------------

static void fill_random(void *at, shk_dtype dtype, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        set_number(at, dtype, i, (double)below(200) - (dtype > SHK_U8 ? 100 : 0));
}

// Indices in [-size, size), now and then one outside.
static void fill_indices(void *at, shk_dtype dtype, int64_t n, int64_t size, bool outside) {
    for (int64_t i = 0; i < n; i++) {
        double value = size ? (double)(below(2 * size) - size) : 0;
        if (outside && below(10) == 0)
            value = (double)(below(2) ? size + below(5) : -size - 1 - below(5));
        set_number(at, dtype, i, value);
    }
}
static int64_t index_at(const void *at, shk_dtype dtype, int64_t i, int64_t size) {
    int64_t index = (int64_t)get_number(at, dtype, i);
    if (index < 0) index += size;
    return index >= 0 && index < size ? index : -1;
}

static void test_indexing(void) {
    static const int64_t inners[] = {0, 1, 2, 3, 4, 8, 16, 20, 24, 48, 64, 300, 784};
    for (int round = 0; round < 1500; round++) {
        const shk_dtype dtype = numbers[below(NUMBERS)], index_dtype = below(2) ? SHK_I32 : SHK_I64;
        const int32_t bytes = dtype_bytes[dtype];
        const int64_t outer = below(4), size = below(round % 3 ? 40 : 3), inner = inners[below(13)];
        const int64_t count = round % 100 == 0 ? 6000 : below(60);
        const bool outside = below(4) == 0 || size == 0;
        shk_status status = {0};
        bool bad = false, same = true;

        // gather and scatter_add
        char *x = take(outer * size * inner * bytes), *y = take(outer * count * inner * bytes);
        char *index = take(count * dtype_bytes[index_dtype]);
        fill_random(x, dtype, outer * size * inner);
        fill_indices(index, index_dtype, count, size, outside);
        void *slots[4] = {&status, x, index, y};
        shk_gather gather = {.tag = 7, .bytes = bytes, .index_dtype = index_dtype, .x_slot = 1,
                             .index_slot = 2, .y_slot = 3, .outer = outer, .size = size,
                             .inner = inner, .count = count};
        run_chunks(shk_gather_run, &gather, slots, shk_gather_prepare(&gather));
        for (int64_t o = 0; o < outer; o++)
            for (int64_t j = 0; j < count; j++) {
                int64_t at = index_at(index, index_dtype, j, size);
                bad |= at < 0;
                for (int64_t i = 0; i < inner; i++)
                    same &= get_number(y, dtype, (o * count + j) * inner + i)
                        == (at < 0 ? 0 : get_number(x, dtype, (o * size + at) * inner + i));
            }
        expect(same, "gather [%lld, %lld, %lld] of %lld", (long long)outer, (long long)count,
               (long long)inner, (long long)size);
        expect(outer * count * inner == 0 || bad == (status.code != 0), "gather reports");
        expect(!status.code || (status.tag == 7 && status.limit == size), "what gather reports");

        if (dtype >= SHK_I32) {
            char *sums = take(outer * size * inner * bytes);
            char *expected = take(outer * size * inner * bytes);
            fill_random(y, dtype, outer * count * inner);
            for (int64_t i = 0; i < outer * count * inner && dtype == SHK_F32; i++)
                ((float *)y)[i] = (float)uniform();     // so that the order shows
            memset(expected, 0, (size_t)(outer * size * inner * bytes));
            const int64_t shared = count % 3 == 0 && count ? 3 : 1;
            for (int64_t o = 0; o < outer; o++)
                for (int64_t j = 0; j < count; j++) {
                    int64_t at = index_at(index, index_dtype, j, size);
                    for (int64_t i = 0; at >= 0 && i < inner; i++) {
                        int64_t to = (o * size + at) * inner + i;
                        int64_t from = (o * (count / shared) + j / shared) * inner + i;
                        set_number(expected, dtype, to,
                                   get_number(expected, dtype, to) + get_number(y, dtype, from));
                    }
                }
            shk_scatter_add scatter = {.dtype = dtype, .index_dtype = index_dtype, .x_slot = 3,
                                       .index_slot = 2, .y_slot = 1, .outer = outer, .size = size,
                                       .inner = inner, .count = count, .shared = shared};
            slots[1] = sums;
            run_chunks(shk_scatter_add_run, &scatter, slots, shk_scatter_add_prepare(&scatter));
            expect(memcmp(sums, expected, (size_t)(outer * size * inner * bytes)) == 0,
                   "scatter_add [%lld, %lld/%lld, %lld] to %lld dtype %d", (long long)outer,
                   (long long)count, (long long)shared, (long long)inner, (long long)size, dtype);
        }
        release();

        // along, both ways
        bool scatter = below(2) && dtype >= SHK_I32;
        int64_t places = outer * count * inner, cells = outer * size * inner;
        char *cell = take(cells * bytes), *expected = take(cells * bytes);
        char *place = take(places * bytes);
        index = take(places * dtype_bytes[index_dtype]);
        fill_indices(index, index_dtype, places, size, outside);
        fill_random(cell, dtype, cells);
        fill_random(place, dtype, places);
        memset(expected, 0, (size_t)(cells * bytes));
        shk_along along = {.dtype = dtype, .index_dtype = index_dtype, .scatter = scatter,
                           .x_slot = scatter ? 3 : 1, .index_slot = 2, .y_slot = scatter ? 1 : 3,
                           .outer = outer, .size = size, .inner = inner, .count = count};
        void *along_slots[4] = {&status, cell, index, place};
        run_chunks(shk_along_run, &along, along_slots, shk_along_prepare(&along));
        same = true;
        for (int64_t o = 0; o < outer; o++)
            for (int64_t j = 0; j < count; j++)
                for (int64_t i = 0; i < inner; i++) {
                    int64_t from = (o * count + j) * inner + i;
                    int64_t at = index_at(index, index_dtype, from, size);
                    int64_t to = (o * size + at) * inner + i;
                    if (scatter && at >= 0)
                        set_number(expected, dtype, to,
                                   get_number(expected, dtype, to)
                                       + get_number(place, dtype, from));
                    if (!scatter)
                        same &= get_number(place, dtype, from)
                            == (at < 0 ? 0 : get_number(cell, dtype, to));
                }
        if (scatter) same = memcmp(cell, expected, (size_t)(cells * bytes)) == 0;
        expect(same, "along scatter %d [%lld, %lld, %lld] of %lld dtype %d", scatter,
               (long long)outer, (long long)count, (long long)inner, (long long)size, dtype);
        release();
    }
}

// Order, scans, iota ------------------------------------------------------------------------------

// Whether x comes strictly before y in the order asked for; NaN is the greatest.
static bool before(double x, double y, bool descending) {
    if (descending) return isnan(x) ? !isnan(y) : x > y;
    return isnan(y) ? !isnan(x) : x < y;
}

static void fill_with_ties(void *at, shk_dtype dtype, int64_t n) {
    bool narrow = below(2);
    for (int64_t i = 0; i < n; i++) {
        double value = narrow ? (double)below(10) - (dtype > SHK_U8 ? 5 : 0)
            : dtype <= SHK_U8 ? (double)below(256) : (uniform() - 0.5) * 1e9;
        if (dtype == SHK_F32 || dtype == SHK_F64) {
            if (below(15) == 0) value = below(2) ? NAN : -NAN;
            if (below(15) == 0) value = below(2) ? INFINITY : -INFINITY;
            if (below(10) == 0) value = below(2) ? 0.0 : -0.0;
        }
        set_number(at, dtype, i, value);
    }
}

static void test_order(void) {
    static const int64_t widths[] = {0, 1, 2, 3, 10, 47, 48, 49, 50, 200, 1000, 20000};
    for (int round = 0; round < 600; round++) {
        const shk_dtype dtype = numbers[below(NUMBERS)];
        const bool descending = below(2);
        const int64_t rows = below(5), width = widths[below(round % 20 ? 10 : 12)];
        char *x = take(rows * width * dtype_bytes[dtype]);
        int32_t *y = (int32_t *)take(rows * width * 4);
        fill_with_ties(x, dtype, rows * width);
        shk_argsort sort = {.dtype = dtype, .x_slot = 1, .y_slot = 2, .descending = descending,
                            .rows = rows, .width = width};
        void *slots[3] = {NULL, x, y};
        run_chunks(shk_argsort_run, &sort, slots, shk_argsort_prepare(&sort));
        bool good = true;
        for (int64_t r = 0; r < rows; r++)
            for (int64_t i = 0; i < width; i++) {
                int64_t here = y[r * width + i];
                good &= here >= 0 && here < width;
                if (i == 0 || !good) continue;
                int64_t left = y[r * width + i - 1];
                double a = get_number(x, dtype, r * width + left);
                double b = get_number(x, dtype, r * width + here);
                good &= before(a, b, descending) || (!before(b, a, descending) && left < here);
            }
        expect(good, "argsort dtype %d [%lld, %lld] descending %d", dtype, (long long)rows,
               (long long)width, descending);
        release();
    }
    for (int round = 0; round < 1000; round++) {
        const shk_dtype dtype = numbers[below(NUMBERS)];
        const bool smallest = below(2);
        const int64_t outer = below(4), mid = 1 + below(round % 5 ? 90 : 900);
        const int64_t inner = below(3) ? 1 : below(200);
        char *x = take(outer * mid * inner * dtype_bytes[dtype]);
        int32_t *y = (int32_t *)take(outer * inner * 4);
        fill_with_ties(x, dtype, outer * mid * inner);
        if (below(2))           // so that rows without NaN are met, too
            for (int64_t i = 0; i < outer * mid * inner; i++)
                if (isnan(get_number(x, dtype, i))) set_number(x, dtype, i, 1);
        shk_arg_reduce arg = {.dtype = dtype, .x_slot = 1, .y_slot = 2, .smallest = smallest,
                              .outer = outer, .mid = mid, .inner = inner};
        void *slots[3] = {NULL, x, y};
        run_chunks(shk_arg_reduce_run, &arg, slots, shk_arg_reduce_prepare(&arg));
        bool good = true;
        for (int64_t o = 0; o < outer; o++)
            for (int64_t i = 0; i < inner; i++) {
                int64_t expected = 0;
                double best = NAN;
                for (int64_t m = mid - 1; m >= 0; m--) {
                    double value = get_number(x, dtype, (o * mid + m) * inner + i);
                    bool worse = m < mid - 1
                        && (isnan(best) ? !isnan(value) : smallest ? value > best : value < best);
                    if (worse) continue;
                    best = value;
                    expected = m;
                }
                good &= y[o * inner + i] == expected;
            }
        expect(good, "arg_reduce dtype %d [%lld, %lld, %lld] smallest %d", dtype, (long long)outer,
               (long long)mid, (long long)inner, smallest);
        release();
    }
}

static void test_scans(void) {
    for (int round = 0; round < 600; round++) {
        const shk_dtype dtype = numbers[1 + below(NUMBERS - 1)];
        const int32_t bytes = dtype_bytes[dtype];
        const int64_t outer = below(5), mid = below(200), inner = below(3) ? 1 : below(150);
        const int64_t count = outer * mid * inner;
        char *x = take(count * bytes), *kept = take(count * bytes);
        char *y = below(3) == 0 ? x : take(count * bytes);
        fill_random(x, dtype, count);
        memcpy(kept, x, (size_t)(count * bytes));
        shk_scan_sum scan = {.dtype = dtype, .x_slot = 1, .y_slot = 2, .exclusive = (int)below(2),
                             .reverse = (int)below(2), .outer = outer, .mid = mid, .inner = inner};
        scan.product = dtype == SHK_U8 && below(2);
        void *slots[3] = {NULL, x, y};
        run_chunks(shk_scan_sum_run, &scan, slots, shk_scan_sum_prepare(&scan));
        bool good = true;
        for (int64_t o = 0; o < outer; o++)
            for (int64_t i = 0; i < inner; i++) {
                double run = scan.product;
                for (int64_t k = 0; k < mid; k++) {
                    int64_t at = (o * mid + (scan.reverse ? mid - 1 - k : k)) * inner + i;
                    double value = get_number(kept, dtype, at);
                    double next = scan.product ? run * value : run + value;
                    if (dtype == SHK_U8) next = (double)(uint8_t)(int64_t)next;
                    good &= get_number(y, dtype, at) == (scan.exclusive ? run : next);
                    run = next;
                }
            }
        expect(good, "scan dtype %d [%lld, %lld, %lld]", dtype, (long long)outer, (long long)mid,
               (long long)inner);
        release();
    }
}

static void test_iota(void) {
    for (int round = 0; round < 200; round++) {
        const shk_dtype dtype = numbers[1 + below(NUMBERS - 1)];
        const int64_t count = round % 20 ? below(700) : 100000;
        char *y = take(count * dtype_bytes[dtype]), *start = take(8), *step = take(8);
        set_number(start, dtype, 0, (double)below(50));
        set_number(step, dtype, 0, (double)below(20) - (dtype == SHK_U8 ? 0 : 10));
        shk_iota iota = {.dtype = dtype, .start_slot = 1, .step_slot = 2, .y_slot = 3,
                         .count = count};
        void *slots[4] = {NULL, start, step, y};
        run_chunks(shk_iota_run, &iota, slots, shk_iota_prepare(&iota));
        bool good = true;
        for (int64_t i = 0; i < count; i++) {
            double expected = get_number(start, dtype, 0) + (double)i * get_number(step, dtype, 0);
            if (dtype == SHK_U8) expected = (double)(uint8_t)(int64_t)expected;
            good &= get_number(y, dtype, i) == expected;
        }
        expect(good, "iota dtype %d count %lld", dtype, (long long)count);
        release();
    }
}

// Running -----------------------------------------------------------------------------------------

int main(void) {
    static const char *const names[] = {"baseline", "neon", "avx2", "avx512"};
    for (int i = 0; i < 4; i++) {
        isa_name = names[i];
        if (!shk_init(isa_name)) continue;
        test_maps();
    test_guards();
        test_reductions();
        test_softmax();
        test_indexing();
        test_order();
        test_scans();
        test_iota();
    }
    printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed > 0;
}

// Stand-ins for the other kernels -----------------------------------------------------------------

__attribute__((weak)) void shk_steps_init(shk_isa isa) { (void)isa; }
__attribute__((weak)) void shk_gemm_init(shk_isa isa) { (void)isa; }
__attribute__((weak)) void *shk_scratch(size_t bytes) {
    static void *kept;
    static size_t size;
    if (bytes > size) {
        free(kept);
        kept = aligned_alloc(64, (bytes + 63) / 64 * 64);
        size = bytes;
    }
    return kept;
}

#define STAND_IN(name, T)                                                                          \
    static void step_##name(void *dst, const void *a, const void *b, const void *c, int64_t n) {   \
        (void)b, (void)c;                                                                          \
        for (int64_t i = 0; i < n; i++) ((T *)dst)[i] = name(((const T *)a)[i]);                   \
    }
STAND_IN(expf, float)
STAND_IN(exp, double)
STAND_IN(logf, float)
STAND_IN(log, double)
__attribute__((weak)) shk_step_fn shk_step(shk_op op, shk_dtype dtype) {
    if (op == SHK_OP_EXP) return dtype == SHK_F32 ? step_expf : step_exp;
    return dtype == SHK_F32 ? step_logf : step_log;
}
