#!/usr/bin/env python3
"""Writes Tests/Fixtures/training/keras_optimizers.json: what the real Keras's optimizers make of two weights in six steps, for
gradients given as arrays and as the rows of an embedding, and the rates of its schedules.

    python make_keras_optimizers.py FILE      # needs keras and tensorflow
"""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import keras
import numpy as np
import tensorflow as tf

STEPS = 6
random = np.random.default_rng(3)
matrix, vector = random.normal(size=(4, 3)).astype("float32"), random.normal(size=3).astype("float32")
gradients = [[random.normal(size=(4, 3)).astype("float32"), random.normal(size=3).astype("float32")] for _ in range(STEPS)]
indices = [random.integers(0, 4, 5).astype("int32") for _ in range(STEPS)]
rows = [random.normal(size=(5, 3)).astype("float32") for _ in range(STEPS)]

CASES = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.1}, {"clipnorm": 0.5},
            {"clipvalue": 0.3}, {"global_clipnorm": 0.7}, {"use_ema": True, "ema_momentum": 0.6},
            {"use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 2},
            {"gradient_accumulation_steps": 3}, {"loss_scale_factor": 4.0}],
    "RMSprop": [{}, {"momentum": 0.5, "centered": True}],
    "Adam": [{}, {"amsgrad": True, "beta_2": 0.9}, {"gradient_accumulation_steps": 2, "clipnorm": 1.0, "use_ema": True}],
    "AdamW": [{}, {"weight_decay": 0.3}],
    "Adadelta": [{}, {"rho": 0.8}],
    "Adagrad": [{}],
    "Adamax": [{}],
    "Nadam": [{}, {"beta_1": 0.7}],
    "Ftrl": [{}, {"l1_regularization_strength": 0.2, "l2_regularization_strength": 0.1,
                  "l2_shrinkage_regularization_strength": 0.1, "beta": 0.3, "learning_rate_power": -0.7}],
    "Lion": [{}],
    "Lamb": [{}],
    "Adafactor": [{}, {"relative_step": False}],
    "Muon": [{}, {"exclude_layers": ["first"]}, {"nesterov": False, "rms_rate": None}],
}


def run(name, options, sparse):
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.1, **options)
    weights = [keras.Variable(matrix, name="first_kernel"), keras.Variable(vector, name="bias")]
    optimizer.build(weights)
    values = []
    for (first, second), index, row in zip(gradients, indices, rows):
        if sparse:
            first = tf.IndexedSlices(tf.constant(row), tf.constant(index), tf.constant([4, 3]))
        scale = options.get("loss_scale_factor", 1.0)
        optimizer.apply([first if sparse else tf.constant(first * scale), tf.constant(second * scale)], weights)
        values.append([np.asarray(w).astype(float).ravel().tolist() for w in weights])
    return {"name": name, "options": options, "rows": sparse, "weights": values}


schedules = keras.optimizers.schedules
SCHEDULES = [
    schedules.CosineDecay(0.1, 10, alpha=0.1), schedules.CosineDecay(0.1, 10, warmup_target=0.5, warmup_steps=4),
    schedules.CosineDecayRestarts(0.1, 5), schedules.CosineDecayRestarts(0.1, 4, t_mul=1.0, m_mul=0.5, alpha=0.1),
    schedules.CosineDecayRestarts(0.1, 6, t_mul=1.593, m_mul=0.576, alpha=0.05),
    schedules.ExponentialDecay(0.1, 7, 0.5), schedules.ExponentialDecay(0.1, 7, 0.5, staircase=True),
    schedules.InverseTimeDecay(0.1, 7, 0.5), schedules.InverseTimeDecay(0.1, 7, 0.5, staircase=True),
    schedules.PiecewiseConstantDecay([3, 8], [0.3, 0.2, 0.1]),
    schedules.PolynomialDecay(0.1, 10, power=2.0), schedules.PolynomialDecay(0.1, 5, cycle=True),
]

document = {
    "source": f"Tools/reference/make_keras_optimizers.py, Keras {keras.__version__}, TensorFlow {tf.__version__}",
    "start": [matrix.astype(float).ravel().tolist(), vector.astype(float).tolist()],
    "gradients": [[g.astype(float).ravel().tolist() for g in pair] for pair in gradients],
    "indices": [i.tolist() for i in indices],
    "rows": [r.astype(float).ravel().tolist() for r in rows],
    "runs": [
        run(name, options, sparse)
        for name, cases in CASES.items() for options in cases for sparse in (False, True)
        if not (sparse and ("loss_scale_factor" in options))
    ],
    "schedules": [
        {"config": keras.optimizers.schedules.serialize(s), "rates": [float(s(t)) for t in range(30)]} for s in SCHEDULES
    ],
}


def short(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [short(v) for v in value]
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    return value


with open(sys.argv[1], "w") as file:
    json.dump(short(document), file, separators=(",", ":"))
    file.write("\n")
