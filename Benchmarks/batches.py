#!/usr/bin/env python3
"""Takes batches of MNIST (shuffled by a buffer of 1000, 32 in each, prefetched) here, from tf.data and from PyTorch's DataLoader, in
turn, several rounds.

    python3 Benchmarks/batches.py MNIST --ours PROGRAM --tf PYTHON --th PYTHON [--rounds 5]

MNIST is the folder with the four gzip files, which lies in the folder that SHINKEI_DATA names; PROGRAM is `batches` of this package,
the PYTHONs have TensorFlow and PyTorch. Each takes several passes over float32 images in memory. PyTorch's loader shuffles all rows,
in the process itself, which is the fastest for rows in memory. Prints samples a second and the ratios of each round.
"""
import argparse
import os
import re
import statistics
import subprocess

READ = """
import gzip, sys, time
import numpy as np
def idx(name, start):
    return np.frombuffer(gzip.open(f"{sys.argv[1]}/{name}").read(), np.uint8, offset=start)
x = idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1).astype("float32") / 255
y = idx("train-labels-idx1-ubyte.gz", 8).astype("int32")
def measure(data):
    rates = []
    for _ in range(4):
        start = time.perf_counter()
        count = sum(len(a) for a, b in data)
        rates.append(count / (time.perf_counter() - start))
    print("rate", sorted(rates[1:])[1])
"""
TF = """
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
measure(tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1000).batch(32).prefetch(tf.data.AUTOTUNE))
"""
TORCH = """
import torch
from torch.utils.data import DataLoader, TensorDataset
measure(DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=32, shuffle=True))
"""

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("mnist")
for name in ("ours", "tf", "th"):
    parser.add_argument("--" + name, required=True)
parser.add_argument("--rounds", type=int, default=5)
args = parser.parse_args()


def run(command, pattern):
    env = dict(os.environ, SHINKEI_DATA=os.path.dirname(args.mnist.rstrip("/")))
    return float(re.search(pattern, subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)[1])


rounds = []
for _ in range(args.rounds):
    ours = run([args.ours], r"median (\d+)")
    tf, torch = (run([python, "-c", READ + code, args.mnist], r"rate ([\d.]+)")
                 for python, code in ((args.tf, TF), (args.th, TORCH)))
    rounds.append((ours, tf, torch, ours / tf, ours / torch))
    print("ours {:.0f} samples/s, tf.data {:.0f}, DataLoader {:.0f}, ratios {:.1f} and {:.1f}".format(*rounds[-1]))
print("medians: ours {:.0f} samples/s, tf.data {:.0f}, DataLoader {:.0f}, ratios {:.1f} and {:.1f}".format(
    *(statistics.median(column) for column in zip(*rounds))))
