"""Operations that move numbers and change none. Most values are views of the same memory."""

import math
from itertools import accumulate

import numpy as np

from picograd.dtypes import DtypeError
from picograd.ops.elementwise import clone
from picograd.ops.index import getitem, index_select
from picograd.shapes import ShapeError, normalise_axes, normalise_axis, sizes, unbroadcast
from picograd.tensor import Tensor, op

# Another shape


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


def flatten(x, start_dim=0, end_dim=-1):
    """The axes from start_dim to end_dim as one."""
    start, end = (normalise_axis(dim, x.ndim) for dim in (start_dim, end_dim))
    if start > end:
        raise ValueError("start_dim comes behind end_dim")
    return reshape(x, *x.shape[:start], math.prod(x.shape[start : end + 1]), *x.shape[end + 1 :])


def squeeze(x, dim=None):
    """Without the axes of size one, or without those of `dim` that are."""
    dims = range(x.ndim) if dim is None else normalise_axes(dim, x.ndim)
    return reshape(x, *(n for axis, n in enumerate(x.shape) if n != 1 or axis not in dims))


def unsqueeze(x, dim):
    """A new axis of size one at `dim`."""
    dim = normalise_axis(dim, x.ndim + 1)
    return reshape(x, *x.shape[:dim], 1, *x.shape[dim:])


@op
def expand(x, *shape):
    """Axes of size one stretched, new ones in front; −1 keeps a size. Nothing is copied."""
    before, shape = x.shape, sizes(shape)
    if len(shape) < x.ndim:
        raise ShapeError("fewer sizes than axes")
    old = (-1,) * (len(shape) - x.ndim) + before
    out = np.broadcast_to(x, tuple(was if n == -1 else n for n, was in zip(shape, old, strict=True)))
    return out, lambda g: (unbroadcast(g, before),)


def contiguous(x):
    """The same tensor, its numbers side by side in memory."""
    return x if x.is_contiguous() else clone(x)


# Axes in another order


@op
def permute(x, *dims):
    """The axes in the order given."""
    axes = normalise_axes(sizes(dims), x.ndim)
    if len(axes) != x.ndim:
        raise ShapeError(f"{len(axes)} axes are given and there are {x.ndim}")
    return x.transpose(axes), lambda g: (g.transpose(np.argsort(axes)),)


@op
def transpose(x, dim0, dim1):
    """Two axes exchanged."""
    i, j = normalise_axis(dim0, x.ndim), normalise_axis(dim1, x.ndim)
    if x.ndim == 0:
        return x.view(), lambda g: (g,)
    return x.swapaxes(i, j), lambda g: (g.swapaxes(i, j),)


def T(x):
    """Rows as columns. A vector is its own transpose."""
    if x.ndim > 2:
        raise ShapeError("for a stack of matrices use transpose(-2, -1)")
    return permute(x, *reversed(range(x.ndim)))


@op
def movedim(x, source, destination):
    """The axes of `source` moved to the places of `destination`; the others keep their order."""
    here, there = normalise_axes(source, x.ndim), normalise_axes(destination, x.ndim)
    if x.ndim == 0:
        return x.view(), lambda g: (g,)
    return np.moveaxis(x, here, there), lambda g: (np.moveaxis(g, there, here),)


@op
def flip(x, *args, dims=()):
    """The other way round along these axes: flip(x, 0, 1), flip(x, (0, 1)) or flip(x, dims=(0, 1))."""
    axes = normalise_axes(sizes(args or (dims,)), x.ndim) if x.ndim else ()
    return np.flip(x, axes).copy(), lambda g: (np.flip(g, axes),)


@op
def roll(x, shifts, dims=None):
    """Every entry `shifts` places on along `dims`; those that fall off the end come in at the front."""
    shifts = sizes((shifts,))
    if len(shifts) != np.size(dims):  # None counts as one: the tensor is rolled as if it were a vector
        raise ValueError("a shift for each axis")
    return np.roll(x, shifts, dims), lambda g: (np.roll(g, [-n for n in shifts], dims),)


# Together and apart


def _checked(tensors):
    for x in tensors:
        if not isinstance(x, Tensor):
            raise DtypeError(f"a {type(x).__name__} stands among the tensors to be joined")
    return tensors


def cat(tensors, dim=0):
    """Tensors joined end to end along an axis they have."""
    return _cat(*_checked(tensors), dim=dim)


@op
def _cat(*arrays, dim):
    joined = [x for x in arrays if x.shape != (0,)]  # PyTorch lets an empty vector stand among other shapes
    dim = normalise_axis(dim, max((x.ndim for x in joined), default=1))
    if not all(x.ndim for x in joined):
        raise ValueError("0-d tensors have no axis to be joined along; use stack")
    ends = np.cumsum([0 if x.shape == (0,) else x.shape[dim] for x in arrays])
    shapes = [x.shape for x in arrays]

    def vjp(g):
        parts = np.split(g, ends[:-1], axis=dim)
        return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))

    return np.concatenate(joined or arrays, axis=dim), vjp


def stack(tensors, dim=0):
    """Tensors of one shape side by side along a new axis."""
    return _stack(*_checked(tensors), dim=dim)


@op
def _stack(*arrays, dim):
    return np.stack(arrays, axis=dim), lambda g: tuple(np.moveaxis(g, dim, 0))


def _part(x, axis, start, stop):
    return getitem(x, (slice(None),) * axis + (slice(start, stop),))


def split(x, split_size_or_sections, dim=0):
    """Pieces of one size (the last may be smaller), or of the sizes of a list."""
    dim = normalise_axis(dim, x.ndim)
    n, pieces = x.shape[dim], split_size_or_sections
    if not isinstance(pieces, (tuple, list)):
        if pieces < 1 and n:
            raise ValueError("pieces have at least one entry")
        pieces = [min(pieces, n - start) for start in range(0, n, pieces or 1)] or [0]
    if sum(pieces) != n or min(pieces) < 0:
        raise ValueError(f"the pieces have {sum(pieces)} entries and the axis has {n}")
    ends = accumulate(pieces)
    return tuple(_part(x, dim, end - size, end) for end, size in zip(ends, pieces, strict=True))


def chunk(x, chunks, dim=0):
    """At most so many pieces of one size; the last may be smaller."""
    if chunks < 1:
        raise ValueError("at least one piece")
    return split(x, max(1, -(-x.shape[normalise_axis(dim, x.ndim)] // chunks)), dim)


@op
def repeat(x, *repeats):
    """Copies of the whole tensor beside each other, so many along each axis; new axes come in front."""
    before, repeats = x.shape, sizes(repeats)
    if len(repeats) < x.ndim:
        raise ValueError("fewer numbers than axes")
    shape = (1,) * (len(repeats) - x.ndim) + before
    pairs = [size for pair in zip(repeats, shape, strict=True) for size in pair]
    copies = tuple(range(0, len(pairs), 2))
    return np.tile(x, repeats), lambda g: (g.reshape(pairs).sum(axis=copies).reshape(before),)


def repeat_interleave(x, repeats, dim=None):
    """Every entry `repeats` times in a row; a tensor of numbers says for each entry how often."""
    x, dim = (flatten(x), 0) if dim is None else (x, normalise_axis(dim, x.ndim))
    counts = repeats.numpy() if isinstance(repeats, Tensor) else repeats
    return index_select(x, dim, Tensor(np.repeat(np.arange(x.shape[dim]), counts)))


@op
def constant_pad(x, pad, value=0):
    """Numbers put around: `pad` says how many before and behind on the last axis, then on the one before.

    A negative number cuts.
    """
    if len(pad) % 2 or len(pad) > 2 * x.ndim:
        raise ValueError("a pair of numbers for each axis, from the last on")
    pairs = [(0, 0)] * (x.ndim - len(pad) // 2) + list(zip(pad[-2::-2], pad[::-2], strict=True))
    return _padded(x, pairs, value), lambda g: (_padded(g, [(-a, -b) for a, b in pairs], 0),)


def _padded(x, pairs, value):
    if any(n + min(a, 0) + min(b, 0) < 0 for n, (a, b) in zip(x.shape, pairs, strict=True)):
        raise ValueError("more is cut than there is")
    kept = x[tuple(slice(max(0, -a), n - max(0, -b)) for n, (a, b) in zip(x.shape, pairs, strict=True))]
    around = [(max(0, a), max(0, b)) for a, b in pairs]
    return np.pad(kept, around, constant_values=value) if pairs else x.copy()


# Triangles


@op
def tril(x, diagonal=0):
    """Zeros above the diagonal, of every matrix of a stack."""
    return np.tril(_matrices(x), diagonal), lambda g: (np.tril(g, diagonal),)


@op
def triu(x, diagonal=0):
    """Zeros below the diagonal, of every matrix of a stack."""
    return np.triu(_matrices(x), diagonal), lambda g: (np.triu(g, diagonal),)


def _matrices(x):
    if x.ndim < 2:
        raise ShapeError("a matrix has two axes")
    return x
