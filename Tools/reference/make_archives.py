"""Writes Tests/Fixtures/{json,zip,npz,safetensors}: small files by Python's own libraries.

Run with Python 3.11, NumPy 2.4.6, safetensors 0.8.0:  python3 Tools/reference/make_archives.py
The seed is fixed. What the files hold is in the READMEs beside them.
"""

import io
import json
import pathlib
import random
import struct
import zipfile

import numpy as np
import safetensors

fixtures = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"
for folder in ("json", "zip", "npz", "safetensors"):
    (fixtures / folder).mkdir(exist_ok=True)


# --- JSON: values and what json.dumps makes of them -----------------------------------------------------------------

values = [
    None, True, False, 0, -1, 1.0, -0.0, 1e-07, 1e16, 1e15, 123456789.125, 9007199254740994.0, -9876543210123456.0,
    2**63 - 1, -(2**63), 5e-324, 1.7976931348623157e308, 0.1, 1e22, 0.0001, 0.00001,
    float("nan"), float("inf"), float("-inf"),
    "", "plain", "quote \" backslash \\ slash /", "\b\f\n\r\t\0\x1f\x7f", "é ü 神経 \U0001f9e0", [], {}, [[]], [{}], {"": []},
    [1, [2, [3, {"a": None}]]],
    {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [{"units": 4, "rate": 0.5}]}},
]  # fmt: skip
cases = [
    {
        "ascii": json.dumps(v),
        "spaced": json.dumps(v, ensure_ascii=False),
        "compact": json.dumps(v, ensure_ascii=False, separators=(",", ":")),
        "indented": json.dumps(v, ensure_ascii=False, indent=2),
    }
    for v in values
]
rng = random.Random(20261121)
doubles = []
while len(doubles) < 600:
    kind = len(doubles) % 3
    if kind == 0:
        x = struct.unpack("<d", rng.randbytes(8))[0]
    elif kind == 1:
        x = rng.uniform(-1, 1) * 10.0 ** rng.randint(-8, 20)
    else:
        x = float(rng.randint(2**52, 10**16)) * rng.choice([1, -1])
    if x == x and abs(x) != float("inf"):
        doubles.append([struct.pack(">d", x).hex(), json.dumps(x)])
(fixtures / "json" / "python.json").write_text(json.dumps({"cases": cases, "doubles": doubles}, indent=0) + "\n")


# --- zip: the same three members in every way ---------------------------------------------------------------------

members = {
    "config.json": b'{"class_name": "Sequential"}' * 3,
    "folder/data.bin": bytes(i * i % 251 for i in range(1500)),
    "empty": b"",
}


class Unseekable(io.RawIOBase):
    """A stream like a pipe, for which zipfile writes data descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, b):
        self.data += b
        return len(b)


def pack(name, method=zipfile.ZIP_STORED, comment=b"", prefix=b"", names=None, zip64=False, unseekable=False):
    old = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    if zip64:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 50, 1
    out = Unseekable() if unseekable else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for member, data in members.items():
            info = zipfile.ZipInfo((names or {}).get(member, member))
            info.compress_type = method
            with z.open(info, "w", force_zip64=zip64) as f:
                f.write(data)
        z.comment = comment
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = old
    data = bytes(out.data) if unseekable else out.getvalue()
    (fixtures / "zip" / name).write_bytes(prefix + data)


pack("stored.zip")
pack("deflated.zip", zipfile.ZIP_DEFLATED)
pack("comment.zip", comment=b"a comment, 42 bytes long, behind the whole")
pack("prefix.zip", prefix=b"#!/bin/sh\nexec unpack $0\n")
pack("zip64.zip", zip64=True)
pack("zip64_prefix.zip", zip64=True, prefix=b"junk")
pack("descriptor.zip", zipfile.ZIP_DEFLATED, unseekable=True)
pack("descriptor64.zip", unseekable=True, zip64=True)
pack("unicode.zip", names={"config.json": "神経.json", "empty": "é"})


# --- npz ----------------------------------------------------------------------------------------------------------

arrays = {
    "z": np.arange(6, dtype="f4").reshape(2, 3) / 4,
    "a": np.array([1, -2, 3], dtype="i8"),
    "scalar": np.float64(2.5),
    "none": np.zeros((0, 3), dtype="i4"),
    "flags": np.array([True, False]),
    "big_endian": np.array([[1, 2], [3, 4]], dtype=">i2").T,
}
np.savez(fixtures / "npz" / "stored.npz", **arrays)
np.savez_compressed(fixtures / "npz" / "compressed.npz", **arrays)
np.savez(fixtures / "npz" / "positional.npz", np.array([1.5]), np.array([2], dtype="u1"))
np.savez(fixtures / "npz" / "object.npz", good=np.array([7], dtype="i4"), bad=np.array([{"a": 1}], dtype=object))


# --- safetensors --------------------------------------------------------------------------------------------------


keep = []  # TensorSpec holds addresses only


def tensor(dtype, shape, width):
    n = int(np.prod(shape)) if shape else 1
    kind = {"bool": "u1", "float16": "<f2", "float32": "<f4", "float64": "<f8"}.get(dtype)
    if dtype == "bool":
        data = (np.arange(n) % 2).astype("u1").tobytes()
    elif dtype == "bfloat16":
        data = b"".join(np.array([i], "<f4").tobytes()[2:] for i in range(n))
    elif kind:
        data = (np.arange(n) / 2).astype(kind).tobytes()
    elif dtype.startswith("float8"):
        data = bytes(range(n))
    else:
        data = np.arange(n).astype("<" + ("u" if dtype[0] == "u" else "i") + str(width)).tobytes()
    buffer = np.frombuffer(data, dtype="u1")
    keep.append(buffer)
    return safetensors.TensorSpec(dtype=dtype, shape=list(shape), data_ptr=buffer.ctypes.data, data_len=len(data))


ours = {
    "b": tensor("float32", (2, 3), 4), "a": tensor("float32", (), 4), "é": tensor("float64", (2,), 8),
    "i64": tensor("int64", (3,), 8), "i32": tensor("int32", (1, 2, 1), 4), "half": tensor("float16", (5,), 2),
    "brain": tensor("bfloat16", (3,), 2), "bytes": tensor("uint8", (7,), 1), "flags": tensor("bool", (3,), 1),
    "none": tensor("float32", (0, 4), 4),
}  # fmt: skip
every = dict(ours)
for dtype, width in (("int8", 1), ("int16", 2), ("uint16", 2), ("uint32", 4), ("uint64", 8), ("float8_e4m3fn", 1)):
    every[dtype] = tensor(dtype, (4,), width)
out = fixtures / "safetensors"
safetensors.serialize_file(ours, out / "written.safetensors", {"format": "pt"})
safetensors.serialize_file(every, out / "types.safetensors")
