// Made by Tools/reference/polynomials.py; do not edit. Lowest degree first.
// _F32: float, evaluated in float. _WIDE: for float results computed in double. _F64: for double.
#ifndef SHK_COEFFICIENTS_H
#define SHK_COEFFICIENTS_H

#include <stdint.h>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-const-variable"

// e^r - 1 = r + r² q(r), |r| <= ln2 / 2, error 2^-28.2.
static const float EXPM1_F32[] = {
    0x1.0000000000000p-1f,
    0x1.5554900000000p-3f,
    0x1.5554d00000000p-5f,
    0x1.123abe0000000p-7f,
    0x1.6d68480000000p-10f,
};

// e^r - 1 = r + r² q(r), |r| <= ln2 / 2, error 2^-42.3.
static const double EXPM1_WIDE[] = {
    0x1.fffffffffe056p-2,
    0x1.5555555554f94p-3,
    0x1.55555565cca56p-5,
    0x1.111111170d7c3p-7,
    0x1.6c166bce0de72p-10,
    0x1.a019c35fbb36fp-13,
    0x1.a136da893cc5dp-16,
    0x1.72ad59820c6c9p-19,
};

// e^r - 1 = r + r² q(r), |r| <= ln2 / 2, error 2^-59.3.
static const double EXPM1_F64[] = {
    0x1.0000000000000p-1,
    0x1.5555555555555p-3,
    0x1.5555555555557p-5,
    0x1.1111111111111p-7,
    0x1.6c16c16c15a62p-10,
    0x1.a01a01a0196a9p-13,
    0x1.a01a01a9ec69bp-16,
    0x1.71de3a5aa93f9p-19,
    0x1.27e4d411cba8bp-22,
    0x1.ae642c7ac695ep-26,
    0x1.1f7f358827813p-29,
    0x1.61bfb92323747p-33,
};

// LN2_F32: parts of 14, 24 bits.
static const float LN2_F32[] = {
    0x1.62e8000000000p-1f,
    -0x1.e8082e0000000p-16f,
};

// LN2_F64: parts of 32, 53 bits.
static const double LN2_F64[] = {
    0x1.62e42ff000000p-1,
    -0x1.718432a1b0e26p-35,
};

// log(1+f) = f - f²/2 + f³ q(f), √½ <= 1+f <= √2, error 2^-27.4.
static const float LOG_F32[] = {
    0x1.5555540000000p-2f,
    -0x1.0002260000000p-2f,
    0x1.99a01c0000000p-3f,
    -0x1.54728a0000000p-3f,
    0x1.22d9300000000p-3f,
    -0x1.0d82460000000p-3f,
    0x1.055eae0000000p-3f,
    -0x1.38c9740000000p-4f,
};

// log(1+f) = f - f²/2 + f³ q(f), √½ <= 1+f <= √2, error 2^-41.5.
static const double LOG_WIDE[] = {
    0x1.555555554de9ep-2,
    -0x1.fffffffddebe0p-3,
    0x1.999999c5e4e2fp-3,
    -0x1.555557c235fa1p-3,
    0x1.249234fe05fc8p-3,
    -0x1.fffe5de4f72e7p-4,
    0x1.c72275845f1dfp-4,
    -0x1.99d708f4d9657p-4,
    0x1.741271d2c1811p-4,
    -0x1.50f619d6c503dp-4,
    0x1.39bb1574fd6c2p-4,
    -0x1.48ffc412ab8edp-4,
    0x1.43c444c530aacp-4,
    -0x1.51e970754b623p-5,
};

// 2 atanh(s) = 2s + 2/3 s³ + s⁵ q(s²), √½ <= (1+s)/(1-s) <= √2, error 2^-65.5.
static const double LOG_F64[] = {
    0x1.999999999999ap-2,
    0x1.2492492492491p-2,
    0x1.c71c71c71cfd8p-3,
    0x1.745d1745136cdp-3,
    0x1.3b13b1bc6a9e8p-3,
    0x1.1110dfb07e36bp-3,
    0x1.e1f7f94c4b3efp-4,
    0x1.ac4aa3c8e9d43p-4,
    0x1.b8d347726bf04p-4,
};

// LN2_PAIR_F64: parts of 42, 53 bits.
static const double LN2_PAIR_F64[] = {
    0x1.62e42fefa3800p-1,
    0x1.ef35793c76730p-45,
};

// LOG2E_PAIR_F64: parts of 53, 53 bits.
static const double LOG2E_PAIR_F64[] = {
    0x1.71547652b82fep+0,
    0x1.777d0ffda0d24p-56,
};

// LOG10E_PAIR_F64: parts of 53, 53 bits.
static const double LOG10E_PAIR_F64[] = {
    0x1.bcb7b1526e50ep-2,
    0x1.95355baaafad3p-57,
};

// TWO_THIRDS_PAIR_F64: parts of 53, 53 bits.
static const double TWO_THIRDS_PAIR_F64[] = {
    0x1.5555555555555p-1,
    0x1.5555555555555p-55,
};

// log(1+e) = e p(e), 0 <= e <= 1, error 2^-30.1.
static const float LOG1P_UNIT_F32[] = {
    0x1.0000000000000p+0f,
    -0x1.fffff80000000p-2f,
    0x1.5553b60000000p-2f,
    -0x1.ffc59e0000000p-3f,
    0x1.978b540000000p-3f,
    -0x1.4a72b20000000p-3f,
    0x1.ff28d80000000p-4f,
    -0x1.54f16c0000000p-4f,
    0x1.58ff440000000p-5f,
    -0x1.c0a2000000000p-7f,
    0x1.1136340000000p-9f,
};

// sin r = r + r³ q(r²), |r| <= π/4, error 2^-35.7.
static const double SIN_WIDE[] = {
    -0x1.555555545c701p-3,
    0x1.11110deb48b75p-7,
    -0x1.a013a251c97cep-13,
    0x1.6dbc54455121cp-19,
};

// cos r = 1 - r²/2 + r⁴ q(r²), |r| <= π/4, error 2^-40.0.
static const double COS_WIDE[] = {
    0x1.5555555502463p-5,
    -0x1.6c16bf524d37fp-10,
    0x1.a015c0fae81b6p-16,
    -0x1.25232b0dd1c3ap-22,
};

// sin r = r + r³ q(r²), |r| <= π/4, error 2^-57.3.
static const double SIN_F64[] = {
    -0x1.5555555555555p-3,
    0x1.1111111111110p-7,
    -0x1.a01a01a01992ap-13,
    0x1.71de3a545ed8ap-19,
    -0x1.ae64540fc0fa2p-26,
    0x1.61217ca7dad8dp-33,
    -0x1.ab166bc204556p-41,
};

// cos r = 1 - r²/2 + r⁴ q(r²), |r| <= π/4, error 2^-60.0.
static const double COS_F64[] = {
    0x1.5555555555555p-5,
    -0x1.6c16c16c16c16p-10,
    0x1.a01a01a019d04p-16,
    -0x1.27e4fb7712106p-22,
    0x1.1eed8dea401ccp-29,
    -0x1.9394b7ecbd53ap-37,
    0x1.ab771a86541a9p-45,
};

// HALF_PI_F64: parts of 33, 33, 53 bits.
static const double HALF_PI_F64[] = {
    0x1.921fb54400000p+0,
    0x1.0b4611a600000p-34,
    0x1.3198a2e037073p-69,
};

// sin(πt/2) = t p(t²), |t| <= ½, error 2^-24.4.
static const float SIN_QUARTER_F32[] = {
    0x1.921fb60000000p+0f,
    -0x1.4abc260000000p-1f,
    0x1.46818c0000000p-4f,
    -0x1.33446a0000000p-8f,
};

// cos(πt/2) = p(t²), |t| <= ½, error 2^-31.2.
static const float COS_QUARTER_F32[] = {
    0x1.0000000000000p+0f,
    -0x1.3bd3cc0000000p+0f,
    0x1.03c1ae0000000p-2f,
    -0x1.55b1360000000p-6f,
    0x1.d46f860000000p-11f,
};

// atan x = x + x³ q(x²), |x| <= 1, error 2^-37.4.
static const double ATAN_WIDE[] = {
    -0x1.555555552843ap-2,
    0x1.999999224430ap-3,
    -0x1.24922eae85f33p-3,
    0x1.c717c7c1b98e0p-4,
    -0x1.7425acb12ae96p-4,
    0x1.39851af4422f6p-4,
    -0x1.09b5c769d12d4p-4,
    0x1.b1b76c97577fep-5,
    -0x1.3d9456bba7627p-5,
    0x1.7ce6bf1faeb53p-6,
    -0x1.501b58c5d0d74p-7,
    0x1.78e5493555b6bp-9,
    -0x1.8c3df2d706106p-12,
};

// atan x = x + x³ q(x²), |x| <= 1, error 2^-55.5.
static const double ATAN_F64[] = {
    -0x1.5555555555555p-2,
    0x1.999999999997dp-3,
    -0x1.2492492491234p-3,
    0x1.c71c71c6882cdp-4,
    -0x1.745d1731e853dp-4,
    0x1.3b13af957f06cp-4,
    -0x1.1110f9a06af81p-4,
    0x1.e1e0069ede7d3p-5,
    -0x1.af1a760617c01p-5,
    0x1.85c82bf032462p-5,
    -0x1.62c464c800689p-5,
    0x1.42a843b77cc25p-5,
    -0x1.20f157aaf36bap-5,
    0x1.f0f041cb6a19bp-6,
    -0x1.8c59dbbad4bb2p-6,
    0x1.198ad7d43661ep-6,
    -0x1.552f78c903dbfp-7,
    0x1.50ea347cbb16ap-8,
    -0x1.0110cfbd9169cp-9,
    0x1.19e6b70679725p-11,
    -0x1.890e58ae784eap-14,
    0x1.04a362650dccfp-17,
};

// erf x = x + x q(x²), |x| <= 0.92, error 2^-29.9.
static const float ERF_F32[] = {
    0x1.06eba80000000p-3f,
    -0x1.8127420000000p-2f,
    0x1.ce2e080000000p-4f,
    -0x1.b810600000000p-6f,
    0x1.54e31c0000000p-8f,
    -0x1.ab61100000000p-11f,
    0x1.60f7a00000000p-14f,
};

// erf x = x + x q(x²), |x| <= 1, error 2^-56.2.
static const double ERF_F64[] = {
    0x1.06eba8214db69p-3,
    -0x1.812746b0379e7p-2,
    0x1.ce2f21a042be2p-4,
    -0x1.b82ce31288b51p-6,
    0x1.565bcd0e6a530p-8,
    -0x1.c02db400406a3p-11,
    0x1.f9a326f9a7769p-14,
    -0x1.f4d25c3b729a6p-17,
    0x1.b9e6c9944bd7cp-20,
    -0x1.5f74291398631p-23,
    0x1.fcc4c8ec294b6p-27,
    -0x1.51cfe00be7c00p-30,
    0x1.9df7fd0b30ba8p-34,
    -0x1.d332e777b3132p-38,
    0x1.cf915d8e051bcp-42,
    -0x1.3aa422c9db1dfp-46,
};

// -log erfc x = p(x), 0.92 <= x <= 4, error 2^-34.9.
static const float LOG_ERFC_F32[] = {
    -0x1.55e72e0000000p-13f,
    0x1.2123880000000p+0f,
    0x1.445b700000000p-1f,
    0x1.ba985e0000000p-4f,
    -0x1.9873980000000p-6f,
    0x1.0ac7ea0000000p-8f,
    -0x1.a57c8c0000000p-12f,
    0x1.fe285a0000000p-17f,
    0x1.ead8b20000000p-22f,
};

// e^(x²) erfc x (1 + 2x) = p(t), t = (x - 2) / (x + 2), 0 <= x <= 10.1, error 2^-33.5.
static const double ERFCX_WIDE[] = {
    0x1.46e80e22cb5cap+0,
    -0x1.7bf5ebf3055bep-4,
    -0x1.5407c039effcap-3,
    0x1.4ffa1a3a3cb12p-3,
    -0x1.bc2b0ca1c99ddp-5,
    -0x1.073e022baa43ep-7,
    0x1.1dc12eb1a4f0ep-7,
    0x1.4c3bd6bc19747p-10,
    -0x1.7be7d6dec171dp-10,
    -0x1.cbce214439195p-12,
    0x1.9abf3ab8f3787p-13,
    0x1.f5eeb52d9afbdp-14,
    -0x1.a3c9c2607f7b2p-19,
    -0x1.55675f3cefda3p-17,
};

// e^(x²) erfc x (1 + 2x) = p(t), t = (x - 4) / (x + 4), 0.5 <= x <= 27.3, error 2^-54.1.
static const double ERFCX_F64[] = {
    0x1.3ba5916e9fd7fp+0,
    -0x1.1df1ad154a28ep-3,
    0x1.f7f5df66fd7bfp-7,
    0x1.16ecefcfa5396p-4,
    -0x1.9ddb23c3e911ap-4,
    0x1.7fee004e12526p-4,
    -0x1.0fb06dfe4883cp-4,
    0x1.3079edf6831e7p-5,
    -0x1.09623885541d8p-6,
    0x1.49c67285e50b9p-8,
    -0x1.8d4a998487870p-11,
    -0x1.a1df24f971d1bp-13,
    0x1.3be031e34b557p-13,
    -0x1.9959630379274p-16,
    -0x1.788159c98142cp-17,
    0x1.7f2b447bc372fp-18,
    0x1.3851d8ce5b0a5p-22,
    -0x1.bb575bfba0bbcp-21,
    0x1.531140c4b861fp-24,
    0x1.ddb91b7553782p-24,
    -0x1.77381d8c74ec6p-26,
    -0x1.0d6f31e18e2a6p-26,
    0x1.06c1e598b1b80p-28,
    0x1.3aee7d73a0dcap-29,
    -0x1.c988db84f6d69p-32,
    -0x1.1827c76c4e8fep-32,
};

// erfinv x = x p(w - 2.5), w = -log(1 - x²) <= 5, error 2^-30.5.
static const double ERFINV_WIDE[] = {
    0x1.805c5cffaabf1p+0,
    0x1.f91e899417ac0p-3,
    -0x1.11c3e29af6b02p-8,
    -0x1.4863ced547e02p-10,
    0x1.c9bba8f339f32p-13,
    -0x1.4f46a0da98c92p-18,
    -0x1.cbdd9c4cb7373p-19,
    0x1.00fe9cd1418bbp-21,
    0x1.1b87cb49df7c4p-26,
    -0x1.75351001f6a5ap-27,
    0x1.dd41c8690491bp-32,
    0x1.0f810cd459d8fp-33,
};

// erfinv x = x p(√w - 3), 5 <= w <= 16, error 2^-29.0.
static const double ERFINV_TAIL_WIDE[] = {
    0x1.6a9efbd68179dp+1,
    0x1.006dca1f502d5p+0,
    0x1.3582d34584c9ep-7,
    -0x1.f4e6e085e18d6p-8,
    0x1.74906012ed9a6p-8,
    -0x1.d330801d469eep-9,
    0x1.85e88868db596p-10,
    -0x1.0f676330e4765p-13,
    -0x1.39e18aa34e273p-12,
    0x1.728f65968bdf1p-13,
    -0x1.07fa71be828b9p-16,
    -0x1.67ad957fef873p-17,
};

// erfinv x = x p(√w - 4), 5 <= w <= 37.5: a start for Newton's method, error 2^-22.6.
static const double ERFINV_TAIL_F64[] = {
    0x1.eb7e0a481dd38p+1,
    0x1.026e1fa49c45dp+0,
    0x1.496e7ef0da875p-10,
    -0x1.c5d5672069c6bp-11,
    0x1.5c7cde1142682p-12,
    -0x1.097c2d5cf1ca8p-13,
    0x1.5577b96f70b61p-15,
    -0x1.74ab88f53a5adp-16,
    0x1.cac553176fa31p-16,
    -0x1.fe0cf3ce2288cp-17,
    0x1.15c42176e68f4p-20,
    0x1.a0dd826376484p-20,
    -0x1.7a9dc0daf089ap-22,
};

// 2/π in base 2^32; two zeros stand before the point.
static const uint32_t TWO_OVER_PI[] = {
    0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
    0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
    0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
    0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
    0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab,
};
#pragma clang diagnostic pop

#endif
