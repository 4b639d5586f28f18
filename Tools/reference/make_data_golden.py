"""Golden data of ShinkeiData's tests: what Keras's Tokenizer and pad_sequences give, NumPy's legacy shuffle, and small files in
the form of Keras's imdb.npz. Run with Keras 3.15.1, TensorFlow 2.21, NumPy 2.4.

    python3 Tools/reference/make_data_golden.py
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from keras.src.legacy.preprocessing.text import Tokenizer
from keras.utils import pad_sequences

OUT = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "data"
OUT.mkdir(parents=True, exist_ok=True)

TEXTS = {
    "english": [
        "The quick brown fox, jumped over the lazy dog!",
        "the dog's tail -- isn't it QUICK?\nYes\tit is.",
        "", "fox fox fox", "Ünïcode ÀÉ naïve İstanbul ΟΔΟΣ", "a\u00a0b c_d e.f"],
    "japanese": [
        "今日はとても良い天気です。", "この映画は素晴らしかった。", "サービスが最悪だった。",
        "また行きたいと思います。", "二度と買いません。", "普通の商品です。"],
}
NEW = {"english": ["the fox and the hound", "", "QUICK dog"], "japanese": ["とても良い商品です。", "最悪の映画だった。"]}
cases = []
for name, texts in TEXTS.items():
    for options in [{}, {"num_words": 5}, {"num_words": 5, "oov_token": "<OOV>"}, {"char_level": True},
                    {"lower": False, "filters": "!."}, {"split": ", "}]:
        t = Tokenizer(**options)
        t.fit_on_texts(texts)
        sequences = t.texts_to_sequences(texts + NEW[name])
        cases.append({
            "texts": texts, "new": NEW[name], "options": options, "words": list(t.word_index), "sequences": sequences,
            "back": t.sequences_to_texts(sequences), "json": t.to_json(),
            "matrix": {mode: t.texts_to_matrix(NEW[name], mode).tolist() for mode in ["binary", "count", "freq", "tfidf"]},
        })
lists = [[1], [2, 3], [4, 5, 6, 7], []]
pads = []
for options in [{}, {"maxlen": 2}, {"maxlen": 3, "padding": "post"}, {"maxlen": 3, "truncating": "post", "value": 9},
                {"maxlen": 6, "padding": "post", "truncating": "post"}]:
    pads.append({"options": options, "values": pad_sequences(lists, **options).tolist()})
rng = np.random.RandomState(113)
shuffles = []
for n in [10, 1000]:
    indices = np.arange(n)
    rng.shuffle(indices)
    shuffles.append(indices.tolist())

rng = np.random.RandomState(1)
def rows(n):
    out = np.empty(n, dtype=object)
    for i in range(n):
        out[i] = [int(v) for v in rng.randint(1, 400, size=rng.randint(1, 12))]
    return out
imdb = {"x_train": rows(20), "y_train": rng.randint(0, 2, 20), "x_test": rows(8), "y_test": rng.randint(0, 2, 8)}
np.savez(OUT / "imdb.npz", **imdb)
np.savez(OUT / "hostile.npz", x=np.array([print, [1]], dtype=object))

import keras.src.datasets.imdb as module
module.get_file = lambda **k: str(OUT / "imdb.npz")
loads = []
for options in [{}, {"num_words": 100}, {"num_words": 50, "skip_top": 5, "oov_char": None}, {"start_char": None, "maxlen": 8}]:
    (a, b), (c, d) = module.load_data(**options)
    loads.append({"options": options, "x_train": [list(map(int, s)) for s in a], "y_train": [int(v) for v in b],
                  "x_test": [list(map(int, s)) for s in c], "y_test": [int(v) for v in d]})
with open(OUT / "golden.json", "w") as f:
    json.dump({"tokenizer": cases, "pad": pads, "shuffles": shuffles, "imdb": loads}, f, ensure_ascii=False)

# Small arrays of lists by every protocol that NumPy can write and that asks for nothing but arrays: what is damaged in
# PickledArrayTests.
import io
import pickle

def lists(protocol):
    a = np.empty(6, dtype=object)
    for i, row in enumerate([[1, 300, 70000], [], [-1, 2**40], [5], (6, 7), [True, False]]):
        a[i] = row
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(a))
    return header.getvalue() + pickle.dumps(a, protocol=protocol)

for protocol in [3, 4, 5]:
    (OUT / f"lists_{protocol}.npy").write_bytes(lists(protocol))
