"""What the real Keras's layers on images and signals give with pinned parameters.

Written with Keras 3.15.1 on TensorFlow, and SciPy for the windows: python Tools/reference/make_keras_augmentations.py Tests/Fixtures/images
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers as L
from keras.src import backend

out = sys.argv[1]
random = np.random.RandomState(4)
# Smooth pictures with some noise: neighbours differ little, so that a place that is off by a rounding shows little.
y, x = np.mgrid[0:9, 0:12]
images = np.stack([128 + 60 * np.sin(x[..., None] / 3 + k) + 40 * np.cos(y[..., None] / 2 - k) + random.rand(9, 12, 3)
                   for k in range(3)]).astype("float32")
found = {"images": images}

shears = np.array([[0.3, 0.1], [-0.2, 0.0], [0.0, -0.4]], "float32")
found["shears"] = shears
for fill in ["reflect", "wrap", "constant", "nearest"]:
    for how in ["nearest", "bilinear"]:
        layer = L.RandomShear(0.5, 0.5, fill_mode=fill, interpolation=how, fill_value=3.0)
        found[f"shear_{fill}_{how}"] = layer.transform_images(images, {"shear_factor": shears, "input_shape": images.shape})

factors = np.array([0.1, 0.5, 0.9], "float32")
found["factors"] = factors
found["sharpness"] = L.RandomSharpness(0.5).transform_images(images, {"factor": factors})

for name, size in [("blur_3", 3), ("blur_5", (5, 5)), ("blur_3_5", (3, 5))]:
    layer = L.RandomGaussianBlur(kernel_size=size)
    found[name] = layer.transform_images(
        images, {"should_apply_blur": np.array([True, True, False]), "blur_factor": np.array([0.7, 0.4], "float32") + 1e-6})

layer = L.RandomPerspective(fill_value=3.0)
moves = random.uniform(-0.4, 0.4, (3, 4, 2)).astype("float32")
start = np.array([[[0, 0], [11, 0], [0, 8], [11, 8]]] * 3, "float32")
found["moves"] = moves
for how in ["nearest", "bilinear"]:
    layer = L.RandomPerspective(fill_value=3.0, interpolation=how)
    found[f"perspective_{how}"] = layer.transform_images(images, {
        "apply_perspective": np.array([True] * 3), "start_points": start, "end_points": start + start * moves,
        "input_shape": images.shape})

right = random.uniform(-3, 3, (3, 9, 12)).astype("float32")
down = random.uniform(-3, 3, (3, 9, 12)).astype("float32")
found["right"], found["down"] = right[..., None], down[..., None]
for fill in ["reflect", "constant", "nearest"]:
    moved = [[backend.image.map_coordinates(images[b, ..., c], [y + down[b], x + right[b]], order=1, fill_mode=fill,
                                            fill_value=3.0) for c in range(3)] for b in range(3)]
    found[f"elastic_{fill}"] = np.moveaxis(np.array(moved), 1, -1)

for bins in [256, 16]:
    found[f"equalized_{bins}"] = L.Equalization(bins=bins)(images, training=True)
found["equalized_unit"] = L.Equalization(value_range=(0, 1))(images / 255, training=True)
flat = images.copy()
flat[..., 1] = 7
found["equalized_flat"] = L.Equalization()(flat, training=True)

for name, options in [("clahe", {"tile_grid_size": (2, 3)}), ("clahe_odd", {"tile_grid_size": (4, 5), "clip_limit": 1.5}),
                      ("clahe_free", {"tile_grid_size": (2, 2), "clip_limit": 0})]:
    found[name] = L.ContrastLimitedAdaptiveHistogramEqualization(**options)(images)

order = np.array([2, 0, 1])
weight = np.array([0.25, 0.5, 0.9], "float32")
labels = np.eye(3, dtype="float32")
found["mixed"] = L.MixUp().transform_images(images, {"mix_weight": weight, "permutation_order": order})
found["mixed_labels"] = L.MixUp().transform_labels(labels, {"mix_weight": weight, "permutation_order": order})

signal = np.sin(np.arange(300) / 5 + 3 * np.sin(np.arange(300) / 50)).astype("float32")
signal = np.stack([signal, signal[::-1] * 0.3 + 0.1 * random.rand(300)]).astype("float32")
found["signal"] = signal
found["mel"] = L.MelSpectrogram(fft_length=128, sequence_stride=50, sampling_rate=8000, num_mel_bins=20)(signal)
found["mel_plain"] = L.MelSpectrogram(fft_length=128, sequence_stride=64, sequence_length=100, window="hamming",
                                      sampling_rate=8000, num_mel_bins=10, power_to_db=False, mag_exp=1.0,
                                      max_freq=3000)(signal)
channels = np.stack([signal, signal * signal], -1)
for mode in ["log", "magnitude", "psd", "real", "imag", "angle", "stft"]:
    found[f"stft_{mode}"] = L.STFTSpectrogram(mode=mode, frame_length=20)(channels[:, :130])
for window in ["hann", "hamming", "blackman", "bartlett", "boxcar"]:
    for scaling in ["density", "spectrum", None]:
        layer = L.STFTSpectrogram(mode="real", frame_length=12, fft_length=16, window=window, scaling=scaling,
                                  periodic=scaling == "spectrum", padding="same", expand_dims=True)
        found[f"window_{window}_{scaling}"] = layer(channels[:, :30])
np.savez_compressed(f"{out}/augmentations.npz", **{k: np.array(v, "float32") for k, v in found.items()})
print(keras.__version__)
