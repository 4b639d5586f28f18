#!/usr/bin/env python3
"""What the real Keras says of its networks for ImageNet.

    python make_applications.py layers FILE      # the layers of each, as Tests/Fixtures/applications/layers.json
    python make_applications.py weights FOLDER   # random weights in .h5 and .keras, and what they predict
"""
import json
import math
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import keras
import numpy as np

NETWORKS = ["VGG16", "VGG19", "ResNet50", "ResNet50V2", "MobileNetV2", "EfficientNetB0"]


def make(network, top):
    keras.backend.clear_session()
    return getattr(keras.applications, network)(
        weights=None, include_top=top, input_shape=(224, 224, 3) if top else (96, 64, 3), pooling=None if top else "avg"
    )


def row(layer):
    inputs = layer.input if isinstance(layer.input, list) else [layer.input]
    before = [] if isinstance(layer, keras.layers.InputLayer) else [t._keras_history.operation.name for t in inputs]
    trained = sum(math.prod(w.shape) for w in layer.trainable_weights)
    return [layer.name, type(layer).__name__, layer.count_params(), trained, before, list(layer.output.shape)]


def write_layers(path):
    networks = []
    for network in NETWORKS:
        for top in (True, False):
            model = make(network, top)
            rows = ",\n".join(json.dumps(row(layer), separators=(",", ":")) for layer in model.layers)
            name = network if top else network + "-notop"
            networks.append(f'"{name}":{{"name":"{model.name}","params":{model.count_params()},"layers":[\n{rows}]}}')
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(networks) + "\n}\n")


def write_weights(folder):
    random = np.random.default_rng(1)
    x = random.uniform(0, 255, (2, 96, 64, 3)).astype("float32")
    np.save(f"{folder}/x.npy", x)
    for network in NETWORKS:
        model = make(network, False)
        for layer in model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                # Not what they start from, and small enough for fifty layers in a row.
                gamma, beta, mean, variance = [np.asarray(w) for w in layer.get_weights()]
                shape = gamma.shape
                layer.set_weights(
                    [random.uniform(0.5, 1, shape), random.normal(0, 0.1, shape), random.normal(0, 0.1, shape),
                     random.uniform(0.5, 1.5, shape)])
            elif layer.weights and not isinstance(layer, keras.layers.Normalization):
                layer.set_weights(
                    [np.asarray(w) if w.ndim > 1 else random.normal(0, 0.05, w.shape) for w in layer.get_weights()])
        model.save(f"{folder}/{network}.h5")
        model.save(f"{folder}/{network}.keras")
        np.save(f"{folder}/{network}.npy", model.predict(x, verbose=0))
        print(network)


if __name__ == "__main__":
    {"layers": write_layers, "weights": write_weights}[sys.argv[1]](sys.argv[2])
