"""Operations that make one number of many: along one axis, several (a tuple of them), or all (None)."""

import math

import numpy as np

from picograd.dtypes import int64, is_float
from picograd.ops.elementwise import abs, in_dtype, maximum, minimum, mul, ne, pow, real, root, sub, to
from picograd.ops.index import Picked, gather
from picograd.ops.movement import squeeze
from picograd.shapes import normalise_axes, normalise_axis
from picograd.tensor import Tensor, op


def _axes(dim, ndim):
    """dim as numpy takes it. An empty tuple means all axes, as in PyTorch; to numpy it would mean none."""
    if dim is None or dim == () or dim == []:
        return None
    axes = normalise_axes(dim, ndim)
    return axes if ndim else ()


def _restored(reduced, axes, keepdim):
    """With an axis of size one wherever one was summed away, so that it broadcasts against the input."""
    return reduced if axes is None or keepdim else np.expand_dims(reduced, axes)


# Sums


@in_dtype
@op
def sum(x, dim=None, keepdim=False, *, dtype=None):
    """Σ x. Whole numbers and truths are counted in int64."""
    axes, shape = _axes(dim, x.ndim), x.shape
    out = x.sum(axis=axes, keepdims=keepdim, dtype=None if is_float(x) else int64)
    # Every summand receives the whole gradient.
    return out, lambda g: (np.broadcast_to(_restored(g, axes, keepdim), shape),)


@in_dtype
@op
def mean(x, dim=None, keepdim=False, *, dtype=None):
    """Σ x / n."""
    if not is_float(x):
        raise TypeError(f"the mean of {x.dtype} numbers is not {x.dtype}; use x.float()")
    axes, shape = _axes(dim, x.ndim), x.shape
    out = x.sum(axis=axes, keepdims=keepdim)
    n = x.size // (out.size or 1)
    return out / n, lambda g: (np.broadcast_to(_restored(g / n, axes, keepdim), shape),)


def var(x, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """Σ (x − mean)² / (n − correction). A correction of 1 makes it right on average, 0 is the mean."""
    if isinstance(dim, bool):  # var(False) means var(unbiased=False)
        dim, unbiased = None, dim
    if not is_float(x):
        raise TypeError(f"the variance of {x.dtype} numbers is not {x.dtype}; use x.float()")
    correction = int(unbiased) if correction is None else correction
    middle = mean(x, dim, keepdim=True)
    d, left = sub(x, middle), x.numel() // (middle.numel() or 1) - correction
    return sum(mul(d, d), dim, keepdim) / (left if left > 0 else 0)


def std(x, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """√var: how far the numbers lie from their mean."""
    return root(var(x, dim, unbiased, keepdim, correction=correction))


def norm(x, p="fro", dim=None, keepdim=False, dtype=None):
    """(Σ |x|ᵖ)^(1/p), the length of a vector. "fro" is p = 2, ∞ finds the largest, 0 counts what is not 0."""
    x = x if dtype is None else to(x, dtype)
    if not is_float(x):
        raise TypeError(f"lengths are of floats, not of {x.dtype}; use x.float()")
    if p in ("fro", 2):
        return root(sum(mul(x, x), dim, keepdim))
    if p == 0:
        return sum(to(ne(x, 0), x.dtype), dim, keepdim)
    if p in (math.inf, -math.inf):
        return (amax if p > 0 else amin)(abs(x), dim, keepdim)
    if isinstance(p, str):
        raise ValueError(f"there is no norm {p!r} here")
    return pow(sum(pow(abs(x), p), dim, keepdim), 1 / p)


@in_dtype
@op
def cumsum(x, dim, *, dtype=None):
    """The sums of the first, the first two, the first three … entries."""
    (axis,) = normalise_axes(dim, x.ndim)
    shape, dtype = x.shape, None if is_float(x) else int64

    def vjp(g):  # an entry is in its own sum and in all later ones
        g = np.flip(np.atleast_1d(g), axis)
        return (np.flip(g.cumsum(axis), axis).reshape(shape),)

    return np.atleast_1d(x).cumsum(axis, dtype=dtype).reshape(shape), vjp


@in_dtype
@op
def prod(x, dim=None, keepdim=False, *, dtype=None):
    """Π x. Whole numbers and truths are multiplied in int64."""
    axes = _axes(dim, x.ndim)
    if axes is not None and len(axes) > 1:
        raise ValueError("one axis, or all of them")
    out = x.prod(axis=axes, keepdims=keepdim, dtype=None if is_float(x) else int64)

    def vjp(g):  # the product of all others: of those before and those behind, so that no zero is divided by
        rows = x.reshape(1, -1) if not axes else np.moveaxis(x, axes[0], -1)
        before, behind = np.ones_like(rows), np.ones_like(rows)
        np.cumprod(rows[..., :-1], axis=-1, out=before[..., 1:])
        np.cumprod(rows[..., :0:-1], axis=-1, out=behind[..., -2::-1])
        others = before * behind
        others = others.reshape(x.shape) if not axes else np.moveaxis(others, -1, axes[0])
        return (_restored(g, axes, keepdim) * others,)

    return out, vjp


@op
def logsumexp(x, dim, keepdim=False):
    """log Σ eˣ. Its gradient is softmax(x).

    The largest entry m is taken out first, log Σ eˣ = m + log Σ eˣ⁻ᵐ, so that no power overflows.
    """
    axes = _axes(dim, x.ndim)
    x = real(x)
    m = x.max(axis=axes, keepdims=True, initial=-np.inf)
    m = np.where(np.isinf(m), 0, m)  # ∞ − ∞ would be nan
    out = m + np.log(np.exp(x - m).sum(axis=axes, keepdims=True))
    kept = out if keepdim else out.squeeze(axes)
    return kept, lambda g: (_restored(g, axes, keepdim) * np.exp(x - out),)


# Extremes


@op
def amax(x, dim=None, keepdim=False):
    """The largest entry; equals share the gradient."""
    return _extreme(x, _axes(dim, x.ndim), keepdim, np.max)


@op
def amin(x, dim=None, keepdim=False):
    """The smallest entry; equals share the gradient."""
    return _extreme(x, _axes(dim, x.ndim), keepdim, np.min)


def _extreme(x, axes, keepdim, pick):
    best = pick(x, axis=axes, keepdims=True)

    def vjp(g):
        winners = (x == best).astype(g.dtype)
        return (winners * (_restored(g, axes, keepdim) / winners.sum(axis=axes, keepdims=True)),)

    return best if keepdim else best.squeeze(axes), vjp


@op
def argmax(x, dim=None, keepdim=False):
    """Where the largest entry stands, the first of equals; without dim, counted through the whole tensor."""
    return _place(x, dim, keepdim, np.argmax), None


@op
def argmin(x, dim=None, keepdim=False):
    """Where the smallest entry stands, the first of equals."""
    return _place(x, dim, keepdim, np.argmin), None


def _place(x, dim, keepdim, pick):
    axis = None if dim is None else normalise_axis(dim, x.ndim)
    return np.asarray(pick(x, axis=axis, keepdims=keepdim), int64)


def max(x, dim=None, keepdim=False):
    """The largest entry; along one axis the pair (values, indices), with gradients going to that index.

    max(x, y) of two tensors is maximum(x, y).
    """
    if isinstance(dim, Tensor):
        return maximum(x, dim)
    return amax(x) if dim is None else _picked(x, argmax(x, dim, keepdim=True), dim, keepdim)


def min(x, dim=None, keepdim=False):
    """The smallest entry; along one axis the pair (values, indices), with gradients going to that index.

    min(x, y) of two tensors is minimum(x, y).
    """
    if isinstance(dim, Tensor):
        return minimum(x, dim)
    return amin(x) if dim is None else _picked(x, argmin(x, dim, keepdim=True), dim, keepdim)


def _picked(x, indices, dim, keepdim):
    values = gather(x, dim, indices)
    return Picked(values, indices) if keepdim else Picked(squeeze(values, dim), squeeze(indices, dim))


# Truths


@op
def all(x, dim=None, keepdim=False):
    """Whether every entry is true, or not zero."""
    return np.all(x, axis=_axes(dim, x.ndim), keepdims=keepdim), None


@op
def any(x, dim=None, keepdim=False):
    """Whether some entry is true, or not zero."""
    return np.any(x, axis=_axes(dim, x.ndim), keepdims=keepdim), None
