#!/usr/bin/env python3
"""Has the real Keras open what `shinkei train images` writes, class names and all, and compares its predictions with `classify`.

    python Tools/check_classifier.py .build/release/shinkei-cli        # needs keras and tensorflow
"""
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import keras
import numpy as np
import tensorflow as tf

program = sys.argv[1]
checks = 0


def shinkei(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


with tempfile.TemporaryDirectory() as folder:
    random = np.random.default_rng(0)
    pictures = []
    for place, name in enumerate(["blue", "green", "red"]):
        os.makedirs(f"{folder}/data/{name}")
        for i in range(8):
            pixels = random.integers(0, 120, (32, 32, 3), dtype=np.uint8)
            pixels[:, :, 2 - place] += 120
            tf.io.write_file(f"{folder}/data/{name}/{i}.png", tf.io.encode_png(pixels))
        pictures.append(f"{folder}/data/{name}/0.png")
    for base, options in [("none", ["--augment"]), ("vgg16", ["--freeze"]), ("mobilenetv2", ["--freeze"]),
                          ("resnet50", []), ("efficientnetb0", ["--freeze", "--augment"])]:
        for ending in ["keras", "h5"]:
            path = f"{folder}/{base}.{ending}"
            shinkei("train", "images", f"{folder}/data", "--base", base, "--weights", "random", "--target-size", "32",
                    "--epochs", "1", "-o", path, *options)
            model = keras.saving.load_model(path)
            x = np.stack([tf.io.decode_png(tf.io.read_file(p)) for p in pictures]).astype("float32")
            expected = np.sort(model.predict(x, verbose=0), axis=1)[:, ::-1]
            lines = shinkei("classify", path, *pictures).splitlines()
            found = [[float(part.rsplit(" ", 1)[1]) for part in line.split(": ", 1)[1].split(", ")] for line in lines]
            np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=path)
            # Keras writes the file again; it leaves the names out, and nothing else.
            model.save(f"{folder}/again.{ending}")
            again = shinkei("classify", f"{folder}/again.{ending}", *pictures).splitlines()
            assert all(": 0 " in a or ": 1 " in a or ": 2 " in a for a in again), again
            checks += 1
print(f"{checks} classifiers are the same in Keras {keras.__version__}")
