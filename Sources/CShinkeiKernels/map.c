// Maps: fused elementwise programs, run tile by tile so that intermediates stay in the first cache.
//
// Linear operands cost nothing: their registers point into the buffers. A scalar is spread once.
// Only a strided operand has to be collected, and the common ones (a bias row, a crop) are bound
// too. A map of one step over a few elements is mostly overhead, so the plain path divides nowhere,
// clears nothing, and touches no more of the frame than the registers in use.
#include "evaluate.h"
#include "rows.h"
#include "sizes.h"

#include <string.h>

static inline char *address(const shk_operand *operand, void *const *slots, int64_t element) {
    return (char *)slots[operand->slot] + (operand->offset + element) * operand->bytes;
}

// Copying blocks ----------------------------------------------------------------------------------

// One side of a block [rows, cols]: where it starts and its two strides, in elements.
typedef struct side { char *at; int64_t row, col; } side;

#define ELEMENT_KINDS(X) X(uint8_t) X(uint16_t) X(uint32_t) X(uint64_t)

#define DEFINE_COPY(T)                                                                             \
    static void copy_strided_##T(side to, side from, int64_t rows, int64_t cols) {                 \
        for (int64_t r = 0; r < rows; r++) {                                                       \
            T *row_to = (T *)to.at + r * to.row;                                                   \
            const T *row_from = (const T *)from.at + r * from.row;                                 \
            for (int64_t c = 0; c < cols; c++) row_to[c * to.col] = row_from[c * from.col];        \
        }                                                                                          \
    }                                                                                              \
    static void turn_strip_##T(T *to, int64_t to_row, const T *from, int64_t from_col,             \
                               int64_t rows, int64_t cols) {                                       \
        for (int64_t r = 0; r < rows; r++)                                                         \
            for (int64_t c = 0; c < cols; c++) to[r * to_row + c] = from[r + c * from_col];        \
    }
ELEMENT_KINDS(DEFINE_COPY)
#undef DEFINE_COPY

// Four columns of four rows, by shuffles.
typedef uint32_t quad __attribute__((ext_vector_type(4)));

static inline quad load_quad(const uint32_t *p) {
    quad value;
    memcpy(&value, p, sizeof value);
    return value;
}

static inline void turn_quads(uint32_t *to, int64_t to_row, const uint32_t *from,
                              int64_t from_col) {
    quad a = load_quad(from), b = load_quad(from + from_col);
    quad c = load_quad(from + 2 * from_col), d = load_quad(from + 3 * from_col);
    quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    quad ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    quad cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    quad row[4] = {__builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5),
                   __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7),
                   __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5),
                   __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7)};
    for (int r = 0; r < 4; r++) memcpy(to + r * to_row, &row[r], sizeof row[r]);
}

#define STRIP 8                 // columns: two quads

// A strip of columns that are contiguous downwards, into rows that are contiguous.
static void turn_strip(char *to, int64_t to_row, const char *from, int64_t from_col, int32_t bytes,
                       int64_t rows, int64_t cols) {
    int64_t done = 0;
    if (bytes == 4 && cols == STRIP)
        for (; done + 4 <= rows; done += 4) {
            uint32_t *corner = (uint32_t *)to + done * to_row;
            const uint32_t *source = (const uint32_t *)from + done;
            turn_quads(corner, to_row, source, from_col);
            turn_quads(corner + 4, to_row, source + 4 * from_col, from_col);
        }
    to += done * to_row * bytes;
    from += done * bytes;
    switch (bytes) {
#define X(T)                                                                                       \
    case sizeof(T):                                                                                \
        turn_strip_##T((T *)to, to_row, (const T *)from, from_col, rows - done, cols);             \
        break;
    ELEMENT_KINDS(X)
#undef X
    }
}

// A transpose: contiguous along the rows on one side, along the columns on the other. Done in bands
// of as many rows as a cache line has elements, and those in strips of columns: so every line
// touched is used up before it leaves the first cache, and a band writes all along its rows.
#define LINE_BYTES 64

static void turn(side to, side from, int32_t bytes, int64_t rows, int64_t cols) {
    const int64_t band = LINE_BYTES / bytes;
    for (int64_t r = 0; r < rows; r += band)
        for (int64_t c = 0; c < cols; c += STRIP)
            turn_strip(to.at + (r * to.row + c) * bytes, to.row,
                       from.at + (r + c * from.col) * bytes, from.col, bytes,
                       shk_least(band, rows - r), shk_least(STRIP, cols - c));
}

static inline void spread(void *to, const void *from, int64_t stride, int32_t bytes, int64_t rows,
                          int64_t cols) {
    shk_rows.spread[__builtin_ctz((unsigned)bytes)](to, from, stride, rows, cols);
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
    if (to.col == 1 && from.col == 0 && to.row == cols) {
        spread(to.at, from.at, from.row, bytes, rows, cols);
        return;
    }
    if (rows >= 4 && to.col == 1 && from.row == 1) {
        turn(to, from, bytes, rows, cols);
        return;
    }
    if (rows >= 4 && to.row == 1 && from.col == 1) {    // the same, seen from the other side
        turn((side){to.at, to.col, 1}, (side){from.at, 1, from.row}, bytes, cols, rows);
        return;
    }
    switch (bytes) {
#define X(T) case sizeof(T): copy_strided_##T(to, from, rows, cols); break;
    ELEMENT_KINDS(X)
#undef X
    }
}

// Strided operands --------------------------------------------------------------------------------

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
static inline int64_t seek(int32_t rank, const int64_t *dims, const int64_t *strides, int64_t start,
                           int64_t *index) {
    int64_t at = 0;
    for (int32_t d = rank - 1; d > 0; d--) {
        int64_t next = start / dims[d];
        index[d] = start - next * dims[d];
        at += index[d] * strides[d];
        start = next;
    }
    index[0] = start;
    return at + start * strides[0];
}

// Copies elements [start, start + n) of a walk through `strided` to packed memory; `store`: back.
static void walk_copy(const shk_walk *walk, char *strided, char *packed, int32_t bytes,
                      int64_t start, int64_t n, bool store) {
    int64_t index[SHK_MAX_RANK];
    int64_t at = seek(walk->rank, walk->dims, walk->strides, start, index);
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
        // The (last) row is done: back to its start, then one on in the dimension above.
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

// Binds the register of an input if its tile lies in one run of adjacent elements.
static inline bool bind_adjacent(shk_frame *frame, const shk_operand *input, int32_t rank,
                                 const int64_t *dims, const int64_t *strides, int64_t start,
                                 int64_t n) {
    if (rank == 0 || strides[rank - 1] != 1) return false;
    int64_t index[SHK_MAX_RANK];
    int64_t at = seek(rank, dims, strides, start, index);
    if (index[rank - 1] + n > dims[rank - 1]) return false;
    frame->reg[input->reg] = address(input, frame->slots, at);
    return true;
}

static void gather(shk_frame *frame, const shk_operand *input, const shk_walk *walk, int64_t start,
                   int64_t n) {
    // A tile before may have left the register bound to memory.
    int32_t offset = frame->map->register_offset[input->reg];
    if (offset >= 0) frame->reg[input->reg] = frame->scratch + offset;
    walk_copy(walk, address(input, frame->slots, 0), frame->reg[input->reg], input->bytes, start, n,
              false);
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

// Frames ------------------------------------------------------------------------------------------

static inline void open_frame(shk_frame *frame, const shk_map *map, void *const *slots,
                              int64_t widest) {
    frame->map = map;
    frame->slots = slots;
    for (int32_t r = 0; r < map->registers; r++)
        frame->reg[r] = frame->scratch + map->register_offset[r];   // -1: bound before it is read
    for (int32_t i = 0; i < map->inputs; i++) {
        const shk_operand *input = &map->input[i];
        if (input->access == SHK_SCALAR)
            spread(frame->reg[input->reg], address(input, slots, 0), 0, input->bytes, 1,
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
        if (bindable(map, input, written)
            && bind_adjacent(frame, input, map->rank, map->dims, input->strides, start, n))
            continue;
        shk_walk walk;
        walk_open(&walk, map, input);
        gather(frame, input, &walk, start, n);
    }
}

void shk_frame_tile(shk_frame *frame, int64_t start, int64_t n) {
    bool gathers = bind_inputs(frame, start);
    bool scatters = bind_outputs(frame, start);
    if (gathers) gather_inputs(frame, start, n);
    run_steps(frame, n);
    if (scatters) scatter_outputs(frame, start, n);
}

// Evaluators --------------------------------------------------------------------------------------

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
        if (e->source[i] == SHK_SOURCE_PLACED)
            e->frame.reg[input->reg] = (void *)e->pattern[i];
        else if (e->source[i] == SHK_SOURCE_PATTERN)
            e->frame.reg[input->reg] =
                (void *)(e->pattern[i] + start % walk->dims[1] * input->bytes);
        else if (e->source[i] == SHK_SOURCE_GATHER
                 || !bind_adjacent(&e->frame, input, walk->rank, walk->dims, walk->strides, start,
                                   n))
            gather(&e->frame, input, walk, start, n);
    }
}

void shk_evaluator_tile(shk_evaluator *e, int64_t start, int64_t n) {
    bind_inputs(&e->frame, start);
    bool scatters = bind_outputs(&e->frame, start);
    if (e->strided) gather_planned(e, start, n);
    run_steps(&e->frame, n);
    if (scatters) scatter_outputs(&e->frame, start, n);
}

// Running -----------------------------------------------------------------------------------------

// A transposed operand: rows are adjacent in memory, and what a row holds is far apart.
static bool is_turned(const shk_walk *walk) {
    const int32_t last = walk->rank - 1;
    return last > 0 && walk->strides[last - 1] == 1 && walk->strides[last] != 0
        && walk->dims[last - 1] >= 4 && walk->dims[last] >= 64;
}

int64_t shk_map_prepare(shk_map *map) {
    int64_t tiles = shk_divide_up(map->count, SHK_TILE), per_chunk;
    int64_t chunks = shk_cut(tiles, SHK_TILE * (map->steps + 1), &per_chunk);
    map->chunk = per_chunk * SHK_TILE;
    for (int32_t i = 0; i < map->inputs && chunks > 1; i++) {
        // A transposed operand wants whole bands of rows in a chunk.
        shk_walk walk;
        if (map->input[i].access != SHK_STRIDED) continue;
        walk_open(&walk, map, &map->input[i]);
        if (!is_turned(&walk)) continue;
        int64_t band = LINE_BYTES / map->input[i].bytes * walk.dims[walk.rank - 1];
        map->chunk = shk_divide_up(shk_divide_up(map->chunk, band) * band, SHK_TILE) * SHK_TILE;
        return shk_divide_up(map->count, map->chunk);
    }
    return chunks;
}

// The length of the rows that lie in memory as they are and are longer than a tile, or 0. Tiles
// that end where these rows end can be bound without a copy.
static int64_t long_rows(const shk_evaluator *e) {
    const shk_map *map = e->frame.map;
    for (int32_t i = 0; i < map->inputs; i++) {
        if (map->input[i].access != SHK_STRIDED || e->source[i] != SHK_SOURCE_MEMORY) continue;
        const shk_walk *walk = &e->walk[i];
        const int32_t last = walk->rank - 1;
        if (last > 0 && walk->strides[last] == 1 && walk->dims[last] > SHK_TILE)
            return walk->dims[last];
    }
    return 0;
}

static void run_tiles(shk_evaluator *e, int64_t start, int64_t end) {
    const int64_t row = long_rows(e);
    while (start < end) {
        int64_t n = shk_least(SHK_TILE, end - start);
        if (row) n = shk_least(n, row - start % row);
        shk_evaluator_tile(e, start, n);
        start += n;
    }
}

// Whole rows [row, end) of the iteration space with a transposed input: the input is collected in
// bands, several rows for one pass through its memory.
static void run_bands(shk_evaluator *e, int32_t turned, int64_t row, int64_t end) {
    _Alignas(64) char collected[LINE_BYTES * SHK_TILE];
    const shk_operand *input = &e->frame.map->input[turned];
    const shk_walk *walk = &e->walk[turned];
    const int64_t width = walk->dims[walk->rank - 1], height = walk->dims[walk->rank - 2];
    const int64_t stride = walk->strides[walk->rank - 1], band = LINE_BYTES / input->bytes;
    int64_t index[SHK_MAX_RANK], rows;
    for (; row < end; row += rows) {
        const int64_t place = row % height;
        rows = shk_least(shk_least(band - place % band, height - place), end - row);
        const int64_t at = seek(walk->rank, walk->dims, walk->strides, row * width, index);
        for (int64_t c = 0; c < width; c += SHK_TILE) {
            const int64_t cols = shk_least(SHK_TILE, width - c);
            side from = {address(input, e->frame.slots, at + c * stride), 1, stride};
            turn((side){collected, cols, 1}, from, input->bytes, rows, cols);
            for (int64_t r = 0; r < rows; r++) {
                e->source[turned] = SHK_SOURCE_PLACED;
                e->pattern[turned] = collected + r * cols * input->bytes;
                shk_evaluator_tile(e, (row + r) * width + c, cols);
            }
        }
    }
    e->source[turned] = SHK_SOURCE_GATHER;
}

static void run_strided(const shk_map *map, void *const *slots, int64_t start, int64_t end) {
    shk_evaluator e;
    shk_evaluator_open(&e, map, slots, end - start);
    for (int32_t i = 0; i < map->inputs; i++) {
        if (map->input[i].access != SHK_STRIDED || e.source[i] != SHK_SOURCE_MEMORY
            || !is_turned(&e.walk[i]))
            continue;
        const int64_t width = e.walk[i].dims[e.walk[i].rank - 1];
        const int64_t first = shk_divide_up(start, width), last = end / width;
        if (first >= last) continue;
        run_tiles(&e, start, first * width);
        run_bands(&e, i, first, last);
        start = last * width;
        break;
    }
    run_tiles(&e, start, end);
}

// A map without steps that only moves elements needs no tiles.
static bool only_moves(const shk_map *map) {
    return map->steps == 0 && map->inputs == 1 && map->outputs == 1
        && map->input->reg == map->output->reg
        && (map->input->access == SHK_LINEAR || map->output->access == SHK_LINEAR)
        && map->input->access != SHK_SCALAR;
}

static void move(const shk_map *map, void *const *slots, int64_t start, int64_t end) {
    if (map->input->access == SHK_LINEAR && map->output->access == SHK_LINEAR) {
        memcpy(address(map->output, slots, start), address(map->input, slots, start),
               (size_t)((end - start) * map->output->bytes));
        return;
    }
    const bool store = map->output->access == SHK_STRIDED;
    const shk_operand *strided = store ? map->output : map->input;
    const shk_operand *linear = store ? map->input : map->output;
    shk_walk walk;
    walk_open(&walk, map, strided);
    walk_copy(&walk, address(strided, slots, 0), address(linear, slots, start), strided->bytes,
              start, end - start, store);
}

// What a guarded map leaves where its guard is false.
static void keep(const shk_map *map, void *const *slots, int64_t start, int64_t end) {
    for (int32_t o = 0; o < map->outputs; o++) {
        char *to = address(&map->output[o], slots, start);
        const char *from = address(&map->input[map->kept[o]], slots, start);
        if (to != from) memcpy(to, from, (size_t)((end - start) * map->output[o].bytes));
    }
}

void shk_map_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_map *map = params;
    int64_t start = chunk * map->chunk;
    int64_t end = shk_least(start + map->chunk, map->count);
    if (map->guard_slot != 0 && !*(const uint8_t *)slots[map->guard_slot]) {
        keep(map, slots, start, end);
        return;
    }
    if (map->steps == 0 && only_moves(map)) {
        move(map, slots, start, end);
        return;
    }
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
