"""Tensors from data, and tensors full of something known."""

import operator

import numpy as np

from picograd.dtypes import float32, int64, known
from picograd.shapes import expect, sizes
from picograd.tensor import Tensor


def tensor(data, *, dtype=None, requires_grad=False):
    """A new tensor from a number, nested lists, a numpy array or a tensor; the numbers are copied.

    Arrays, tensors and numpy's own numbers keep their dtype; Python's become float32, int64 or bool. A list
    is judged by its first entry.
    """
    first = data
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    try:
        array = np.array(data)
    except ValueError as error:
        raise ValueError(f"tensor: {error}") from error  # rows of different lengths, for example
    if array.dtype.kind not in "fiub":
        raise TypeError(f"tensor: cannot hold {type(first).__name__} {first!r}")
    if dtype is None and not isinstance(first, (np.ndarray, np.generic, Tensor)):
        dtype = {"f": float32, "i": int64}.get(array.dtype.kind)
    return Tensor(array.astype(known(dtype, array.dtype), copy=False), requires_grad)


def zeros(*size, dtype=None, requires_grad=False):
    return Tensor(np.zeros(sizes(size), known(dtype, float32)), requires_grad)


def ones(*size, dtype=None, requires_grad=False):
    return Tensor(np.ones(sizes(size), known(dtype, float32)), requires_grad)


def full(size, fill_value, *, dtype=None, requires_grad=False):
    """A tensor with the same number everywhere; its dtype is that of tensor(fill_value)."""
    dtype = known(dtype, tensor(fill_value).dtype)
    return Tensor(np.full(sizes((size,)), fill_value, dtype), requires_grad)


def eye(n, m=None, *, dtype=None, requires_grad=False):
    """The n × n identity matrix, or its n × m rectangle."""
    return Tensor(np.eye(n, m, dtype=known(dtype, float32)), requires_grad)


def zeros_like(x, *, dtype=None, requires_grad=False):
    return zeros(x.shape, dtype=known(dtype, x.dtype), requires_grad=requires_grad)


def ones_like(x, *, dtype=None, requires_grad=False):
    return ones(x.shape, dtype=known(dtype, x.dtype), requires_grad=requires_grad)


def full_like(x, fill_value, *, dtype=None, requires_grad=False):
    return full(x.shape, fill_value, dtype=known(dtype, x.dtype), requires_grad=requires_grad)


def arange(start, end=None, step=1, *, dtype=None, requires_grad=False):
    """start, start + step, … below end; arange(end) starts at 0. Whole numbers are int64, others float32.

    For a whole dtype the three are cut to whole numbers first.
    """
    start, end = (0, start) if end is None else (start, end)
    whole = all(hasattr(number, "__index__") for number in (start, end, step))
    dtype = known(dtype, int64 if whole else float32)
    if dtype.kind != "f":
        start, end, step = int(start), int(end), int(step)
    leads = step != 0 and (end - start) * step >= 0
    expect(leads, f"arange({start}, {end}, {step}): steps of {step} do not lead there")
    return Tensor(np.arange(start, end, step).astype(dtype), requires_grad)


def linspace(start, end, steps, *, dtype=None, requires_grad=False):
    """`steps` numbers at equal distances, the first is start and the last is end."""
    dtype, n = known(dtype, float32), operator.index(steps)
    expect(n >= 0, f"linspace({start}, {end}, {steps}): steps cannot be negative")
    start, end = (float(x) if dtype.kind == "f" else int(x) for x in (start, end))
    step = (end - start) / max(n - 1, 1)
    k = np.arange(n)
    values = np.where(k < n // 2, start + step * k, end - step * (n - 1 - k)) if n > 1 else np.full(n, start)
    return Tensor(values.astype(dtype), requires_grad)
