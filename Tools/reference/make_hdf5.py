"""Writes Tests/Fixtures/hdf5: small HDF5 files of every kind that is read, and of what is refused, in gzip.

Run with h5py 3.14.0 (HDF5 1.14.6), NumPy 2.4, ml_dtypes 0.6:  python Tools/reference/make_hdf5.py
`expected.json` holds what h5py reads from them: for every object its attributes, type, shape and values.
"""

import gzip
import json
import pathlib
import tempfile

import h5py
import ml_dtypes
import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/hdf5"
OUT.mkdir(parents=True, exist_ok=True)
PLAIN = pathlib.Path(tempfile.mkdtemp())
rng = np.random.default_rng(7)


def make(name, write, userblock=0, sizes=None, **options):
    path = PLAIN / f"{name}.h5"
    if sizes:
        create = h5py.h5p.create(h5py.h5p.FILE_CREATE)
        create.set_sizes(*sizes)
        file = h5py.File(h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, create))
    else:
        file = h5py.File(path, "w", userblock_size=userblock, **options)
    with file:
        write(file)
    if userblock:
        data = bytearray(path.read_bytes())
        data[:16] = b"a user's block\n\0"
        path.write_bytes(data)
    # Most of a small file is empty. No time and no name, so that equal files are equal.
    (OUT / f"{name}.h5.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def keras(file):
    """As Keras 2 writes weights, with strings as attributes."""
    file.attrs["backend"] = "tensorflow"
    file.attrs["model_config"] = json.dumps({"text": "Größe 神経 " * 40}, ensure_ascii=False)
    names = [f"dense_{i}" for i in range(9)]
    file.attrs["layer_names"] = [n.encode() for n in names]
    for i, name in enumerate(names):
        group = file.create_group(name)
        group.attrs["weight_names"] = [f"{name}/kernel:0".encode(), f"{name}/bias:0".encode()]
        inner = group.create_group(name)
        inner["kernel:0"] = rng.normal(size=(3, 2)).astype("float32")
        inner["bias:0"] = np.full(2, i, "float32")


def types(file):
    for name in "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split():
        kind = np.dtype(name)
        values = np.array([[0, 1, 2], [3, 100, 7]], kind)
        if kind.kind == "f":
            values[0] = [-0.5, np.inf, 1e-4]
        elif kind.kind == "i":
            values[0, 0] = np.iinfo(kind).min
        file[name] = values
        file[f"{name}_big"] = values.astype(kind.newbyteorder(">"))
        file.attrs[name] = values[0]
        file.attrs[f"{name}_one"] = values[1, 1].astype(kind.newbyteorder(">"))
    file["bool"] = np.array([True, False, True])
    file.attrs["bool"] = True
    file["enum"] = np.array([2, 0, 1], "int16")
    color = h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 2}, basetype="i2")
    file.create_dataset("colors", data=np.array([2, 0, 1]), dtype=color)
    bfloat = file.create_dataset("bfloat16", data=np.array([1, -2.5, 3e20], ml_dtypes.bfloat16))
    bfloat.attrs["dtype"] = "bfloat16"
    file["scalar"] = np.float32(2.5)
    file["none"] = np.zeros((0, 3), "float32")
    file["null"] = h5py.Empty("f4")
    file.attrs["null"] = h5py.Empty("f4")
    file.create_dataset("unwritten", (2, 2), "f4", fillvalue=1.5)
    file.create_dataset("unwritten_zero", (2, 2), "i8")


def strings(file):
    file.attrs["one"] = "é"
    file.attrs["bytes"] = np.bytes_("fixed")
    file.attrs["several"] = ["a", "bc", ""]
    file.attrs["fixed"] = np.array([b"a", b"bcd", b""])
    file.attrs["square"] = np.array([[b"a", b"b"], [b"c", b"d"]])
    file["one"] = "scalar text"
    file["variable"] = np.array(["a", "神経", "", "x" * 50], dtype=h5py.string_dtype())
    file["fixed"] = np.array([b"abc", b"de", b""])
    file.create_dataset("utf8", data=np.array(["é".encode(), b"e"], h5py.string_dtype(length=4)))
    # The two other ways to fill up what is left.
    for name, padding in [("ended", h5py.h5t.STR_NULLTERM), ("spaces", h5py.h5t.STR_SPACEPAD)]:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(padding)
        space = h5py.h5s.create_simple((2,))
        data = h5py.h5d.create(file.id, name.encode(), kind, space)
        data.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"one", b"three"], "S6"))
    file.create_dataset("chunked", data=["p", "qq", "rrr", "s"], chunks=(3,), dtype=h5py.string_dtype())


def chunks(file):
    values = np.arange(7 * 10, dtype="int32").reshape(7, 10)
    file.create_dataset("plain", data=values, chunks=(3, 4))
    file.create_dataset("gzip", data=values, chunks=(3, 4), compression="gzip")
    file.create_dataset("shuffle", data=values.astype("f8"), chunks=(4, 4), compression="gzip", shuffle=True)
    file.create_dataset("fletcher", data=values, chunks=(3, 4), fletcher32=True)
    file.create_dataset("all", data=values.astype(">i2"), chunks=(3, 4), compression=9, shuffle=True, fletcher32=True)
    file.create_dataset("odd_fletcher", data=np.arange(15, dtype="u1"), chunks=(5,), fletcher32=True)
    file.create_dataset("one", data=values, chunks=(7, 10))
    file.create_dataset("one_gzip", data=values, chunks=(7, 10), compression="gzip")
    file.create_dataset("grows", data=values, chunks=(2, 4), maxshape=(None, 10))
    file.create_dataset("grows_second", data=values, chunks=(2, 4), maxshape=(7, None), compression="gzip")
    file.create_dataset("grows_both", data=values, chunks=(2, 4), maxshape=(None, None))
    file.create_dataset("grows_both_gzip", data=values, chunks=(3, 5), maxshape=(None, None), compression="gzip")
    file.create_dataset("limited", data=values, chunks=(2, 4), maxshape=(20, 30))
    sparse = file.create_dataset("sparse", (9, 9), "f4", chunks=(2, 2), fillvalue=-1.0)
    sparse[4:5, 3:8] = 7
    file.create_dataset("cube", data=np.arange(120).reshape(4, 5, 6), chunks=(3, 2, 4))
    file.create_dataset("nothing", (0, 4), "f4", chunks=(2, 2), maxshape=(None, 4))
    file.create_dataset("unwritten", (5, 5), "f4", chunks=(2, 2), fillvalue=3)
    # A chunk that its filter was left out for.
    space = file.create_dataset("skipped", (4, 2), "i4", chunks=(2, 2), compression="gzip")
    space[...] = 5
    space.id.write_direct_chunk((2, 0), np.array([1, 2, 3, 4], "<i4").tobytes(), filter_mask=1)
    shrunk = file.create_dataset("shrunk", data=values, chunks=(2, 4), maxshape=(None, None))
    shrunk.resize((3, 5))
    # Early allocation: an implicit index in newer files.
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((2, 4))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    data = h5py.h5d.create(file.id, b"early", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((7, 10)), early)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    data = h5py.h5d.create(file.id, b"compact", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((7, 10)), compact)
    data.write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def long_arrays(file):
    """Enough chunks for pages and super blocks."""
    fixed = file.create_dataset("fixed", (1100,), "u1", chunks=(1,))
    fixed[1050:] = 9
    grows = file.create_dataset("grows", (131200,), "u1", chunks=(1,), maxshape=(None,))
    grows[:120] = np.arange(120)
    grows[131100] = 7


def many(file):
    """More members and attributes than fit into a header."""
    for i in range(25):
        file[f"member_{i * 7 % 25}"] = h5py.SoftLink(f"/data{i}")
    for i in range(20):
        file.attrs[f"attribute_{i * 7 % 20}"] = i
    data = file.create_dataset("data", data=np.arange(3))
    for i in range(12):
        data.attrs[f"a{i}"] = "text" * i


def hundreds(file):
    """Enough for several levels of trees and blocks."""
    for i in range(400):
        file[f"{i * 7 % 400}"] = h5py.SoftLink("/x")


def links(file):
    deep = file.create_group("a/b/c/d")
    deep["data"] = np.arange(4)
    file["hard"] = deep["data"]
    file["soft"] = h5py.SoftLink("/a/b/c/d/data")
    file["a/relative"] = h5py.SoftLink("b/c")
    file["twice"] = h5py.SoftLink("/soft")
    file["through"] = h5py.SoftLink("/a/relative/d/data")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["circle"] = h5py.SoftLink("/circle_2")
    file["circle_2"] = h5py.SoftLink("/circle")
    file["external"] = h5py.ExternalLink("other.h5", "/x")
    file["ü"] = np.float64(1)


def refused(file):
    file["compound"] = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    kind = h5py.h5t.array_create(h5py.h5t.IEEE_F32LE, (3,))
    h5py.h5d.create(file.id, b"arrays", kind, h5py.h5s.create_simple((2,)))
    file.create_dataset("reference", data=file["compound"].ref, dtype=h5py.ref_dtype)
    file["opaque"] = np.array([b"ab"], "V2")
    file.create_dataset("sequence", (2,), h5py.vlen_dtype("f4"))
    file["complex"] = np.array([1 + 2j])
    file.create_dataset("lzf", data=np.arange(100), chunks=(50,), compression="lzf")
    file.create_dataset("scaled", data=np.arange(100), chunks=(50,), scaleoffset=0)
    file["type"] = np.dtype("f4")
    file.create_dataset("committed", data=np.arange(3, dtype="f4"), dtype=file["type"])
    file.attrs.create("committed", np.float32(3), dtype=file["type"])
    file.attrs["compound"] = np.array((1, 2.0), dtype=[("a", "i4"), ("b", "f8")])
    file.create_dataset("external", (4,), "f4", external=[("elsewhere.bin", 0, 16)])
    layout = h5py.VirtualLayout((3,), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    file.create_virtual_dataset("virtual", layout)
    file["long_double"] = np.zeros(2, "longdouble")
    file["large"] = np.array([2**64 - 1], "uint64")


def large_attribute(file):
    file.attrs["large"] = np.arange(700, dtype="f8")


make("keras", keras)
make("keras_latest", keras, libver="latest")
make("types", types)
make("types_latest", types, libver="latest")
make("strings", strings)
make("strings_latest", strings, libver="latest")
make("chunks", chunks)
make("chunks_latest", chunks, libver="latest")
make("long_arrays_latest", long_arrays, libver="latest")
make("many", many)
make("many_latest", many, libver="latest")
make("many_ordered", many, libver="latest", track_order=True)
make("hundreds", hundreds)
make("hundreds_latest", hundreds, libver="latest")
make("links", links)
make("links_latest", links, libver="latest")
make("refused", refused)
make("refused_latest", refused, libver="latest")
make("large_attribute_latest", large_attribute, libver="latest")
make("user_block", lambda f: f.create_dataset("x", data=np.arange(5)), userblock=1024)
make("links_v18", links, libver=("v108", "v108"))
make("empty", lambda f: None)
make("sizes_4_8", links, sizes=(4, 8))
make("sizes_8_4", strings, sizes=(8, 4))


# What h5py reads.


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def describe(array, kind):
    array = np.asarray(array)
    if h5py.check_string_dtype(kind) is not None:
        return {"strings": [text(v) for v in array.ravel().tolist()], "shape": list(array.shape)}
    if array.dtype.kind in "biuf" or array.dtype == ml_dtypes.bfloat16:
        if array.dtype.itemsize > 8 or (array.dtype == "uint64" and array.max(initial=0) >= 2**63):
            return {"refused": True}
        if array.size > 1000:
            places = np.flatnonzero(array)
            return {"nonzero": [[int(i), int(array.flat[i])] for i in places], "shape": list(array.shape)}
        # As text, so that infinities and 64 bits survive.
        values = array.astype(array.dtype.newbyteorder("=")).ravel().tolist()
        return {"numbers": [repr(v) for v in values], "shape": list(array.shape)}
    return {"refused": True}


def attributes(obj):
    found = {}
    for name in obj.attrs:
        kind = h5py.h5a.open(obj.id, name.encode()).dtype
        value = obj.attrs[name]
        found[name] = {"empty": True} if isinstance(value, h5py.Empty) else describe(value, kind)
    return found


def walk(group, path, found):
    names = sorted(group, key=lambda n: n.encode())
    found[path] = {"kind": "group", "attributes": attributes(group), "members": names}
    for name in group:
        inner = (path if path != "/" else "") + "/" + name
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.ExternalLink):
            found[inner] = {"kind": "other"}
            continue
        if isinstance(link, h5py.SoftLink):
            try:
                found[inner] = {"kind": "soft", "target": group[name].name}
            except (KeyError, RuntimeError):
                found[inner] = {"kind": "dangling"}
            continue
        obj = group[name]
        if isinstance(obj, h5py.Group):
            walk(obj, inner, found)
        elif isinstance(obj, h5py.Datatype):
            found[inner] = {"kind": "other"}
        else:
            one = {"kind": "dataset", "type": str(obj.dtype), "attributes": attributes(obj)}
            if obj.shape is None:
                one["value"] = {"numbers": [], "shape": [0]}
            elif (
                obj.id.get_create_plist().get_external_count()
                or obj.is_virtual
                or obj.compression == "lzf"
                or obj.scaleoffset is not None
                or obj.id.get_type().get_class() == h5py.h5t.ARRAY
            ):
                one["value"] = {"refused": True}
            else:
                value = obj[()]
                if obj.attrs.get("dtype") == "bfloat16":
                    value = value.view(ml_dtypes.bfloat16)
                    one["type"] = "bfloat16"
                one["value"] = describe(value, obj.dtype)
            found[inner] = one


expected = {}
for path in sorted(PLAIN.glob("*.h5")):
    with h5py.File(path, "r") as file:
        expected[path.name] = {}
        walk(file, "/", expected[path.name])
text_of_all = json.dumps(expected, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
(OUT / "expected.json").write_text(text_of_all + "\n")
