"""Writes Tests/Fixtures/training/fits.json: short trainings by Keras, with the weights before and after.

Run with Keras 3.15.1 on JAX:  KERAS_BACKEND=jax python Tools/reference/make_keras_fits.py
The layers are rebuilt in Tests/ShinkeiTests/Training/KerasFitTests.swift.
"""

import json
import pathlib

import keras
import numpy as np
from keras import Sequential, layers as L

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/training/fits.json"
rng = np.random.default_rng(11)
X = rng.normal(size=(22, 4)).astype("float32")
CLASS = rng.integers(0, 3, 22)
cases = []


def numbers(a):
    return [float(f"{v:.9g}") for v in np.asarray(a, "float64").ravel()]


def case(name, activation, units, last, optimizer, loss, metrics, y, **fit):
    keras.utils.set_random_seed(5)
    model = Sequential([L.Input((4,)), L.Dense(8, activation=activation), L.Dense(units, activation=last)])
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    y = np.asarray(y, "float32")
    before = [dict(shape=list(w.shape), values=numbers(w)) for w in model.get_weights()]
    arguments = dict(epochs=4, batch_size=5, **fit)
    history = model.fit(X, y, shuffle=False, verbose=0, **arguments).history
    e = model.evaluate(X, y, verbose=0, batch_size=6, return_dict=True)
    cases.append(dict(
        name=name, activation=activation, units=units, last=last, loss=loss, metrics=metrics, y=numbers(y),
        yShape=list(y.shape), before=before, after=[numbers(w) for w in model.get_weights()],
        validationSplit=fit.get("validation_split", 0.0), keys=list(history), history={k: numbers(v) for k, v in history.items()},
        evaluation={k: float(v) for k, v in e.items()}, prediction=numbers(model.predict(X, verbose=0))))


O = keras.optimizers
onehot = np.eye(3)[CLASS]
case("adam", "relu", 3, "softmax", O.Adam(0.02), "categorical_crossentropy", ["accuracy"], onehot)
case("rmsprop", "tanh", 1, "sigmoid", O.RMSprop(0.02), "binary_crossentropy", ["accuracy"], CLASS > 0)
case("sgd", "sigmoid", 2, "linear", O.SGD(0.1, momentum=0.9), "mean_squared_error", ["mae", "mse"], rng.normal(size=(22, 2)))
case("sparse", "elu", 3, "softmax", O.Adam(0.02), "sparse_categorical_crossentropy", ["accuracy"], CLASS, validation_split=0.3)
case("column", "relu", 1, "linear", O.Adam(0.02), "mse", ["mean_absolute_error"], rng.normal(size=22), validation_split=0.1)
case("clipped", "tanh", 3, "softmax", O.SGD(0.5, global_clipnorm=0.5), "categorical_crossentropy", ["categorical_accuracy"], onehot)
case("multilabel", "silu", 3, "sigmoid", O.RMSprop(0.01, centered=True), "binary_crossentropy", ["binary_accuracy"], onehot)
case("logits", "selu", 3, "linear", O.Adam(0.02, amsgrad=True), "mae", [], onehot)
OUT.write_text(json.dumps(dict(
    source=f"Tools/reference/make_keras_fits.py, Keras {keras.__version__}, seed 5 and 11", x=numbers(X), cases=cases)
).replace('}, {', '},\n{') + "\n")
