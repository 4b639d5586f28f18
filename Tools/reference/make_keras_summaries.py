"""Writes Tests/Fixtures/training/nested_summaries.json: what Keras's summaries print of nested and other models.

Run with Keras 3.15.1 on TensorFlow:  python Tools/reference/make_keras_summaries.py
The models are rebuilt by hand in Tests/ShinkeiTests/Models/SummaryOptionsTests.swift, under the same names.
"""

import json
import os
import pathlib

os.environ["COLUMNS"] = "400"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from keras import Model, Sequential, layers as L

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/training/nested_summaries.json"
cases = []


def add(name, make):
    keras.utils.clear_session()
    model = make()
    for width in (76, 100, 53):
        for expand in (False, True):
            for trainable in (False, True):
                lines = []
                model.summary(
                    print_fn=lambda t, **_: lines.append(t), line_length=width, expand_nested=expand,
                    show_trainable=trainable)
                text = "\n".join(lines).rstrip("\n")
                cases.append(dict(
                    model=name, lineLength=width, expandNested=expand, showTrainable=trainable, text=text))


def mlp():  # the first network of the tutorials
    return Sequential([L.Input((784,)), L.Dense(512, activation="relu"), L.Dense(10, activation="softmax")])


def regression():
    return Sequential([L.Input((10,)), L.Dense(512, activation="relu"), L.Dense(1)])


def activations():
    return Sequential([
        L.Input((31,)), L.Dense(20), L.Activation("relu"), L.Dense(100), L.Activation("relu"), L.Dense(1),
        L.Activation("sigmoid")])


def text():
    return Sequential([L.Input((80,)), L.Embedding(1000, 32), L.LSTM(16), L.Dense(1, activation="sigmoid")])


def frozen():
    inner = Sequential([L.Input((6,)), L.Dense(4), L.BatchNormalization()], name="base")
    inner.trainable = False
    return Sequential([L.Input((6,)), inner, L.Dropout(0.5), L.Dense(3)])


def functional():
    a, b = L.Input((4,), name="a"), L.Input((4,), name="b")
    shared = L.Dense(3, name="shared")
    x = L.Concatenate(name="together")([shared(a), shared(b)])
    i = L.Input((6,), name="inside")
    core = Model(i, L.Dense(6, activation="relu", name="core_dense")(i), name="core")
    x = core(x)
    x = L.Add(name="sum")([x, L.Dense(6, name="side")(L.Concatenate(name="raw")([a, b]))])
    return Model([a, b], [L.Dense(2, name="left")(x), L.Dense(1, name="right")(x)], name="two_heads")


def deep():
    i = L.Input((3,), name="deepest_input")
    deepest = Model(i, L.Dense(2, name="deepest_dense")(i), name="deepest")
    middle = Sequential([L.Input((3,)), deepest, L.Dense(3, name="middle_dense")], name="middle")
    j = L.Input((3,), name="outer_input")
    return Model(j, L.Dense(1, name="last")(middle(j)), name="outer")


def wide():
    return Sequential([
        L.Input((8,)), L.Dense(4, name="全結合層"), L.Dense(4, name="とても長い名前の層はこのように折り返される"),
        L.Dense(2, name="出力ｶﾅ層")], name="モデル")


for make in (mlp, regression, activations, text, frozen, functional, deep, wide):
    add(make.__name__, make)
source = f"Tools/reference/make_keras_summaries.py, Keras {keras.__version__}"
OUT.write_text(json.dumps(dict(source=source, cases=cases), ensure_ascii=False, indent=1) + "\n")
