"""Writes Tests/Fixtures/images: what TensorFlow, Keras, SciPy and Pillow make of small images.

Run with Python 3.11, TensorFlow 2.21, Keras 3.15.1, SciPy 1.17.1, Pillow 13.0:  python3 Tools/reference/make_images.py
The seed is fixed.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras.src.legacy.preprocessing.image import ImageDataGenerator, apply_affine_transform

fixtures = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "images"
fixtures.mkdir(exist_ok=True)
rng = np.random.default_rng(7)


def smooth(height, width, channels):
    """Waves and some noise, as bytes."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 70 * np.sin(x * (0.3 + 0.2 * c)) + 40 * np.cos(y * (0.5 - 0.1 * c)) + rng.normal(0, 8, (height, width))
        for c in range(channels)
    ]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


# --- Resizing: method, antialias, size ------------------------------------------------------------------------------

resize = {}
for name, shape in {"a": (13, 17, 3), "b": (8, 8, 1)}.items():
    image = smooth(*shape)
    resize[f"{name}_image"] = image
    for method in ["nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]:
        for size in [(5, 6), (26, 40), (13, 9), (1, 1), (9, 16)]:
            for antialias in [False, True]:
                key = f"{name}_{method}_{size[0]}_{size[1]}_{int(antialias)}"
                resize[key] = tf.image.resize(image, size, method=method, antialias=antialias).numpy()
np.savez_compressed(fixtures / "resize.npz", **resize)


# --- ImageDataGenerator: pinned parameters --------------------------------------------------------------------------

transforms = {}
cases = {
    "rotation": dict(theta=20),
    "rotation_back": dict(theta=-133.7),
    "tx": dict(tx=2.3),
    "ty": dict(ty=-3.6),
    "far": dict(tx=30.4, ty=-41.7),
    "shear": dict(shear=17.0),
    "zoom": dict(zx=0.8, zy=1.3),
    "zoom_out": dict(zx=2.7, zy=2.2),
    "all": dict(theta=-15, tx=1.4, ty=2.2, shear=9.0, zx=1.1, zy=0.9),
}
for name, shape in {"square": (12, 12, 3), "wide": (9, 14, 3), "gray": (11, 7, 1)}.items():
    image = smooth(*shape).astype("float32")
    transforms[f"{name}_image"] = image
    for case, parameters in cases.items():
        for mode in ["nearest", "constant", "reflect", "wrap"]:
            for order in [0, 1]:
                transforms[f"{name}_{case}_{mode}_{order}"] = apply_affine_transform(
                    image, row_axis=0, col_axis=1, channel_axis=2, fill_mode=mode, cval=7.5, order=order, **parameters
                ).astype("float32")

image = transforms["square_image"]
others = {
    "flip_horizontal": (image, dict(flip_horizontal=True)),
    "flip_vertical": (image, dict(flip_vertical=True)),
    "channel_shift": (image, dict(channel_shift_intensity=31.5)),
    "brighter": (image, dict(brightness=1.37)),
    "darker": (image, dict(brightness=0.42)),
    "brighter_beyond": (image * 2 - 50, dict(brightness=1.2)),
    "everything": (
        image,
        dict(theta=33, tx=-1, ty=2, shear=5, zx=1.2, zy=0.7, flip_horizontal=True, flip_vertical=True,
             channel_shift_intensity=-12.0, brightness=1.1),
    ),
}
generator = ImageDataGenerator()
for case, (x, parameters) in others.items():
    transforms[f"other_{case}"] = generator.apply_transform(x.copy(), parameters).astype("float32")

data = np.stack([smooth(6, 5, 3) for _ in range(4)]).astype("float32")
transforms["data"] = data
for case, options in {
    "rescale": dict(rescale=1 / 255),
    "samplewise": dict(samplewise_center=True, samplewise_std_normalization=True, rescale=0.5),
    "featurewise": dict(featurewise_center=True, featurewise_std_normalization=True, rescale=0.1),
}.items():
    g = ImageDataGenerator(**options)
    g.fit(data)
    transforms[f"standard_{case}"] = np.stack([g.standardize(x.copy()) for x in data]).astype("float32")
np.savez_compressed(fixtures / "transforms.npz", **transforms)


# --- Layers with pinned parameters ----------------------------------------------------------------------------------

L = keras.layers
layers = {}
batch = np.stack([smooth(9, 12, 3) for _ in range(3)]).astype("float32")
layers["images"] = batch
angles = np.array([0.03, -0.21, 0.5], "float32")  # parts of a turn
heights = np.array([0.7, 1.25, 1.0], "float32")
widths = np.array([1.4, 0.6, 0.9], "float32")
layers["angles"], layers["heights"], layers["widths"] = angles, heights, widths
for mode in ["reflect", "wrap", "constant", "nearest"]:
    for how in ["bilinear", "nearest"]:
        options = dict(fill_mode=mode, interpolation=how, fill_value=3.0)
        rotation = L.RandomRotation(0.5, **options)
        matrix = rotation._compute_affine_matrix(
            center_x=0.5, center_y=0.5, angle=angles * 360, translate_x=np.zeros(3, "float32"),
            translate_y=np.zeros(3, "float32"), scale=np.ones(3, "float32"), shear_x=np.zeros(3, "float32"),
            shear_y=np.zeros(3, "float32"), height=9, width=12)
        layers[f"rotation_{mode}_{how}"] = np.array(
            rotation.transform_images(tf.constant(batch), {"rotation_matrix": matrix}, training=True))
        zoom = L.RandomZoom(0.9, 0.9, **options)
        layers[f"zoom_{mode}_{how}"] = np.array(zoom.transform_images(
            tf.constant(batch), {"height_zoom": heights[:, None], "width_zoom": widths[:, None], "input_shape": batch.shape},
            training=True))
        translation = L.RandomTranslation(0.9, 0.9, **options)
        shifts = np.stack([(widths - 1) * 12, (heights - 1) * 9], 1)
        layers[f"translation_{mode}_{how}"] = np.array(translation.transform_images(
            tf.constant(batch), {"translations": shifts, "input_shape": batch.shape}, training=True))
layers["contrast"] = np.array(L.RandomContrast(0.9).transform_images(
    tf.constant(batch), {"contrast_factor": heights[:, None, None, None]}, training=True))
layers["saturation"] = np.array(L.RandomSaturation(0.9, value_range=(0, 1)).transform_images(
    tf.constant(batch / 255), {"factor": heights}, training=True))
layers["hue"] = np.array(L.RandomHue(0.9).transform_images(tf.constant(batch), {"factor": heights - 0.8}, training=True))
layers["gray"] = np.array(L.RandomGrayscale(1.0).transform_images(
    tf.constant(batch), np.ones((3, 1, 1, 1), bool), training=True))
layers["autocontrast"] = np.array(L.AutoContrast()(tf.constant(batch), training=True))
layers["solarization"] = np.array(L.Solarization().transform_images(
    tf.constant(batch), {"additions": heights[:, None, None, None] * 20, "thresholds": widths[:, None, None, None] * 100},
    training=True))
layers["posterization"] = np.array(L.RandomPosterization(3).transform_images(
    tf.constant(batch), {"shift_factor": np.array(5, "uint8")}, training=True))
for height, width in [(6, 4), (3, 8), (4, 4)]:
    size = f"{height}_{width}"
    layers[f"crop_{size}"] = np.array(L.Resizing(height, width, crop_to_aspect_ratio=True)(batch))
    layers[f"pad_{size}"] = np.array(L.Resizing(height, width, pad_to_aspect_ratio=True, fill_value=2.5)(batch))
    layers[f"center_{size}"] = np.array(L.CenterCrop(height, width)(batch))
layers["center_14_5"] = np.array(L.CenterCrop(14, 5)(batch))
np.savez_compressed(fixtures / "layers.npz", **layers)


# --- Whitening ------------------------------------------------------------------------------------------------------

# More images than numbers in each, and fewer; with noise, for whitening makes large what is next to nothing.
whitening = {}
for case, (count, height, width) in {"many": (60, 3, 4), "few": (5, 4, 3)}.items():
    images = np.stack([smooth(height, width, 3) for _ in range(count)]).astype("float32")
    images += rng.normal(0, 30, images.shape).astype("float32")
    g = ImageDataGenerator(zca_whitening=True, rescale=1 / 255)
    g.fit(images)
    whitening[f"{case}_images"] = images
    whitening[case] = np.stack([g.standardize(x.copy()) for x in images]).astype("float32")
np.savez_compressed(fixtures / "whitening.npz", **whitening)
