#!/usr/bin/env python3
"""Times a workload here and in the peers side by side: one process each, in turn, several rounds.

    python3 Benchmarks/compare.py w3 --pairs 5 --data DATA --script bench_peers.py --tf TF --jx JX --th TH

TF, JX and TH are virtual environments with the peers in them (see the notes beside the peers' script). Prints, for each
peer, the medians over the rounds and the median of the ratios ours / theirs taken round by round, with the spread.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# workload -> (our line, unit in ms, peers: (environment, framework, variant, call))
WORKLOADS = {
    "w1": [("w1 plain", 1e-3, [("jx", "numpy", "", None)]),
           ("w1 compiled", 1e-3, [("jx", "jax", "", "jit fori_loop")])],
    "w2": [("w2", 1e-3, [("jx", "numpy", "", None), ("jx", "jax", "", None), ("tf", "keras-tf", "", None)])],
    "w3": [("w3", 1, [("jx", "jax", "scan", None), ("jx", "jax", "", None), ("th", "torch", "", None),
                      ("jx", "numpy", "", None), ("tf", "keras-tf", "", None)])],
    "w4": [("w4", 1, [("jx", "jax", "scan", None), ("jx", "jax", "", None), ("th", "torch", "", None),
                      ("jx", "numpy", "", None), ("tf", "keras-tf", "", None)])],
    "w5": [("w5", 1, [("tf", "keras-tf", "", None), ("th", "torch", "", None)])],
    "w6": [("w6", 1, [("th", "torch", "", None), ("jx", "jax", "scan", None), ("tf", "keras-tf", "", None)])],
    "w7": [("w7", 1, [("th", "torch", "", None), ("jx", "jax", "scan", None), ("tf", "keras-tf", "", None)])],
    "w8": [("w8", 1, [("th", "torch", "", None), ("jx", "jax", "scan", None), ("jx", "jax", "", None),
                      ("tf", "keras-tf", "", None)])],
    "w9": [("w9", 1, [("tf", "keras-tf", "tf.function", None), ("th", "torch", "", None)])],
    "w9b": [("w9b", 1, [("tf", "keras-tf", "", None), ("th", "torch", "", None), ("jx", "jax", "", None)])],
}


def ours(workload, data):
    env = dict(os.environ, SHINKEI_DATA=os.path.dirname(data.rstrip("/")), BENCH_DATA=data)
    out = subprocess.run([os.path.join(HERE, ".build/release/bench"), workload, "3"], env=env,
                         capture_output=True, text=True, check=True).stdout
    return {m[1]: float(m[2]) for m in re.finditer(r"^(.+?) median ([\d.]+)", out, re.M)}


def peer(args, env, framework, variant, workload, call):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "r.json")
        command = [os.path.join(getattr(args, env), "bin/python"), args.script, "--framework", framework, "--workload",
                   workload, "--data", args.data, "--repeat", "3", "--json", path]
        subprocess.run(command + (["--variant", variant] if variant else []), check=True, capture_output=True,
                       env=dict(os.environ, OMP_NUM_THREADS="2", MKL_NUM_THREADS="2"))
        records = json.load(open(path))
    records = [r for r in records if call is None or r.get("call") == call]
    return min(r.get("ms_per_step_median", r.get("ms_median")) for r in records)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workload", choices=sorted(WORKLOADS))
    parser.add_argument("--pairs", type=int, default=5)
    for name in ("data", "script", "tf", "jx", "th"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--only", default="", help="a framework's name")
    args = parser.parse_args()
    for label, scale, peers in WORKLOADS[args.workload]:
        for env, framework, variant, call in peers:
            if args.only and args.only != framework:
                continue
            pairs = []
            for _ in range(args.pairs):
                mine = ours(args.workload, args.data)[label] * scale
                pairs.append((mine, peer(args, env, framework, variant, args.workload, call)))
            ratios = sorted(a / b for a, b in pairs)
            print(f"{label} vs {framework} {variant or call or ''}: "
                  f"{statistics.median(a for a, _ in pairs):.5f} ms, {statistics.median(b for _, b in pairs):.5f} ms, "
                  f"ratio {statistics.median(ratios):.3f} ({ratios[0]:.3f} … {ratios[-1]:.3f})", flush=True)


if __name__ == "__main__":
    main()
