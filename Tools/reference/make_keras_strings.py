"""A model of strings and numbers by the real Keras, saved, with what it predicts.

Written with Keras 3.15.1 on TensorFlow: python Tools/reference/make_keras_strings.py Tests/Fixtures/lookups
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

out = sys.argv[1]
keras.utils.set_random_seed(3)

reviews = ["A fine film, a fine evening", "dull", "the acting was DULL; the film long", "fine 日本 film", ""]
towns = ["Kyoto", "Nara", "Osaka", "", "Kyoto"]
codes = [[0, -1], [7, 123456], [-9223372036854775808, 9223372036854775807], [10000000, 99999999], [1234567890123456, 42]]
ages = [[0.5], [1.0], [-2.0], [3.0], [0.25]]

review = keras.Input((1,), dtype="string", name="review")
town = keras.Input((1,), dtype="string", name="town")
code = keras.Input((2,), dtype="int64", name="code")
age = keras.Input((1,), name="age")
words = L.TextVectorization(output_sequence_length=5, name="words")
words.adapt(reviews)
known = L.StringLookup(vocabulary=["Kyoto", "Nara"], output_mode="one_hot", name="known")
bins = L.Hashing(7, output_mode="one_hot", name="bins")
codebins = L.Hashing(9, mask_value=7, name="codebins")
spread = L.IntegerLookup(vocabulary=[42, 7], num_oov_indices=3, oov_method="farmhash", name="spread")
parts = [
    L.GlobalAveragePooling1D(name="mean")(L.Embedding(words.vocabulary_size(), 3, name="table")(words(review))),
    known(town),
    bins(town),
    L.Flatten(name="codes")(L.Embedding(9, 2, name="code_table")(codebins(code))),
    L.Flatten(name="spreads")(L.Embedding(6, 2, name="spread_table")(spread(code))),
    age,
]
y = L.Dense(2, name="head")(L.Concatenate(name="all")(parts))
model = keras.Model([review, town, code, age], y, name="mixed")
model.save(f"{out}/string_model.keras")
inputs = [tf.constant(reviews)[:, None], tf.constant(towns)[:, None], tf.constant(codes, "int64"), tf.constant(ages)]
value = model(inputs).numpy()
with open(f"{out}/string_model.json", "w") as f:
    json.dump({
        "written_by": "Tools/reference/make_keras_strings.py", "keras": keras.__version__,
        "tensorflow": tf.__version__, "reviews": reviews, "towns": towns, "codes": codes, "ages": ages,
        "code_bins": codebins(inputs[2]).numpy().tolist(), "spread": spread(inputs[2]).numpy().tolist(),
        "output": {"shape": list(value.shape), "dtype": "float32", "values": value.flatten().astype(float).tolist()},
    }, f, ensure_ascii=False)
