"""Steps of Keras's optimizers and values of its schedules, for Tests/Fixtures/training/keras_optimizers.json.

Run with Keras 3.15.1 on TensorFlow 2.21.0: python make_keras_optimizers.py Tests/Fixtures/training/keras_optimizers.json
"""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import optimizers as o
from keras.optimizers import schedules as s

STEPS = 12


def start():
    matrix = (np.arange(12, dtype="float32").reshape(4, 3) - 5) / 7
    return [matrix, np.array([0.5, -1, 0.25], "float32")]


def gradients(step):
    matrix = np.sin(np.arange(12).reshape(4, 3) * 0.7 + step * 0.9).astype("float32")
    return [matrix, np.cos(np.arange(3) * 1.3 + step).astype("float32")]


MAKERS = {
    "adadelta": lambda: o.Adadelta(1.0),
    "adafactor": lambda: o.Adafactor(0.1),
    "adagrad": lambda: o.Adagrad(0.1),
    "adam": lambda: o.Adam(0.05),
    "adam_accumulation": lambda: o.Adam(0.05, gradient_accumulation_steps=3),
    "adam_amsgrad": lambda: o.Adam(0.05, beta_2=0.7, amsgrad=True),
    "adam_clipnorm": lambda: o.Adam(0.05, clipnorm=0.5),
    "adam_global_clipnorm": lambda: o.Adam(0.05, global_clipnorm=0.5),
    "adamax": lambda: o.Adamax(0.05),
    "adamw": lambda: o.AdamW(0.05, weight_decay=0.1),
    "ftrl": lambda: o.Ftrl(0.1, l1_regularization_strength=0.05, l2_regularization_strength=0.1,
                           l2_shrinkage_regularization_strength=0.2, beta=0.3),
    "lamb": lambda: o.Lamb(0.05),
    "lion": lambda: o.Lion(0.01),
    "muon": lambda: o.Muon(0.05),
    "nadam": lambda: o.Nadam(0.05),
    "rmsprop": lambda: o.RMSprop(0.05, momentum=0.4, centered=True),
    "sgd": lambda: o.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=0.02),
    "sgd_clipvalue": lambda: o.SGD(0.05, clipvalue=0.3),
    "sgd_ema": lambda: o.SGD(0.05, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=5),
    "sgd_loss_scale": lambda: o.SGD(0.05, loss_scale_factor=4.0),
}
SCHEDULES = {
    "cosine": s.CosineDecay(0.1, 10, alpha=0.1),
    "cosine_warmup": s.CosineDecay(0.01, 10, warmup_target=0.2, warmup_steps=4),
    "exponential": s.ExponentialDecay(0.1, 5, 0.7),
    "exponential_stairs": s.ExponentialDecay(0.1, 5, 0.7, staircase=True),
    "inverse_time": s.InverseTimeDecay(0.1, 5, 0.7),
    "piecewise": s.PiecewiseConstantDecay([3, 9], [0.1, 0.05, 0.01]),
    "polynomial": s.PolynomialDecay(0.1, 8, 0.01, power=2.0),
    "polynomial_cycle": s.PolynomialDecay(0.1, 8, 0.01, cycle=True),
    "restarts": s.CosineDecayRestarts(0.1, 6, t_mul=1.5, m_mul=0.8, alpha=0.05),
}


def run(make):
    variables = [keras.Variable(v) for v in start()]
    optimizer = make()
    for step in range(STEPS):
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients(step)], variables)
    return [v.numpy().ravel().astype(float).tolist() for v in variables]


golden = {
    "made_with": f"keras {keras.__version__}, {keras.backend.backend()}",
    "steps": STEPS,
    "optimizers": {name: run(make) for name, make in MAKERS.items()},
    "schedules": {name: [float(schedule(step)) for step in range(25)] for name, schedule in SCHEDULES.items()},
}
with open(sys.argv[1], "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
