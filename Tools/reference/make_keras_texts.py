"""Writes Tests/Fixtures/training/{summaries,progress}.json: what Keras prints.

Run with Keras 3.15.1 on TensorFlow:  python Tools/reference/make_keras_texts.py
The models are rebuilt by hand in Tests/ShinkeiTests/Models/SummaryTests.swift, under the same names.
"""

import io
import json
import os
import pathlib
import sys
from unittest import mock

os.environ["COLUMNS"] = "400"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import Sequential, layers as L

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/training"
summaries = []


def add(name, model, *widths):
    for width in widths or (76,):
        lines = []
        model.summary(print_fn=lambda t, **_: lines.append(t), line_length=width)
        summaries.append(dict(model=name, lineLength=width, text="\n".join(lines).rstrip("\n")))


def fresh():
    keras.utils.clear_session()


fresh()
add("mlp", Sequential([L.Input((784,)), L.Dense(512, activation="relu"), L.Dense(10, activation="softmax")]), 76, 88, 100, 61)
fresh()
m = Sequential([L.Input((784,)), L.Dense(512, activation="relu"), L.Dense(10, activation="softmax")])
m.compile("rmsprop", "categorical_crossentropy")
add("mlp_compiled", m)
m.fit(np.zeros((2, 784)), np.eye(10)[:2], verbose=0)
add("mlp_trained", m, 76, 88)
fresh()
add("unbuilt", Sequential([L.Flatten(), L.Dense(128), L.Dropout(0.3), L.Dense(10)]))
fresh()
add("flatten_dropout", Sequential([
    L.Input((28, 28)), L.Flatten(), L.Dense(128, activation="relu"), L.Dropout(0.3), L.Dense(10), L.Activation("softmax")]))
fresh()
m = Sequential([L.Input((31,)), L.Dense(20), L.Activation("relu"), L.Dense(100), L.Activation("relu"), L.Dense(1), L.Activation("sigmoid")])
m.compile("adam", "binary_crossentropy")
m.fit(np.zeros((2, 31)), np.zeros((2, 1)), verbose=0)
add("adam_trained", m)
fresh()
m = Sequential([L.Input((5, 4)), L.Dense(8, name="a_layer_with_a_name_that_is_rather_long"), L.Dense(3, name="frozen", use_bias=False)], name="named")
m.layers[1].trainable = False
add("names_and_frozen", m, 76, 50)
fresh()
inner = Sequential([L.Input((6,)), L.Dense(4)], name="base")
add("nested", Sequential([L.Input((6,)), inner, L.Dense(3)]))
fresh()
add("big", Sequential([L.Input((4096,)), L.Dense(4096), L.Dense(25000, use_bias=False)]))


class Screen(io.StringIO):
    def isatty(self):
        return True


progress = []


def bar(name, target, verbose, updates):
    """updates: (seconds since the start, steps done, {name: value}, finalize)"""
    screen, now = Screen(), [1000.0]
    with mock.patch("time.time", lambda: now[0]), mock.patch.object(sys, "stdout", screen):
        p = keras.utils.Progbar(target, verbose=verbose, unit_name="step", stateful_metrics=["accuracy", "loss", "val_loss"])
        for seconds, step, values, finalize in updates:
            now[0] = 1000.0 + seconds
            if finalize and p.target is None:
                p.target = step
            p.update(step, list(values.items()), finalize=finalize)
    progress.append(dict(name=name, target=target, verbose=verbose, text=screen.getvalue(), updates=[
        dict(seconds=s, step=n, names=list(v), values=list(v.values()), isLast=z) for s, n, v, z in updates]))


A = lambda a, l, **k: dict(accuracy=a, loss=l, **k)
bar("mnist", 469, 1, [
    (0.5, 1, A(0.1, 2.3), False), (0.6, 40, A(0.75, 0.8), False), (1.2, 235, A(0.9, 0.333333), False),
    (1.9, 469, A(0.9301, 0.2401, val_loss=0.1), True)])
bar("slow", 12, 1, [(100, 1, A(0.5, 1), False), (5000, 2, A(0.5, 0.0009), False), (9000.4, 12, A(1, 1e-5), True)])
bar("minutes", 1000, 1, [(1, 1, A(0.5, 1), False), (31, 100, A(0.5, 123.4), False), (40, 300, A(0.5, 5), False), (60, 1000, A(0, 0), True)])
bar("one_step", 1, 1, [(0.02, 1, A(0.5, 0.7), True)])
# Nobody knows how many steps there are until the last one: ProgbarLogger then sets the target.
bar("unknown", None, 1, [
    (0.5, 1, A(0.1, 2.3), False), (0.8, 40, A(0.75, 0.8), False), (70.2, 1235, A(0.9, 0.333333), False),
    (71.9, 1235, A(0.9301, 0.2401, val_loss=0.1), True)])
bar("line", 60, 2, [(0.3, 1, A(0.1, 2), False), (0.9, 60, A(0.9301, 0.0004), True)])

OUT.mkdir(parents=True, exist_ok=True)
source = f"Tools/reference/make_keras_texts.py, Keras {keras.__version__}"
for name, cases in (("summaries", summaries), ("progress", progress)):
    (OUT / f"{name}.json").write_text(json.dumps(dict(source=source, cases=cases), ensure_ascii=False, indent=1) + "\n")
