// Rows picked and placed by index: gather, its gradient scatter_add; the same per element: along.
//
// Every destination is written by one chunk, which takes the sources in ascending order; so the
// sums of a scatter have one order however the work is cut.
#include "rows.h"
#include "sizes.h"

#include <string.h>

static const uint8_t element_bytes[SHK_DTYPES] = {1, 1, 4, 8, 2, 2, 4, 8};

static inline int64_t load_index(const void *index, int32_t dtype, int64_t i) {
    return dtype == SHK_I32 ? ((const int32_t *)index)[i] : ((const int64_t *)index)[i];
}

// The index counted from the front, or -1 after reporting it.
static inline int64_t resolve(int64_t index, int64_t size, int32_t tag, void *const *slots) {
    int64_t at = index < 0 ? index + size : index;
    if ((uint64_t)at < (uint64_t)size) return at;
    shk_report(slots[SHK_STATUS_SLOT], SHK_STATUS_INDEX_OUT_OF_RANGE, tag, index, size);
    return -1;
}

// Gather ------------------------------------------------------------------------------------------

// The unit is one row of the output.
// Rows of a table larger than the caches come from memory, which takes six times as long: a batch
// of 32 MNIST images 13 microseconds.
#define CACHED_BYTES (8 << 20)

int64_t shk_gather_prepare(shk_gather *gather) {
    int64_t units = gather->inner == 0 ? 0 : gather->outer * gather->count;
    int64_t row_bytes = gather->inner * gather->bytes;
    int64_t far = gather->outer * gather->size > CACHED_BYTES / shk_most(row_bytes, 1) ? 6 : 1;
    return shk_cut(units, far * row_bytes / 4 + 4, &gather->chunk_rows);
}

int64_t shk_gather_cut_samples(shk_gather *gather, int64_t batch, int64_t samples) {
    gather->chunk_rows = samples * (gather->outer * gather->count / batch);
    return shk_divide_up(batch, samples);
}

// Rows from this size on are fetched ahead.
#define PREFETCHED_BYTES 256

// Copies a row; the sizes of one element become single moves, short rows of whole vectors a few.
static inline void copy_row(char *to, const char *from, int64_t bytes) {
    switch (bytes) {
    case 1: memcpy(to, from, 1); break;
    case 2: memcpy(to, from, 2); break;
    case 4: memcpy(to, from, 4); break;
    case 8: memcpy(to, from, 8); break;
    default:
        if (bytes > 256 || bytes % 16) memcpy(to, from, (size_t)bytes);
        else
            for (int64_t i = 0; i < bytes; i += 16) memcpy(to + i, from + i, 16);
        break;
    }
}

// Asks for a row while the one before it is copied: rows that are picked at random are a surprise to
// the processor's own prefetching. Asks only, so an index out of range is left to its turn.
static inline void prefetch_row(const char *x, int64_t at, int64_t size, int64_t bytes) {
    if ((uint64_t)at >= (uint64_t)size) return;
    for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(x + at * bytes + i);
}

void shk_gather_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_gather *gather = params;
    const int64_t row = gather->inner * gather->bytes;
    const int64_t first = chunk * gather->chunk_rows;
    const int64_t last = shk_least(first + gather->chunk_rows, gather->outer * gather->count);
    const void *index = slots[gather->index_slot];
    const char *x = (const char *)slots[gather->x_slot];
    x += first / gather->count * gather->size * row;
    char *y = (char *)slots[gather->y_slot] + first * row;
    int64_t j = first % gather->count;
    const bool whole = row > 0 && row < PREFETCHED_BYTES && row % 64 == 0;
    for (int64_t unit = first; unit < last;) {
        const char *from = (const char *)index + j * element_bytes[gather->index_dtype];
        int64_t done = 0;
        if (whole)              // as far as the next index out of range, which is met alone then
            done = shk_rows.copy_rows[gather->index_dtype](
                y, x, from, shk_least(gather->count - j, last - unit), gather->size, row);
        if (done == 0) {
            int64_t at = resolve(load_index(from, gather->index_dtype, 0), gather->size, gather->tag, slots);
            if (row >= PREFETCHED_BYTES && j + 1 < gather->count && unit + 1 < last)
                prefetch_row(x, load_index(from, gather->index_dtype, 1), gather->size, row);
            if (at < 0) memset(y, 0, (size_t)row);
            else copy_row(y, x + at * row, row);
            done = 1;
        }
        unit += done;
        y += done * row;
        if ((j += done) == gather->count) {
            j = 0;
            x += gather->size * row;
        }
    }
}

// Scatter -----------------------------------------------------------------------------------------

// One outer row is cut into `chunk_rows` pieces: wide rows by columns, narrow ones by destination,
// in stripes rather than ranges because indices are often sorted by how frequent they are. Pieces
// are large and few, as each reads all the indices.
#define MAX_PIECES 8
#define STRIPE_BYTES 256        // no piece writes another's cache lines
#define WIDE_BYTES 1024

static bool is_wide(const shk_scatter_add *scatter) {
    return scatter->inner * element_bytes[scatter->dtype] >= WIDE_BYTES;
}

int64_t shk_scatter_add_prepare(shk_scatter_add *scatter) {
    scatter->chunk_rows = 1;
    if (scatter->outer == 0 || scatter->size == 0 || scatter->inner == 0) return 0;
    int64_t work = (scatter->count + scatter->size / 4) * scatter->inner;
    int64_t pieces = 1;
    const int64_t most = is_wide(scatter) ? MAX_PIECES : shk_least(MAX_PIECES, shk_most(scatter->inner / 8, 2));
    while (pieces < most && scatter->outer * pieces < 2 * MAX_PIECES
           && work >= 4 * pieces * SHK_CHUNK_WORK)
        pieces *= 2;
    scatter->chunk_rows = pieces;
    return scatter->outer * pieces;
}

// Destinations d of a piece: those with (d >> shift) % pieces == piece.
static int stripe_shift(int64_t row_bytes) {
    int shift = 0;
    while (row_bytes << shift < STRIPE_BYTES) shift++;
    return shift;
}

static void clear_stripes(char *y, int64_t size, int64_t row, int shift, int64_t pieces,
                          int64_t piece) {
    const int64_t stripe = (int64_t)1 << shift;
    for (int64_t d = piece * stripe; d < size; d += pieces * stripe)
        memset(y + d * row, 0, (size_t)(shk_least(stripe, size - d) * row));
}

static void clear_columns(char *y, int64_t size, int64_t row, int64_t from, int64_t bytes) {
    for (int64_t d = 0; d < size; d++) memset(y + d * row + from, 0, (size_t)bytes);
}

#define PICKED 256              // indices looked through at once

// Places of indices become those of the rows they share: `offset` indices before the first have had their row already.
static void share_places(int32_t *places, int64_t count, int64_t shared, int64_t offset) {
    int64_t end = shared - offset;
    int32_t row = 0;
    for (int64_t i = 0; i < count; i++) {
        for (; places[i] >= end; end += shared) row++;
        places[i] = row;
    }
}

void shk_scatter_add_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_scatter_add *scatter = params;
    const int64_t bytes = element_bytes[scatter->dtype], row = scatter->inner * bytes;
    const int64_t pieces = scatter->chunk_rows, o = chunk / pieces, piece = chunk % pieces;
    const int64_t index_bytes = element_bytes[scatter->index_dtype], shared = scatter->shared;
    const char *index = slots[scatter->index_slot];
    const char *x = (const char *)slots[scatter->x_slot] + o * (scatter->count / shared) * row;
    char *y = (char *)slots[scatter->y_slot] + o * scatter->size * row;

    shk_stripes mine = {.size = scatter->size, .shift = stripe_shift(row)};
    int64_t columns = scatter->inner;
    if (is_wide(scatter)) {
        int64_t width = (shk_divide_up(scatter->inner, pieces) + 15) & ~(int64_t)15;
        const int64_t column = shk_least(piece * width, scatter->inner);
        columns = shk_least(width, scatter->inner - column);
        clear_columns(y, scatter->size, row, column * bytes, columns * bytes);
        x += column * bytes;
        y += column * bytes;
    } else {
        mine.mask = pieces - 1; // a power of two
        mine.mine = piece;
        clear_stripes(y, scatter->size, row, mine.shift, pieces, piece);
    }
    int64_t rows[PICKED + SHK_PICK_ROOM];
    int32_t places[PICKED + SHK_PICK_ROOM];
    for (int64_t j = 0; j < scatter->count; j += PICKED) {
        int64_t wrong = -1;
        const int64_t count = shk_rows.pick[scatter->index_dtype](
            rows, places, index + j * index_bytes, shk_least(PICKED, scatter->count - j), mine, &wrong);
        if (wrong >= 0)
            resolve(load_index(index, scatter->index_dtype, j + wrong), scatter->size, scatter->tag, slots);
        if (shared > 1) share_places(places, count, shared, j % shared);
        shk_rows.add_rows[scatter->dtype](y, x + j / shared * row, rows, places, count, scatter->inner, columns);
    }
}

// Along -------------------------------------------------------------------------------------------

#define ALONG_STRIP 128         // columns of a scatter's unit

// The unit of a gather is a row of the output; of a scatter, a strip of columns of an outer row, as
// it must see all sources of its destinations.
int64_t shk_along_prepare(shk_along *along) {
    if (!along->scatter)
        return shk_cut(along->inner == 0 ? 0 : along->outer * along->count, 4 * along->inner,
                       &along->chunk_rows);
    int64_t units = along->size == 0 ? 0 : along->outer * shk_divide_up(along->inner, ALONG_STRIP);
    int64_t width = shk_least(along->inner, ALONG_STRIP);
    return shk_cut(units, (4 * along->count + along->size) * width, &along->chunk_rows);
}

#define DEFINE_GATHER(T)                                                                           \
    static void gather_along_##T(const shk_along *along, void *const *slots, int64_t first,        \
                                 int64_t last) {                                                   \
        const int64_t inner = along->inner;                                                        \
        const void *index = slots[along->index_slot];                                              \
        T *y = (T *)slots[along->y_slot];                                                          \
        for (int64_t unit = first; unit < last; unit++) {                                          \
            const T *x = (const T *)slots[along->x_slot]                                           \
                + unit / along->count * along->size * inner;                                       \
            for (int64_t i = 0; i < inner; i++) {                                                  \
                int64_t at = resolve(load_index(index, along->index_dtype, unit * inner + i),      \
                                     along->size, along->tag, slots);                              \
                y[unit * inner + i] = at < 0 ? 0 : x[at * inner + i];                              \
            }                                                                                      \
        }                                                                                          \
    }
DEFINE_GATHER(uint8_t)
DEFINE_GATHER(uint16_t)
DEFINE_GATHER(uint32_t)
DEFINE_GATHER(uint64_t)

// Integers wrap around, so they are added as unsigned numbers.
#define DEFINE_SCATTER(T)                                                                          \
    static void scatter_along_##T(const shk_along *along, void *const *slots, int64_t o,           \
                                  int64_t column, int64_t columns) {                               \
        const int64_t inner = along->inner, size = along->size, count = along->count;              \
        const void *index = slots[along->index_slot];                                              \
        const T *x = (const T *)slots[along->x_slot];                                              \
        T *y = (T *)slots[along->y_slot] + o * size * inner;                                       \
        for (int64_t d = 0; d < size; d++)                                                         \
            memset(y + d * inner + column, 0, (size_t)columns * sizeof(T));                        \
        for (int64_t j = 0; j < count; j++)                                                        \
            for (int64_t i = column; i < column + columns; i++) {                                  \
                int64_t from = (o * count + j) * inner + i;                                        \
                int64_t at = resolve(load_index(index, along->index_dtype, from), size,            \
                                     along->tag, slots);                                           \
                if (at >= 0) y[at * inner + i] = (T)(y[at * inner + i] + x[from]);                 \
            }                                                                                      \
    }
DEFINE_SCATTER(uint8_t)
DEFINE_SCATTER(uint32_t)
DEFINE_SCATTER(uint64_t)
DEFINE_SCATTER(float)
DEFINE_SCATTER(double)

static void scatter_along(const shk_along *along, void *const *slots, int64_t first, int64_t last) {
    const int64_t strips = shk_divide_up(along->inner, ALONG_STRIP);
    for (int64_t unit = first; unit < last; unit++) {
        int64_t o = unit / strips, column = unit % strips * ALONG_STRIP;
        int64_t columns = shk_least(ALONG_STRIP, along->inner - column);
        switch (along->dtype) {
        case SHK_F32: scatter_along_float(along, slots, o, column, columns); break;
        case SHK_F64: scatter_along_double(along, slots, o, column, columns); break;
        case SHK_I32: scatter_along_uint32_t(along, slots, o, column, columns); break;
        case SHK_I64: scatter_along_uint64_t(along, slots, o, column, columns); break;
        default: scatter_along_uint8_t(along, slots, o, column, columns); break;
        }
    }
}

void shk_along_run(const void *params, void *const *slots, int64_t chunk) {
    const shk_along *along = params;
    const int64_t first = chunk * along->chunk_rows;
    if (along->scatter) {
        int64_t units = along->outer * shk_divide_up(along->inner, ALONG_STRIP);
        scatter_along(along, slots, first, shk_least(first + along->chunk_rows, units));
        return;
    }
    const int64_t last = shk_least(first + along->chunk_rows, along->outer * along->count);
    switch (element_bytes[along->dtype]) {
    case 1: gather_along_uint8_t(along, slots, first, last); break;
    case 2: gather_along_uint16_t(along, slots, first, last); break;
    case 4: gather_along_uint32_t(along, slots, first, last); break;
    default: gather_along_uint64_t(along, slots, first, last); break;
    }
}
