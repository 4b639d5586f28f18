"""Writes Tests/Fixtures/core_golden.json: what NumPy and SciPy answer for the operations of a tensor.

    python3 Tools/reference/make_core_golden.py

Functions are computed in long double or float64 from inputs of the tested type and rounded once, so that the
expected value is the true one to half a unit in the last place. Movement, comparison and integer results are exact.
"""
import base64
import json
import pathlib
import warnings

import numpy as np
import scipy
from scipy import special

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20)
cases = []
F32, F64, I32, I64, U8, B = np.float32, np.float64, np.int32, np.int64, np.uint8, np.bool_
EPS = {np.dtype(F32): 2.0**-23, np.dtype(F64): 2.0**-52}


tensors = {}


def pack(x):
    """The number of a tensor in the file; equal ones are written once."""
    x = np.asarray(x)
    key = (x.dtype.name, x.shape, base64.b64encode(np.ascontiguousarray(x).tobytes()).decode())
    return tensors.setdefault(key, len(tensors))


def case(op, inputs, outputs, rtol=0.0, atol=0.0, **attributes):
    if not isinstance(outputs, (list, tuple)):
        outputs = [outputs]
    cases.append({"op": op, "in": [pack(x) for x in inputs], "out": [pack(x) for x in outputs],
                  "rtol": float(rtol), "atol": float(atol), "a": attributes})


def ulps(n, dtype):
    return n * EPS[np.dtype(dtype)]


# Elementwise ------------------------------------------------------------------------------------

special_values = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, np.inf, -np.inf, np.nan, 1e-30, -1e-30,
                  1e-40, -1e-40, 88.0, -88.0, 104.0, -104.0, 1e10, -1e10, 3e38, -3e38, 1.5, 2.5, -2.5, 1e-7]


def grid(dtype, low, high, n=40):
    return np.concatenate([np.array(special_values), rng.uniform(low, high, n)]).astype(dtype)


def wide(x):
    return x.astype(np.longdouble)


unary = {  # name: (function, units in the last place)
    "negate": (np.negative, 0), "abs": (np.abs, 0), "square": (np.square, 0.5), "sqrt": (np.sqrt, 0.5),
    "rsqrt": (lambda x: 1 / np.sqrt(x), 2), "reciprocal": (lambda x: 1 / x, 0.5),
    "exp": (np.exp, 2), "expm1": (np.expm1, 3), "log": (np.log, 2), "log1p": (np.log1p, 3),
    "log2": (np.log2, 3), "log10": (np.log10, 3), "sin": (np.sin, 2), "cos": (np.cos, 2), "tan": (np.tan, 4),
    "asin": (np.arcsin, 4), "acos": (np.arccos, 4), "atan": (np.arctan, 4), "sinh": (np.sinh, 4),
    "cosh": (np.cosh, 4), "tanh": (np.tanh, 4), "asinh": (np.arcsinh, 4), "acosh": (np.arccosh, 4),
    "atanh": (np.arctanh, 4), "erf": (lambda x: special.erf(x.astype(F64)), 4),
    "erfc": (lambda x: special.erfc(x.astype(F64)), 6), "erfinv": (lambda x: np.where(x == 0, x, special.erfinv(x.astype(F64))), 6),
    "sigmoid": (lambda x: np.where(x < 0, np.exp(x) / (1 + np.exp(x)), 1 / (1 + np.exp(-x))), 4),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), 4),
    "relu": (lambda x: np.maximum(x, 0), 0), "floor": (np.floor, 0), "ceil": (np.ceil, 0),
    "round": (np.rint, 0), "trunc": (np.trunc, 0),
    "sign": (np.sign, 0),
}
domains = {"asin": (-1, 1), "acos": (-1, 1), "atanh": (-1, 1), "erfinv": (-1, 1), "log": (0, 50), "log2": (0, 50),
           "log10": (0, 50), "log1p": (-1, 50), "acosh": (1, 50), "sqrt": (0, 50), "rsqrt": (0, 50), "erfc": (-3, 5),
           "exp": (-20, 20), "tanh": (-3, 3), "erf": (-3, 3)}
for name, (f, n) in unary.items():
    low, high = domains.get(name, (-10, 10))
    for dtype in (F32, F64):
        x = grid(dtype, low, high)
        if name in ("erf", "erfc", "erfinv"):
            y = f(x)
        else:
            y = f(wide(x))
        y = np.asarray(y)
        with np.errstate(all="ignore"):
            y = y.astype(dtype)
        tiny = np.finfo(dtype).tiny  # results below the least normal number: absolute
        # NumPy's sign of -0 is 0, ours (as JAX's) is -0.
        case(name, [x], y, rtol=ulps(n, dtype), atol=tiny * ulps(4, dtype) if n else 0,
             **({"looseZeros": True} if name == "sign" else {}))
for name, f in {"isNaN": np.isnan, "isInfinite": np.isinf, "isFinite": np.isfinite}.items():
    for dtype in (F32, F64):
        x = grid(dtype, -1, 1, 5)
        case(name, [x], f(x))

integers = {d: np.array([0, 1, -1, 2, -2, 3, -3, 7, -7, 100, -100, np.iinfo(d).max, np.iinfo(d).min], dtype=d)
            for d in (I32, I64)}
integers[U8] = np.array([0, 1, 2, 3, 7, 100, 127, 128, 200, 255], dtype=U8)
for dtype, x in integers.items():
    case("negate", [x], np.negative(x))
    case("abs", [x], np.abs(x))
    case("sign", [x], np.sign(x))
    case("square", [x], x * x)
    case("relu", [x], np.maximum(x, 0))
    case("not", [x], ~x)
    case("floor", [x], x)
    case("exp", [np.array([0, 1, 2, 3], dtype)], np.exp(np.array([0, 1, 2, 3], F64)).astype(F32), rtol=ulps(2, F32))
case("not", [np.array([True, False])], np.array([False, True]))
case("negate", [np.array([True, False])], np.array([-1, 0], I32))

pairs = np.array([(a, b) for a in (0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 7.0, -7.0, np.inf, -np.inf, np.nan, 1e-3, 3e38)
                  for b in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -3.0, np.inf, -np.inf, np.nan)])
binary = {"add": (np.add, 0), "subtract": (np.subtract, 0), "multiply": (np.multiply, 0), "divide": (np.divide, 0),
          "maximum": (np.maximum, 0), "minimum": (np.minimum, 0), "power": (np.power, 4), "atan2": (np.arctan2, 4)}
for name, (f, n) in binary.items():
    for dtype in (F32, F64):
        a = np.concatenate([pairs[:, 0], rng.uniform(-5, 5, 30)]).astype(dtype)
        b = np.concatenate([pairs[:, 1], rng.uniform(-5, 5, 30)]).astype(dtype)
        if name == "power":
            a[-30:] = np.abs(a[-30:])
        y = f(a, b) if n == 0 else f(wide(a), wide(b)).astype(dtype)
        case(name, [a, b], y, rtol=ulps(n, dtype), atol=np.finfo(dtype).tiny * ulps(4, dtype) if n else 0)
for name, f in {"mod": np.mod, "floorDivide": np.floor_divide}.items():
    for dtype in (F32, F64):
        a = np.concatenate([pairs[:, 0], rng.uniform(-50, 50, 40)])
        b = np.concatenate([pairs[:, 1], rng.uniform(-5, 5, 40)])
        keep = np.isfinite(a) & np.isfinite(b) & (b != 0) & (np.abs(a) < 1e30)
        a, b = a[keep].astype(dtype), b[keep].astype(dtype)
        case(name, [a, b], f(a, b), rtol=ulps(2, dtype))
        # Python's rules at infinity, zero and NaN.
        a = np.array([1, -1, 0, np.inf, -np.inf, 1, -1, np.nan, 1, 1, -1, 5, -5], dtype)
        b = np.array([0, 0, 0, 1, 1, np.nan, np.nan, 1, np.inf, -np.inf, np.inf, np.inf, -np.inf], dtype)
        if name == "mod":
            case(name, [a, b], np.mod(a, b))
for dtype in (I32, I64):
    a, b = (v.ravel() for v in np.meshgrid(integers[dtype], integers[dtype]))
    for name, f in {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "maximum": np.maximum,
                    "minimum": np.minimum, "mod": np.mod, "and": np.bitwise_and, "or": np.bitwise_or,
                    "xor": np.bitwise_xor}.items():
        case(name, [a, b], f(a, b))
    low = np.iinfo(dtype).min
    q = np.where((a == low) & (b == -1), low, np.floor_divide(a, np.where(b == 0, 1, b)))
    case("floorDivide", [a, b], np.where(b == 0, 0, q).astype(dtype))
    small = np.arange(-4, 5, dtype=dtype)
    a, b = (v.ravel() for v in np.meshgrid(small, np.arange(0, 6, dtype=dtype)))
    case("power", [a, b], a**b)
a, b = (v.ravel() for v in np.meshgrid(integers[U8], integers[U8]))
for name, f in {"add": np.add, "subtract": np.subtract, "multiply": np.multiply, "maximum": np.maximum,
                "minimum": np.minimum, "mod": np.mod, "and": np.bitwise_and, "or": np.bitwise_or}.items():
    case(name, [a, b], f(a, b))
case("floorDivide", [a, b], np.where(b == 0, 0, a // np.where(b == 0, 1, b)).astype(U8))
case("divide", [np.array([7, -7, 1, 0], I32), np.array([2, 2, 0, 0], I32)],
     np.array([3.5, -3.5, np.inf, np.nan], F32))
bools = np.array([[True, True, False, False], [True, False, True, False]])
for name, f in {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}.items():
    case(name, list(bools), f(*bools))
case("add", list(bools), np.array([2, 1, 1, 0], I32))

compare = {"equal": np.equal, "notEqual": np.not_equal, "less": np.less, "lessEqual": np.less_equal,
           "greater": np.greater, "greaterEqual": np.greater_equal}
for name, f in compare.items():
    for dtype in (F32, F64):
        a, b = pairs.T.astype(dtype)
        case(name, [a, b], f(a, b))
    for dtype in (I32, I64, U8):
        a, b = (v.ravel() for v in np.meshgrid(integers[dtype], integers[dtype]))
        case(name, [a, b], f(a, b))
    case(name, list(bools), f(*bools))

# Broadcasting
shapes = [((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 1, 5), (3, 1)), ((), (2, 3)), ((1,), (1, 1)), ((0, 3), (1, 3)),
          ((4, 1, 1), (5,)), ((2, 3, 4, 5), (3, 1, 5)), ((513, 1), (1,)), ((2, 520), (2, 1))]
for s, t in shapes:
    for dtype in (F32, F64, I32):
        a, b = (rng.uniform(-9, 9, v).astype(dtype) for v in (s, t))
        case("subtract", [a, b], a - b)
        case("less", [a, b], a < b)
        case("where", [a < 0, a, b], np.where(a < 0, a, b))
x, y = np.array([1, np.nan, 3], F32), np.array([[np.nan], [5]], F32)
case("where", [np.array([True, False, True]), x, y], np.where(np.array([True, False, True]), x, y))
x = grid(F32, -3, 3)
case("clip", [x], np.clip(x, -1.5, 0.75).astype(F32), numbers=[-1.5, 0.75])

# Reductions ---------------------------------------------------------------------------------------


def variations(rank):
    yield None
    for axis in range(rank):
        yield [axis]
    if rank > 1:
        yield [-1, 0]
    if rank > 2:
        yield [1, 2]
        yield [0, 2]


def reduction_shapes():
    return [(), (1,), (7,), (600,), (3, 5), (1, 9), (9, 1), (2, 3, 4), (17, 33), (2, 70, 5), (2, 1, 3, 2)]


for s in reduction_shapes():
    shared = {dtype: rng.uniform(-1, 1, s).astype(dtype) for dtype in (F32, F64)}
    numbers, flags = rng.integers(-50, 50, s).astype(I32), rng.integers(0, 2, s).astype(B)
    for axes in variations(len(s)):
        for keep in (False, True) if len(s) < 3 else (True,):
            kw = {"axis": None if axes is None else tuple(axes), "keepdims": keep}
            at = {"axes": axes, "keepDims": keep}
            for dtype in (F32, F64):
                x = shared[dtype]
                n = max(1, int(np.prod(s)))
                tol = {"rtol": ulps(4, dtype), "atol": ulps(2 * np.sqrt(n) + 2, dtype)}
                case("sum", [x], np.asarray(np.sum(wide(x), **kw)).astype(dtype), **tol, **at)
                case("mean", [x], np.asarray(np.mean(wide(x), **kw)).astype(dtype), **tol, **at)
                case("variance", [x], np.asarray(np.var(wide(x), **kw)).astype(dtype), **tol, **at)
                near_one = (1 + 0.1 * x).astype(dtype)
                case("product", [near_one], np.asarray(np.prod(wide(near_one), **kw)).astype(dtype),
                     rtol=ulps(2 * np.sqrt(n) + 4, dtype), **at)
                case("max", [x], np.max(x, **kw), **at)
                case("min", [x], np.min(x, **kw), **at)
                y = np.log(np.sum(np.exp(wide(x)), **kw))
                case("logSumExp", [x], np.asarray(y).astype(dtype), rtol=ulps(16, dtype), atol=ulps(8, dtype), **at)
            x = numbers
            case("sum", [x], np.sum(x, dtype=I32, **kw), **at)
            case("max", [x], np.max(x, **kw), **at)
            x = flags
            case("any", [x], np.any(x, **kw), **at)
            case("all", [x], np.all(x, **kw), **at)
            case("sum", [x], np.sum(x, dtype=I32, **kw), **at)
x = rng.uniform(-1, 1, (6, 5)).astype(F32)
case("variance", [x], np.var(x.astype(F64), axis=0, ddof=1).astype(F32), rtol=1e-6, atol=1e-7, axes=[0],
     keepDims=False, count=1)
case("standardDeviation", [x], np.std(x.astype(F64), axis=1, keepdims=True).astype(F32), rtol=1e-6, axes=[1],
     keepDims=True)
for s, axes in [((0, 3), [0]), ((3, 0), [1]), ((0,), None), ((2, 0, 3), [0])]:
    x = np.zeros(s, F32)
    kw = {"axis": None if axes is None else tuple(axes)}
    case("sum", [x], np.sum(x, **kw), axes=axes, keepDims=False)
    case("product", [x], np.prod(x, **kw), axes=axes, keepDims=False)
    case("all", [x.astype(B)], np.all(x.astype(B), **kw), axes=axes, keepDims=False)
    case("any", [x.astype(B)], np.any(x.astype(B), **kw), axes=axes, keepDims=False)
    case("mean", [x], np.mean(x, **kw), axes=axes, keepDims=False)
# NaN, infinities and ties
x = np.array([[1, np.nan, 3, -np.inf], [np.inf, 2, np.inf, 2], [-1, -1, -1, -1], [-0.0, 0.0, -0.0, 0.0]], F32)
for axis in (0, 1, None):
    axes = None if axis is None else [axis]
    for dtype in (F32, F64):
        v = x.astype(dtype)
        case("max", [v], np.max(v, axis), axes=axes, keepDims=False, looseZeros=True)
        case("min", [v], np.min(v, axis), axes=axes, keepDims=False, looseZeros=True)
        case("argmax", [v], np.argmax(v, axis).astype(I32), axis=axis)
        case("argmin", [v], np.argmin(v, axis).astype(I32), axis=axis)
    case("logSumExp", [x], special.logsumexp(x.astype(F64), axis=axis).astype(F32), rtol=1e-6, axes=axes,
         keepDims=False)
for s in [(7,), (300,), (5, 3), (3, 70), (70, 3), (2, 3, 4), (1, 1)]:
    for dtype in (F32, F64, I32, U8):
        v = rng.integers(0, 20, s).astype(dtype)
        for axis in [None, *range(len(s)), -1]:
            case("argmax", [v], np.argmax(v, axis).astype(I32), axis=axis)
            case("argmin", [v], np.argmin(v, axis).astype(I32), axis=axis)


def scan(x, axis, product, exclusive, reverse):
    v = np.flip(x, axis) if reverse else x
    with np.errstate(over="ignore"):
        y = (np.cumprod if product else np.cumsum)(v, axis=axis, dtype=x.dtype)
    if exclusive:
        y = np.roll(y, 1, axis)
        if y.shape[axis]:
            index = [slice(None)] * y.ndim
            index[axis] = 0
            y[tuple(index)] = 1 if product else 0
    return np.flip(y, axis) if reverse else y


for s, axis in [((7,), 0), ((3, 5), 0), ((3, 5), 1), ((2, 3, 4), 1), ((2, 3, 4), -1), ((0, 3), 0), ((70, 1), 0),
                ((2, 66), 0)]:
    for dtype in (F32, F64, I32, I64):
        x = rng.uniform(0.8, 1.2, s).astype(dtype) if dtype in (F32, F64) else rng.integers(-3, 4, s).astype(dtype)
        for product in (False, True):
            for exclusive in (False, True):
                for reverse in (False, True):
                    exact = dtype in (I32, I64)
                    y = scan(x if exact else wide(x), axis, product, exclusive, reverse).astype(dtype)
                    case("cumulate", [x], y, rtol=0 if exact else ulps(150, dtype), axis=axis, product=product,
                         exclusive=exclusive, reverse=reverse)

# Matrix products ----------------------------------------------------------------------------------

products = [((3, 4), (4, 2)), ((1, 1), (1, 1)), ((1, 5), (5, 1)), ((5, 1), (1, 5)), ((0, 3), (3, 2)), ((3, 0), (0, 2)),
            ((2, 3), (3, 0)), ((17, 65), (65, 33)), ((1, 65), (65, 33)), ((33, 17), (17, 1)), ((9, 16), (16, 16)),
            ((7,), (7,)), ((7,), (7, 3)), ((3, 7), (7,)), ((0,), (0,)), ((2, 3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)),
            ((2, 1, 3, 4), (3, 4, 2)), ((3, 4), (2, 4, 5)), ((4,), (2, 4, 3)), ((2, 3, 4), (4,)), ((5, 2, 3), (1, 3, 2)),
            ((0, 2, 3), (3, 4)), ((2, 1, 17, 9), (1, 3, 9, 5)), ((20, 100), (100, 10))]
for s, t in products:
    for dtype in (F32, F64):
        a, b = rng.uniform(-1, 1, s).astype(dtype), rng.uniform(-1, 1, t).astype(dtype)
        k = s[-1]
        y = np.matmul(wide(a), wide(b)).astype(dtype) if k < 40 else np.matmul(a.astype(F64), b.astype(F64)).astype(dtype)
        case("matmul", [a, b], y, rtol=ulps(8, dtype), atol=ulps(2 * np.sqrt(k) + 2, dtype))
    if s[-1] < 40:
        a, b = rng.integers(-9, 9, s).astype(I32), rng.integers(-9, 9, t).astype(I32)
        case("matmul", [a, b], np.matmul(a, b))
        if s[-1] < 8:
            case("matmul", [a.astype(I64), b.astype(I64)], np.matmul(a.astype(I64), b.astype(I64)))
for s, t in [((3, 4), (2, 4)), ((11, 35), (9, 35)), ((2, 3, 4), (2, 5, 4)), ((1, 9), (8, 9))]:
    for dtype in (F32, F64):
        a, b = rng.uniform(-1, 1, s).astype(dtype), rng.uniform(-1, 1, t).astype(dtype)
        at, bt = np.swapaxes(a, -1, -2), np.swapaxes(b, -1, -2)
        tol = ulps(2 * np.sqrt(s[-1]) + 2, dtype)
        case("matmulTransposedRight", [a, b], (a.astype(F64) @ bt.astype(F64)).astype(dtype), atol=tol)
        case("matmulTransposedLeft", [at, bt], (a.astype(F64) @ bt.astype(F64)).astype(dtype), atol=tol)
        case("matmulTransposedBoth", [at, b], (a.astype(F64) @ bt.astype(F64)).astype(dtype), atol=tol)
a, b = rng.uniform(-1, 1, (9, 20)).astype(F32), rng.uniform(-1, 1, (7, 12)).astype(F32)
case("matmulSliced", [a, b], (a[1::2, 3:10].astype(F64) @ b[:, ::3].astype(F64)).astype(F32), atol=1e-6)
case("matmul", [np.array([[True, False]]), np.array([[True], [True]])], np.array([[1]], I32))
a, b = np.array([[1, np.inf], [np.nan, 1]], F32), np.array([[1, 0], [0, 1]], F32)
case("matmul", [a, b], np.matmul(a, b))
a, b = rng.uniform(-1, 1, 4).astype(F32), rng.uniform(-1, 1, 3).astype(F32)
case("outer", [a, b], np.outer(a, b))

for s, axis in [((3, 5), -1), ((3, 5), 0), ((7,), 0), ((2, 3, 4), 1), ((1, 1), -1), ((0, 4), -1), ((2, 300), -1)]:
    for dtype in (F32, F64):
        x = (5 * rng.standard_normal(s)).astype(dtype)
        case("softmax", [x], special.softmax(x.astype(F64), axis=axis).astype(dtype), rtol=ulps(20, dtype), axis=axis)
        y = special.log_softmax(x.astype(np.longdouble), axis=axis)
        case("logSoftmax", [x], y.astype(dtype), rtol=ulps(8, dtype), atol=ulps(16, dtype), axis=axis)
x = np.array([[1000, 0, -1000], [-np.inf, 0, 0], [np.inf, 0, 0], [np.nan, 0, 0], [-np.inf] * 3], F32)
case("softmax", [x], np.array([[1, 0, 0], [0, .5, .5], [np.nan] * 3, [np.nan] * 3, [np.nan] * 3], F32), rtol=ulps(4, F32), axis=-1)
case("logSoftmax", [x], np.array([[0, -1000, -2000], [-np.inf, -np.log(2), -np.log(2)], [np.nan] * 3, [np.nan] * 3,
                                  [np.nan] * 3], F32), rtol=ulps(4, F32), axis=-1)

# Movement -----------------------------------------------------------------------------------------

for dtype in (F32, F64, I32, I64, U8, B, np.float16):
    x = (np.arange(24) % 2 if dtype == B else np.arange(24)).astype(dtype).reshape(2, 3, 4)
    case("reshape", [x], x.reshape(4, 6), ints=[4, 6])
    case("reshape", [x], x.reshape(2, -1), ints=[2, -1])
    case("transpose", [x], x.transpose(), ints=None)
    case("transpose", [x], x.transpose(1, 2, 0), ints=[1, 2, 0])
    case("swapaxes", [x], x.swapaxes(0, -1), ints=[0, -1])
    case("reverse", [x], np.flip(x), axes=None)
    case("reverse", [x], np.flip(x, (0, 2)), axes=[0, 2])
    case("expand", [x], np.expand_dims(x, 1), ints=[1])
    case("expand", [x], np.expand_dims(x, -1), ints=[-1])
    case("broadcast", [x[:, :1]], np.broadcast_to(x[:, :1], (5, 2, 3, 4)), ints=[5, 2, 3, 4])
    case("tile", [x], np.tile(x, (2, 1, 3)), ints=[2, 1, 3])
    case("tile", [x[0]], np.tile(x[0], (2, 2, 1)), ints=[2, 2, 1])
    case("tile", [x], np.tile(x, 2), ints=[2])
    case("repeat", [x], np.repeat(x, 3, axis=1), ints=[3, 1])
    case("repeat", [x], np.repeat(x, 2, axis=-1), ints=[2, -1])
    case("concatenate", [x, x[:1], x], np.concatenate([x, x[:1], x], 0), axis=0)
    case("concatenate", [x, x[..., :1]], np.concatenate([x, x[..., :1]], -1), axis=-1)
    case("concatenate", [x[:, :0], x], np.concatenate([x[:, :0], x], 1), axis=1)
    case("stack", [x, x, x], np.stack([x, x, x], 1), axis=1)
    case("stack", [x, x], np.stack([x, x], -1), axis=-1)
    case("split", [x], np.split(x, 2, -1), axis=-1, count=2)
    case("splitSizes", [x], np.split(x, [1, 1], 1), axis=1, ints=[1, 0, 2])
    case("pad", [x], np.pad(x, [(1, 0), (0, 2), (1, 1)], constant_values=1), ints=[1, 0, 0, 2, 1, 1], numbers=[1])
    case("pad", [x[0]], np.pad(x[0], [(0, 0), (3, 0)]), ints=[0, 0, 3, 0], numbers=[0])
    case("squeeze", [x[:1, :, :1]], x[:1, :, :1].squeeze(), axis=None)
    case("squeeze", [x[:1]], x[0], axis=0)
case("concatenate", [np.array([1, 2], I32), np.array([0.5], F32)], np.array([1, 2, 0.5], F32), axis=0)
for s in [(0,), (0, 3), (3, 0, 2)]:
    x = np.zeros(s, F32)
    case("transpose", [x], x.T, ints=None)
    case("reverse", [x], np.flip(x), axes=None)
    case("pad", [x], np.pad(x, [(1, 2)] * len(s), constant_values=3), ints=[1, 2] * len(s), numbers=[3])
    case("concatenate", [x, x], np.concatenate([x, x], 0), axis=0)
big = rng.uniform(-1, 1, (65, 37)).astype(F32)
case("transpose", [big], big.T, ints=None)
big = rng.integers(0, 99, (5, 33, 7)).astype(I64)
case("transpose", [big], big.transpose(2, 1, 0), ints=[2, 1, 0])

# A subscript as text, read by both sides.
x = np.arange(120).reshape(4, 5, 6).astype(F32)
for text in ["1", "-1", "0,1", "0,-2,3", ":", "1:3", "::2", "::-1", "3:0:-1", ":,1", "...,0", "...,::2", "1,...,-1",
             "new,1", ":,new,2:4", "...,new", "1:1", "5:", "-3:-1", ":-2,1:,-1", "3:1", "-100:100", "::3,::-2,1::4",
             "2:,:,::-1", "new,...,new", "-1:-4:-2", "10::-3"]:
    parts = []
    for part in text.split(","):
        if part == "...":
            parts.append(Ellipsis)
        elif part == "new":
            parts.append(None)
        elif ":" in part:
            parts.append(slice(*[int(p) if p else None for p in part.split(":")]))
        else:
            parts.append(int(part))
    case("subscript", [x], x[tuple(parts)], text=text)
    if text in (":", "1:3", "::2", "::-1", ":,1", "...,0", ":,new,2:4", "-1:-4:-2"):
        empty = np.zeros((0, 5, 6), I32)
        case("subscript", [empty], empty[tuple(parts)], text=text)

# Indexing -----------------------------------------------------------------------------------------

for dtype in (F32, F64, I32, I64, U8, B, np.float16):
    x = rng.integers(0, 2 if dtype == B else 100, (5, 4, 3)).astype(dtype)
    for index_type in (I32, I64):
        i = np.array([[4, 0, -1], [2, -5, 2]], index_type)
        case("gather", [x, i], np.take(x, i, 0), axis=0)
        i = np.array([3, 0, -1], index_type)
        case("gather", [x, i], np.take(x, i, 1), axis=1)
        case("gather", [x, i % 3], np.take(x, i % 3, -1), axis=-1)
        case("gather", [x, np.array(2, index_type)], np.take(x, 2, 0), axis=0)
        case("gather", [x, np.zeros((0,), index_type)], np.take(x, np.zeros((0,), I64), 0), axis=0)
    if dtype != np.float16:
        i = rng.integers(0, 4, (5, 6, 3)).astype(I32)
        case("takeAlong", [x, i], np.take_along_axis(x, i, 1), axis=1)
        i = rng.integers(-3, 3, (5, 4, 2)).astype(I64)
        case("takeAlong", [x, i], np.take_along_axis(x, i, 2), axis=-1)
for dtype in (F32, F64, I32, I64, U8, B):
    for s in [(1,), (9,), (49,), (300,), (4, 7), (3, 60), (0,), (2, 0)]:
        high = 2 if dtype == B else 12
        x = rng.integers(0, high, s).astype(dtype) if dtype in (U8, B) else rng.integers(-high, high, s).astype(dtype)
        if dtype in (F32, F64) and x.size > 6:
            x.ravel()[[1, 3]] = np.nan
            x.ravel()[[0, 5]] = [np.inf, -np.inf]
            x.ravel()[2] = -0.0
        case("argsort", [x], np.argsort(x, -1, kind="stable").astype(I32), axis=-1, reverse=False)
        case("sort", [x], np.take_along_axis(x, np.argsort(x, -1, kind="stable"), -1), axis=-1, reverse=False)
        if x.size:
            # Descending and stable, NaN first.
            order = []
            for row in x.reshape(-1, x.shape[-1]):
                keys = [(0 if v != v else 1, 0 if v != v else -float(v)) for v in row]
                order.append(sorted(range(len(row)), key=lambda i: keys[i]))
            order = np.array(order).reshape(x.shape)
            case("argsort", [x], order.astype(I32), axis=-1, reverse=True)
            k = min(3, x.shape[-1])
            case("topK", [x], [np.take_along_axis(x, order, -1)[..., :k], order[..., :k].astype(I32)], count=k)
        case("unique", [x], np.unique(x), looseZeros=True)
    x = rng.integers(0, high, (4, 3, 2)).astype(dtype)
    case("sort", [x], np.sort(x, 0, kind="stable"), axis=0, reverse=False)
    case("argsort", [x], np.argsort(x, 1, kind="stable").astype(I32), axis=1, reverse=False)
case("oneHot", [np.array([0, 2, 3, -1, 1], I32)],
     np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 1, 0]], F32), count=3)
case("oneHot", [np.array([[0, 1]], U8)], np.array([[[1, 0], [0, 1]]], F32), count=2)
x = rng.uniform(-1, 1, (4, 3)).astype(F32)
mask = np.array([True, False, True, True])
case("mask", [x, mask], x[mask])
mask = x > 0
case("mask", [x, mask], x[mask])

# Creation -----------------------------------------------------------------------------------------

for start, stop, step in [(0, 5, 1), (2, 10, 3), (5, 0, -2), (3, 3, 1), (3, 1, 1), (-4, 5, 4)]:
    case("arange", [], np.arange(start, stop, step).astype(I32), ints=[start, stop, step])
for low, high, n in [(0, 1, 5), (-1, 1, 2), (3, 3, 1), (0, 10, 0)]:
    case("linspace", [], np.linspace(low, high, n).astype(F32), rtol=ulps(2, F32), atol=1e-7, numbers=[low, high],
         count=n)
case("eye", [], np.eye(3, dtype=F32), ints=[3, 3])
case("eye", [], np.eye(2, 4, dtype=F32), ints=[2, 4])

# Casts --------------------------------------------------------------------------------------------

floats = np.array([0, -0.0, 0.4, 0.5, 0.9, -0.9, 1, -1, 1.5, 2.5, 254.9, 255, 256, 300, -1e-9, 2**24 + 1, 2**31 - 1,
                   2**31, -2**31, -2**31 - 1, 2.0**32, 2.0**52 + 1, 2.0**62, 2.0**63, -2.0**63, 1e30, -1e30, np.inf,
                   -np.inf, np.nan, 65504, 65519, 65520, 1e-8, 6e-8, 3e38])
names = {"bool": B, "uint8": U8, "int32": I32, "int64": I64, "float16": np.float16, "float32": F32, "float64": F64}


def cast(x, to):
    """Floats to integers: towards zero, held within the type, NaN gives 0. NumPy leaves it undefined."""
    if x.dtype.kind == "f" and np.dtype(to).kind in "iu":
        info = np.iinfo(to)
        out = []
        for v in x:
            v = float(v)
            out.append(0 if v != v else info.min if v <= info.min else info.max if v >= info.max else int(v))
        return np.array(out, dtype=to)
    return x.astype(to)


for source, s in names.items():
    x = floats.astype(s) if source.startswith("float") else integers[s] if s in integers else np.array([True, False])
    for target, t in names.items():
        if source != target:
            case("cast", [x], cast(x, t), text=target)

# What two types give together ---------------------------------------------------------------------

# As JAX and Keras: an integer with a float gives the float; NumPy for the rest. float16 computes in float32.
order = ["bool", "uint8", "int32", "int64", "float16", "float32", "float64"]
for a in order:
    for b in order:
        common = a if order.index(a) > order.index(b) else b
        if common == "float16":
            common = "float32"
        if common == "bool":
            common = "int32"
        one, two = np.array([1], names[a]), np.array([1], names[b])
        case("add", [one, two], np.array([2], names[common]))

path = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/core_golden.json"
source = f"Tools/reference/make_core_golden.py, numpy {np.__version__}, scipy {scipy.__version__}, seed 20"
with open(path, "w") as file:
    file.write('{"source": ' + json.dumps(source) + ',\n"tensors": [\n')
    file.write(",\n".join(json.dumps({"d": d, "s": s, "b": b}, separators=(",", ":")) for d, s, b in tensors))
    file.write('\n],\n"cases": [\n')
    file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    file.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors,", path.stat().st_size, "bytes")
