"""Operations on each entry by itself. Where arguments are stretched, backward sums; nothing here does."""

import functools
import math

import numpy as np

from picograd import dtypes
from picograd.dtypes import is_float, known
from picograd.tensor import Tensor, composition, op, record

# Arithmetic


@op
def neg(x):
    return -x, lambda g: (-g,)


@op
def add(x, y):
    return x + y, lambda g: (g, g)


@op
def sub(x, y):
    return x - y, lambda g: (g, lambda: -g)


@op
def mul(x, y):
    return x * y, lambda g: (g * y, lambda: g * x)


@op
def div(x, y):
    out = x / y
    return out, lambda g: (g / y, lambda: -g * (out / y))


@op
def pow(x, y):
    """xʸ, with the derivatives y·xʸ⁻¹ by x and xʸ·ln x by y."""
    if not is_float(np.asarray(x)) and not is_float(np.asarray(y)) and np.any(np.less(y, 0)):
        raise TypeError("a whole number to a negative power is not whole; use x.float()")
    out = _power(x, y)

    def dx():  # x⁰ is constant, even at 0, where 0·0⁻¹ would be nan
        if isinstance(y, np.ndarray):
            return np.where(y == 0, 0, y * _power(x, y - 1))
        return 2 * x if y == 2 else y * _power(x, y - 1) if y else 0

    def dy():  # 0ʸ is constant, too: 0·ln 0 would be nan
        return np.where(np.equal(x, 0) & np.greater_equal(y, 0), 0, out * np.log(x, dtype=out.dtype))

    return out, lambda g: (lambda: g * dx(), lambda: g * dy())


def _power(x, y):
    """x ** y. numpy knows squares, roots and reciprocals; x*x*x is 30 to 100 times faster than its x**3."""
    return x * x * x if not isinstance(y, np.ndarray) and y == 3 else x**y


# Functions of one argument


def real(x):
    """x as floats: float32 where there are none, as in PyTorch."""
    return x if is_float(x) else x.astype(dtypes.float32)


@op
def exp(x):
    out = np.exp(real(x))
    return out, lambda g: (g * out,)  # (eˣ)′ = eˣ, so the output is all we keep


@op
def expm1(x):
    """eˣ − 1, exact where eˣ is near 1."""
    out = np.expm1(real(x))
    return out, lambda g: (g * (out + 1),)


@op
def log(x):
    return np.log(real(x)), lambda g: (g / x,)


@op
def log1p(x):
    """log(1 + x), exact where x is near 0."""
    return np.log1p(real(x)), lambda g: (g / (x + 1),)


@op
def sqrt(x):
    out = np.sqrt(real(x))
    return out, lambda g: (g / (2 * out),)


@op
def root(x):
    """√x for lengths and deviations: at 0, where its slope is infinite, no gradient passes."""
    out = np.sqrt(x)
    return out, lambda g: (np.where(out == 0, 0, g / (2 * out)),)


@op
def rsqrt(x):
    """1 / √x."""
    out = 1 / np.sqrt(real(x))
    return out, lambda g: (g * out * out * out * -0.5,)


@op
def abs(x):
    return np.abs(x), lambda g: (g * np.sign(x),)  # 0 at the kink, as in PyTorch


@op
def sign(x):
    """−1, 0 or 1; flat wherever it has a slope."""
    return x.copy() if x.dtype == dtypes.bool else np.sign(x), lambda g: (np.zeros_like(g),)


@op
def sin(x):
    return np.sin(real(x)), lambda g: (g * np.cos(x),)


@op
def cos(x):
    return np.cos(real(x)), lambda g: (-g * np.sin(x),)


@op
def tanh(x):
    out = np.tanh(real(x))
    return out, lambda g: (g - g * out * out,)


@op
def sigmoid(x):
    """1 / (1 + e⁻ˣ)."""
    out = 1 / (1 + np.exp(-real(x)))
    return out, lambda g: (g * out * (1 - out),)


@op
def erf(x):
    """2/√π · ∫₀ˣ e^(−t²) dt: how much of a bell curve lies within x."""
    return erf_of(real(x)), lambda g: (g * np.exp(-x * x) * (2 / math.sqrt(math.pi)),)


def erf_of(x):
    """erf of an array: to the last digit in float64, within 3e-7 and fast in float32."""
    if x.dtype != dtypes.float32:
        return np.array([math.erf(value) for value in x.ravel().tolist()], x.dtype).reshape(x.shape)
    x = np.asarray(np.clip(x, -4, 4))  # a ratio of two polynomials in x², fitted there; ±1 beyond
    z = np.asarray(x * x)
    return x * _polynomial(ABOVE, z) / _polynomial(BELOW, z)


def _polynomial(coefficients, z):
    """By Horner's rule, ((c₀z + c₁)z + c₂)z + …, in one array."""
    out = np.full_like(z, coefficients[0])
    for c in coefficients[1:]:
        out *= z
        out += c
    return out


ABOVE = np.float32([-2.72614226e-10, 2.77068142e-08, -2.10102402e-06, -5.69250639e-05, -7.34990631e-04,
                    -2.95459980e-03, -1.60960333e-02])  # fmt: skip
BELOW = np.float32([-1.45660718e-05, -2.13374055e-04, -1.68282697e-03, -7.37332917e-03, -1.42647391e-02])


# Choosing


@op
def maximum(x, y):
    """The larger of x and y; equals share the gradient."""
    return np.maximum(x, y), lambda g: (g * _share(x < y, x == y), lambda: g * _share(y < x, x == y))


@op
def minimum(x, y):
    """The smaller of x and y; equals share the gradient."""
    return np.minimum(x, y), lambda g: (g * _share(x > y, x == y), lambda: g * _share(y > x, x == y))


def _share(lost, tied):
    return np.where(tied, np.float16(0.5), ~lost)  # the narrowest float, so that it widens no gradient


@op
def clamp(x, min=None, max=None):
    """x held between min and max; where one of them holds it, that one has the gradient."""
    if min is None and max is None:
        raise TypeError("at least one of min and max has to be given")
    out = x if min is None else np.maximum(x, min)
    out = out if max is None else np.minimum(out, max)
    low, high = -np.inf if min is None else min, np.inf if max is None else max
    return out, lambda g: (
        g * ((x >= low) & (x <= high)),
        lambda: g * ((x < low) & (low < high)),
        lambda: g * ((x > high) | (high < low)),
    )


@op
def where(condition, x, y):
    """x where the condition holds, y elsewhere."""
    if np.asarray(condition).dtype != dtypes.bool:
        raise TypeError("the condition has to be a bool tensor")
    out = np.where(condition, x, y)
    return out, lambda g: (None, lambda: np.where(condition, g, 0), lambda: np.where(condition, 0, g))


def masked_fill(x, mask, value):
    """x with `value`, one number, where the mask is true."""
    if isinstance(value, Tensor) and value.ndim:
        raise ValueError("the value is one number")
    out = where(mask, value, x)
    if out.dtype != x.dtype:
        raise TypeError(f"{value!r} does not go into {x.dtype}; convert first")
    return out


@op
def relu(x):
    """x where it is positive, else 0. At 0 its slope is taken to be 0."""
    out = np.maximum(x, 0)
    return out, lambda g: (g * ~(out <= 0),)


# Comparing, and combining truths; on whole numbers &, |, ^ and ~ work on each bit


def _flat(name, function, doc=None):
    """numpy's function of one or two arrays as an operation that has no derivative."""

    def one(x):
        return function(x), None

    def two(x, y):
        return function(x, y), None

    call = one if function.nin == 1 else two
    call.__name__, call.__qualname__, call.__doc__ = name, name, doc
    return op(call)


eq = _flat("eq", np.equal)
ne = _flat("ne", np.not_equal)
lt = _flat("lt", np.less)
le = _flat("le", np.less_equal)
gt = _flat("gt", np.greater)
ge = _flat("ge", np.greater_equal)
logical_and = _flat("logical_and", np.logical_and)
logical_or = _flat("logical_or", np.logical_or)
logical_xor = _flat("logical_xor", np.logical_xor)
bitwise_and = _flat("bitwise_and", np.bitwise_and)
bitwise_or = _flat("bitwise_or", np.bitwise_or)
logical_not = _flat("logical_not", np.logical_not)
bitwise_not = _flat("bitwise_not", np.bitwise_not)
isnan = _flat("isnan", np.isnan, "Whether it is no number at all, such as 0/0.")
isinf = _flat("isinf", np.isinf, "Whether it is ∞ or −∞.")
isfinite = _flat("isfinite", np.isfinite, "Whether it is neither infinite nor nan.")


# Copying and converting


@op
def clone(x):
    """The same numbers in memory of their own."""
    return x.copy(), lambda g: (g,)


def to(x, dtype, non_blocking=False, copy=False):
    """x with its numbers converted, to a dtype or that of another tensor; x itself if it has it already.

    There is one device, so non_blocking changes nothing.
    """
    dtype = known(dtype.dtype if isinstance(dtype, Tensor) else dtype)
    if x.dtype == dtype:
        return clone(x) if copy else x
    with np.errstate(all="ignore"):
        return record("to", (x,), (x,), x._array.astype(dtype), lambda g: (g,))


def in_dtype(operation):
    """The operation with a dtype to compute in: x is converted to it, and so is the value."""

    @composition
    @functools.wraps(operation)
    def call(x, *args, dtype=None, **kwargs):
        if dtype is None:
            return operation(x, *args, **kwargs)
        return to(operation(to(x, dtype), *args, **kwargs), dtype)

    return call


def double(x):
    return to(x, dtypes.float64)


def float(x):
    return to(x, dtypes.float32)


def long(x):
    return to(x, dtypes.int64)


def int(x):
    return to(x, dtypes.int32)


def bool(x):
    return to(x, dtypes.bool)
