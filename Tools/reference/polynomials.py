#!/usr/bin/env python3
"""Derives the polynomial coefficients of the kernels' elementary functions.

Writes Sources/CShinkeiKernels/coefficients.h; run it from the repository root. Needs mpmath, NumPy.

Two methods:

- `f64`: Chebyshev interpolation in 60 digits, which is within a factor of about two of the best
  polynomial, each coefficient rounded to double. Used for float64, and for float32 functions that
  are computed in double, where the degree leaves room to spare.
- `f32`: weighted minimax by Lawson's iteration (least squares, with weights that grow where the
  error is large), rounding one coefficient to float at a time and fitting the others again, so that
  the later coefficients repair what rounding the earlier ones spoiled.

Every table's comment states the polynomial, its interval and the largest error after rounding.
"""

import numpy as np
from mpmath import mp, mpf

mp.dps = 60
LN2 = mp.log(2)
out = []


def log2_of(error):
    return "2^%.1f" % float(mp.log(error, 2)) if error else "0"


def emit(name, ctype, coefficients, text):
    out.append("// " + text)
    out.append(f"static const {ctype} {name}[] = {{")
    for c in coefficients:
        value = float(c)
        suffix = "f" if ctype == "float" else ""
        out.append(f"    {value.hex()}{suffix},")
    out.append("};\n")


def horner(coefficients, x):
    y = mpf(0)
    for c in reversed(coefficients):
        y = y * x + c
    return y


def points(a, b, n):
    """Chebyshev points of the open interval, where errors of interpolation peak."""
    return [(a + b) / 2 + (b - a) / 2 * mp.cos(mp.pi * (k + mpf("0.5")) / n) for k in range(n)]


def largest_error(coefficients, g, weight, a, b):
    return max(abs(weight(x) * (horner(coefficients, x) - g(x))) for x in points(a, b, 400))


def f64(name, text, g, a, b, degree, weight=lambda x: mpf(1)):
    """p(x) = g(x) on [a, b]; `weight` turns the error of p into the relative error that matters."""
    a, b = mpf(a), mpf(b)
    raw = mp.chebyfit(g, [a, b], degree + 1)[::-1]
    rounded = [mpf(float(c)) for c in raw]
    error = largest_error(rounded, g, weight, a, b)
    print(f"{name:24} degree {degree:2}  {log2_of(error)}")
    emit(name, "double", rounded, f"{text}, error {log2_of(error)}.")


def f32(name, text, g, a, b, degree, weight=lambda x: mpf(1)):
    a, b = mpf(a), mpf(b)
    xs = points(a, b, 1200)
    x = np.array([float(v) for v in xs])
    w = np.array([float(weight(v)) for v in xs])
    rest = np.array([float(g(v)) for v in xs])
    fixed = []
    for k in range(degree + 1):
        basis = np.stack([x**j for j in range(k, degree + 1)], axis=1)
        lawson = np.ones_like(x)
        best = None
        for _ in range(60):
            scale = np.sqrt(lawson) * w
            solution = np.linalg.lstsq(basis * scale[:, None], rest * scale, rcond=None)[0]
            residual = np.abs(w * (basis @ solution - rest))
            if best is None or residual.max() < best[0]:
                best = (residual.max(), solution)
            lawson *= residual
            lawson /= lawson.sum()
        c = float(np.float32(best[1][0]))
        fixed.append(mpf(c))
        rest = rest - c * x**k
    error = largest_error(fixed, g, weight, a, b)
    print(f"{name:24} degree {degree:2}  {log2_of(error)}")
    emit(name, "float", fixed, f"{text}, error {log2_of(error)}.")


def split(name, value, bits, ctype="double"):
    """value as a sum of parts of at most `bits[i]` bits, so that small multiples stay exact."""
    parts, rest = [], value
    for b in bits:
        exponent = int(mp.floor(mp.log(abs(rest), 2))) + 1
        unit = mpf(2) ** (exponent - b)
        part = mp.nint(rest / unit) * unit
        parts.append(part)
        rest -= part
    emit(name, ctype, parts, f"{name}: parts of {', '.join(map(str, bits))} bits.")


def near0(exact, series):
    """g near 0 by its first terms where the closed form divides 0 by 0."""
    return lambda x: exact(x) if abs(x) > mpf(10) ** -12 else series(x)


# exp: e^r - 1 = r + r² q(r), |r| <= ln2 / 2 -------------------------------------------------------
def expm1_q(r):
    return (mp.expm1(r) - r) / r**2


expm1_q = near0(expm1_q, lambda r: mpf(1) / 2 + r / 6)
H = LN2 / 2 + mpf("0.0001")
relative_expm1 = near0(lambda r: r * r / mp.expm1(r), lambda r: r)
f32("EXPM1_F32", "e^r - 1 = r + r² q(r), |r| <= ln2 / 2", expm1_q, -H, H, 4,
    weight=lambda r: r * r)
f64("EXPM1_WIDE", "e^r - 1 = r + r² q(r), |r| <= ln2 / 2", expm1_q, -H, H, 7, relative_expm1)
f64("EXPM1_F64", "e^r - 1 = r + r² q(r), |r| <= ln2 / 2", expm1_q, -H, H, 11, relative_expm1)
split("LN2_F32", LN2, [14, 24], "float")
split("LN2_F64", LN2, [32, 53])

# log: log(1 + f) = f - f²/2 + f³ q(f), 1 + f in [√½, √2] ------------------------------------------
LO, HI = mp.sqrt(mpf(1) / 2) - 1 - mpf("1e-6"), mp.sqrt(2) - 1 + mpf("1e-6")
log_q = near0(lambda f: (mp.log1p(f) - f + f * f / 2) / f**3, lambda f: mpf(1) / 3 - f / 4)
relative_log = near0(lambda f: f**3 / mp.log1p(f), lambda f: f * f)
f32("LOG_F32", "log(1+f) = f - f²/2 + f³ q(f), √½ <= 1+f <= √2", log_q, LO, HI, 7, relative_log)
f64("LOG_WIDE", "log(1+f) = f - f²/2 + f³ q(f), √½ <= 1+f <= √2", log_q, LO, HI, 13, relative_log)
# log(m) = 2 atanh(s) = 2s + 2/3 s³ + s⁵ q(s²), s = (m-1)/(m+1)
atanh_q = near0(
    lambda z: (2 * mp.atanh(mp.sqrt(z)) - 2 * mp.sqrt(z) - 2 * mp.sqrt(z) ** 3 / 3)
    / mp.sqrt(z) ** 5,
    lambda z: mpf(2) / 5 + 2 * z / 7)
f64("LOG_F64", "2 atanh(s) = 2s + 2/3 s³ + s⁵ q(s²), √½ <= (1+s)/(1-s) <= √2", atanh_q,
    mpf("1e-9"), ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 + mpf("1e-6"), 8,
    lambda z: z * z)
split("LN2_PAIR_F64", LN2, [42, 53])
split("LOG2E_PAIR_F64", 1 / LN2, [53, 53])
split("LOG10E_PAIR_F64", 1 / mp.log(10), [53, 53])
split("TWO_THIRDS_PAIR_F64", mpf(2) / 3, [53, 53])

# log(1 + e) = e p(e), 0 <= e <= 1: the tail of softplus
f32("LOG1P_UNIT_F32", "log(1+e) = e p(e), 0 <= e <= 1",
    near0(lambda e: mp.log1p(e) / e, lambda e: 1 - e / 2), 0, 1, 10,
    near0(lambda e: e / mp.log1p(e), lambda e: mpf(1)))

# sin, cos on |r| <= π/4 ---------------------------------------------------------------------------
Q = (mp.pi / 4) ** 2 + mpf("0.001")
sin_q = near0(lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: -mpf(1) / 6 + z / 120)
cos_q = near0(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, lambda z: mpf(1) / 24 - z / 720)
T = mpf("1e-9")
f64("SIN_WIDE", "sin r = r + r³ q(r²), |r| <= π/4", sin_q, T, Q, 3, lambda z: z)
f64("COS_WIDE", "cos r = 1 - r²/2 + r⁴ q(r²), |r| <= π/4", cos_q, T, Q, 3, lambda z: z * z)
f64("SIN_F64", "sin r = r + r³ q(r²), |r| <= π/4", sin_q, T, Q, 6, lambda z: z)
f64("COS_F64", "cos r = 1 - r²/2 + r⁴ q(r²), |r| <= π/4", cos_q, T, Q, 6, lambda z: z * z)
split("HALF_PI_F64", mp.pi / 2, [33, 33, 53])
# A quarter turn by t in [-½, ½]: sin(πt/2), cos(πt/2), for Box-Muller
quarter = mp.pi / 2
f32("SIN_QUARTER_F32", "sin(πt/2) = t p(t²), |t| <= ½",
    lambda z: mp.sin(quarter * mp.sqrt(z)) / mp.sqrt(z), T, mpf("0.2501"), 3)
f32("COS_QUARTER_F32", "cos(πt/2) = p(t²), |t| <= ½",
    lambda z: mp.cos(quarter * mp.sqrt(z)), T, mpf("0.2501"), 4)

# atan(x) = x + x³ q(x²), 0 <= x <= 1 --------------------------------------------------------------
atan_q = near0(lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, lambda z: -mpf(1) / 3 + z / 5)
f64("ATAN_WIDE", "atan x = x + x³ q(x²), |x| <= 1", atan_q, T, 1, 12, lambda z: z)
f64("ATAN_F64", "atan x = x + x³ q(x²), |x| <= 1", atan_q, T, 1, 21, lambda z: z)

# erf ----------------------------------------------------------------------------------------------
erf_q = near0(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
              lambda z: 2 / mp.sqrt(mp.pi) * (1 - z / 3) - 1)
f32("ERF_F32", "erf x = x + x q(x²), |x| <= 0.92", erf_q, T, mpf("0.8465"), 6)
f64("ERF_F64", "erf x = x + x q(x²), |x| <= 1", erf_q, T, 1, 15)
f32("LOG_ERFC_F32", "-log erfc x = p(x), 0.92 <= x <= 4", lambda x: -mp.log(mp.erfc(x)),
    mpf("0.9199"), 4, 8, weight=mp.erfc)


def erfcx(center):
    """e^(x²) erfc x (1 + 2x), flat for all x >= 0, in t = (x - center) / (x + center)."""

    def g(t):
        x = center * (1 + t) / (1 - t)
        return mp.exp(x * x) * mp.erfc(x) * (1 + 2 * x)

    return g


def place(center, x):
    return (mpf(x) - center) / (mpf(x) + center)


f64("ERFCX_WIDE", "e^(x²) erfc x (1 + 2x) = p(t), t = (x - 2) / (x + 2), 0 <= x <= 10.1",
    erfcx(2), -1, place(2, "10.2"), 13)
f64("ERFCX_F64", "e^(x²) erfc x (1 + 2x) = p(t), t = (x - 4) / (x + 4), 0.5 <= x <= 27.3",
    erfcx(4), place(4, "0.45"), place(4, "27.3"), 25)


# erfinv(x) = x p(w), w = -log(1 - x²), and for w >= 5 by v = √w -----------------------------------
def erfinv_over_x(w):
    x = mp.sqrt(-mp.expm1(-w))
    return inverse_erf(x, mp.exp(-w) / (1 + x)) / x if w > T else mp.sqrt(mp.pi) / 2


def inverse_erf(x, complement):
    """y with erf y = x, 1 - x = complement, by Newton's method."""
    y = mp.sqrt(-mp.log(complement)) if complement < mpf("0.1") else x * mp.sqrt(mp.pi) / 2
    for _ in range(200):
        error = complement - mp.erfc(y) if complement < mpf("0.5") else mp.erf(y) - x
        step = error * mp.sqrt(mp.pi) / 2 * mp.exp(y * y)
        step = max(min(step, mpf("0.3")), mpf("-0.3"))
        y -= step
        if abs(step) < mpf(10) ** -45:
            return y
    raise ArithmeticError("erfinv")


f64("ERFINV_WIDE", "erfinv x = x p(w - 2.5), w = -log(1 - x²) <= 5",
    lambda u: erfinv_over_x(u + mpf("2.5")), -mpf("2.5"), mpf("2.5"), 11)
f64("ERFINV_TAIL_WIDE", "erfinv x = x p(√w - 3), 5 <= w <= 16",
    lambda u: erfinv_over_x((u + 3) ** 2), mp.sqrt(5) - 3 - mpf("0.01"), mpf("1.01"), 11)
f64("ERFINV_TAIL_F64", "erfinv x = x p(√w - 4), 5 <= w <= 37.5: a start for Newton's method",
    lambda u: erfinv_over_x((u + 4) ** 2), mp.sqrt(5) - 4 - mpf("0.01"), mpf("2.13"), 12)

# 2/π in 32-bit pieces for arguments too large for subtracting multiples of π/2 --------------------
mp.dps = 500
bits = int(mp.floor(2 / mp.pi * mpf(2) ** 1280))
words = [(bits >> (1280 - 32 * (i + 1))) & 0xFFFFFFFF for i in range(40)]
out.append("// 2/π in base 2^32; two zeros stand before the point.")
words = [0, 0] + words[:38]
out.append("static const uint32_t TWO_OVER_PI[] = {")
for i in range(0, 40, 8):
    out.append("    " + " ".join(f"0x{w:08x}," for w in words[i:i + 8]))
out.append("};\n")

header = """// Made by Tools/reference/polynomials.py; do not edit. Lowest degree first.
// _F32: float, evaluated in float. _WIDE: for float results computed in double. _F64: for double.
#ifndef SHK_COEFFICIENTS_H
#define SHK_COEFFICIENTS_H

#include <stdint.h>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-const-variable"
"""
with open("Sources/CShinkeiKernels/coefficients.h", "w") as file:
    file.write(header + "\n" + "\n".join(out) + "#pragma clang diagnostic pop\n\n#endif\n")
