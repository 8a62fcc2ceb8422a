"""What NumPy, safetensors and h5py write, and whether they read what is written for them.

    python formats.py write FOLDER   # files, and expected.json: each array's numbers in the type that a tensor has for it
    python formats.py check FOLDER   # reads the files of given.json, and compares their numbers bit for bit
"""
import base64
import io
import json
import pickle
import sys
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
import safetensors
import safetensors.numpy

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]

# In safetensors' words, where NumPy has no such type of its own.
SMALL = {
    "F16": np.float16,
    "BF16": ml_dtypes.bfloat16,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E5M2": ml_dtypes.float8_e5m2,
    "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "F8_E8M0": ml_dtypes.float8_e8m0fnu,
}

# What a wide type becomes.
TENSORS = {"float16": "float32", "bool": "uint8", "uint8": "uint8", "float32": "float32", "float64": "float64"}


def arrays():
    """By name: NaN with payloads, zeros of both signs, subnormals, edges of integers, shapes of every kind."""
    f32 = np.array([0x7FC12345, 0xFF800001, 0x80000000, 1, 0x807FFFFF, 0x7F7FFFFF, 0x7F800000, 0x3F800001], np.uint32)
    f64 = np.array([0x7FF8123456789ABC, 0xFFF0000000000001, 1 << 63, 1, 0x800FFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF], np.uint64)
    found = {
        "float32": f32.view(np.float32).reshape(2, 4),
        "float64": f64.view(np.float64).reshape(1, 2, 3),
        "float16": np.arange(65536, dtype=np.uint16).view(np.float16).reshape(256, 256),
        "bool": np.array([[True, False, True]]),
        "scalar": np.array(3.5, np.float32),
        "empty": np.zeros((0, 3), np.float32),
        "more axes": np.arange(120, dtype=np.float64).reshape(2, 3, 4, 5),
        "نام/ж": np.array([1.5], np.float32),
    }
    for name in INTEGERS:
        low, high = np.iinfo(name).min, np.iinfo(name).max
        found[name] = np.array([max(low, -(2**31)), -1 if low < 0 else 1, 0, min(high, 2**31 - 1)], name)
    return found


class Stream:
    """Nobody can go back in it: an archive has its sizes behind the contents then."""

    bytes = b""
    read = None  # NumPy takes what has this for a file

    def write(self, more):
        self.bytes += more
        return len(more)

    def flush(self):
        pass


def of_tensor(array):
    """In the type that a tensor has for it; shape and bits."""
    name = array.dtype.name
    dtype = TENSORS.get(name) or ("int32" if np.issubdtype(array.dtype, np.integer) else "float32")
    little = np.ascontiguousarray(array.astype(dtype).astype(np.dtype(dtype).newbyteorder("<")))
    told = {"dtype": dtype, "shape": list(array.shape), "data": base64.b64encode(little.tobytes()).decode()}
    # Of fewer bits than any tensor's: processors make their NaN quiet when they widen them.
    return {**told, "widened": True} if dtype == "float32" and array.itemsize < 4 else told


def write(folder):
    expected = {}

    def npy(file, array, **options):
        with open(folder / file, "wb") as out:
            np.lib.format.write_array(out, array, **options)
        expected[file] = {"": of_tensor(array)}

    all_arrays = arrays()
    for i, array in enumerate(all_arrays.values()):
        npy(f"{i}-little.npy", array)
        npy(f"{i}-big.npy", array.astype(array.dtype.newbyteorder(">")) if array.dtype.kind != "f" else big(array))
        npy(f"{i}-fortran.npy", np.asfortranarray(array))
        npy(f"{i}-2.npy", array, version=(2, 0))
        npy(f"{i}-3.npy", array, version=(3, 0))
    table = {name: of_tensor(array) for name, array in all_arrays.items()}
    np.savez(folder / "stored.npz", **all_arrays)
    np.savez_compressed(folder / "deflated.npz", **all_arrays)
    stream = Stream()
    np.savez_compressed(stream, **all_arrays)
    (folder / "streamed.npz").write_bytes(stream.bytes)
    for file in ["stored.npz", "deflated.npz", "streamed.npz"]:
        expected[file] = table
    safetensors.numpy.save_file(all_arrays, folder / "numpy.safetensors", metadata={"from": "نام"})
    expected["numpy.safetensors"] = table
    small = {
        name: np.arange(2 ** (8 * np.dtype(dtype).itemsize), dtype=f"uint{8 * np.dtype(dtype).itemsize}").view(dtype)
        for name, dtype in SMALL.items()
    }
    (folder / "small.safetensors").write_bytes(by_description(small))
    expected["small.safetensors"] = {name: of_tensor(array) for name, array in small.items()}
    (folder / "expected.json").write_text(json.dumps(expected))
    write_for_conversion(folder)


def big(array):
    """Bytes turned and not converted, which would touch NaN."""
    return array.byteswap().view(array.dtype.newbyteorder(">"))


def by_description(arrays):
    """A safetensors file of types that the library's functions for NumPy do not know, but its reader does."""
    header, data = {}, b""
    for name, array in arrays.items():
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": name, "shape": list(array.shape), "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps(header).encode()
    packed = len(text).to_bytes(8, "little") + text + data
    assert len(safetensors.deserialize(packed)) == len(arrays)
    return packed


def write_for_conversion(folder):
    a, b = np.array([[1.5, -2.0]], np.float32), np.array([3, 4], np.int64)
    with h5py.File(folder / "weights.h5", "w") as file:
        file["layers/conv/vars/0"], file["layers/conv/vars/1"] = a, b
        file["words"] = "no number"
    (folder / "weights.pkl").write_bytes(pickle.dumps({"a": a, "b": b}))
    np.save(folder / "old.npy", np.array([1, 2.5], dtype=object), allow_pickle=True)
    try:
        import torch
    except ImportError:
        return
    tied = torch.from_numpy(a)
    torch.save({"a": tied, "also a": tied, "turned": tied.T, "b": torch.from_numpy(b)}, folder / "weights.pt")


def check(folder):
    for file, tensors in json.loads((folder / "given.json").read_text()).items():
        path = folder / file
        if file.endswith(".npy"):
            read = {"": np.load(path, allow_pickle=False)}
            again = io.BytesIO()
            np.save(again, read[""], allow_pickle=False)
            assert again.getvalue() == path.read_bytes(), f"{file}: other bytes than NumPy's own"
        elif file.endswith(".npz"):
            read = dict(np.load(path, allow_pickle=False))
        else:
            read = safetensors.numpy.load_file(path)
        assert sorted(read) == sorted(tensors), f"{file}: {sorted(read)}"
        for name, expected in tensors.items():
            found = {**of_tensor(read[name]), "dtype": read[name].dtype.name}
            assert found == expected, f"{file} {name}: {found} instead of {expected}"
    print("equal")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](Path(sys.argv[2]))
