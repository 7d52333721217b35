"""Operations that other operations could make up, but slower. Tests compare each with that composition."""

import numpy as np

from picograd.dtypes import int64, is_float
from picograd.shapes import ShapeError
from picograd.tensor import op


@op
def softmax(x, dim):
    """eˣ / Σ eˣ along dim: scores as probabilities."""
    x = np.moveaxis(_scores(x), dim, -1)
    p = np.exp(x - _ceiling(x))
    p /= _row_sums(p)

    def vjp(g):  # ∂pᵢ/∂xⱼ = pᵢ (δᵢⱼ − pⱼ)
        g = np.moveaxis(g, dim, -1)
        return (np.moveaxis(p * (g - np.vecdot(g, p)[..., None]), -1, dim),)

    return np.moveaxis(p, -1, dim), vjp


@op
def log_softmax(x, dim):
    """x − log Σ eˣ along dim: the logarithm of softmax, and exact where that is too small for a float."""
    x = np.moveaxis(_scores(x), dim, -1)
    out = x - _ceiling(x)
    out -= np.log(_row_sums(np.exp(out)))

    def vjp(g):
        g = np.moveaxis(g, dim, -1)
        return (np.moveaxis(g - np.exp(out) * _row_sums(g), -1, dim),)

    return np.moveaxis(out, -1, dim), vjp


@op
def cross_entropy(x_NV, y_N):
    """−log softmax(x)[y] for each row x and its class y. The gradient is softmax(x) − one_hot(y)."""
    if x_NV.ndim != 2 or y_N.shape != x_NV.shape[:1]:
        raise ShapeError("scores are (N, classes) and targets (N,)")
    if y_N.dtype != int64:
        raise TypeError(f"targets are int64 class numbers, not {y_N.dtype}")
    N, V = _scores(x_NV).shape
    if N and not 0 <= y_N.min() <= y_N.max() < V:
        raise IndexError(f"targets go from {y_N.min()} to {y_N.max()}, and there are {V} classes")
    rows = np.arange(N)
    e_NV = x_NV - _ceiling(x_NV)
    seen_N = e_NV[rows, y_N]
    np.exp(e_NV, out=e_NV)
    z_N1 = _row_sums(e_NV)

    def vjp(g_N):
        d_NV = e_NV * (g_N[:, None] / z_N1)
        d_NV[rows, y_N] -= g_N
        return (d_NV,)

    return np.log(z_N1[:, 0]) - seen_N, vjp


def _scores(x):
    if not is_float(x):
        raise TypeError(f"scores are floating-point numbers, not {x.dtype}")
    return x


def _ceiling(x):
    """What to subtract from the scores before exp, so that nothing overflows and no row becomes all zeros.

    Each row's maximum does it. While no two scores are 20 apart, the maximum of all does it as well, and is
    found many times faster than those of short rows. (NaN and ∞ compare false and so go the careful way.)
    """
    if x.size and x.max() - x.min() < 20:
        return x.max()
    return x.max(axis=-1, keepdims=True, initial=-np.inf)


def _row_sums(x):
    """Σ over the last axis, which stays with size one. For short rows faster than x.sum(axis=-1)."""
    return x @ np.ones((x.shape[-1], 1), x.dtype)
