#!/usr/bin/env python3
"""Reads and changes a folder of images here and with Keras's ImageDataGenerator, in turn, several rounds.

    python3 Benchmarks/images.py FOLDER --ours PROGRAM --keras PYTHON [--rounds 3]

FOLDER has a folder of images for each class, PROGRAM is `images` of this package, PYTHON one with Keras, Pillow and SciPy.
Prints images a second of both and the ratio of each round.
"""
import argparse
import re
import statistics
import subprocess
import sys

KERAS = """
import os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from keras.src.legacy.preprocessing.image import ImageDataGenerator
generator = ImageDataGenerator(rotation_range=20, width_shift_range=0.2, height_shift_range=0.2, shear_range=0.2,
                               zoom_range=0.2, horizontal_flip=True, rescale=1 / 255)
flow = generator.flow_from_directory(sys.argv[1], target_size=(32, 32), batch_size=32, seed=1)
rates = []
for epoch in range(4):
    start = time.perf_counter()
    count = sum(len(flow[i][0]) for i in range(len(flow)))
    rates.append(count / (time.perf_counter() - start))
print("rate", sorted(rates[1:])[1])
"""

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("--ours", required=True)
parser.add_argument("--keras", default=sys.executable)
parser.add_argument("--rounds", type=int, default=3)
args = parser.parse_args()


def run(command, pattern):
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(pattern, out)[1])


ratios = []
for _ in range(args.rounds):
    ours = run([args.ours, args.folder], r"median (\d+)")
    theirs = run([args.keras, "-c", KERAS, args.folder], r"rate ([\d.]+)")
    ratios.append(ours / theirs)
    print(f"ours {ours:.0f} images/s, Keras {theirs:.0f} images/s, ratio {ratios[-1]:.1f}")
print(f"median ratio {statistics.median(ratios):.1f}")
