// Recurrences over a sequence, for a block of rows. Included once per instruction set and type,
// after REC_ macros: REC_REAL and its vector REC_VEC of REC_LANES, loads and stores of whole and
// partial vectors, REC_FMA, REC_SIGMOID, REC_TANH, the name's suffix REC_NAME(x), and REC_ROWS, the
// rows of a tile.
//
// A tile is a few rows by one vector of units with all gates of these units: its sums begin with
// the inputs' part, take in the state's product, and go through the nonlinearities without leaving
// the registers. The state's kernel is packed so that a tile reads it in a straight line. A sum's
// order depends on nothing but the number of units.
#define REC_AHEAD 2     // times that memory is asked for in advance
#define REC_INLINE static inline __attribute__((always_inline, unused))
#define REC_FOUR (REC_ROWS > 4 ? 4 : 1)     // a tile of 4 rows, where 6 is the most
#define REC_UNROLL _Pragma("clang loop unroll(full)")

REC_INLINE int64_t REC_NAME(up)(int64_t n) { return (n + REC_LANES - 1) / REC_LANES * REC_LANES; }

REC_INLINE REC_VEC REC_NAME(get)(const REC_REAL *at, int64_t n) {
    return n >= REC_LANES ? REC_LOAD(at) : REC_LOAD_PART(at, n);
}
REC_INLINE void REC_NAME(put)(REC_REAL *at, REC_VEC x, int64_t n) {
    if (n >= REC_LANES) REC_STORE(at, x);
    else REC_STORE_PART(at, x, n);
}

// Asks for a row that a later time needs. Each row of each array is a stream of its own, more of them
// than the processor follows by itself; long rows it does follow.
REC_INLINE void REC_NAME(ask)(const REC_REAL *at, int64_t n) {
    const int64_t line = 64 / (int64_t)sizeof(REC_REAL);
    for (int64_t i = 0; i < n && n <= 64 * line; i += line) __builtin_prefetch(at + i);
}

// What a chunk keeps in scratch; all rows are `wide`, the units rounded up to whole vectors.
typedef struct REC_NAME(room) {
    int64_t units, wide, gates, outputs;
    REC_REAL *packed;               // [panel][unit][gate][lane]
    REC_REAL *turned;               // [panel][gate · wide][lane], the gradient's
    REC_REAL *h[2], *c;             // [row][wide]; the gradient's dh is h[0], dc is c
    REC_REAL *inner;                // [row][gate][wide], the gradient's
} REC_NAME(room);

REC_INLINE REC_NAME(room) REC_NAME(make)(const shk_recurrent_block *b, int gates, bool gradient) {
    const int64_t units = b->p->units, wide = REC_NAME(up)(units);
    REC_NAME(room) r = {.units = units, .wide = wide, .gates = gates,
                        .outputs = b->p->kind == SHK_LSTM ? 2 : 1};
    REC_REAL *at = b->scratch;
    r.packed = at;
    at += units * wide * gates;
    r.turned = at;
    if (gradient) at += wide * wide * gates;
    for (int i = 0; i < 2; i++) {
        r.h[i] = at;
        at += b->rows * wide;
    }
    r.c = at;
    at += b->rows * wide;
    r.inner = at;
    const REC_REAL *kernel = b->kernel;
    for (int64_t j = 0; j < wide; j++)
        for (int64_t k = 0; k < units; k++)
            for (int g = 0; g < gates; g++) {
                const REC_REAL w = j < units ? kernel[(k * gates + g) * units + j] : 0;
                r.packed[((j / REC_LANES * units + k) * gates + g) * REC_LANES + j % REC_LANES] = w;
            }
    if (!gradient) return r;
    for (int64_t j = 0; j < wide; j++)
        for (int g = 0; g < gates; g++)
            for (int64_t k = 0; k < wide; k++) {
                const bool inside = j < units && k < units;
                const REC_REAL w = inside ? kernel[(j * gates + g) * units + k] : 0;
                r.turned[(j / REC_LANES * gates * wide + g * wide + k) * REC_LANES + j % REC_LANES] = w;
            }
    return r;
}

// sums[row][gate] of `rows` rows at the units from j on: the inputs' part and the state's. What the
// reset gate of a GRU multiplies stays without the inputs' part.
REC_INLINE void REC_NAME(sums)(const int kind, const int gates, const int rows,
                               REC_VEC sums[REC_ROWS][4], const REC_NAME(room) *r, int64_t j,
                               const REC_REAL *const *z, const REC_REAL *const *h,
                               const REC_REAL *bias) {
    const int64_t n = r->units - j;
    REC_UNROLL for (int g = 0; g < gates; g++) {
        REC_VEC add = {0};
        if (bias) add = REC_NAME(get)(bias + g * r->units + j, n);
        REC_UNROLL for (int i = 0; i < rows; i++) {
            sums[i][g] = add;
            if (kind != SHK_GRU || g < 2) sums[i][g] += REC_NAME(get)(z[i] + g * r->units + j, n);
        }
    }
    const REC_REAL *w = r->packed + j * r->units * gates;
    for (int64_t k = 0; k < r->units; k++, w += gates * REC_LANES) {
        REC_VEC weight[4];
        REC_UNROLL for (int g = 0; g < gates; g++) weight[g] = REC_LOAD(w + g * REC_LANES);
        REC_UNROLL for (int i = 0; i < rows; i++) {
            const REC_VEC state = (REC_VEC)h[i][k];
            REC_UNROLL for (int g = 0; g < gates; g++)
                sums[i][g] = REC_FMA(state, weight[g], sums[i][g]);
        }
    }
}

// One time of `rows` rows from row `row` on.
REC_INLINE void REC_NAME(forward_tile)(const int kind, const int gates, const int rows,
                                       const shk_recurrent_block *b, const REC_NAME(room) *r,
                                       int64_t row, int64_t t, int now) {
    const int64_t units = r->units, times = b->p->time;
    const REC_REAL *z[REC_ROWS], *h[REC_ROWS];
    REC_REAL *y[REC_ROWS];
    bool counts[REC_ROWS];
    REC_UNROLL for (int i = 0; i < rows; i++) {
        const int64_t place = (b->first + row + i) * times + t;
        z[i] = (const REC_REAL *)b->z + place * gates * units;
        y[i] = (REC_REAL *)b->y + place * r->outputs * units;
        h[i] = r->h[now] + (row + i) * r->wide;
        counts[i] = !b->mask || b->mask[place];
        const int64_t ahead = b->p->reverse ? t - REC_AHEAD : t + REC_AHEAD;
        if (ahead < 0 || ahead >= times) continue;
        REC_NAME(ask)(z[i] + (ahead - t) * gates * units, gates * units);
        REC_NAME(ask)(y[i] + (ahead - t) * r->outputs * units, r->outputs * units);
    }
    for (int64_t j = 0; j < units; j += REC_LANES) {
        const int64_t n = units - j;
        REC_VEC sums[REC_ROWS][4];
        REC_NAME(sums)(kind, gates, rows, sums, r, j, z, h, b->bias);
        REC_UNROLL for (int i = 0; i < rows; i++) {
            const REC_VEC before = REC_LOAD(h[i] + j);
            REC_VEC after;
            if (kind == SHK_LSTM) {
                REC_REAL *c = r->c + (row + i) * r->wide + j;
                REC_VEC memory = REC_LOAD(c);
                const REC_VEC kept = REC_SIGMOID(sums[i][1]) * memory;
                const REC_VEC next = kept + REC_SIGMOID(sums[i][0]) * REC_TANH(sums[i][2]);
                if (counts[i]) memory = next;
                REC_STORE(c, memory);
                REC_NAME(put)(y[i] + units + j, memory, n);
                after = REC_SIGMOID(sums[i][3]) * REC_TANH(memory);
            } else if (kind == SHK_GRU) {
                const REC_VEC update = REC_SIGMOID(sums[i][0]), reset = REC_SIGMOID(sums[i][1]);
                const REC_VEC x = REC_NAME(get)(z[i] + 2 * units + j, n);
                after = update * before + (1 - update) * REC_TANH(x + reset * sums[i][2]);
            } else {
                after = REC_TANH(sums[i][0]);
            }
            if (!counts[i]) after = before;
            REC_STORE(r->h[1 - now] + (row + i) * r->wide + j, after);
            REC_NAME(put)(y[i] + j, after, n);
        }
    }
}

REC_INLINE void REC_NAME(forward)(const int kind, const int gates, const shk_recurrent_block *b) {
    const REC_NAME(room) r = REC_NAME(make)(b, gates, false);
    const int64_t units = r.units, times = b->p->time;
    memset(r.h[0], 0, (size_t)(3 * b->rows * r.wide) * sizeof(REC_REAL));
    for (int64_t row = 0; row < b->rows; row++) {
        const int64_t from = (b->first + row) * units;
        memcpy(r.h[0] + row * r.wide, (const REC_REAL *)b->h + from, (size_t)units * sizeof(REC_REAL));
        if (kind == SHK_LSTM)
            memcpy(r.c + row * r.wide, (const REC_REAL *)b->c + from, (size_t)units * sizeof(REC_REAL));
    }
    for (int64_t step = 0; step < times; step++) {
        const int64_t t = b->p->reverse ? times - 1 - step : step;
        int64_t row = 0;
        for (; row + REC_ROWS <= b->rows; row += REC_ROWS)
            REC_NAME(forward_tile)(kind, gates, REC_ROWS, b, &r, row, t, step & 1);
        for (; REC_ROWS > 4 && row + 4 <= b->rows; row += 4)
            REC_NAME(forward_tile)(kind, gates, REC_FOUR, b, &r, row, t, step & 1);
        for (; row + 2 <= b->rows; row += 2)
            REC_NAME(forward_tile)(kind, gates, 2, b, &r, row, t, step & 1);
        for (; row < b->rows; row++)
            REC_NAME(forward_tile)(kind, gates, 1, b, &r, row, t, step & 1);
    }
}

// The gradient of one time of `rows` rows: with the upstream in dh and dc, what goes to the gates is
// left in `inner` and in the result, what goes past them to the states before in dh and dc.
REC_INLINE void REC_NAME(gates_tile)(const int kind, const int gates, const int rows,
                                     const shk_recurrent_block *b, const REC_NAME(room) *r,
                                     int64_t row, int64_t t, int64_t before) {
    const int64_t units = r->units, times = b->p->time, all = b->p->batch * times * units;
    const REC_REAL *z[REC_ROWS], *h[REC_ROWS], *y[REC_ROWS], *up[REC_ROWS], *memory[REC_ROWS];
    REC_REAL *dz[REC_ROWS], *dn[REC_ROWS];
    bool counts[REC_ROWS];
    REC_UNROLL for (int i = 0; i < rows; i++) {
        const int64_t at = b->first + row + i, place = at * times + t;
        z[i] = (const REC_REAL *)b->z + place * gates * units;
        y[i] = (const REC_REAL *)b->y + place * r->outputs * units;
        up[i] = (const REC_REAL *)b->upstream + place * r->outputs * units;
        if (before >= 0) {
            h[i] = (const REC_REAL *)b->y + (at * times + before) * r->outputs * units;
            memory[i] = h[i] + units;
        } else {                // only an LSTM has a memory
            h[i] = (const REC_REAL *)b->h + at * units;
            memory[i] = b->c ? (const REC_REAL *)b->c + at * units : NULL;
        }
        dz[i] = (REC_REAL *)b->gradient + place * gates * units;
        dn[i] = (REC_REAL *)b->gradient + all * gates + place * units;
        counts[i] = !b->mask || b->mask[place];
        const int64_t ahead = b->p->reverse ? t + REC_AHEAD : t - REC_AHEAD;
        if (ahead < 0 || ahead >= times) continue;
        REC_NAME(ask)(z[i] + (ahead - t) * gates * units, gates * units);
        REC_NAME(ask)(y[i] + (ahead - t) * r->outputs * units, r->outputs * units);
        REC_NAME(ask)(up[i] + (ahead - t) * r->outputs * units, r->outputs * units);
        REC_NAME(ask)(dz[i] + (ahead - t) * gates * units, gates * units);
    }
    for (int64_t j = 0; j < units; j += REC_LANES) {
        const int64_t n = units - j;
        const REC_VEC zero = {0};
        REC_VEC sums[REC_ROWS][4];
        REC_NAME(sums)(kind, gates, rows, sums, r, j, z, h, b->bias);
        REC_UNROLL for (int i = 0; i < rows; i++) {
            REC_REAL *dh = r->h[0] + (row + i) * r->wide + j;
            REC_REAL *inner = r->inner + (row + i) * gates * r->wide + j;
            const REC_VEC d = REC_LOAD(dh) + REC_NAME(get)(up[i] + j, n);
            REC_VEC to[4] = {zero, zero, zero, zero}, past = d, state = zero;
            if (kind == SHK_LSTM) {
                REC_REAL *dc = r->c + (row + i) * r->wide + j;
                REC_VEC d_memory = REC_LOAD(dc) + REC_NAME(get)(up[i] + units + j, n);
                if (counts[i]) {
                    const REC_VEC in = REC_SIGMOID(sums[i][0]), forget = REC_SIGMOID(sums[i][1]);
                    const REC_VEC candidate = REC_TANH(sums[i][2]), out = REC_SIGMOID(sums[i][3]);
                    const REC_VEC shown = REC_TANH(REC_NAME(get)(y[i] + units + j, n));
                    const REC_VEC old = REC_NAME(get)(memory[i] + j, n);
                    d_memory += d * out * (1 - shown * shown);
                    to[0] = d_memory * candidate * in * (1 - in);
                    to[1] = d_memory * old * forget * (1 - forget);
                    to[2] = d_memory * in * (1 - candidate * candidate);
                    to[3] = d * shown * out * (1 - out);
                    d_memory *= forget;
                    past = zero;
                }
                REC_STORE(dc, d_memory);
            } else if (kind == SHK_GRU) {
                if (counts[i]) {
                    const REC_VEC update = REC_SIGMOID(sums[i][0]), reset = REC_SIGMOID(sums[i][1]);
                    const REC_VEC x = REC_NAME(get)(z[i] + 2 * units + j, n);
                    const REC_VEC candidate = REC_TANH(x + reset * sums[i][2]);
                    const REC_VEC old = REC_NAME(get)(h[i] + j, n);
                    to[0] = d * (old - candidate) * update * (1 - update);
                    to[2] = d * (1 - update) * (1 - candidate * candidate);
                    to[1] = to[2] * sums[i][2] * reset * (1 - reset);
                    state = to[2] * reset;
                    past = d * update;
                }
                REC_NAME(put)(dn[i] + j, state, n);
            } else if (counts[i]) {
                const REC_VEC out = REC_NAME(get)(y[i] + j, n);
                to[0] = d * (1 - out * out);
                past = zero;
            }
            REC_STORE(dh, past);
            REC_UNROLL for (int g = 0; g < gates; g++) {
                REC_NAME(put)(dz[i] + g * units + j, to[g], n);
                REC_STORE(inner + g * r->wide, kind == SHK_GRU && g == 2 ? state : to[g]);
            }
        }
    }
}

// dh += inner · kernelᵀ, for `rows` rows.
REC_INLINE void REC_NAME(back_tile)(const int gates, const int rows, const REC_NAME(room) *r,
                                    int64_t row) {
    const int64_t depth = gates * r->wide;
    const REC_REAL *from = r->inner + row * depth;
    for (int64_t j = 0; j < r->wide; j += REC_LANES) {
        // Two chains a row, so that the processor has enough to do at once.
        REC_VEC even[REC_ROWS], odd[REC_ROWS];
        REC_UNROLL for (int i = 0; i < rows; i++) even[i] = odd[i] = (REC_VEC){0};
        const REC_REAL *w = r->turned + j * depth;
        int64_t k = 0;
        for (; k + 2 <= depth; k += 2, w += 2 * REC_LANES) {
            const REC_VEC a = REC_LOAD(w), b = REC_LOAD(w + REC_LANES);
            REC_UNROLL for (int i = 0; i < rows; i++) {
                even[i] = REC_FMA((REC_VEC)from[i * depth + k], a, even[i]);
                odd[i] = REC_FMA((REC_VEC)from[i * depth + k + 1], b, odd[i]);
            }
        }
        if (k < depth) {
            const REC_VEC a = REC_LOAD(w);
            REC_UNROLL for (int i = 0; i < rows; i++)
                even[i] = REC_FMA((REC_VEC)from[i * depth + k], a, even[i]);
        }
        REC_UNROLL for (int i = 0; i < rows; i++) {
            REC_REAL *dh = r->h[0] + (row + i) * r->wide + j;
            REC_STORE(dh, REC_LOAD(dh) + (even[i] + odd[i]));
        }
    }
}

REC_INLINE void REC_NAME(gradient)(const int kind, const int gates, const shk_recurrent_block *b) {
    const REC_NAME(room) r = REC_NAME(make)(b, gates, true);
    const int64_t units = r.units, times = b->p->time, batch = b->p->batch;
    memset(r.h[0], 0, (size_t)(3 * b->rows * r.wide) * sizeof(REC_REAL));
    for (int64_t step = times - 1; step >= 0; step--) {
        const int64_t t = b->p->reverse ? times - 1 - step : step;
        const int64_t before = step == 0 ? -1 : b->p->reverse ? t + 1 : t - 1;
        int64_t row = 0;
        for (; row + REC_ROWS <= b->rows; row += REC_ROWS) {
            REC_NAME(gates_tile)(kind, gates, REC_ROWS, b, &r, row, t, before);
            REC_NAME(back_tile)(gates, REC_ROWS, &r, row);
        }
        for (; REC_ROWS > 4 && row + 4 <= b->rows; row += 4) {
            REC_NAME(gates_tile)(kind, gates, REC_FOUR, b, &r, row, t, before);
            REC_NAME(back_tile)(gates, REC_FOUR, &r, row);
        }
        for (; row + 2 <= b->rows; row += 2) {
            REC_NAME(gates_tile)(kind, gates, 2, b, &r, row, t, before);
            REC_NAME(back_tile)(gates, 2, &r, row);
        }
        for (; row < b->rows; row++) {
            REC_NAME(gates_tile)(kind, gates, 1, b, &r, row, t, before);
            REC_NAME(back_tile)(gates, 1, &r, row);
        }
    }
    // Behind the gates' gradients (and the inner one of a GRU) stand those of the first states.
    REC_REAL *dh = (REC_REAL *)b->gradient + batch * times * units * (gates + (kind == SHK_GRU));
    REC_REAL *dc = dh + batch * units;
    for (int64_t row = 0; row < b->rows; row++) {
        const int64_t to = (b->first + row) * units;
        memcpy(dh + to, r.h[0] + row * r.wide, (size_t)units * sizeof(REC_REAL));
        if (kind == SHK_LSTM) memcpy(dc + to, r.c + row * r.wide, (size_t)units * sizeof(REC_REAL));
    }
}

#define REC_FUNCTIONS(name, kind, gates)                                                              \
    static void REC_NAME(forward_##name)(const shk_recurrent_block *b) {                              \
        REC_NAME(forward)(kind, gates, b);                                                            \
    }                                                                                                 \
    static void REC_NAME(gradient_##name)(const shk_recurrent_block *b) {                             \
        REC_NAME(gradient)(kind, gates, b);                                                           \
    }
REC_FUNCTIONS(simple, SHK_SIMPLE_RNN, 1)
REC_FUNCTIONS(gru, SHK_GRU, 3)
REC_FUNCTIONS(lstm, SHK_LSTM, 4)

#define REC_TABLE                                                                                     \
    {                                                                                                 \
        .forward = {REC_NAME(forward_simple), REC_NAME(forward_gru), REC_NAME(forward_lstm)},         \
        .gradient = {REC_NAME(gradient_simple), REC_NAME(gradient_gru), REC_NAME(gradient_lstm)}      \
    }
