"""Writes Tests/Fixtures/training/{optimizers,losses,activations}.json from the formulas, in NumPy alone.

Run with NumPy 2.4.6:  python3 Tools/reference/make_training_fixtures.py
The seed is fixed. Optimizers are computed in float32 in the order of operations that Keras documents; losses and
activations in float64 and rounded. With --check (Keras 3 installed) the numbers are compared with Keras's own.
"""

import json
import math
import pathlib
import sys

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/training"
SOURCE = f"Tools/reference/make_training_fixtures.py, NumPy {np.__version__}, seed 7"
rng = np.random.default_rng(7)
f = np.float32

# Optimizers: 50 steps on 6 numbers whose gradient is a fixed function of the numbers and the step.
START = rng.normal(size=6).astype(f)
SCALE = np.array([1, 0.1, 3, 0.01, 10, 1], f)


def gradient(w, t):
    return (SCALE * (w - np.sin(np.arange(6, dtype=f) + f(t) * f(0.3)))).astype(f)


def sgd(rate=0.01, momentum=0.0, nesterov=False):
    w, m, out = START.copy(), np.zeros(6, f), []
    for t in range(50):
        g = gradient(w, t)
        if momentum == 0:
            w = w - g * f(rate)
        else:
            m = m * f(momentum) - g * f(rate)
            w = w + (m * f(momentum) - g * f(rate)) if nesterov else w + m
        out.append(w.copy())
    return out


def rmsprop(rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    w, v, m, a, out = START.copy(), np.zeros(6, f), np.zeros(6, f), np.zeros(6, f), []
    for t in range(50):
        g = gradient(w, t)
        v = f(rho) * v + f(1 - rho) * g * g
        d = v + f(epsilon)
        if centered:
            a = f(rho) * a + f(1 - rho) * g
            d = v - a * a + f(epsilon)
        step = f(rate) * g / np.sqrt(d)
        if momentum:
            m = f(momentum) * m + step
            step = m
        w = w - step
        out.append(w.copy())
    return out


def adam(rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7, amsgrad=False):
    w, m, v, h, out = START.copy(), np.zeros(6, f), np.zeros(6, f), np.zeros(6, f), []
    for t in range(50):
        g = gradient(w, t)
        p1, p2 = f(f(beta1) ** f(t + 1)), f(f(beta2) ** f(t + 1))
        alpha = f(rate) * np.sqrt(f(1) - p2) / (f(1) - p1)
        m = m + (g - m) * f(1 - beta1)
        v = v + (g * g - v) * f(1 - beta2)
        h = np.maximum(h, v)
        w = w - m * alpha / (np.sqrt(h if amsgrad else v) + f(epsilon))
        out.append(w.copy())
    return out


OPTIMIZERS = {
    "sgd": (sgd, {}),
    "sgd_momentum": (sgd, dict(rate=0.05, momentum=0.9)),
    "sgd_nesterov": (sgd, dict(rate=0.05, momentum=0.9, nesterov=True)),
    "rmsprop": (rmsprop, {}),
    "rmsprop_centered_momentum": (rmsprop, dict(rate=0.01, momentum=0.5, centered=True)),
    "adam": (adam, {}),
    "adam_fast": (adam, dict(rate=0.1, beta1=0.8, beta2=0.99)),
    "adam_amsgrad": (adam, dict(rate=0.1, beta2=0.9, amsgrad=True)),
}

# Losses.
BINARY = rng.integers(0, 2, (4, 3)).astype(float)
LOGITS = rng.normal(size=(4, 3)) * 3
LOGITS[0, 0], LOGITS[1, 1] = 60, -60
CLASSES = np.array([2, 0, 1, 1])
ONEHOT = np.eye(3)[CLASSES]
REAL = rng.normal(size=(4, 3))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def bce(y, p):
    # float32 clips, as the loss does: 1 - 1e-7 is not exactly a float32.
    p = np.clip(p.astype(f), f(1e-7), f(1 - 1e-7)).astype(float)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(-1)


def bce_logits(y, x):
    return (y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x)).mean(-1)


def cce(y, p):
    p = (p / p.sum(-1, keepdims=True)).astype(f)
    return -(y * np.log(np.clip(p, f(1e-7), f(1 - 1e-7)).astype(float))).sum(-1)


def smooth(y, s, n):
    return y * (1 - s) + s / n


PROBS = softmax(LOGITS / 4) * 2
LOSSES = {
    "mean_squared_error": (REAL, LOGITS, ((REAL - LOGITS) ** 2).mean(-1)),
    "mean_absolute_error": (REAL, LOGITS, np.abs(REAL - LOGITS).mean(-1)),
    "binary_crossentropy": (BINARY, sigmoid(LOGITS / 8), bce(BINARY, sigmoid(LOGITS / 8))),
    "binary_crossentropy_clipped": (BINARY, LOGITS, bce(BINARY, LOGITS)),
    "binary_crossentropy_logits": (BINARY, LOGITS, bce_logits(BINARY, LOGITS)),
    "binary_crossentropy_smooth": (BINARY, LOGITS, bce_logits(smooth(BINARY, 0.1, 2), LOGITS)),
    "categorical_crossentropy": (ONEHOT, PROBS, cce(ONEHOT, PROBS)),
    "categorical_crossentropy_logits": (ONEHOT, LOGITS, -(ONEHOT * log_softmax(LOGITS)).sum(-1)),
    "categorical_crossentropy_smooth": (ONEHOT, LOGITS, -(smooth(ONEHOT, 0.1, 3) * log_softmax(LOGITS)).sum(-1)),
    # Keras takes the logarithms of clipped probabilities for logits: what does not add up to 1 is scaled after clipping.
    "sparse_categorical_crossentropy": (
        CLASSES.astype(float), PROBS, -(ONEHOT * log_softmax(np.log(np.clip(PROBS, 1e-7, 1 - 1e-7)))).sum(-1)),
    "sparse_categorical_crossentropy_logits": (CLASSES.astype(float), LOGITS, -(ONEHOT * log_softmax(LOGITS)).sum(-1)),
}

# Activations.
X = np.array([-40, -7, -3, -2.5, -1, -0.3, 0, 0.2, 1, 2.7, 3, 6.5, 30, 29.9])
erfc = np.vectorize(math.erfc)
softplus = np.logaddexp(0, X)


def sparsemax(x):
    # Keras's threshold: the sum of the cumulative sums that are kept, not the last of them.
    z = np.sort(x)[::-1]
    sums = np.cumsum(z)
    kept = z - (sums - 1) / np.arange(1, len(z) + 1) > 0
    return np.maximum(x - (sums[kept].sum() - 1) / kept.sum(), 0)


ACTIVATIONS = {
    "celu": np.where(X > 0, X, np.expm1(np.minimum(X, 0))),
    "elu": np.where(X > 0, X, np.expm1(np.minimum(X, 0))),
    "exponential": np.exp(X),
    "gelu": 0.5 * X * erfc(-X / math.sqrt(2)),
    "glu": X[:7] * sigmoid(X[7:]),
    "hard_shrink": np.where(np.abs(X) > 0.5, X, 0),
    "hard_sigmoid": np.clip(X / 6 + 0.5, 0, 1),
    "hard_silu": X * np.clip(X / 6 + 0.5, 0, 1),
    "hard_tanh": np.clip(X, -1, 1),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
    "linear": X,
    "log_sigmoid": -np.logaddexp(0, -X),
    "log_softmax": log_softmax(X),
    "mish": X * np.tanh(softplus),
    "relu": np.maximum(X, 0),
    "relu6": np.clip(X, 0, 6),
    "selu": 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(np.minimum(X, 0))),
    "sigmoid": sigmoid(X),
    "silu": X * sigmoid(X),
    "soft_shrink": np.sign(X) * np.maximum(np.abs(X) - 0.5, 0),
    "softmax": softmax(X),
    "softplus": softplus,
    "softsign": X / (1 + np.abs(X)),
    "sparse_plus": np.where(X <= -1, 0, np.where(X >= 1, X, (X + 1) ** 2 / 4)),
    "sparse_sigmoid": np.clip((X + 1) / 2, 0, 1),
    "sparsemax": sparsemax(X),
    "squareplus": (X + np.sqrt(X * X + 4)) / 2,
    "step": (X > 0).astype(float),
    "tanh": np.tanh(X),
    "tanh_shrink": X - np.tanh(X),
}


def write(name, **data):
    text = json.dumps({"source": SOURCE, **data}, separators=(",", ":"))
    (OUT / name).write_text(text.replace('},"', '},\n"').replace('],"', '],\n"') + "\n")


def rows(a):
    return [[float(f"{v:.9g}") for v in row] for row in np.atleast_2d(np.asarray(a, float))]


OUT.mkdir(parents=True, exist_ok=True)
write(
    "optimizers.json", start=rows(START)[0], scale=rows(SCALE)[0],
    trajectories={k: rows(fn(**a)) for k, (fn, a) in OPTIMIZERS.items()},
)
write("losses.json", cases={
    k: dict(yTrue=rows(np.reshape(y, (4, -1))), yPred=rows(p), values=rows(v)[0]) for k, (y, p, v) in LOSSES.items()})
write("activations.json", x=rows(X)[0], values={k: rows(v)[0] for k, v in ACTIVATIONS.items()})

if "--check" in sys.argv:
    import keras

    O = keras.optimizers
    made = {
        "sgd": O.SGD(), "sgd_momentum": O.SGD(0.05, 0.9), "sgd_nesterov": O.SGD(0.05, 0.9, True), "rmsprop": O.RMSprop(),
        "rmsprop_centered_momentum": O.RMSprop(0.01, momentum=0.5, centered=True), "adam": O.Adam(),
        "adam_fast": O.Adam(0.1, 0.8, 0.99), "adam_amsgrad": O.Adam(0.1, 0.9, 0.9, amsgrad=True),
    }
    for name, (fn, arguments) in OPTIMIZERS.items():
        w, worst = keras.Variable(START), 0
        for t, want in enumerate(fn(**arguments)):
            made[name].apply([keras.ops.convert_to_tensor(gradient(np.array(w), t))], [w])
            worst = max(worst, np.abs(np.array(w) - want).max())
        print(name, "differs by", worst)
    L = keras.losses
    for name, (y, p, v) in LOSSES.items():
        kind = {"binary": L.BinaryCrossentropy, "categorical": L.CategoricalCrossentropy,
                "sparse": L.SparseCategoricalCrossentropy}.get(name.split("_")[0])
        a = dict(reduction=None)
        if kind and ("logits" in name or "smooth" in name): a["from_logits"] = True
        if "smooth" in name: a["label_smoothing"] = 0.1
        loss = kind(**a) if kind else L.get(name)
        print(name, "differs by", np.abs(np.array(loss(y.astype(f), p.astype(f))) - v).max())
    for name, v in ACTIVATIONS.items():
        if name != "step":
            got = np.array(keras.activations.get(name)(keras.ops.convert_to_tensor(X.astype(f))))
            print(name, "differs by", (np.abs(got - v) / (1 + np.abs(v))).max())
