"""Writes Tests/Fixtures/numpy_text.json: arrays and what NumPy prints for them.

Run with NumPy 2.4.6:  python3 Tools/reference/make_numpy_text.py
The seed is fixed; NumPy's version is recorded in the file.

Each case holds the dtype, the shape, the little-endian bytes of one period in base64 and how often
the period repeats, and the texts of str and repr. NumPy has no bfloat16: those cases are the
float32 array of the same values, with the dtype's name replaced as NumPy's own rule would place it.
"""

import base64
import json
import pathlib

import numpy as np

rng = np.random.default_rng(20260801)
cases = []


def bfloat16_repr(a):
    """What repr would be if the float32 array `a` had a dtype called bfloat16."""
    body = "array(" + np.array2string(a, separator=", ", prefix="array(", suffix=")") + ","
    extras = "dtype=bfloat16)"
    if a.size == 0 and a.shape != (0,) or a.size > 1000:
        extras = f"shape={a.shape}, " + extras
    last_line = len(body) - (body.rfind("\n") + 1)
    return body + (" " if last_line + 1 + len(extras) <= 75 else "\n" + " " * 6) + extras


def add(name, a, repeat=1):
    """Adds the array `a`; with `repeat`, its bytes must be that many copies of one period."""
    a = np.ascontiguousarray(a).reshape(np.shape(a))
    data = a.astype(a.dtype.newbyteorder("<")).tobytes()
    period = data[: len(data) // repeat]
    assert period * repeat == data
    cases.append(
        {
            "name": name,
            "dtype": a.dtype.name,
            "shape": list(a.shape),
            "bytes": base64.b64encode(period).decode(),
            "repeat": repeat,
            "str": str(a),
            "repr": repr(a),
        }
    )


def add_bfloat16(name, values):
    a = np.asarray(values, np.float32)
    bits = np.asarray(a.view(np.uint32) & np.uint32(0xFFFF0000))
    a = bits.view(np.float32)
    cases.append(
        {
            "name": name,
            "dtype": "bfloat16",
            "shape": list(a.shape),
            "bytes": base64.b64encode((bits >> 16).astype("<u2").tobytes()).decode(),
            "repeat": 1,
            "str": str(a),
            "repr": bfloat16_repr(a),
        }
    )


floats = ["float16", "float32", "float64"]
ints = ["uint8", "int32", "int64"]
every = ["bool"] + ints + floats

# Scalars at and around the changes of notation, and the ends of each type.
scalars = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.3, 1 / 3, 2 / 3, 3.5, 100.0, 999.5, 1000.0, 1000.5, 1024.0, 9999.0,
    65504.0, 99999.0, 123456.7, 999999.0, 999999.94, 1e6, 1234567.5, 12345678.0, 16777216.0, 99999999.0,
    1e8, 123456789.123, 1e15, 9007199254740993.0, 9999999999999998.0, 1e16, 1e17, 1e22, 1e23, 1e100,
    1e-3, 1e-4, 0.0001001, 9.999e-5, 9.999999999999999e-05, 1e-5, 6e-8, 1e-45, 1e-38, 1.17549435e-38,
    3.4028235e38, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, np.nan, np.inf, -np.inf,
    0.1 + 0.2, np.pi, -np.e, 2.0**-10, 2.0**-24, 2.0**60, 4.35, 0.12345678949999999, 5.0e-5,
]
with np.errstate(over="ignore"):
    for dtype in floats:
        for value in scalars:
            add(f"scalar {dtype} {value!r}", np.array(value, dtype))
            add(f"one {dtype} {value!r}", np.array([value], dtype))
for value in scalars[:50]:
    add_bfloat16(f"scalar bfloat16 {value!r}", np.array(value, np.float32))
for dtype in ints:
    info = np.iinfo(dtype)
    for value in (info.min, info.max, 0, 7):
        add(f"scalar {dtype} {value}", np.array(value, dtype))
for value in (True, False):
    add(f"scalar bool {value}", np.array(value))

# Empty.
for dtype in every:
    for shape in [(0,), (0, 3), (3, 0), (1, 0, 2), (0, 0), (1001, 0)]:
        add(f"empty {dtype} {shape}", np.zeros(shape, dtype))
add_bfloat16("empty bfloat16", np.zeros((0, 2)))

# Shapes, with small values.
shapes = [
    (1,), (2,), (5,), (1, 1), (2, 3), (3, 1), (1, 3), (2, 2, 2), (1, 2, 3), (2, 1, 2, 2), (1, 1, 1, 1, 1),
    (2, 1, 1, 2, 1, 2), (30,), (3, 30), (2, 2, 25),
]
for dtype in every:
    for shape in shapes:
        high = 2 if dtype == "bool" else 120
        add(f"shape {dtype} {shape}", rng.integers(0, high, shape).astype(dtype))
for shape in shapes:
    add(f"shape normal float32 {shape}", rng.normal(size=shape).astype(np.float32))
    add(f"shape normal float64 {shape}", rng.normal(size=shape))
    add_bfloat16(f"shape normal bfloat16 {shape}", rng.normal(size=shape))

# Lines that just fit and just do not.
for dtype in ("int64", "int32", "float32", "float64", "bool", "uint8"):
    for n in range(8, 40):
        if dtype == "bool":
            a = np.arange(n) % 3 == 0
        elif dtype == "uint8":
            a = (np.arange(n) * 7 % 200).astype(dtype)
        else:
            a = (10 ** (n % 6) + np.arange(n)).astype(dtype)
        add(f"width {dtype} {n}", a)
for n in range(1, 12):
    for word in (1, 7, 20, 33, 34, 35, 36, 37, 60, 69):
        if word <= 18:
            add(f"long word int64 {word}x{n}", np.full(n, 10 ** (word - 1), np.int64))
for depth in range(2, 14):
    add(f"deep int64 {depth}", np.full((1,) * depth + (9,), 1234567))
    add(f"deep float64 {depth}", np.full((1,) * depth + (4,), -1.23456789e-200))
for depth in (28, 29, 30, 31):
    add(f"very deep int64 {depth}", np.full((1,) * depth + (3,), -(2**62)))
    add(f"very deep float32 {depth}", np.full((1,) * depth + (3,), 0.1, np.float32))

# Random magnitudes: normal, wide, tiny, huge, with zeros, with non-finite values, random bits.
with np.errstate(over="ignore"):
    for dtype in floats:
        kind = np.dtype(dtype)
        info = np.finfo(dtype)
        for trial in range(60):
            shape = [(3,), (7,), (2, 4), (3, 2, 2), (17,)][trial % 5]
            a = rng.normal(size=shape)
            style = trial % 12
            if style == 1:
                a = a * 10.0 ** rng.integers(-4, 5, shape)
            elif style == 2:
                a = a * 10.0 ** rng.integers(-8, 9)
            elif style == 3:
                a = np.round(a * 100) / 4
            elif style == 4:
                a = np.round(a * 10.0 ** rng.integers(0, 7))
            elif style == 5:
                a = np.where(rng.random(shape) < 0.3, 0.0, a)
            elif style == 6:
                a = np.where(rng.random(shape) < 0.3, np.nan, a)
            elif style == 7:
                a = np.where(rng.random(shape) < 0.3, -np.inf, np.round(np.abs(a)))
            elif style == 8:
                a = np.where(rng.random(shape) < 0.3, np.inf, a * 1e-5)
            elif style == 9:
                a = np.abs(a)
            elif style == 10:
                a = np.round(a, int(rng.integers(0, 9)))
            a = a.astype(dtype)
            if style == 11:
                bits = rng.integers(0, 256, a.nbytes, np.uint8).view(f"u{kind.itemsize}")
                a = bits.view(dtype).reshape(shape)
            add(f"random {dtype} style {style} #{trial}", a)
        lone = [[np.nan], [np.inf], [-np.inf], [np.nan, np.inf], [np.nan, -np.inf], [0.0, np.nan], [-0.0, np.nan],
                [1.0, -np.inf], [-1.0, np.inf], [10.5, np.nan], [1e-5, -np.inf], [0.0, -0.0], [info.max, 1],
                [info.smallest_subnormal, 1], [info.tiny, info.max], [-info.max, np.nan],
                [info.smallest_subnormal] * 3]
        for i, values in enumerate(lone):
            add(f"special {dtype} #{i}", np.array(values, dtype))
    for trial in range(40):
        shape = [(3,), (2, 4), (11,)][trial % 3]
        add_bfloat16(f"random bfloat16 #{trial}", rng.normal(size=shape) * 10.0 ** rng.integers(-6, 7))

# Around the limits of the switch to scientific notation.
for dtype in floats:
    for limit in (1e-4, 1e3, 1e6, 1e8, 1e16):
        base = np.array(limit).astype(dtype)
        if not np.isfinite(base):
            continue
        for value in (np.nextafter(base, base.dtype.type(0)), base, np.nextafter(base, base.dtype.type(np.inf))):
            add(f"limit {dtype} {limit} {value!r}", np.array([value], dtype))
            add(f"limit {dtype} {limit} {value!r} scalar", np.array(value, dtype))
    for low in (1.0, 0.5, 0.1, 0.3, 0.7, 0.0625):
        one = np.array(low, dtype)
        for factor in (999.0, 999.5, 1000.0, 1000.5, 1001.0):
            for nudge in (-1, 0, 1):
                high = (one * np.array(factor, dtype)).astype(dtype)
                if nudge:
                    high = np.nextafter(high, high.dtype.type(nudge * np.inf))
                add(f"ratio {dtype} {low} {factor} {nudge}", np.array([one, high]))

# Digits that the limit of 8 cuts: ties, near ties, carries; exact digits behind the shortest ones.
ties = [0.5 + 2.0**-9, 2.0**-9, 1 + 2.0**-9, 0.001953125, 3 * 2.0**-9, 0.123456785, 0.123456775, 0.999999995,
        0.9999999949, 0.99999999999, 9.9999999951, 99.9999999999, 1.000000005, 1.0000000051, 0.30000000000000004]
for value in ties:
    add(f"cut float64 {value!r}", np.array([value]))
    add(f"cut float64 {value!r} scientific", np.array([value * 1e9, 1.0]))
    add(f"cut float64 {value!r} tiny", np.array([value * 1e-9]))
for e in range(-40, 41, 5):
    add(f"power of two float64 {e}", np.array([2.0**e, 1.23456789e-7]))
    add(f"power of two float32 {e}", np.array([2.0**e, 1.2345678e-7], np.float32))
    add(f"power of ten float32 {e}", np.array([10.0 ** (e / 2), 1.2345678e-7], np.float32))
for trial in range(40):
    exponents = rng.integers(-300, 300, 6)
    add(f"powers of two #{trial}", np.ldexp(np.array([1.0] * 5 + [1.23456789]), exponents))
    exponents = rng.integers(-140, 120, 6)
    add(f"powers of two float32 #{trial}", np.ldexp(np.float32([1] * 5 + [1.2345678]), exponents).astype(np.float32))
for trial in range(20):
    exponents = rng.integers(-14, 15, 6)
    add(f"powers of two float16 #{trial}", np.ldexp(np.float16([1] * 5 + [1.234]), exponents).astype(np.float16))

# Integers of several widths.
for dtype in ints:
    info = np.iinfo(dtype)
    for digits in range(1, 19):
        top = min(10**digits, info.max)
        low = max(-(10 ** (digits // 2)), info.min)
        add(f"random {dtype} {digits}", rng.integers(low, top, (2, 9)).astype(dtype))
    add(f"ends {dtype}", np.array([info.min, info.max, 0], dtype))

# The limit of 1000 elements and summaries.
for n in (999, 1000, 1001):
    add(f"count int64 {n}", np.ones(n, np.int64), repeat=n)
for dtype in every:
    for shape in [(1001,), (2000,), (7, 1000), (6, 1000), (1000, 2), (11, 10, 10), (2, 3, 400), (600, 1, 2),
                  (2, 7, 8, 10), (1001, 1), (1, 1001)]:
        n = int(np.prod(shape))
        # Values repeat with a period that divides the count.
        period = next(p for p in (77, 91, 50, 40, 25, 20, 16, 10, 7, 1) if n % p == 0)
        one = rng.integers(0, 2 if dtype == "bool" else 100, period).astype(dtype)
        if dtype in ("float32", "float64"):
            one = rng.normal(size=period).astype(dtype)
        add(f"summary {dtype} {shape}", np.tile(one, n // period).reshape(shape), repeat=n // period)
for dtype in ("float32", "int64"):
    add(f"large {dtype}", np.zeros((1000, 1000), dtype), repeat=1000000)
    add(f"large {dtype} rank 3", np.ones((64, 64, 64), dtype), repeat=64**3)
    add(f"large {dtype} rank 4", np.ones((8, 28, 28, 3), dtype), repeat=8 * 28 * 28 * 3)
    add(f"many small axes {dtype}", np.tile(np.arange(6).astype(dtype), 216).reshape(6, 6, 6, 6), repeat=216)
    # A large value in the hidden middle must not change the format.
    hidden = np.zeros(1100, dtype)
    hidden[500] = 12345
    add(f"hidden {dtype}", hidden)
add("wide summary", np.tile(np.array([-1.23456789e-200]), 1200), repeat=1200)
add("wide summary rank 12", np.tile(np.array([-1.23456789e-200]), 1200).reshape((1,) * 11 + (1200,)), repeat=1200)

path = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "numpy_text.json"
path.write_text(
    "{\n"
    + f'"source": "Tools/reference/make_numpy_text.py, NumPy {np.__version__}, seed 20260801",\n'
    + '"cases": [\n'
    + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    + "\n]\n}\n"
)
print(len(cases), "cases,", path.stat().st_size, "bytes")
