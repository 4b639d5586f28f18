#!/usr/bin/env python3
"""Small models of the real Keras with what they predict, for Tests/Fixtures/models.

    python Tools/reference/make_models.py        # needs keras, tensorflow
"""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import keras
import numpy as np

folder = os.path.join(os.path.dirname(__file__), "..", "..", "Tests", "Fixtures", "models")
os.makedirs(folder, exist_ok=True)
keras.utils.set_random_seed(1)
random = np.random.default_rng(1)
expected = {"keras": keras.__version__}


def save(name, model, *inputs):
    for ending in ("keras", "h5"):
        model.save(os.path.join(folder, name + "." + ending))
    outputs = model.predict(list(inputs) if len(inputs) > 1 else inputs[0], verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    expected[name] = {
        "inputs": [{"shape": list(x.shape), "values": x.astype(float).ravel().tolist()} for x in inputs],
        "outputs": [{"shape": list(y.shape), "values": y.astype(float).ravel().tolist()} for y in outputs],
    }


layers = keras.layers
x = random.normal(size=(6, 4)).astype("float32")
y = random.integers(0, 3, size=(6,)).astype("int32")

model = keras.Sequential(
    [keras.Input((4,)), layers.Dense(5, activation="relu"), layers.Dropout(0.2), layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, batch_size=3, shuffle=False, verbose=0)
save("sequential", model, x)

a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
shared = layers.Dense(3, name="shared")
inner = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="within")], name="inner")
model = keras.Model([a, b], [inner(shared(a)), layers.Activation("tanh", name="end")(shared(b))], name="two")
save("functional", model, x, random.normal(size=(6, 4)).astype("float32"))

with open(os.path.join(folder, "expected.json"), "w") as file:
    json.dump(expected, file)
