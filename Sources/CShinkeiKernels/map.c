// Maps: a fused elementwise program, run tile by tile so that intermediates stay in the first cache.
//
// Linear operands cost nothing: their registers point into the buffers. A scalar is spread once. Only
// a strided operand has to be collected, and the common ones (a bias row, a crop) are bound too.
// A map of one step over a few elements is mostly overhead, so the plain path divides nowhere, clears
// nothing, and touches no more of the frame than the registers in use.
#include "evaluate.h"
#include "sizes.h"

#include <string.h>

static inline char *address(const shk_operand *operand, void *const *slots, int64_t element) {
    return (char *)slots[operand->slot] + (operand->offset + element) * operand->bytes;
}

// Copying blocks ----------------------------------------------------------------------------------

// One side of a block [rows, cols]: where it starts and its two strides, in elements.
typedef struct side { char *at; int64_t row, col; } side;

#define ELEMENT_KINDS(X) X(uint8_t) X(uint16_t) X(uint32_t) X(uint64_t)

// Columns in strips of 8 within a pass over the rows: with the rows adjacent on one side (a transpose)
// a strip touches 8 cache lines there, which the next rows find again.
#define DEFINE_COPY(T)                                                                             \
    static void fill_##T(T *to, T value, int64_t n) {                                              \
        for (int64_t i = 0; i < n; i++) to[i] = value;                                             \
    }                                                                                              \
    static void copy_strided_##T(side to, side from, int64_t rows, int64_t cols) {                 \
        for (int64_t c = 0; c < cols; c += 8) {                                                    \
            T *row_to = (T *)to.at + c * to.col;                                                   \
            const T *row_from = (const T *)from.at + c * from.col;                                 \
            int64_t width = shk_least(8, cols - c);                                                    \
            for (int64_t r = 0; r < rows; r++, row_to += to.row, row_from += from.row) {           \
                if (width == 8)                                                                    \
                    for (int i = 0; i < 8; i++) row_to[i * to.col] = row_from[i * from.col];       \
                else                                                                               \
                    for (int64_t i = 0; i < width; i++)                                            \
                        row_to[i * to.col] = row_from[i * from.col];                               \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void spread_rows_##T(side to, side from, int64_t rows, int64_t cols) {                  \
        for (int64_t r = 0; r < rows; r++)                                                         \
            fill_##T((T *)to.at + r * to.row, ((const T *)from.at)[r * from.row], cols);           \
    }
ELEMENT_KINDS(DEFINE_COPY)
#undef DEFINE_COPY

static void fill(void *to, const void *from, int32_t bytes, int64_t n) {
    switch (bytes) {
    case 1: fill_uint8_t(to, *(const uint8_t *)from, n); break;
    case 2: fill_uint16_t(to, *(const uint16_t *)from, n); break;
    case 4: fill_uint32_t(to, *(const uint32_t *)from, n); break;
    default: fill_uint64_t(to, *(const uint64_t *)from, n); break;
    }
}

// Writes a row of `size` bytes over and over until `total` bytes are full, doubling what is there.
static void repeat(char *to, const char *row, int64_t size, int64_t total) {
    int64_t full = shk_least(size, total);
    memcpy(to, row, (size_t)full);
    while (full < total) {
        int64_t more = shk_least(full, total - full);
        memcpy(to + full, to, (size_t)more);
        full += more;
    }
}

static void copy_block(side to, side from, int32_t bytes, int64_t rows, int64_t cols) {
    if (to.col == 1 && from.col == 1) {
        if (from.row == 0 && to.row == cols) {
            repeat(to.at, from.at, cols * bytes, rows * cols * bytes);
            return;
        }
        for (int64_t r = 0; r < rows; r++)
            memcpy(to.at + r * to.row * bytes, from.at + r * from.row * bytes,
                   (size_t)(cols * bytes));
        return;
    }
    bool spread = to.col == 1 && from.col == 0;
    switch (bytes) {
#define X(T)                                                                                       \
    case sizeof(T): (spread ? spread_rows_##T : copy_strided_##T)(to, from, rows, cols); break;
    ELEMENT_KINDS(X)
#undef X
    }
}

// Strided operands ----------------------------------------------------------------------------------

static void walk_open(shk_walk *walk, const shk_map *map, const shk_operand *operand) {
    int32_t top = -1;
    for (int32_t d = 0; d < map->rank; d++) {
        int64_t size = map->dims[d], stride = operand->strides[d];
        if (size == 1) continue;
        if (top >= 0 && walk->strides[top] == stride * size) {
            walk->dims[top] *= size;
            walk->strides[top] = stride;
        } else {
            top++;
            walk->dims[top] = size;
            walk->strides[top] = stride;
        }
    }
    if (top < 0) {              // a single element
        top = 0;
        walk->dims[0] = 1;
        walk->strides[0] = 1;
    }
    walk->rank = top + 1;
}

// Finds linear element `start`: its multi-index, and (returned) its distance in memory.
static int64_t walk_seek(const shk_walk *walk, int64_t start, int64_t *index) {
    int64_t at = 0;
    for (int32_t d = walk->rank - 1; d > 0; d--) {
        int64_t next = start / walk->dims[d];
        index[d] = start - next * walk->dims[d];
        at += index[d] * walk->strides[d];
        start = next;
    }
    index[0] = start;
    return at + start * walk->strides[0];
}

// Copies elements [start, start + n) of a walk through `strided` to packed memory, or back if `store`.
static void walk_copy(const shk_walk *walk, char *strided, char *packed, int32_t bytes,
                      int64_t start, int64_t n, bool store) {
    int64_t index[SHK_MAX_RANK];
    int64_t at = walk_seek(walk, start, index);
    const int32_t last = walk->rank - 1;
    const int64_t width = walk->dims[last];
    while (n > 0) {
        // Either what is left of this row, or as many whole rows as the next dimension has.
        int64_t rows = 1, cols = shk_least(width - index[last], n);
        if (last > 0 && index[last] == 0 && n >= width)
            rows = shk_least(n / width, walk->dims[last - 1] - index[last - 1]);
        side there = {strided + at * bytes, last > 0 ? walk->strides[last - 1] : 0,
                      walk->strides[last]};
        side here = {packed, cols, 1};
        if (store) copy_block(there, here, bytes, rows, cols);
        else copy_block(here, there, bytes, rows, cols);
        packed += rows * cols * bytes;
        n -= rows * cols;
        if (n == 0) return;
        // The row (the last of `rows`) is done: back to its start, then one on in the dimension above.
        at += (rows - 1) * walk->strides[last - 1] - index[last] * walk->strides[last];
        index[last] = 0;
        index[last - 1] += rows - 1;
        for (int32_t d = last - 1; d >= 0; d--) {
            at += walk->strides[d];
            if (++index[d] < walk->dims[d]) break;
            at -= walk->dims[d] * walk->strides[d];
            index[d] = 0;
        }
    }
}

// Registers a step writes: those cannot be bound to an input's memory.
static uint64_t written_registers(const shk_map *map) {
    uint64_t written = 0;
    for (int32_t s = 0; s < map->steps; s++) written |= (uint64_t)1 << map->step[s].dst;
    return written;
}

// A register may point at an input's memory if no step writes it and it is not an output's register
// (which is bound already, and then receives the gathered elements).
static bool bindable(const shk_map *map, const shk_operand *input, uint64_t written) {
    return map->register_offset[input->reg] >= 0 && !(written >> input->reg & 1);
}

// The source of a tile if it lies in one run of adjacent elements, or NULL.
static const char *adjacent(const shk_walk *walk, const char *base, int32_t bytes, int64_t start,
                            int64_t n) {
    const int32_t last = walk->rank - 1;
    if (walk->strides[last] != 1) return NULL;
    int64_t index[SHK_MAX_RANK];
    int64_t at = walk_seek(walk, start, index);
    return index[last] + n <= walk->dims[last] ? base + at * bytes : NULL;
}

static void gather(shk_frame *frame, const shk_operand *input, const shk_walk *walk, bool bind,
                   int64_t start, int64_t n) {
    char *base = address(input, frame->slots, 0);
    const char *there = bind ? adjacent(walk, base, input->bytes, start, n) : NULL;
    if (there) {
        frame->reg[input->reg] = (void *)there;
        return;
    }
    // A tile before may have left the register bound to memory.
    int32_t offset = frame->map->register_offset[input->reg];
    if (offset >= 0) frame->reg[input->reg] = frame->scratch + offset;
    walk_copy(walk, base, frame->reg[input->reg], input->bytes, start, n, false);
}

static void scatter_outputs(shk_frame *frame, int64_t start, int64_t n) {
    const shk_map *map = frame->map;
    for (int32_t o = 0; o < map->outputs; o++) {
        const shk_operand *output = &map->output[o];
        if (output->access != SHK_STRIDED) continue;
        shk_walk walk;
        walk_open(&walk, map, output);
        walk_copy(&walk, address(output, frame->slots, 0), frame->reg[output->reg], output->bytes,
                  start, n, true);
    }
}

// Frames ----------------------------------------------------------------------------------------------

static inline void open_frame(shk_frame *frame, const shk_map *map, void *const *slots,
                              int64_t widest) {
    frame->map = map;
    frame->slots = slots;
    for (int32_t r = 0; r < map->registers; r++)
        frame->reg[r] = frame->scratch + map->register_offset[r];   // -1: bound before it is read
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access == SHK_SCALAR)
            fill(frame->reg[input->reg], address(input, slots, 0), input->bytes,
                 shk_least(widest, SHK_TILE));
    }
}

// Points the registers of linear operands at element `start`; true if there are strided inputs.
static inline bool bind_inputs(shk_frame *frame, int64_t start) {
    const shk_map *map = frame->map;
    bool strided = false;
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access == SHK_LINEAR)
            frame->reg[input->reg] = address(input, frame->slots, start);
        strided |= input->access == SHK_STRIDED;
    }
    return strided;
}

static inline bool bind_outputs(shk_frame *frame, int64_t start) {
    const shk_map *map = frame->map;
    bool strided = false;
    for (int32_t o = 0; o < map->outputs; o++) {
        const shk_operand *output = &map->output[o];
        if (output->access == SHK_STRIDED) strided = true;
        else frame->reg[output->reg] = address(output, frame->slots, start);
    }
    return strided;
}

static inline void run_steps(const shk_frame *frame, int64_t n) {
    const shk_step_call *step = frame->map->step, *end = step + frame->map->steps;
    void *const *reg = frame->reg;
    for (; step < end; step++)
        step->fn(reg[step->dst], step->a < 0 ? NULL : reg[step->a],
                 step->b < 0 ? NULL : reg[step->b], step->c < 0 ? NULL : reg[step->c], n);
}

void shk_frame_open(shk_frame *frame, const shk_map *map, void *const *slots, int64_t widest) {
    open_frame(frame, map, slots, widest);
}

static void gather_inputs(shk_frame *frame, int64_t start, int64_t n) {
    const shk_map *map = frame->map;
    uint64_t written = written_registers(map);
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access != SHK_STRIDED) continue;
        shk_walk walk;
        walk_open(&walk, map, input);
        gather(frame, input, &walk, bindable(map, input, written), start, n);
    }
}

void shk_frame_tile(shk_frame *frame, int64_t start, int64_t n) {
    bool gathers = bind_inputs(frame, start);
    bool scatters = bind_outputs(frame, start);
    if (gathers) gather_inputs(frame, start, n);
    run_steps(frame, n);
    if (scatters) scatter_outputs(frame, start, n);
}

// Evaluators --------------------------------------------------------------------------------------------

static bool has_strided(const shk_map *map) {
    for (int32_t i = 0; i < map->inputs; i++)
        if (map->input[i].access == SHK_STRIDED) return true;
    for (int32_t o = 0; o < map->outputs; o++)
        if (map->output[o].access == SHK_STRIDED) return true;
    return false;
}

// A row broadcast down (a bias): strides 0, 1, and short enough to be written out.
static bool repeats(const shk_walk *walk) {
    return walk->rank == 2 && walk->strides[0] == 0 && walk->strides[1] == 1
        && walk->dims[1] <= SHK_TILE;
}

void shk_evaluator_open(shk_evaluator *e, const shk_map *map, void *const *slots, int64_t widest) {
    open_frame(&e->frame, map, slots, widest);
    e->strided = has_strided(map);
    if (!e->strided) return;
    uint64_t written = written_registers(map);
    char *room = e->patterns;
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access != SHK_STRIDED) continue;
        shk_walk *walk = &e->walk[i];
        walk_open(walk, map, input);
        e->source[i] = bindable(map, input, written) ? SHK_SOURCE_MEMORY : SHK_SOURCE_GATHER;
        if (e->source[i] == SHK_SOURCE_GATHER || !repeats(walk)) continue;
        // One row more than the widest tile, so that a tile can start at any column.
        int64_t row = walk->dims[1] * input->bytes;
        int64_t total = shk_least(widest, SHK_TILE) * input->bytes + row;
        if (total > e->patterns + SHK_PATTERN_BYTES - room) continue;
        repeat(room, address(input, slots, 0), row, total);
        e->pattern[i] = room;
        e->source[i] = SHK_SOURCE_PATTERN;
        room += (total + 63) & ~63;
    }
}

static void gather_planned(shk_evaluator *e, int64_t start, int64_t n) {
    const shk_map *map = e->frame.map;
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access != SHK_STRIDED) continue;
        const shk_walk *walk = &e->walk[i];
        if (e->source[i] == SHK_SOURCE_PATTERN)
            e->frame.reg[input->reg] =
                (void *)(e->pattern[i] + start % walk->dims[1] * input->bytes);
        else
            gather(&e->frame, input, walk, e->source[i] == SHK_SOURCE_MEMORY, start, n);
    }
}

void shk_evaluator_tile(shk_evaluator *e, int64_t start, int64_t n) {
    bind_inputs(&e->frame, start);
    bool scatters = bind_outputs(&e->frame, start);
    if (e->strided) gather_planned(e, start, n);
    run_steps(&e->frame, n);
    if (scatters) scatter_outputs(&e->frame, start, n);
}

// Running -------------------------------------------------------------------------------------------------

int64_t shk_map_prepare(shk_map *map) {
    int64_t tiles = shk_divide_up(map->count, SHK_TILE), per_chunk;
    int64_t chunks = shk_cut(tiles, SHK_TILE * (map->steps + 1), &per_chunk);
    map->chunk = per_chunk * SHK_TILE;
    return chunks;
}

static void run_strided(const shk_map *map, void *const *slots, int64_t start, int64_t end) {
    shk_evaluator e;
    shk_evaluator_open(&e, map, slots, end - start);
    for (; start < end; start += SHK_TILE)
        shk_evaluator_tile(&e, start, shk_least(SHK_TILE, end - start));
}

void shk_map_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_map *map = params;
    int64_t start = chunk * map->chunk;
    int64_t end = shk_least(start + map->chunk, map->count);
    if (has_strided(map)) {
        run_strided(map, slots, start, end);
        return;
    }
    shk_frame frame;
    open_frame(&frame, map, slots, end - start);
    for (; start < end; start += SHK_TILE) {
        bind_inputs(&frame, start);
        bind_outputs(&frame, start);
        run_steps(&frame, shk_least(SHK_TILE, end - start));
    }
}
