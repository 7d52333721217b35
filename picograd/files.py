"""Files of tensors: written whole or not at all, and read as if a stranger had written them."""

import contextlib
import os
import reprlib
import sys
from math import prod
from pathlib import Path

import numpy as np

from picograd import dtypes
from picograd.tensor import Tensor

DTYPES = [str(dtype) for dtype in dtypes.ALL]


class FormatError(ValueError):
    """A file that is not what its format says, or something that the format cannot hold."""

    @classmethod
    def unless(cls, holds, where, expected, found):
        if not holds:
            raise cls(f"{where}: expected {expected}, found {reprlib.repr(found)}")


@contextlib.contextmanager
def whole(path):
    """A file to write bytes into; it takes the place of `path` only if nothing goes wrong."""
    path = Path(path)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def arrays(tensors, path, expect, is_name):
    """A dict of tensors as one of arrays. `expect` is the `unless` of the format's error."""
    for name, tensor in tensors.items():
        where = f"{path}: tensor {name!r:.80}"
        expect(isinstance(name, str) and is_name(name), path, "the name of a tensor", name)
        expect(isinstance(tensor, Tensor), where, "a Tensor", type(tensor).__name__)
        expect(str(tensor.dtype) in DTYPES, where, f"one of the dtypes {DTYPES}", tensor.dtype)
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def is_sizes(numbers):
    """Whether these are whole numbers that fit into 64 bits, and no more than an array has axes."""
    known = isinstance(numbers, (list, tuple)) and len(numbers) <= 64
    return known and all(type(n) is int and 0 <= n <= sys.maxsize for n in numbers)


def read_array(file, nbytes, dtype, shape, where, expect, order="C"):
    """The next nbytes of a file as an array. The caller has compared nbytes with the size of the file."""
    expect(is_sizes(shape), where, "a shape of at most 64 sizes", shape)
    expect(prod(shape) * dtype.itemsize == nbytes, where, f"{nbytes} bytes of numbers", (dtype.str, shape))
    # Beside an axis of size 0 any other size takes no bytes, and numpy wants to count them all the same.
    countable = prod(n or 1 for n in shape) * dtype.itemsize <= sys.maxsize
    expect(countable, where, "sizes that can be counted", shape)
    raw, got = bytearray(nbytes), 0
    while n := file.readinto(memoryview(raw)[got : got + 2**20]):  # a zip's member copies what it reads
        got += n
    expect(got == nbytes, where, f"{nbytes} bytes", got)
    if dtype == dtypes.bool:
        expect(max(raw, default=0) <= 1, where, "bytes 0 and 1", max(raw, default=0))
    return np.frombuffer(raw, dtype).astype(dtype.newbyteorder("="), copy=False).reshape(shape, order=order)
