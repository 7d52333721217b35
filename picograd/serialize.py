"""Weights in files: the safetensors format, read as if a stranger had written the file.

A file is 8 bytes with the length of the header (little-endian), the header (a JSON object that gives each
tensor's dtype, shape and place), and the numbers, tensor after tensor without a gap.
"""

import json
import os

import numpy as np

from picograd import dtypes
from picograd.files import FormatError, arrays, is_sizes, read_array, whole
from picograd.tensor import Tensor

NAMES = {
    dtype: "BOOL" if dtype == dtypes.bool else f"{dtype.kind}{8 * dtype.itemsize}".upper()
    for dtype in dtypes.ALL
}
# bfloat16, which numpy does not know, is half of a float32.
STORED = {**{name: dtype for dtype, name in NAMES.items()}, "BF16": np.dtype(np.uint16)}
KEYS = ["data_offsets", "dtype", "shape"]
HEADER_LIMIT = 4 * 2**20  # bytes, enough for 40,000 tensors


class SafetensorsError(FormatError):
    """A file that is not what the format says, or something that the format cannot hold."""


_expect = SafetensorsError.unless


def save_safetensors(path, tensors, metadata=None):
    """Write a dict of tensors, and a dict of strings about them. The file appears whole or not at all."""
    header, at = {}, 0
    if metadata is not None:
        _expect(_is_strings(metadata), path, "metadata that maps strings to strings", metadata)
        header["__metadata__"] = dict(metadata)
    held = arrays(tensors, path, _expect, lambda name: name != "__metadata__")
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
        _, entries, start = _read_header(file, path)
        for name, entry in entries.items():
            dtype, (begin, end) = STORED[entry["dtype"]].newbyteorder("<"), entry["data_offsets"]
            file.seek(start + begin)
            array = read_array(file, end - begin, dtype, entry["shape"], _where(path, name), _expect)
            if entry["dtype"] == "BF16":
                array = (array.astype(np.uint32) << 16).view(np.float32)
            tensors[name] = Tensor(array)
    return tensors


def safetensors_metadata(path):
    """The strings that were saved beside the tensors of a file, by name."""
    with open(path, "rb") as file:
        return _read_header(file, path)[0]


def _read_header(file, path):
    """(metadata, {name: its entry}, where the numbers start), every offset compared with the file's size.

    Nothing is allocated on the file's word before this returns: a header that promises terabytes ends here.
    """
    size = os.fstat(file.fileno()).st_size
    _expect(size >= 8, path, "at least 8 bytes", size)
    length = int.from_bytes(file.read(8), "little")
    limit = min(size - 8, HEADER_LIMIT)
    _expect(length <= limit, path, f"a header of at most {limit} bytes", length)
    try:
        header = json.loads(file.read(length).decode(), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise SafetensorsError(f"{path}: expected a header in JSON, found: {error}") from error
    _expect(isinstance(header, dict), path, "a JSON object as header", type(header).__name__)
    metadata = header.pop("__metadata__", {})
    _expect(_is_strings(metadata), path, "metadata that maps strings to strings", metadata)
    room, at = size - 8 - length, 0
    for name, entry in header.items():
        where = _where(path, name)
        _expect(isinstance(entry, dict) and sorted(entry) == KEYS, where, f"an object with {KEYS}", entry)
        dtype, offsets = entry["dtype"], entry["data_offsets"]
        _expect(isinstance(dtype, str) and dtype in STORED, where, f"one of the dtypes {[*STORED]}", dtype)
        _expect(is_sizes(offsets) and len(offsets) == 2, where, "two offsets", offsets)
        _expect(offsets[0] <= offsets[1] <= room, where, f"offsets that rise, to {room} at most", offsets)
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        _expect(begin == at, _where(path, name), f"no gap and no overlap, its first byte being {at}", begin)
        at = end
    _expect(at == room, path, f"numbers up to byte {room}, the last one", at)
    return metadata, header, 8 + length


def _where(path, name):
    return f"{path}: tensor {name!r:.80}"


def _is_strings(mapping):
    return isinstance(mapping, dict) and all(isinstance(text, str) for text in (*mapping, *mapping.values()))


def _without_duplicates(pairs):
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name that stands twice")
    return names
