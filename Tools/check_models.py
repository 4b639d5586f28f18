#!/usr/bin/env python3
"""Has the real Keras open what `shinkei convert` and `shinkei fit` write, and compares what both predict.

    python Tools/check_models.py .build/release/shinkei-cli        # needs keras and tensorflow
"""
import json
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import keras
import numpy as np

program = sys.argv[1]
fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "Fixtures", "models")
expected = json.load(open(os.path.join(fixtures, "expected.json")))
keras.config.disable_interactive_logging()
checks = 0


def shinkei(*arguments):
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


def arrays(case, kind):
    return [np.array(a["values"], "float32").reshape(a["shape"]) for a in case[kind]]


def same(model, inputs, outputs, what):
    global checks
    found = model.predict(inputs if len(inputs) > 1 else inputs[0])
    for a, b in zip(found if isinstance(found, list) else [found], outputs):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6, err_msg=what)
        checks += 1


with tempfile.TemporaryDirectory() as folder:
    for name in ("sequential", "functional"):
        inputs, outputs = arrays(expected[name], "inputs"), arrays(expected[name], "outputs")
        source = os.path.join(fixtures, name + ".keras")
        for ending in ("keras", "h5"):
            target = os.path.join(folder, f"{name}.{ending}")
            shinkei("convert", source, target)
            same(keras.models.load_model(target), inputs, outputs, target)
        model = keras.models.load_model(source)
        for weight in model.weights:
            weight.assign(weight * 0)
        target = os.path.join(folder, name + ".weights.h5")
        shinkei("convert", source, target)
        model.load_weights(target)
        same(model, inputs, outputs, target)

    # Trained here a little further, then there.
    x, y = arrays(expected["sequential"], "inputs")[0], np.arange(6, dtype="int32") % 3
    np.save(os.path.join(folder, "x.npy"), x)
    np.save(os.path.join(folder, "y.npy"), y)
    trained, out = os.path.join(folder, "trained.keras"), os.path.join(folder, "p.npy")
    files = ("--x", os.path.join(folder, "x.npy"), "--y", os.path.join(folder, "y.npy"))
    shinkei("fit", os.path.join(fixtures, "sequential.keras"), *files, "--epochs", "2", "--no-shuffle", "--output", trained)
    shinkei("predict", trained, "--input", files[1], "--output", out)
    model = keras.models.load_model(trained)
    same(model, [x], [np.load(out)], trained)
    assert int(model.optimizer.iterations.numpy()) == 6, "the optimizer's steps"
    model.fit(x, y, epochs=1, verbose=0)
    checks += 1
print(f"{checks} checks passed with Keras {keras.__version__}")
