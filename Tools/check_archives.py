"""Reads what Shinkei wrote with Python's own libraries: json, zipfile, NumPy, safetensors, and unzip if it is there.

    mkdir out
    SHINKEI_ARCHIVES=$PWD/out make test-release ARGS="--filter ArchivesForPython"
    python3 Tools/check_archives.py out          # needs numpy and safetensors

With SHINKEI_LARGE=4400000000 an archive of more than 4 GiB is written and read too.
"""

import json
import pathlib
import shutil
import struct
import subprocess
import sys
import zipfile

import numpy as np
import safetensors
import safetensors.numpy

folder = pathlib.Path(sys.argv[1])
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"FAILED: {what}")


def elements(dtype, shape):
    n = int(np.prod(shape, dtype=int))
    values = np.arange(n) % 2 if dtype in ("bool", "uint8") else np.arange(n) % 7 - 3
    return values.astype(dtype).reshape(shape)


arguments = {"compact": {"separators": (",", ":")}, "spaced": {}, "indented": {"indent": 2}}
for layout, options in arguments.items():
    text = (folder / f"{layout}.json").read_text(encoding="utf-8")
    check(json.dumps(json.loads(text), ensure_ascii=False, **options) == text, f"{layout}.json differs from json.dumps")
doubles = (folder / "doubles.json").read_text()
for bits, value in json.loads(doubles):
    check(struct.unpack("<Q", struct.pack("<d", value))[0] == int(bits), f"double {bits}")
check(json.dumps(json.loads(doubles), separators=(",", ":")) == doubles, "the doubles' texts differ from repr's")

text = b"hello " * 5000
for name in ("plain.zip", "zip64.zip"):
    with zipfile.ZipFile(folder / name) as z:
        check(z.testzip() is None, f"{name}: zipfile found a damaged member")
        names = ["stored.txt", "deflated.txt", "神経/aligned.txt", "streamed.txt", "empty", "folder/"]
        check(z.namelist() == names, f"{name}: {z.namelist()}")
        for member in names[:4]:
            check(z.read(member) == text, f"{name}: {member}")
        check(z.read("empty") == b"", f"{name}: empty")
        check(z.getinfo("folder/").is_dir(), f"{name}: folder")
        check(z.getinfo("deflated.txt").compress_type == zipfile.ZIP_DEFLATED, f"{name}: deflated")
        check(all(i.date_time == (1980, 1, 1, 0, 0, 0) for i in z.infolist()), f"{name}: times")
with zipfile.ZipFile(folder / "many.zip") as z:
    check(z.namelist() == [f"m{i}" for i in range(70_000)], "many.zip: names")
    check(all(z.read(f"m{i}") == str(i).encode() for i in (0, 65_535, 69_999)), "many.zip: content")
for name in ("plain.zip", "zip64.zip", "many.zip", "stored.npz", "compressed.npz", "large.zip"):
    if (folder / name).exists() and shutil.which("unzip"):
        run = subprocess.run(["unzip", "-tqq", folder / name], capture_output=True, text=True)
        check(run.returncode == 0, f"unzip -t {name}: {run.stdout}{run.stderr}")
if (folder / "large.zip").exists():
    with zipfile.ZipFile(folder / "large.zip") as z:
        check(z.testzip() is None and z.getinfo("large").file_size > 2**32, "large.zip")
        check(z.read("behind") == b"\1\2\3", "large.zip: behind")

types = ["bool", "uint8", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
for name in ("stored.npz", "compressed.npz"):
    with np.load(folder / name) as arrays:
        check(arrays.files == types + ["scalar", "none"], f"{name}: {arrays.files}")
        for dtype in types:
            # NumPy has no bfloat16; it is written as float32.
            want = elements("float32" if dtype == "bfloat16" else dtype, (2, 3, 5))
            check(arrays[dtype].dtype == want.dtype and np.array_equal(arrays[dtype], want), f"{name}: {dtype}")
        check(arrays["scalar"].shape == () and arrays["scalar"] == -3, f"{name}: scalar")
        check(arrays["none"].shape == (0, 7) and arrays["none"].dtype == np.int32, f"{name}: none")

data = (folder / "a.safetensors").read_bytes()
tensors = dict(safetensors.deserialize(data))
check(set(tensors) == set(types) | {"scalar", "none"}, "a.safetensors: names")
for dtype in types:
    want = elements("float32" if dtype == "bfloat16" else dtype, (2, 3, 5))
    raw = want.tobytes()
    if dtype == "bfloat16":
        raw = b"".join(raw[i + 2 : i + 4] for i in range(0, len(raw), 4))
    check(tensors[dtype]["shape"] == [2, 3, 5] and bytes(tensors[dtype]["data"]) == raw, f"a.safetensors: {dtype}")
with safetensors.safe_open(folder / "a.safetensors", "np") as f:
    check(f.metadata() == {"format": "np", "text": 'é "\n'}, f"a.safetensors: metadata {f.metadata()}")
    check(np.array_equal(f.get_tensor("float64"), elements("float64", (2, 3, 5))), "a.safetensors: safe_open")
check(safetensors.deserialize((folder / "empty.safetensors").read_bytes()) == [], "empty.safetensors")
print(f"{checks} checks passed: Python {sys.version.split()[0]}, NumPy {np.__version__}, safetensors {safetensors.__version__}")
