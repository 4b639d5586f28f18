"""Checks with h5py that HDF5 files are whole, and prints what they hold; with two files, that they hold the same.

Run with h5py 3:  python Tools/check_hdf5.py written.h5 [other.h5]
The tests write such files when SHINKEI_HDF5_OUT names a folder.
"""

import sys

import h5py
import numpy as np


def value(obj):
    if obj.shape is None:
        return None
    data = obj[()]
    return np.asarray(data)


def attributes(obj):
    found = {}
    for name in obj.attrs:
        data = obj.attrs[name]
        found[name] = None if isinstance(data, h5py.Empty) else np.asarray(data)
    return found


def contents(path):
    """Everything in a file: (path, attribute or None) -> array."""
    found = {}
    with h5py.File(path, "r") as file:

        def visit(name, obj):
            found[name, ""] = value(obj) if isinstance(obj, h5py.Dataset) else "group"
            for key, data in attributes(obj).items():
                found[name, key] = data

        visit("", file)
        file.visititems(visit)
    return found


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def same(a, b):
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a is b or (isinstance(a, str) and a == b)
    if a.dtype.kind in "OSU":
        # Text is the same whether its length is fixed or not.
        return a.shape == b.shape and list(map(text, a.ravel().tolist())) == list(map(text, b.ravel().tolist()))
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def main():
    first = contents(sys.argv[1])
    datasets = sum(not isinstance(v, str) for (_, key), v in first.items() if not key)
    print(f"{sys.argv[1]}: {sum(not key for _, key in first)} objects, {datasets} datasets, "
          f"{sum(bool(key) for _, key in first)} attributes")
    if len(sys.argv) > 2:
        second = contents(sys.argv[2])
        missing = first.keys() ^ second.keys()
        differing = sorted(missing | {k for k in first.keys() & second.keys() if not same(first[k], second[k])})
        for name, key in differing[:20]:
            print(f"differs: /{name}{'@' + key if key else ''}")
        if differing:
            sys.exit(f"{len(differing)} differences")
        print("equal")


main()
