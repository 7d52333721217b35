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


class FormatError(ValueError):
    """A file that is not what its format says, or something that the format cannot hold."""


def expect(holds, where, expected, found):
    if not holds:
        raise FormatError(f"{where}: expected {expected}, found {reprlib.repr(found)}")


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


def arrays(tensors, path, is_name):
    """A dict of tensors as one of arrays."""
    for name, x in tensors.items():
        expect(isinstance(name, str) and is_name(name), path, "the name of a tensor", name)
        kind = type(x).__name__, str(getattr(x, "dtype", None))
        known = isinstance(x, Tensor) and x.dtype in dtypes.ALL
        expect(known, f"{path}: tensor {name!r:.80}", f"a Tensor, of {[*map(str, dtypes.ALL)]}", kind)
    return {name: x.detach().numpy() for name, x in tensors.items()}


def read_array(file, nbytes, dtype, shape, where, order="C"):
    """The next nbytes of a file as an array. The caller has compared nbytes with the size of the file."""
    # Beside an axis of size 0 any other size takes no bytes, and numpy wants to count them all the same.
    countable = len(shape) <= 64 and prod(n or 1 for n in shape) * dtype.itemsize <= sys.maxsize
    fits = countable and prod(shape) * dtype.itemsize == nbytes
    expect(fits, where, f"{nbytes} bytes of numbers on at most 64 axes", (dtype.str, shape))
    raw, got = bytearray(nbytes), 0
    while n := file.readinto(memoryview(raw)[got : got + 2**20]):  # a zip's member copies what it reads
        got += n
    expect(got == nbytes, where, f"{nbytes} bytes", got)
    if dtype == dtypes.bool:
        expect(max(raw, default=0) <= 1, where, "bytes 0 and 1", max(raw, default=0))
    return np.frombuffer(raw, dtype).astype(dtype.newbyteorder("="), copy=False).reshape(shape, order=order)
