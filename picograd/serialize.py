"""Weights in files: the safetensors format, read as if a stranger had written the file.

A file is 8 bytes with the length of the header (little-endian), the header (a JSON object that gives each
tensor's dtype, shape and place), and the numbers, tensor after tensor without a gap.
"""

import json
import math
import os
import reprlib
import sys

import numpy as np

from picograd import dtypes
from picograd.files import whole
from picograd.tensor import Tensor

DTYPES = {
    "F64": dtypes.float64,
    "F32": dtypes.float32,
    "F16": dtypes.float16,
    "I64": dtypes.int64,
    "I32": dtypes.int32,
    "I16": dtypes.int16,
    "I8": dtypes.int8,
    "U8": dtypes.uint8,
    "BOOL": dtypes.bool,
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
STORED = {**DTYPES, "BF16": np.dtype(np.uint16)}  # bfloat16, which numpy does not know, is half of a float32
HEADER_LIMIT = 4 * 2**20  # bytes, enough for 40,000 tensors


class SafetensorsError(ValueError):
    """A file that is not what the format says, or something that the format cannot hold."""


def save_safetensors(path, tensors, metadata=None):
    """Write a dict of tensors, and a dict of strings about them. The file appears whole or not at all."""
    header, at = {}, 0
    if metadata is not None:
        _expect(_is_strings(metadata), path, "metadata that maps strings to strings", metadata)
        header["__metadata__"] = dict(metadata)
    for name, tensor in tensors.items():
        _expect(isinstance(name, str) and name != "__metadata__", path, "the name of a tensor", name)
        _expect(isinstance(tensor, Tensor), _where(path, name), "a Tensor", type(tensor).__name__)
    arrays = {name: tensor.detach().numpy() for name, tensor in tensors.items()}
    order = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))  # so that each is aligned
    for name in order:
        array, start, at = arrays[name], at, at + arrays[name].nbytes
        _expect(array.dtype in NAMES, _where(path, name), f"one of the dtypes {list(DTYPES)}", array.dtype)
        header[name] = {"dtype": NAMES[array.dtype], "shape": array.shape, "data_offsets": (start, at)}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with whole(path) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            file.write(arrays[name].astype(arrays[name].dtype.newbyteorder("<"), copy=False).tobytes())


def load_safetensors(path):
    """The tensors of a file, by name. bfloat16 becomes float32; all else keeps its dtype."""
    with open(path, "rb") as file:
        _, entries = _read_header(file, path)
        return {name: Tensor(_read_array(file, path, name, *entry)) for name, entry in entries.items()}


def safetensors_metadata(path):
    """The strings that were saved beside the tensors of a file, by name."""
    with open(path, "rb") as file:
        return _read_header(file, path)[0]


def _read_header(file, path):
    """(metadata, {name: (dtype, shape, begin, end)}), with every claim checked against the size of the file.

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
    start = 8 + length
    entries = {name: _entry(claim, _where(path, name), start, size) for name, claim in header.items()}
    at = start
    for name, (_, _, begin, end) in sorted(entries.items(), key=lambda item: item[1][2:]):
        _expect(begin == at, _where(path, name), f"no gap and no overlap, its first byte being {at}", begin)
        at = end
    _expect(at == size, path, f"numbers up to byte {size}, the last one", at)
    return metadata, entries


def _entry(entry, where, start, size):
    """What the header says of one tensor, checked, as (dtype, shape, first byte, byte after the last)."""
    keys = {"dtype", "shape", "data_offsets"}
    _expect(isinstance(entry, dict) and entry.keys() == keys, where, f"an object with {sorted(keys)}", entry)
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    _expect(isinstance(dtype, str) and dtype in STORED, where, f"one of the dtypes {sorted(STORED)}", dtype)
    _expect(_is_counts(shape) and len(shape) <= 64, where, "a shape of at most 64 sizes", shape)
    _expect(_is_counts(offsets) and len(offsets) == 2, where, "two offsets", offsets)
    begin, end = offsets
    _expect(begin <= end <= size - start, where, f"offsets that rise, to {size - start} at most", offsets)
    width = STORED[dtype].itemsize
    nbytes = math.prod(shape) * width
    _expect(end - begin == nbytes, where, f"{nbytes} bytes for {dtype} {shape}", end - begin)
    # Beside an axis of size 0 any other size takes no bytes, and numpy wants to count them all the same.
    countable = math.prod(n or 1 for n in shape) * width <= sys.maxsize
    _expect(countable, where, "sizes that can be counted", shape)
    return dtype, tuple(shape), start + begin, start + end


def _read_array(file, path, name, dtype, shape, begin, end):
    raw = bytearray(end - begin)
    file.seek(begin)
    got = file.readinto(raw)
    _expect(got == len(raw), _where(path, name), f"{len(raw)} bytes", got)
    array = np.frombuffer(raw, STORED[dtype].newbyteorder("<")).reshape(shape)
    if dtype == "BF16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    if dtype == "BOOL":
        highest = max(raw, default=0)
        _expect(highest <= 1, _where(path, name), "bytes 0 and 1", highest)
    return array.astype(STORED[dtype], copy=False)


def _where(path, name):
    return f"{path}: tensor {name!r:.80}"


def _expect(holds, where, expected, found):
    if not holds:
        raise SafetensorsError(f"{where}: expected {expected}, found {reprlib.repr(found)}")


def _is_strings(mapping):
    return isinstance(mapping, dict) and all(isinstance(text, str) for text in (*mapping, *mapping.values()))


def _is_counts(numbers):
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n <= sys.maxsize for n in numbers)


def _without_duplicates(pairs):
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name that stands twice")
    return names
