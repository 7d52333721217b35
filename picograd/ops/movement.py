"""Operations that move numbers and change none. Most values are views of the same memory."""

import numpy as np

from picograd.shapes import ShapeError, normalise_axis, sizes
from picograd.tensor import op


@op
def reshape(x, *shape):
    """The same numbers in the same order in another shape; one size may be −1."""
    before = x.shape
    return x.reshape(sizes(shape)), lambda g: (g.reshape(before),)


@op
def view(x, *shape):
    """reshape that never copies."""
    before, out = x.shape, x.reshape(sizes(shape))
    if x.size and not np.may_share_memory(x, out):
        raise ShapeError("these numbers do not lie in this order in memory; use reshape")
    return out, lambda g: (g.reshape(before),)


@op
def contiguous(x):
    """The same tensor, its numbers side by side in memory."""
    return np.asarray(x, order="C"), lambda g: (g,)


@op
def transpose(x, dim0, dim1):
    """Two axes exchanged."""
    return x.swapaxes(dim0, dim1), lambda g: (g.swapaxes(dim0, dim1),)


def T(x):
    """Rows as columns. A vector is its own transpose."""
    if x.ndim > 2:
        raise ShapeError(f"T of shape {x.shape}: for a stack of matrices use mT")
    return transpose(x, 0, 1) if x.ndim == 2 else x


def mT(x):
    """Every matrix of a stack transposed: the last two axes exchanged."""
    return transpose(x, -2, -1)


@op
def permute(x, *dims):
    """The axes in the order given."""
    dims = sizes(dims)
    back = np.argsort([normalise_axis(dim, x.ndim) for dim in dims])
    return x.transpose(dims), lambda g: (g.transpose(back),)


@op
def expand(x, *shape):
    """Axes of size one stretched, new ones in front; −1 keeps a size. Nothing is copied."""
    shape = sizes(shape)
    if len(shape) < x.ndim:
        raise ShapeError("fewer sizes than axes")
    old = (-1,) * (len(shape) - x.ndim) + x.shape
    out = np.broadcast_to(x, tuple(was if n == -1 else n for n, was in zip(shape, old, strict=True)))
    return out, lambda g: (g,)


@op
def squeeze(x, dim=None):
    """Without the axes of size one, or without those of `dim` that are."""
    shape = x.shape
    dims = range(x.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    ones = tuple(d for d in (normalise_axis(d, x.ndim) for d in dims) if shape[d] == 1)
    return x.squeeze(ones), lambda g: (g.reshape(shape),)


@op
def unsqueeze(x, dim):
    """A new axis of size one at `dim`."""
    shape = x.shape
    return np.expand_dims(x, dim), lambda g: (g.reshape(shape),)


def cat(tensors, dim=0):
    """Tensors joined end to end along an axis they have."""
    return _cat(*tensors, dim=dim)


@op
def _cat(*arrays, dim):
    ends = np.cumsum([x.shape[normalise_axis(dim, x.ndim)] for x in arrays])
    return np.concatenate(arrays, axis=dim), lambda g: tuple(np.split(g, ends[:-1], axis=dim))


def stack(tensors, dim=0):
    """Tensors of one shape side by side along a new axis."""
    return _stack(*tensors, dim=dim)


@op
def _stack(*arrays, dim):
    return np.stack(arrays, axis=dim), lambda g: tuple(np.moveaxis(g, dim, 0))
