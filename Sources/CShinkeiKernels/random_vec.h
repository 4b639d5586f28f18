// Philox 4x32-10 and what is made of its bits, in vectors. Included after math_f32.h, once per set.
// J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11.

#define BLOCKS (VEC_LANES / 2)     // at once: one in each 64-bit lane of a machine vector
typedef uint64_t vblocks __attribute__((ext_vector_type(BLOCKS)));

// One word from each block, as many from another: 32-bit lanes.
#if VEC_LANES == 16
#define JOIN 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define FIRST_BLOCKS 0, 16, 8, 24, 1, 17, 9, 25, 2, 18, 10, 26, 3, 19, 11, 27
#define LAST_BLOCKS 4, 20, 12, 28, 5, 21, 13, 29, 6, 22, 14, 30, 7, 23, 15, 31
#define COUNT_UP {0, 1, 2, 3, 4, 5, 6, 7}
#elif VEC_LANES == 8
#define JOIN 0, 1, 2, 3, 4, 5, 6, 7
#define FIRST_BLOCKS 0, 8, 4, 12, 1, 9, 5, 13
#define LAST_BLOCKS 2, 10, 6, 14, 3, 11, 7, 15
#define COUNT_UP {0, 1, 2, 3}
#else
#define JOIN 0, 1, 2, 3
#define FIRST_BLOCKS 0, 4, 2, 6
#define LAST_BLOCKS 1, 5, 3, 7
#define COUNT_UP {0, 1}
#endif

// Words 0 and 2 of BLOCKS blocks, and words 1 and 3: the pairs that Box-Muller wants side by side.
typedef struct { vu even, odd; } random_words;

// Ten rounds. Lanes are 64 bits wide and hold a word below, anything above: a multiplication reads
// the low halves only.
VEC_INLINE random_words philox_blocks(const shk_philox *philox, uint64_t block) {
    const uint64_t low = 0xffffffff;
    const vblocks lanes = COUNT_UP;
    vblocks c0 = lanes + block, c1 = (vblocks)(uint64_t)philox->counter[0];
    vblocks c2 = (vblocks)(uint64_t)philox->counter[1];
    vblocks c3 = (vblocks)(uint64_t)philox->counter[2];
    uint32_t k0 = philox->key[0], k1 = philox->key[1];
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
        vblocks p0 = (c0 & low) * 0xD2511F53, p1 = (c2 & low) * 0xCD9E8D57;
        c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
        c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
        c1 = p1;
        c3 = p0;
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    typedef uint32_t words __attribute__((ext_vector_type(BLOCKS)));
    words w0 = __builtin_convertvector(c0, words), w1 = __builtin_convertvector(c1, words);
    words w2 = __builtin_convertvector(c2, words), w3 = __builtin_convertvector(c3, words);
    return (random_words){__builtin_shufflevector(w0, w2, JOIN),
                          __builtin_shufflevector(w1, w3, JOIN)};
}

// What each word, or pair of words, becomes; both halves of the result are in the words' order.
VEC_INLINE random_words make_bits(random_words w) { return w; }

// 24 bits in [0, 1): through a signed conversion, which every set has.
VEC_INLINE vf unit_interval(vu w) {
    return __builtin_convertvector((vi)(w >> 8), vf) * 0x1p-24f;
}
VEC_INLINE random_words make_uniform(random_words w) {
    return (random_words){(vu)unit_interval(w.even), (vu)unit_interval(w.odd)};
}

// Box-Muller: a radius √(-2 log(1 - u)), with 1 - u in (0, 1], at an angle of v turns. 4v is a
// whole number of quarter turns and t in [-½, ½], exactly.
VEC_INLINE random_words make_normal(random_words w) {
    vf radius = vf_sqrt(-2.0f * vf_log(1.0f - unit_interval(w.even)));
    vf turns = 4.0f * unit_interval(w.odd);
    vf rounded = turns + VF_ROUNDER;
    vf t = turns - (rounded - VF_ROUNDER), z = t * t;
    vi n = (vi)rounded;
    vf s = t * VF_POLYNOMIAL(z, SIN_QUARTER_F32), c = VF_POLYNOMIAL(z, COS_QUARTER_F32);
    vi odd = (n & 1) != 0;
    vf x = odd ? s : c, y = odd ? c : s;
    x = (vf)((vi)x ^ (((n + 1) & 2) << 30));
    y = (vf)((vi)y ^ ((n & 2) << 30));
    return (random_words){(vu)(radius * x), (vu)(radius * y)};
}

// 2 · VEC_LANES elements a turn, in the order word 0 to 3 of each block.
#define RANDOM(name)                                                                              \
    static void random_##name(const shk_philox *philox, uint64_t block, void *dst, int64_t n) {   \
        uint32_t *out = dst;                                                                      \
        for (int64_t i = 0; i < n; i += 2 * VEC_LANES, block += BLOCKS) {                         \
            random_words w = make_##name(philox_blocks(philox, block));                           \
            vu elements[2] = {__builtin_shufflevector(w.even, w.odd, FIRST_BLOCKS),               \
                              __builtin_shufflevector(w.even, w.odd, LAST_BLOCKS)};               \
            if (i + 2 * VEC_LANES <= n) memcpy(out + i, elements, sizeof elements);               \
            else memcpy(out + i, elements, (size_t)(n - i) * sizeof *out);                        \
        }                                                                                         \
    }
RANDOM(bits)
RANDOM(uniform)
RANDOM(normal)
