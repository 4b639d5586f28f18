// Maps, reductions, softmax, indexing, order, scans and iota against plain loops, on every instruction
// set this machine has. Prints failures and a last line "N passed, N failed"; exits 1 on failure.
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

// Helpers -------------------------------------------------------------------------------------------

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

// Maps ----------------------------------------------------------------------------------------------

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
    // Every step writes a new register, or one that is its own: an earlier step's, a gathered input's.
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

// Reductions ------------------------------------------------------------------------------------------

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
        double value = op == SHK_REDUCE_PROD ? (real ? exp((uniform() - 0.5) / 8) : 1.0 + (below(4000) == 0))
            : real ? uniform() - 0.3 : (double)below(dtype == SHK_U8 ? 256 : 1000);
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
            if (op == SHK_REDUCE_PROD && dtype == SHK_I32) expected = (double)(int32_t)(int64_t)expected;
            double got = get_number(slots[2], dtype, o * inner + i);
            double scale = op == SHK_REDUCE_PROD ? fabs(expected) * sqrt((double)mid + 1) : size;
            double unit = dtype == SHK_F32 ? 0x1p-24 : 0x1p-53;
            if (!real || op >= SHK_REDUCE_MAX || !isfinite(expected))
                good &= got == expected || (isnan(got) && isnan(expected));
            else if (op == SHK_REDUCE_SUM)
                worst = fmax(worst, fabs(got - expected) / (unit * scale + 1e-300));
            else
                worst = fmax(worst, fabs(got - expected) / (unit * (double)(mid + 4) * fabs(expected)));
        }
    // Sums are as good as pairwise: some 3 ulp of the sum of magnitudes in any length. (In f64 the
    // reference itself is a chain.)
    double limit = op == SHK_REDUCE_PROD ? 1 : dtype == SHK_F32 ? 6 : 6 + (double)mid;
    expect(good && worst <= limit, "reduce op %d dtype %d [%lld, %lld, %lld] step %d transposed %d: %g",
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
//@@MORE

// Running -------------------------------------------------------------------------------------------

int main(void) {
    static const char *const names[] = {"baseline", "neon", "avx2", "avx512"};
    for (int i = 0; i < 4; i++) {
        isa_name = names[i];
        if (!shk_init(isa_name)) continue;
        test_maps();
        test_reductions();
        //@@CALLS
    }
    printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed > 0;
}

// Stand-ins for the other kernels ---------------------------------------------------------------------

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
