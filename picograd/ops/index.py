"""Operations that pick entries out of a tensor, and the one that writes them."""

import math

import numpy as np

from picograd.dtypes import int64, uint8
from picograd.shapes import ShapeError, normalise_axis
from picograd.tensor import Tensor, op


def getitem(x, index):
    """x[index]: integers, slices, None and … give a view, masks and tensors of integers a copy."""
    basic, arrays = _two_steps(index)
    if arrays is None:
        return _slice(x, basic)
    untouched = all(item is Ellipsis or item == slice(None) for item in basic)
    return _take(x if untouched else _slice(x, basic), arrays)


def setitem(x, index, value):
    """x[index] = value, in place and unrecorded."""
    basic, arrays = _two_steps(index)
    x.write_(value, basic, ... if arrays is None else arrays)


def _two_steps(index):
    """The index as (basic, arrays): x[index] is x[basic][arrays], and x[basic] is a view.

    PyTorch indexes in these two steps. numpy takes one and counts an integer beside an array as an array too,
    which puts the axes of x[0, :, [1, 2]] in another order.
    """
    basic, arrays = [], []
    for item in map(_plain, index if isinstance(index, tuple) else (index,)):
        if isinstance(item, np.ndarray):
            basic += [slice(None)] * (item.ndim if item.dtype == bool else 1)
            arrays.append(item)
        else:
            basic.append(item)
            if item is Ellipsis:
                arrays.append(Ellipsis)
            elif item is None or isinstance(item, slice):
                arrays.append(slice(None))  # an axis that is still there in the second step
    if not any(item is Ellipsis for item in basic):
        basic.append(Ellipsis)  # with it numpy gives a 0-d view instead of a number
    second = any(isinstance(item, np.ndarray) for item in arrays)
    return tuple(basic), tuple(arrays) if second else None


def _plain(item):
    """One entry of an index: a tensor or list as a new array, an integer as an int, all else as it is."""
    if not isinstance(item, (Tensor, np.ndarray, list, bool)):
        return item
    array = np.array(item)
    if array.dtype == uint8:
        raise TypeError("getitem: a uint8 index could be a mask or positions; use .bool() or .long()")
    if array.dtype.kind == "i" and array.ndim == 0:
        return int(array)
    return array if array.size or array.dtype == bool else array.astype(int64)


@op
def _slice(x, index):
    shape = x.shape

    def vjp(g):
        out = np.zeros(shape, g.dtype)
        out[index] = g
        return (out,)

    return x[index], vjp


@op
def _take(x, index):
    shape = x.shape
    return x[index], lambda g: (_added_at(index, g, shape),)


def _added_at(index, g, shape):
    """Zeros with g added at `index`; an entry that was picked twice receives both."""
    first = index[0]
    if len(index) == 1 and first.dtype != bool and shape[0] <= 256:
        # Rows of a small table: the product with one-hot rows is several times faster than np.add.at.
        hot = np.zeros((first.size, shape[0]), g.dtype)
        hot[np.arange(first.size), first.reshape(-1)] = 1
        return (hot.T @ g.reshape(first.size, math.prod(shape[1:]))).reshape(shape)
    out = np.zeros(shape, g.dtype)
    np.add.at(out, index, g)
    return out


def gather(x, dim, index):
    """Along dim, the entries that `index` names: out[i, j] = x[i, index[i, j]] for dim = 1."""
    call = f"gather({x.shape}, {dim}, {index.shape})"
    dim, array = normalise_axis(dim, x.ndim), index.numpy()
    longer = [n > m for axis, (n, m) in enumerate(zip(array.shape, x.shape, strict=False)) if axis != dim]
    if array.ndim != x.ndim or any(longer):
        raise ShapeError(f"{call}: the index may not be longer than the tensor, except along dim")
    if array.size and not 0 <= array.min() <= array.max() < x.shape[dim]:
        raise IndexError(f"{call}: index {array.min()} … {array.max()} for an axis of size {x.shape[dim]}")
    grid = list(np.indices(array.shape, sparse=True))  # on every other axis each entry's own place
    grid[dim] = array.copy()
    return _take(x, tuple(grid))
