"""Operations that make one number of many: along one axis, several (a tuple of them), or all (None)."""

from collections import namedtuple

import numpy as np

from picograd.dtypes import int64, is_float
from picograd.ops.elementwise import neg
from picograd.ops.index import gather
from picograd.ops.movement import squeeze
from picograd.tensor import op

Extremes = namedtuple("Extremes", "values indices")


def _axes(dim):
    """dim as numpy takes it. An empty tuple means all axes, as in PyTorch; to numpy it would mean none."""
    return (tuple(dim) or None) if isinstance(dim, (tuple, list)) else dim


def _restored(reduced, axes, keepdim):
    """With an axis of size one wherever one was summed away, so that it broadcasts against the input."""
    return reduced if axes is None or keepdim else np.expand_dims(reduced, axes)


@op
def sum(x, dim=None, keepdim=False):
    """Σ x. Every summand receives the whole gradient. Whole numbers and truths are counted in int64."""
    axes, shape = _axes(dim), x.shape
    out = x.sum(axis=axes, keepdims=keepdim, dtype=None if is_float(x) else int64)
    return out, lambda g: (np.broadcast_to(_restored(g, axes, keepdim), shape),)


@op
def mean(x, dim=None, keepdim=False):
    """Σ x / n."""
    if not is_float(x):
        raise TypeError(f"the mean of {x.dtype} numbers is not {x.dtype}; use x.float()")
    axes, shape = _axes(dim), x.shape
    out = x.sum(axis=axes, keepdims=keepdim)
    n = x.size // (out.size or 1)
    return out / n, lambda g: (np.broadcast_to(_restored(g / n, axes, keepdim), shape),)


@op
def logsumexp(x, dim, keepdim=False):
    """log Σ eˣ. Its gradient is softmax(x).

    The largest entry m is taken out first, log Σ eˣ = m + log Σ eˣ⁻ᵐ, so that no power overflows.
    """
    axes = _axes(dim)
    m = x.max(axis=axes, keepdims=True, initial=-np.inf)
    m = np.where(np.isinf(m), 0, m)  # ∞ − ∞ would be nan
    out = m + np.log(np.exp(x - m).sum(axis=axes, keepdims=True))
    kept = out if keepdim else out.squeeze(axes)
    return kept, lambda g: (_restored(g, axes, keepdim) * np.exp(x - out),)


@op
def amax(x, dim=None, keepdim=False):
    """The largest entry; equals share the gradient."""
    axes = _axes(dim)
    top = x.max(axis=axes, keepdims=True)
    out = top if keepdim else top.squeeze(axes)

    def vjp(g):
        winners = (x == top).astype(g.dtype)
        return (winners * (_restored(g, axes, keepdim) / winners.sum(axis=axes, keepdims=True)),)

    return out, vjp


def amin(x, dim=None, keepdim=False):
    """The smallest entry; equals share the gradient."""
    return neg(amax(neg(x), dim, keepdim))


@op
def argmax(x, dim=None, keepdim=False):
    """Where the largest entry stands, the first of equals; without dim, counted through the whole tensor."""
    return np.argmax(x, axis=dim, keepdims=keepdim).astype(int64), None


@op
def argmin(x, dim=None, keepdim=False):
    """Where the smallest entry stands, the first of equals."""
    return np.argmin(x, axis=dim, keepdims=keepdim).astype(int64), None


def max(x, dim=None, keepdim=False):
    """The largest entry; along one axis the pair (values, indices), with gradients going to that index."""
    return amax(x) if dim is None else _picked(x, argmax(x, dim, keepdim=True), dim, keepdim)


def min(x, dim=None, keepdim=False):
    """The smallest entry; along one axis the pair (values, indices), with gradients going to that index."""
    return amin(x) if dim is None else _picked(x, argmin(x, dim, keepdim=True), dim, keepdim)


def _picked(x, indices, dim, keepdim):
    values = gather(x, dim, indices)
    return Extremes(values, indices) if keepdim else Extremes(squeeze(values, dim), squeeze(indices, dim))


@op
def all(x, dim=None, keepdim=False):
    """Whether every entry is true, or not zero."""
    return np.all(x, axis=_axes(dim), keepdims=keepdim), None


@op
def any(x, dim=None, keepdim=False):
    """Whether some entry is true, or not zero."""
    return np.any(x, axis=_axes(dim), keepdims=keepdim), None


@op
def _allclose(x, y, rtol, atol, equal_nan):
    return np.allclose(x, y, rtol, atol, equal_nan), None


def allclose(x, y, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether |x − y| ≤ atol + rtol·|y| everywhere, as a Python bool."""
    return _allclose(x, y, rtol, atol, equal_nan).item()
