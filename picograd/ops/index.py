"""Operations that pick entries out of a tensor or add to them, and the one that writes them."""

import math
from collections import namedtuple

import numpy as np

from picograd.dtypes import int64, uint8
from picograd.shapes import BoundsError, ShapeError, normalise_axis
from picograd.tensor import Tensor, op

VIEWING = {int, slice, type(None), type(Ellipsis)}  # what an index may hold that needs no second step
Picked = namedtuple("Picked", "values indices")


def getitem(x, index):
    """x[index]: integers, slices, None and … give a view, masks and tensors of integers a copy."""
    if isinstance(index, Tensor) and index.ndim and index.dtype == int64:  # rows, the commonest of all
        return _take(x, (index.numpy().copy(),))
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
    if type(index) in VIEWING:
        index = (index,)
    if type(index) is tuple and VIEWING.issuperset(map(type, index)):
        return index if Ellipsis in index else (*index, ...), None
    basic, arrays = [], []
    for item in map(_plain, index if isinstance(index, tuple) else (index,)):
        if isinstance(item, np.ndarray):
            basic += [slice(None)] * (item.ndim if item.dtype == bool else 1)
            arrays.append(item)
        else:
            basic.append(item)
            if not hasattr(item, "__index__"):  # an axis, or several, still there in the second step
                arrays.append(item if item is Ellipsis else slice(None))
    if Ellipsis not in basic:
        basic.append(Ellipsis)  # with it numpy gives a 0-d view instead of a number
    return tuple(basic), tuple(arrays) if any(isinstance(item, np.ndarray) for item in arrays) else None


def _plain(item):
    """One entry of an index: a tensor or list as a new array, an integer as an int, all else as it is."""
    if not isinstance(item, (Tensor, np.ndarray, list, bool)):
        return item
    array = np.array(item)
    if array.dtype == uint8:
        raise TypeError("a uint8 index could be a mask or positions; use .bool() or .long()")
    if array.dtype.kind == "f" and array.size:
        raise IndexError(f"positions are whole numbers, not {array.dtype}")
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
    """x[index] where arrays are in the index: nothing is shared with x."""
    shape = x.shape
    rows = len(index) == 1 and index[0].dtype != bool
    out = x.take(index[0], axis=0) if rows and x.ndim else x[index]
    return out, lambda g: (_added_at(index, g, shape),)


def _added_at(index, g, shape):
    """Zeros with g added at `index`; an entry that was picked twice receives both."""
    first = index[0]
    if len(index) == 1 and first.dtype != bool and shape[0] <= 256 and first.size * shape[0] < 2**25:
        # Rows of a small table: the product with one-hot rows is several times faster than np.add.at.
        hot = np.zeros((first.size, shape[0]), g.dtype)
        hot[np.arange(first.size), first.reshape(-1)] = 1
        return (hot.T @ g.reshape(first.size, math.prod(shape[1:]))).reshape(shape)
    out = np.zeros(shape, g.dtype)
    np.add.at(out, index, g)
    return out


# Along one axis


def _places(x, dim, index):
    """In numpy's way, what `index` names along dim; on every other axis each entry stays in its place."""
    dim, array = normalise_axis(dim, x.ndim), index.numpy()
    if array.dtype.kind not in "iu":
        raise TypeError(f"positions are whole numbers, not {array.dtype}")
    longer = [n > m for axis, (n, m) in enumerate(zip(array.shape, x.shape, strict=False)) if axis != dim]
    if array.ndim != x.ndim or any(longer):
        raise ShapeError("the index may not be longer than the tensor, except along dim")
    if array.size and not 0 <= array.min() <= array.max() < x.shape[dim]:
        raise BoundsError(f"index {array.min()} … {array.max()} for an axis of size {x.shape[dim]}")
    grid = list(np.indices(array.shape, sparse=True))
    grid[dim] = array.astype(int64)
    return tuple(grid)


def _with_an_axis(x):
    return x if x.ndim else getitem(x, None)


def gather(x, dim, index):
    """Along dim, the entries that `index` names: out[i, j] = x[i, index[i, j]] for dim = 1."""
    x, rows = _with_an_axis(x), _with_an_axis(index)
    if not rows.numel():  # PyTorch lets an empty index have any shape
        rows = rows.reshape((0,) * x.ndim)
    out = _take(x, _places(x, dim, rows))
    return out if out.shape == index.shape else out.reshape(index.shape)


def scatter_add(x, dim, index, src):
    """x with src added at the places that `index` names: out[i, index[i, j]] += src[i, j] for dim = 1."""
    if x.dtype != src.dtype:
        raise TypeError(f"{src.dtype} is not added to {x.dtype}; convert one of them")
    sums, rows, values = _with_an_axis(x), _with_an_axis(index), _with_an_axis(src)
    if not rows.numel() and rows.ndim != sums.ndim:
        return x.clone()
    if values.ndim != rows.ndim or any(n > m for n, m in zip(rows.shape, values.shape, strict=True)):
        raise ShapeError("the index may not be longer than src")
    values = getitem(values, tuple(slice(n) for n in rows.shape))
    out = _add_at(sums, values, _places(sums, dim, rows))
    return out if x.ndim else getitem(out, 0)


@op
def _add_at(x, y, index):
    out = x.copy()
    np.add.at(out, index, y)
    return out, lambda g: (g, lambda: g[index])


def index_select(x, dim, index):
    """Whole slices along dim, those that `index`, a number or a vector, names."""
    axis, array = normalise_axis(dim, x.ndim), np.atleast_1d(index.numpy())
    if array.ndim != 1 or array.dtype.kind != "i":
        raise TypeError("the index is a vector of whole numbers")
    if array.size and array.min() < 0:
        raise BoundsError(f"index {array.min()} is negative")
    out = _take(_with_an_axis(x), (slice(None),) * axis + (array.copy(),))
    return out if x.ndim else getitem(out, 0)


# By size


def sort(x, dim=-1, descending=False, *, stable=False):
    """The pair (values, indices) in order along dim; equals keep their order, nan is the largest."""
    indices = argsort(x, dim, descending)
    return Picked(gather(x, dim, indices), indices)


def argsort(x, dim=-1, descending=False, *, stable=False):
    """The positions in order of their values along dim."""
    axis, array = normalise_axis(dim, x.ndim), np.atleast_1d(x.detach().numpy())
    if descending:  # backwards from the end, so that equals keep their order here, too
        order = np.flip(array.shape[axis] - 1 - np.argsort(np.flip(array, axis), axis, kind="stable"), axis)
    else:
        order = np.argsort(array, axis, kind="stable")
    return Tensor(np.array(order, dtype=int64).reshape(x.shape))


def topk(x, k, dim=-1, largest=True, sorted=True):
    """The pair (values, indices) of the k largest or smallest along dim, in order."""
    axis = normalise_axis(dim, x.ndim)
    if not 0 <= k <= (x.shape[axis] if x.ndim else 1):
        raise BoundsError(f"there are no {k} entries along axis {axis}")
    indices = argsort(x, dim, descending=largest)
    if x.ndim:
        indices = getitem(indices, (slice(None),) * axis + (slice(k),)).clone()
    return Picked(gather(x, dim, indices), indices)
