"""Tensors of random numbers. All of them come from a Generator, the global one if none is given."""

import numpy as np

from picograd.dtypes import float32, int64, is_float, known
from picograd.random import Generator, default_generator
from picograd.shapes import expect, sizes
from picograd.tensor import Tensor


def rand(*size, generator=None, dtype=None, requires_grad=False):
    """Numbers u with 0 ≤ u < 1, all equally likely."""
    return Tensor(_source(generator).uniform(sizes(size), known(dtype, float32)), requires_grad)


def randn(*size, generator=None, dtype=None, requires_grad=False):
    """Numbers from the normal distribution N(0, 1)."""
    return Tensor(_source(generator).normal(sizes(size)).astype(known(dtype, float32)), requires_grad)


def randint(low, high=None, size=None, *, generator=None, dtype=None):
    """Whole numbers k with low ≤ k < high, all equally likely; randint(high, size) starts at 0."""
    if size is None:
        low, high, size = 0, low, high
    return Tensor(_source(generator).integers(low, high, sizes((size,))).astype(known(dtype, int64)))


def rand_like(x, *, generator=None, dtype=None, requires_grad=False):
    return rand(x.shape, generator=generator, dtype=known(dtype, x.dtype), requires_grad=requires_grad)


def randn_like(x, *, generator=None, dtype=None, requires_grad=False):
    return randn(x.shape, generator=generator, dtype=known(dtype, x.dtype), requires_grad=requires_grad)


def randint_like(x, low, high=None, *, generator=None, dtype=None):
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, x.shape, generator=generator, dtype=known(dtype, x.dtype))


def multinomial(probs, num_samples, replacement=False, *, generator=None):
    """Positions drawn in proportion to the weights `probs`: from a vector, or from every row of a matrix.

    They need not sum to 1. A weight of 0 is never drawn. Without replacement no position is drawn twice.
    """
    p = probs.detach().numpy()
    call = f"multinomial({p.shape}, {num_samples}, replacement={replacement})"
    expect(p.ndim in (1, 2), f"{call}: the weights are a vector or a matrix")
    expect(is_float(p), f"{call}: the weights are {p.dtype}; use .float()", TypeError)
    expect(num_samples >= 1, f"{call}: at least one sample", ValueError)
    p_NV = np.atleast_2d(p).astype(np.float64)
    expect(((p_NV >= 0) & (p_NV < np.inf)).all(), f"{call}: a negative, infinite or nan weight", ValueError)
    possible_N = np.count_nonzero(p_NV, axis=1)
    expect(np.all(possible_N), f"{call}: all weights are 0, nothing can be drawn", ValueError)
    if not replacement and np.any(possible_N < num_samples):
        raise ValueError(f"{call}: only {possible_N.min()} weights are not 0")
    # One draw cannot repeat itself, so either way is right then: take the quicker.
    draw = _with_replacement if replacement or num_samples == 1 else _without_replacement
    drawn = draw(p_NV, num_samples, _source(generator)).astype(np.int64)
    return Tensor(drawn.reshape(p.shape[:-1] + (num_samples,)))


def _with_replacement(p_NV, num_samples, source):
    """Lay the weights end to end, throw darts at the line, and say which weight each has hit.

    A weight of 0 has no length. No dart reaches the end of the line: u < 1, and in floats u·end < end as
    well, unless end is an extreme number, which the division prevents.
    """
    ends_NV = np.cumsum(p_NV / p_NV.max(axis=1, keepdims=True), axis=1)
    darts = source.uniform((len(p_NV), num_samples)) * ends_NV[:, -1:]
    drawn = [np.searchsorted(ends_V, row, side="right") for ends_V, row in zip(ends_NV, darts, strict=True)]
    return np.array(drawn).reshape(darts.shape)


def _without_replacement(p_NV, num_samples, source):
    """A race: position i arrives after an exponentially distributed time of rate pᵢ; the first are drawn.

    Such clocks forget how long they have run, so the next to arrive is always in proportion to the weights
    still on their way. Logarithms keep a tiny weight, which comes late, apart from 0, which never does.
    """
    with np.errstate(all="ignore"):
        log_times_NV = np.log(-np.log1p(-source.uniform(p_NV.shape))) - np.log(p_NV)
    return np.argsort(log_times_NV, axis=1, kind="stable")[:, :num_samples]


def _source(generator):
    generator = default_generator if generator is None else generator
    kind = type(generator).__name__
    expect(isinstance(generator, Generator), f"generator= takes a picograd.Generator, not {kind}", TypeError)
    return generator
