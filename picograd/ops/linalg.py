"""The matrix product."""

import math

import numpy as np

from picograd.shapes import ShapeError
from picograd.tensor import op


@op
def matmul(x, y):
    """x @ y: the last axis of x meets the second to last of y; axes before those are stacks, and broadcast.

    A vector is a row on the left and a column on the right; the axis that this adds is gone from the value.
    For O = X Y the gradients are G Yᵀ and Xᵀ G; each costs as much as O, so each comes as a function.
    """
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        raise ShapeError("a number is not a matrix; use *")
    if x.dtype != y.dtype:
        raise TypeError(f"{x.dtype} @ {y.dtype}; convert one of them, for example with .float()")
    inner = y.shape[-2] if y.ndim > 1 else len(y)
    if x.shape[-1] != inner:
        raise ShapeError(f"the inner sizes {x.shape[-1]} and {inner} differ")
    return _matmul_one(x, y) if y.ndim <= 2 else _matmul_stack(x, y)


def _matmul_one(x, y):
    """One matrix y for all rows of x, however they are stacked: one large product, not many small ones."""
    N, M, K = math.prod(x.shape[:-1]), math.prod(y.shape[1:]), len(y)
    x_NK, y_KM = x.reshape(N, K), y.reshape(K, M)

    def vjp(g):
        g_NM = g.reshape(N, M)
        return lambda: (g_NM @ y_KM.T).reshape(x.shape), lambda: (x_NK.T @ g_NM).reshape(y.shape)

    return (x_NK @ y_KM).reshape(x.shape[:-1] + y.shape[1:]), vjp


def _matmul_stack(x, y):
    """A stack of matrices y. Backward sums over the axes that were broadcast, the row's axis among them."""
    rows = x[None, :] if x.ndim == 1 else x
    out = rows @ y
    shape = out.shape

    def vjp(g):
        g = g.reshape(shape)
        return lambda: g @ y.swapaxes(-1, -2), lambda: rows.swapaxes(-1, -2) @ g

    return out.squeeze(-2) if x.ndim == 1 else out, vjp
