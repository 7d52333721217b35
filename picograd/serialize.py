"""Weights in files: the safetensors format, read as if a stranger had written the file.

A file is 8 bytes with the length of the header (little-endian), the header (a JSON object that gives each
tensor's dtype, shape and place), and the numbers, tensor after tensor without a gap.
"""

import json
import os

import numpy as np

from picograd import dtypes
from picograd.files import FormatError, arrays, expect, read_array, whole
from picograd.tensor import Tensor

NAMES = {dtype: f"{dtype.kind}{8 * dtype.itemsize}".upper() for dtype in dtypes.ALL} | {dtypes.bool: "BOOL"}
# bfloat16, which numpy does not know, is half of a float32.
STORED = {**{name: dtype for dtype, name in NAMES.items()}, "BF16": np.dtype(np.uint16)}
HEADER_LIMIT = 4 * 2**20  # bytes, enough for 40,000 tensors


def save_safetensors(path, tensors):
    """Write a dict of tensors. The file appears whole or not at all."""
    header, at = {}, 0
    held = arrays(tensors, path, lambda name: name != "__metadata__")
    held = dict(sorted(held.items(), key=lambda item: (-item[1].itemsize, item[0])))  # each is aligned
    for name, array in held.items():
        start, at = at, at + array.nbytes
        header[name] = {"dtype": NAMES[array.dtype], "shape": array.shape, "data_offsets": (start, at)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with whole(path) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in held.values():
            file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def load_safetensors(path):
    """The tensors of a file, by name. bfloat16 becomes float32; all else keeps its dtype."""
    tensors = {}
    with open(path, "rb") as file:
        entries, start = _read_header(file, path)
        for name, entry in entries.items():
            dtype, (begin, end) = STORED[entry["dtype"]].newbyteorder("<"), entry["data_offsets"]
            file.seek(start + begin)
            array = read_array(file, end - begin, dtype, entry["shape"], f"{path}: tensor {name!r:.80}")
            if entry["dtype"] == "BF16":
                array = (array.astype(np.uint32) << 16).view(np.float32)
            tensors[name] = Tensor(array)
    return tensors


def _read_header(file, path):
    """({name: its entry}, where the numbers start), every offset compared with the file's size.

    Nothing is allocated on the file's word before this returns: a header that promises terabytes ends here.
    What else the file says of itself, its metadata, is passed over.
    """
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    expected = f"a header of at most {HEADER_LIMIT} bytes, in a file of {size}"
    expect(length <= min(size - 8, HEADER_LIMIT), path, expected, length)
    try:
        header = json.loads(file.read(length).decode(), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: expected a header in JSON, found: {error}") from error
    expect(isinstance(header, dict), path, "a JSON object as header", type(header).__name__)
    header.pop("__metadata__", None)
    for name, entry in header.items():
        expected = f"a dtype of {[*STORED]}, a shape and two data_offsets"
        expect(_is_entry(entry), f"{path}: tensor {name!r:.80}", expected, entry)
    at, room = 0, size - 8 - length
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        expected = f"no gap and no overlap, its first byte being {at}"
        expect(begin == at <= end, f"{path}: tensor {name!r:.80}", expected, (begin, end))
        at = end
    expect(at == room, path, f"numbers up to byte {room}, the last one", at)
    return header, 8 + length


def _is_entry(entry):
    if not isinstance(entry, dict) or sorted(entry) != ["data_offsets", "dtype", "shape"]:
        return False
    shape, offsets = entry["shape"], entry["data_offsets"]
    known = entry["dtype"] in [*STORED] and isinstance(shape, list) and isinstance(offsets, list)
    return known and len(offsets) == 2 and all(type(n) is int and n >= 0 for n in shape + offsets)


def _without_duplicates(pairs):
    names = dict(pairs)
    expect(len(names) == len(pairs), "JSON", "no name that stands twice", [name for name, _ in pairs])
    return names
