"""What the real Keras makes of words and integers: Hashing, HashedCrossing, IntegerLookup, StringLookup, TextVectorization.

    python make_keras_lookups.py Tests/Fixtures/lookups

Written with Keras 3.15.1 on TensorFlow 2.21.0.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

L = keras.layers
out = sys.argv[1]
os.makedirs(out, exist_ok=True)


def value(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "values": [float(v) for v in x.ravel()]}


letters = "The quick brown fox jumps over the lazy dog; "
texts = [(letters * 8)[:n] for n in list(range(0, 70)) + [96, 127, 128, 129, 192, 300]] + ["日本語", "é", "e\u0301"]
big = 2**62
hashes = {
    "texts": texts,
    "farm": [int(v) for v in tf.strings.to_hash_bucket_fast(texts, big).numpy()],
    "sip": [int(v) for v in tf.strings.to_hash_bucket_strong(texts, big, key=[133, 137]).numpy()],
}

numbers = [0, 1, -1, 7, 42, 123456789, -98765, 2**40, -(2**63), 2**63 - 1]
layers = []


def case(layer, data, vocabulary=None, adapted=None):
    config = layer.get_config()
    if adapted is not None:
        layer.adapt(adapted)
    entry = {"class": type(layer).__name__, "config": config, "input": data, "output": value(layer(tf.constant(data)))}
    if adapted is not None:
        entry["adapt"] = adapted
    if hasattr(layer, "get_vocabulary"):
        entry["vocabulary"] = [v if isinstance(v, str) else int(v) for v in layer.get_vocabulary()]
    layers.append(entry)


words = ["a", "b", "", "日本", "[UNK]", "zebra"]
case(L.Hashing(11), words)
case(L.Hashing(11, mask_value=""), words)
case(L.Hashing(5, salt=[133, 137]), words)
case(L.Hashing(5, salt=3, output_mode="one_hot"), words)
case(L.Hashing(4, output_mode="multi_hot"), [["a", "b"], ["c", "c"]])
case(L.Hashing(4, output_mode="count"), [["a", "b"], ["c", "c"]])
case(L.Hashing(7), numbers)
case(L.Hashing(7, mask_value=42), [[1, 42], [7, 8]])

vocabulary = ["fox", "dog", "日本"]
asked = [["fox", "cat"], ["", "日本"], ["dog", "[UNK]"], ["dog", "dog"]]
for options in [{}, {"mask_token": ""}, {"num_oov_indices": 3}, {"num_oov_indices": 3, "mask_token": "", "salt": 5},
                {"output_mode": "multi_hot"}, {"output_mode": "count", "mask_token": ""},
                {"output_mode": "one_hot", "num_oov_indices": 2},
                {"output_mode": "multi_hot", "max_tokens": 7, "pad_to_max_tokens": True},
                {"output_mode": "tf_idf", "idf_weights": [0.5, 0.25, 2.0]}]:
    case(L.StringLookup(vocabulary=vocabulary, **options), asked)
seen = [["x", "y"], ["y", "é"], ["z", "y"], ["e\u0301", "z"], ["[UNK]", "日"]]
for options in [{}, {"max_tokens": 4, "mask_token": ""}, {"output_mode": "tf_idf"},
                {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True}]:
    case(L.StringLookup(**options), [["x", "y"], ["z", "q"], ["y", "y"]], adapted=seen)

integers = [[12, 36, 1138, 42], [42, 36, 7, -1], [0, 0, 12, 12]]
for options in [{}, {"mask_token": 0}, {"num_oov_indices": 3}, {"num_oov_indices": 3, "oov_method": "farmhash"},
                {"num_oov_indices": 4, "oov_method": "farmhash", "salt": [1, 2]},
                {"output_mode": "multi_hot"}, {"output_mode": "count", "mask_token": 0}]:
    case(L.IntegerLookup(vocabulary=[12, 36, 1138, 42], **options), integers)
case(L.IntegerLookup(), integers, adapted=integers)
case(L.IntegerLookup(max_tokens=4, mask_token=0), integers, adapted=integers)

corpus = ["The quick  Brown fox.", "The lazy\tdog's nap; the fox", "ÉCOLE école! 日本 語", "", "a_b-c"]
for options in [{}, {"max_tokens": 6}, {"output_sequence_length": 4}, {"standardize": None},
                {"standardize": "lower"}, {"standardize": "strip_punctuation"}, {"split": "character"},
                {"ngrams": 2}, {"ngrams": (2, 3)}, {"output_mode": "multi_hot"}, {"output_mode": "count", "ngrams": 2},
                {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 30, "pad_to_max_tokens": True},
                {"output_mode": "multi_hot", "max_tokens": 5, "pad_to_max_tokens": True}]:
    case(L.TextVectorization(**options), corpus[:3] + ["nap nap cat", ""], adapted=corpus)

crosses = []
for bins in [5, 1000]:
    for a, b in [(["a", "b", "c"], ["x", "y", "z"]), ([1, 2, -3], [4, 5, 6]), (["a", "b", "c"], [1, 2, 3])]:
        crosses.append({"bins": bins, "first": a, "second": b,
                        "output": value(L.HashedCrossing(bins)((tf.constant(a), tf.constant(b))))})

with open(f"{out}/lookups.json", "w") as f:
    json.dump({"written_by": "Tools/reference/make_keras_lookups.py", "keras": keras.__version__,
               "tensorflow": tf.__version__, "hashes": hashes, "layers": layers, "crosses": crosses},
              f, ensure_ascii=False, indent=0)

keras.utils.clear_session()
keras.utils.set_random_seed(1)
text = L.TextVectorization(output_sequence_length=4, name="words")
text.adapt(corpus)
model = keras.Sequential([keras.Input((1,), dtype="string"), text, L.Embedding(text.vocabulary_size(), 3, name="table"), L.Flatten(), L.Dense(2)], name="reviews")
model.save(f"{out}/text_model.keras")
with open(f"{out}/text_model.json", "w") as f:
    json.dump({"texts": corpus, "output": value(model(tf.constant(corpus)[:, None]))}, f, ensure_ascii=False)
