"""Operations that others could make up, but slower or less exactly. Tests compare each with its composition.

Each has earned its lines: it saves at least a tenth of the time of a model of the book.
"""

import math
from collections import namedtuple

import numpy as np

from picograd.dtypes import is_float
from picograd.graph import writes
from picograd.ops.elementwise import erf_of, in_dtype
from picograd.shapes import ShapeError, normalise_axis
from picograd.tensor import op


@in_dtype
@op
def softmax(x, dim, *, dtype=None):
    """eˣ / Σ eˣ along dim: scores as probabilities."""
    shape, axis = x.shape, normalise_axis(dim, x.ndim)
    x = _axis_last(_scores(x), axis)
    p = np.exp(x - _ceiling(x))
    p /= _row_sums(p)

    def vjp(g):  # ∂pᵢ/∂xⱼ = pᵢ (δᵢⱼ − pⱼ)
        g = _axis_last(g, axis)
        return (_axis_back(p * (g - np.vecdot(g, p)[..., None]), axis, shape),)

    return _axis_back(p, axis, shape), vjp


@in_dtype
@op
def log_softmax(x, dim, *, dtype=None):
    """x − log Σ eˣ along dim: the logarithm of softmax, and exact where that is too small for a float."""
    shape, axis = x.shape, normalise_axis(dim, x.ndim)
    x = _axis_last(_scores(x), axis)
    out = x - _ceiling(x)
    out -= np.log(_row_sums(np.exp(out)))

    def vjp(g):
        g = _axis_last(g, axis)
        return (_axis_back(g - np.exp(out) * _row_sums(g), axis, shape),)

    return _axis_back(out, axis, shape), vjp


@op
def cross_entropy(x_NV, y_N, ignore_index=-100, reduction="none"):
    """−log softmax(x)[y] for each row x and its class y, 0 where y is to be ignored; or their sum or mean.

    The gradient is softmax(x) − one_hot(y).
    """
    N, V = _scores(x_NV).shape
    kept_N, n = None, N
    if N and (0 <= ignore_index < V or y_N.view(f"u{y_N.itemsize}").max() >= V):  # negative ones too
        kept_N = y_N != ignore_index
        y_N, n = np.where(kept_N, y_N, 0), int(np.count_nonzero(kept_N))
        if not 0 <= y_N.min() <= y_N.max() < V:
            raise IndexError(f"targets go from {y_N.min()} to {y_N.max()}, and there are {V} classes")
    rows = np.arange(N)
    e_NV = x_NV - _ceiling(x_NV)
    seen_N = e_NV[rows, y_N]
    np.exp(e_NV, out=e_NV)
    z_N1 = _row_sums(e_NV)
    out = np.log(z_N1[:, 0]) - seen_N
    if kept_N is not None:
        out = np.where(kept_N, out, 0)
    if reduction != "none":
        out = out.sum() / (n if reduction == "mean" else 1)

    def vjp(g):
        if reduction == "mean":
            g = g / n
        if kept_N is not None:
            g = np.where(kept_N, g, 0)
        d_NV = e_NV * (g[..., None] / z_N1)
        d_NV[rows, y_N] -= g
        return (d_NV,)

    return out, vjp


@op
def binary_cross_entropy(x, y):
    """−y log x − (1 − y) log(1 − x). As in PyTorch logarithms end at −100, slopes at 1e12."""
    yes, no = np.log(x), np.log1p(-x)
    out = (y - 1) * np.maximum(no, -100) - y * np.maximum(yes, -100)
    return out, lambda g: (g * (x - y) / np.maximum((1 - x) * x, np.float32(1e-12)), lambda: g * (no - yes))


@op
def linear(x, W_MN, b_M=None):
    """x Wᵀ + b on the last axis of x. All rows go into one product, however they are stacked."""
    if x.dtype != W_MN.dtype:
        raise TypeError(f"the input is {x.dtype} and the weight {W_MN.dtype}; convert one of them")
    M, N = W_MN.shape
    if x.ndim == 0 or x.shape[-1] != N or (b_M is not None and b_M.shape not in ((M,), (1,), ())):
        raise ShapeError(f"the input is (…, {N}) and the bias ({M},)")
    shape = x.shape
    x_BN = x if x.ndim == 2 else x.reshape(math.prod(shape[:-1]), N)
    out_BM = x_BN @ W_MN.T
    if b_M is not None:
        out_BM += b_M

    def vjp(g):
        g_BM = g.reshape(len(x_BN), M)
        return lambda: (g_BM @ W_MN).reshape(shape), lambda: g_BM.T @ x_BN, lambda: _column_sums(g_BM)

    return out_BM if x.ndim == 2 else out_BM.reshape(*shape[:-1], M), vjp


# Gelu: x times the probability that a number drawn from N(0, 1) is below x


@op
def gelu(x):
    below = erf_of(_scores(x) * math.sqrt(0.5))
    below += 1
    below *= 0.5
    density = 1 / math.sqrt(2 * math.pi)
    return x * below, lambda g: (g * (below + x * np.exp(x * x * -0.5) * density),)


@op
def gelu_tanh(x):
    """Gelu with x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2, the formula of GPT-2."""
    c, k = math.sqrt(2 / math.pi), 0.044715
    squares = _scores(x) * x
    t = np.tanh((squares * (c * k) + c) * x)
    half = (t + 1) * 0.5

    def vjp(g):
        slope = (squares * (3 * c * k * 0.5) + c * 0.5) * x * (1 - t * t)
        return (g * (slope + half),)

    return x * half, vjp


# Normalising the last axis, or the columns of a batch


@op
def layer_norm(x, w_D=None, b_D=None, eps=1e-5):
    """(x − mean) / √(variance + eps) · w + b, over the last axis."""
    d = x - _row_sums(_scores(x)) / x.shape[-1]
    d, rate = _unit_rows(d, eps, out=d)
    out = d.copy() if w_D is None else d * w_D
    if b_D is not None:
        out += b_D

    def dx(g):
        dx = _unit_rows_slope(g, d, rate, w_D)
        dx -= _row_sums(dx) / dx.shape[-1]
        return dx

    return out, lambda g: (lambda: dx(g), lambda: _column_sums(g, d), lambda: _column_sums(g))


@op
def rms_norm(x, w_D=None, eps=None):
    """x / √(mean x² + eps) · w, over the last axis."""
    d, rate = _unit_rows(x, np.finfo(_scores(x).dtype).eps if eps is None else eps)
    out = d if w_D is None else d * w_D
    return out, lambda g: (lambda: _unit_rows_slope(g, d, rate, w_D), lambda: _column_sums(g, d))


def _unit_rows(x, eps, out=None):
    """d = x · rate, where rate = 1 / √(mean x² + eps) makes the mean of d² one, and the rate."""
    rate = 1 / np.sqrt(np.vecdot(x, x)[..., None] / x.shape[-1] + eps)
    return np.multiply(x, rate, out=out), rate


def _unit_rows_slope(g, d, rate, w_D):
    """What a gradient g of d · w means for x."""
    g = g.copy() if w_D is None else g * w_D
    g -= d * (np.vecdot(g, d)[..., None] / d.shape[-1])
    g *= rate
    return g


@op
def moments(x_NM, running_mean_M=None, running_var_M=None, momentum=0.0):
    """The mean and the variance of each column, in two rows. No gradient comes back through them.

    The running ones, where there are some, move towards them, in place.
    """
    N, mean_M = len(x_NM), _column_sums(x_NM) / len(x_NM)
    d_NM = x_NM - mean_M
    variance_M = _column_sums(d_NM, d_NM) / N
    if running_mean_M is not None:
        for running_M, new_M in (running_mean_M, mean_M), (running_var_M, variance_M * (N / (N - 1))):
            running_M += momentum * (new_M - running_M)
            writes.note(running_M)
    return np.stack([mean_M, variance_M]), None


@op
def batch_norm(x_NM, w_M, b_M, moments, eps):
    """(x − mean) / √(variance + eps) · w + b for each column, whose own mean and variance are the moments."""
    N, (mean_M, variance_M) = len(x_NM), moments
    rate_M = 1 / np.sqrt(variance_M + eps)
    d_NM = x_NM - mean_M
    d_NM *= rate_M
    out_NM = d_NM.copy() if w_M is None else d_NM * w_M
    if b_M is not None:
        out_NM += b_M

    def vjp(g_NM):
        along_M, sums_M = _column_sums(g_NM, d_NM), _column_sums(g_NM)

        def dx():
            dx_NM = g_NM - sums_M / N
            dx_NM -= d_NM * (along_M / N)
            dx_NM *= rate_M if w_M is None else rate_M * w_M
            return dx_NM

        return dx, along_M, sums_M

    return out_NM, vjp


def _column_sums(g, d=None):
    """Σ g·d over all axes but the last."""
    g = g.reshape(-1, g.shape[-1])
    if d is None:
        return np.ones(len(g), g.dtype) @ g
    return np.einsum("ij,ij->j", g, d.reshape(g.shape))


# Attention


@op
def attention(q, k, v, mask=None, is_causal=False, scale=None):
    """softmax(scale · q kᵀ) v: every query takes a mean of the values, weighted by how its key suits it.

    mask: a bool says where a query may look, a float is added to the scores. is_causal: at time t at the keys
    up to t. A query that may look nowhere gets zeros.
    """
    if not q.dtype == k.dtype == v.dtype:
        raise TypeError(f"queries are {q.dtype}, keys {k.dtype} and values {v.dtype}")
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ShapeError("queries are (…, T, K), keys (…, S, K) and values (…, S, N)")
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    scores = (_scores(q) * scale) @ k.swapaxes(-1, -2)
    allowed = np.tri(*scores.shape[-2:], dtype=bool) if is_causal else None
    if mask is not None and mask.dtype == bool:
        allowed = mask
    elif mask is not None:
        scores = scores + mask
    p = _masked_softmax(scores, allowed)
    as_q = q.shape == (*v.shape[:-2], p.shape[-2], v.shape[-1])  # then the value lies in memory as q does
    out = np.matmul(p, v, out=np.empty_like(q) if as_q else None)

    def vjp(g):
        towards = g @ v.swapaxes(-1, -2)
        towards -= np.vecdot(g, out)[..., None]
        towards *= p
        scaled = towards * scale
        return scaled @ k, scaled.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g, towards

    return out, vjp


def _masked_softmax(scores, allowed):
    """softmax along the last axis over what is allowed; zeros where nothing is, or all scores are −∞."""
    ceiling = _ceiling(scores)
    if allowed is not None and ceiling.ndim:  # scores lie far apart: the largest that is allowed has to count
        scores = np.where(allowed, scores, -np.inf)
        ceiling = _ceiling(scores)
    p = np.exp(scores - (np.where(ceiling == -np.inf, 0, ceiling) if ceiling.ndim else ceiling))
    if allowed is not None:
        p = np.where(allowed, p, 0) if ceiling.ndim else p * allowed
    sums = _row_sums(p)
    p /= sums if allowed is None and not ceiling.ndim else np.where(sums == 0, 1, sums)
    return p


# Recurrent networks


@op
def recurrence(x_TBM, s_BN, W_MD, b_M=None, cell="tanh"):
    """The states (T, B, N) of a recurrent network that begins with the state s and reads x.

    At each time the cell makes a new state of what comes from the input, x, what comes from the hidden state,
    a = h Wᵀ + b, and the state before. h is the first D numbers of a state.
    """
    (step, gates, numbers), (T, B, M), D = CELLS[cell], x_TBM.shape, W_MD.shape[1]
    if (M, *s_BN.shape, len(W_MD)) != (gates * D, B, numbers * D, gates * D):
        raise ShapeError(f"x is (T, B, {gates}·D), a state (B, {numbers}·D) and W ({gates}·D, D)")
    if not x_TBM.dtype == s_BN.dtype == W_MD.dtype:
        raise TypeError(f"x is {x_TBM.dtype}, the state {s_BN.dtype} and W {W_MD.dtype}; convert them")
    states, slopes = np.empty((T + 1, *s_BN.shape), x_TBM.dtype), []
    states[0] = s_BN
    for t in range(T):
        a_BM = states[t, :, :D] @ W_MD.T
        if b_M is not None:
            a_BM += b_M
        states[t + 1], slope = step(x_TBM[t], a_BM, states[t])
        slopes.append(slope)

    def vjp(g_TBN):
        dx_TBM, da_TBM, ds_BN = np.empty_like(x_TBM), np.empty_like(x_TBM), 0
        for t in reversed(range(T)):
            dx_TBM[t], da_TBM[t], ds_BN = slopes[t](g_TBN[t] + ds_BN)
            ds_BN[:, :D] += da_TBM[t] @ W_MD
        h, da = states[:-1, :, :D].reshape(T * B, D), da_TBM.reshape(T * B, M)
        return dx_TBM, ds_BN, lambda: da.T @ h, lambda: _column_sums(da)

    return states[1:], vjp


# Cells: the new state, and its derivative: what a gradient g means for x, for a, and for the state before it,
# as far as that does not pass through a.


def _tanh_cell(x_BD, a_BD, h_BD):
    """h′ = tanh(x + a)."""
    h_BD = np.tanh(x_BD + a_BD)

    def slope(g_BD):
        d_BD = g_BD * (1 - h_BD * h_BD)
        return d_BD, d_BD, np.zeros_like(d_BD)

    return h_BD, slope


def _gru_cell(x_BM, a_BM, h_BD):
    """h′ = (1 − z) n + z h: r, z = sigmoid(x + a) and n = tanh(x + r a), each of its own third of x and a."""
    D = h_BD.shape[1]
    rz_BN = 1 / (1 + np.exp(-x_BM[:, : 2 * D] - a_BM[:, : 2 * D]))
    r_BD, z_BD, a_BD = rz_BN[:, :D], rz_BN[:, D:], a_BM[:, 2 * D :]
    n_BD = np.tanh(x_BM[:, 2 * D :] + r_BD * a_BD)

    def slope(g_BD):
        dn_BD = g_BD * (1 - z_BD) * (1 - n_BD * n_BD)
        drz_BN = np.concatenate([dn_BD * a_BD, g_BD * (h_BD - n_BD)], axis=1) * (rz_BN * (1 - rz_BN))
        dx_BM, da_BM = (np.concatenate([drz_BN, d_BD], axis=1) for d_BD in (dn_BD, dn_BD * r_BD))
        return dx_BM, da_BM, g_BD * z_BD

    return n_BD + z_BD * (h_BD - n_BD), slope


def _lstm_cell(x_BM, a_BM, s_BN):
    """c′ = f c + i n and h′ = o tanh(c′): i, f, o = sigmoid(x + a), n = tanh(x + a), in the order i, f, n, o.

    A state is h and c side by side.
    """
    D = s_BN.shape[1] // 2
    sums_BM, c_BD, new_BN = x_BM + a_BM, s_BN[:, D:], np.empty_like(s_BN)
    ifno_BM = 1 / (1 + np.exp(-sums_BM))
    ifno_BM[:, 2 * D : 3 * D] = np.tanh(sums_BM[:, 2 * D : 3 * D])
    i_BD, f_BD, n_BD, o_BD = np.split(ifno_BM, 4, axis=1)
    new_BN[:, D:] = f_BD * c_BD + i_BD * n_BD
    tanh_BD = np.tanh(new_BN[:, D:])
    new_BN[:, :D] = o_BD * tanh_BD

    def slope(g_BN):
        dc_BD = g_BN[:, D:] + g_BN[:, :D] * o_BD * (1 - tanh_BD * tanh_BD)
        d_BM = ifno_BM * (1 - ifno_BM)
        d_BM[:, 2 * D : 3 * D] = 1 - n_BD * n_BD
        d_BM *= np.concatenate([dc_BD * n_BD, dc_BD * c_BD, dc_BD * i_BD, g_BN[:, :D] * tanh_BD], axis=1)
        return d_BM, d_BM, np.concatenate([np.zeros_like(dc_BD), dc_BD * f_BD], axis=1)

    return new_BN, slope


# The function; how many sums x + a it takes for each hidden number, and how many numbers it keeps
Cell = namedtuple("Cell", "step gates numbers")
CELLS = {"tanh": Cell(_tanh_cell, 1, 1), "gru": Cell(_gru_cell, 3, 1), "lstm": Cell(_lstm_cell, 4, 2)}


# What they share


def _scores(x):
    if not is_float(x):
        raise TypeError(f"scores are floating-point numbers, not {x.dtype}")
    return x


def _axis_last(x, axis):
    """x with this axis behind all others; a 0-d array gets one."""
    return x if axis == x.ndim - 1 else np.moveaxis(np.atleast_1d(x), axis, -1)


def _axis_back(x, axis, shape):
    return x if axis == len(shape) - 1 else np.moveaxis(x, -1, axis).reshape(shape)


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
