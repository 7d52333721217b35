"""The kinds of number a tensor can hold, and the kind that comes out when kinds meet."""

import numpy as np

float16, float32, float64 = np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.float64)
int8, int16, int32, int64 = np.dtype(np.int8), np.dtype(np.int16), np.dtype(np.int32), np.dtype(np.int64)
uint8, bool = np.dtype(np.uint8), np.dtype(np.bool_)

ALL = (float16, float32, float64, int8, int16, int32, int64, uint8, bool)
COUNTING = (int64, np.dtype(np.intp))  # what numbers a class: numpy itself counts in 32 bits in a browser


class DtypeError(TypeError, RuntimeError):
    """An argument of a kind that an operation does not take. PyTorch raises the one or the other."""


def known(dtype, default=None):
    """dtype as one of those above, or the default if it is None."""
    dtype = default if dtype is None else np.dtype(dtype)
    if dtype not in ALL:
        raise TypeError(f"there are no tensors of {dtype}; the dtypes are {', '.join(map(str, ALL))}")
    return dtype


def is_float(array):
    return array.dtype.kind == "f"


def narrowed(out, inputs):
    """The array `out` as PyTorch would have it: no wider than the floats among the inputs, else float32.

    numpy answers float64 to exp(int64), int64 / int64 and int64 * float32; PyTorch answers float32. A 0-d
    input, like a Python number, does not widen one that has axes. The result of every operation comes through
    here, so that no formula can leak float64 into a float32 model, which would halve its speed.
    """
    if not is_float(out) or all(x.dtype == out.dtype for x in inputs):
        return out
    floats = [x for x in inputs if is_float(x)]
    leading = [x.dtype for x in floats if x.ndim] or [x.dtype for x in floats] or [float32]
    return out.astype(max(leading, key=lambda dtype: dtype.itemsize), copy=False)
