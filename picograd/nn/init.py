"""Numbers to begin with: each function fills a tensor in place, unrecorded, and returns it.

A weight is (outputs, inputs, …). Its fan_in is how many numbers each output is computed from, its fan_out how
many outputs each input goes to.
"""

import math

from picograd.graph import no_grad
from picograd.sampling import rand, randn
from picograd.shapes import expect


def constant_(tensor, val):
    with no_grad():
        return tensor.fill_(val)


def zeros_(tensor):
    return constant_(tensor, 0)


def ones_(tensor):
    return constant_(tensor, 1)


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    """Numbers between a and b, all equally likely."""
    expect(a <= b, f"uniform_ draws between a and b, and a = {a} is above b = {b}", ValueError)
    with no_grad():
        return tensor.copy_(rand(tensor.shape, generator=generator, dtype=tensor.dtype) * (b - a) + a)


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Numbers from N(mean, std²)."""
    expect(std >= 0, f"normal_ draws with a standard deviation, which {std} is not", ValueError)
    with no_grad():
        return tensor.copy_(randn(tensor.shape, generator=generator, dtype=tensor.dtype) * std + mean)


def begin_(module, n):
    """Every parameter of the module uniform between ±1 / √n, as PyTorch's layers begin."""
    bound = 1 / math.sqrt(n) if n else 0
    for parameter in module.parameters():
        uniform_(parameter, -bound, bound)


# Glorot and Bengio 2010: the scale that keeps variances the same forwards and backwards


def xavier_uniform_(tensor, gain=1.0, generator=None):
    """Uniform with variance gain² · 2 / (fan_in + fan_out)."""
    bound = gain * math.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor, gain=1.0, generator=None):
    """Normal with variance gain² · 2 / (fan_in + fan_out)."""
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(_fans(tensor))), generator)


# He et al. 2015: the scale that keeps the variance behind a relu, or another non-linearity


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Uniform with variance gain² / fan; a is the slope of leaky_relu."""
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Normal with variance gain² / fan; a is the slope of leaky_relu."""
    return normal_(tensor, 0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def _kaiming_std(tensor, a, mode, nonlinearity):
    expect(mode in ("fan_in", "fan_out"), f'mode is "fan_in" or "fan_out", not {mode!r}', ValueError)
    fan_in, fan_out = _fans(tensor)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == "fan_in" else fan_out)


GAINS = {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def calculate_gain(nonlinearity, param=None):
    """By how much a weight has to be larger because of the function behind it; param: leaky_relu's slope."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(f"there is no gain for {nonlinearity!r}, only for leaky_relu, {', '.join(GAINS)}")
    return GAINS[nonlinearity]


def _fans(tensor):
    expect(tensor.ndim >= 2, f"a weight of shape {tensor.shape} has no outputs and inputs", ValueError)
    each = math.prod(tensor.shape[2:])
    return tensor.shape[1] * each, tensor.shape[0] * each
