"""Every operation of the table, called in the ways that matter, for test_cases.py and test_parity.py.

A case is written once for picograd and PyTorch: `call(lib, *tensors)`, where lib is either.
"""

from collections import namedtuple
from itertools import count

import numpy as np

# smooth: the value is differentiable there, so that central differences make sense.
Case = namedtuple("Case", "name label call inputs smooth")
CASES = []
_seeds = count()

INF, NAN = np.inf, np.nan


def case(name, call, *inputs, label="", smooth=True):
    inputs = [np.asarray(x) for x in inputs]
    shapes = " ".join(str(x.shape).replace(" ", "") for x in inputs)
    CASES.append(Case(name, f"{name} {shapes} {label}".strip(), call, inputs, smooth))


def numbers(*shape, low=-2.0, high=2.0):
    """Different numbers in every call, the same ones in every run; none two are equal."""
    return np.random.default_rng(next(_seeds)).uniform(low, high, shape)


def numbers_from(seed):
    """Let the numbers of what follows begin here, whatever cases stand before it."""
    global _seeds
    _seeds = count(seed)


def unary(name, low, high, edges):
    def call(lib, x):
        return getattr(lib, name)(x)

    for shape in [(), (3,), (2, 3), (0, 3)]:
        case(name, call, numbers(*shape, low=low, high=high))
    case(name, call, edges, label="edges", smooth=False)
    case(name, call, [1, 4], label="of integers")
    case(name, lambda lib, x: getattr(x, name)(), numbers(2, low=low, high=high), label="as a method")


unary("neg", -2, 2, [0.0, INF, NAN])
unary("exp", -2, 2, [1e4, -1e4, INF, -INF, NAN])
unary("log", 0.1, 3, [0.0, -1.0, INF])
unary("sqrt", 0.1, 3, [0.0, -1.0, INF])
unary("abs", -2, 2, [0.0, -INF])
unary("tanh", -2, 2, [1e4, -1e4, INF])

PAIRS = [
    ((), ()),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((0, 3), (1, 3)),
    ((3,), ()),
    ((2, 2, 3), (2, 1)),
]


def binary(name, low=-2.0, edges=(), smooth=True):
    def call(lib, x, y):
        return getattr(lib, name)(x, y)

    for left, right in PAIRS:
        case(name, call, numbers(*left, low=low), numbers(*right, low=low) + 0.01, smooth=smooth)
    case(
        name,
        lambda lib, x: getattr(x, name)(x),
        numbers(2, 3, low=low),
        label="of one tensor twice",
        smooth=smooth,
    )
    if edges:
        case(name, call, *edges, label="edges", smooth=False)


def scalars(name, operator):
    """A tensor and a Python number, both ways round."""
    for value in (2.0, 3, -1.5):
        case(name, lambda lib, x, value=value: operator(x, value), numbers(2, 3, low=0.2), label=f"x∘{value}")
        case(
            name,
            lambda lib, x, value=value: operator(value, x),
            numbers(3, low=0.2),
            label=f"{value}∘x",
            smooth=value > 0,
        )
    case(name, lambda lib, x: operator(x, 2), [1, 2, 3], label="integers and 2")
    case(name, lambda lib, x: operator(x, 0.5), [1, 2, 3], label="integers and 0.5")
    case(name, operator_of(operator), [1, 2, 3], numbers(3), label="integers and floats")
    case(name, operator_of(operator), [3, 1], [2, 2], label="integers")


def operator_of(operator):
    return lambda lib, x, y: operator(x, y)


binary("add", edges=([INF, 1e38], [-INF, 1e38]))
binary("sub", edges=([INF, 1.0], [INF, 1.0]))
binary("mul", edges=([0.0, INF], [INF, -1.0]))
binary("div", low=0.2, edges=([0.0, 1.0, -1.0], [0.0, 0.0, INF]))
binary("pow", low=0.2, edges=([0.0, 0.0, 0.0, -8.0, 2.0], [0.0, 1.0, 2.0, 3.0, 0.0]))
scalars("add", lambda x, y: x + y)
scalars("sub", lambda x, y: x - y)
scalars("mul", lambda x, y: x * y)
scalars("div", lambda x, y: x / y)
scalars("pow", lambda x, y: x**y)
for exponent in (0, 1, 2, 3, 4, 0.5, -1, -2):
    case("pow", lambda lib, x, exponent=exponent: x**exponent, numbers(4, low=0.2), label=f"x^{exponent}")
    case(
        "pow",
        lambda lib, x, exponent=exponent: x**exponent,
        [0.0, -1.0, 2.0],
        label=f"x^{exponent} edges",
        smooth=False,
    )
case("pow", lambda lib, x: lib.pow(2.0, x), numbers(3), label="of a number")

binary("maximum", edges=([1.0, 2.0, INF, NAN], [1.0, 3.0, INF, 0.0]))
binary("minimum", edges=([1.0, 2.0, INF, NAN], [1.0, 3.0, INF, 0.0]))
for bounds in ({"min": -1.0}, {"max": 1.0}, {"min": -1.0, "max": 1.0}):
    case("clamp", lambda lib, x, bounds=bounds: lib.clamp(x, **bounds), numbers(2, 3), label=str(bounds))
    case(
        "clamp",
        lambda lib, x, bounds=bounds: x.clamp(**bounds),
        [-1.0, 1.0, INF, -INF],
        label=f"{bounds} edges",
        smooth=False,
    )
case("clamp", lambda lib, x: lib.clamp(x, 0, 1), numbers(0, 3))
case("clamp", lambda lib, x: lib.clamp(x, -1, 1), numbers())
case("clamp", lambda lib, x: lib.clamp(x, max=1.5), [1, 2], label="of integers")

MASK = np.array([[True, False, True], [False, False, True]])
case("where", lambda lib, c, x, y: lib.where(c, x, y), MASK, numbers(2, 3), numbers(2, 3))
case("where", lambda lib, c, x, y: lib.where(c, x, y), MASK[0], numbers(2, 1), numbers())
case("where", lambda lib, c, x, y: lib.where(c, x, y), True, numbers(), numbers())
case("where", lambda lib, c, x, y: lib.where(c, x, y), MASK[:0], numbers(0, 3), numbers(3))
case("where", lambda lib, c, x: lib.where(c, x, -INF), MASK, numbers(2, 3), label="and −∞", smooth=False)
case("where", lambda lib, c: lib.where(c, 1.0, 0.0), MASK, label="of numbers")
case("where", lambda lib, c, x: lib.where(c, x, x * 2), MASK, numbers(2, 3), label="of one tensor twice")

for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    case(
        name,
        lambda lib, x, y, name=name: getattr(lib, name)(x, y),
        [1.0, 2.0, NAN, INF],
        [1.0, 3.0, NAN, INF],
    )
    case(name, lambda lib, x, name=name: getattr(x, name)(2), [1, 2, 3], label="2")
    case(name, lambda lib, x, name=name: getattr(lib, name)(x, 0.5), numbers(0, 3), label="½")
    case(name, lambda lib, x, y, name=name: getattr(lib, name)(x, y), 1.0, [[1.0], [2.0]])
for label, compare in {
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
}.items():
    case(
        label, lambda lib, x, y, compare=compare: compare(x, y), [1, 2, 3], [2.0, 2.0, 2.0], label="operator"
    )

for shape in [(), (2, 3), (0, 3)]:
    case("clone", lambda lib, x: lib.clone(x), numbers(*shape))
    case("to", lambda lib, x: x.to(lib.float32).to(lib.float64), numbers(*shape), smooth=False)
    case("double", lambda lib, x: x.double(), numbers(*shape))
    case("float", lambda lib, x: x.float(), numbers(*shape), smooth=False)
    for name in ("long", "int", "bool"):
        case(name, lambda lib, x, name=name: getattr(x, name)(), numbers(*shape))
for name in ("double", "float", "long", "int", "bool"):
    case(name, lambda lib, x, name=name: getattr(x, name)(), [0, 1, -3], label="of integers")
    case(name, lambda lib, x, name=name: getattr(x, name)(), MASK, label="of truths")

ALONG = [
    {},
    {"dim": 0},
    {"dim": -1},
    {"dim": (0, 1)},
    {"dim": 1, "keepdim": True},
    {"dim": (-1, 0), "keepdim": True},
]
for name in ("sum", "mean", "amax", "amin", "logsumexp"):
    for kwargs in ALONG:
        if name == "logsumexp" and not kwargs:
            continue
        call = lambda lib, x, name=name, kwargs=kwargs: getattr(lib, name)(x, **kwargs)  # noqa: E731
        case(name, call, numbers(2, 3), label=str(kwargs))
        case(name, call, numbers(2, 3, 4), label=str(kwargs))
        if name in ("sum", "mean", "logsumexp"):
            case(name, call, numbers(0, 3), label=str(kwargs), smooth=False)
    if name != "logsumexp":
        case(name, lambda lib, x, name=name: getattr(x, name)(), numbers())
        case(
            name,
            lambda lib, x, name=name: getattr(x, name)(),
            [2.0, 5.0, 5.0, -1.0, -1.0],
            label="ties",
            smooth=False,
        )
    case(
        name,
        lambda lib, x, name=name: getattr(x, name)(1),
        [[1e4, -1e4, 0.0], [-INF, 1.0, 2.0]],
        label="extreme",
        smooth=False,
    )
case(
    "logsumexp",
    lambda lib, x: x.logsumexp(-1),
    [[-INF, -INF], [INF, 1.0], [NAN, 1.0]],
    label="edges",
    smooth=False,
)
case("logsumexp", lambda lib, x: x.logsumexp(0), np.full((3,), 1e4))
case("sum", lambda lib, x: x.sum(), MASK, label="of truths")
case("sum", lambda lib, x: x.sum(0), [[1, 2], [3, 4]], label="of integers")
case("sum", lambda lib, x: lib.sum(x, ()), numbers(2, 3), label="an empty tuple of axes")
case("sum", lambda lib, x: x.sum(keepdim=True, dim=None), numbers(2, 3), label="all, kept")

for name in ("max", "min"):
    for part in ("values", "indices"):
        call = lambda lib, x, name=name, part=part: getattr(getattr(lib, name)(x, 1), part)  # noqa: E731
        case(name, call, numbers(2, 3), label=part)
        case(name, call, [[1.0, 1.0, 0.0], [NAN, 5.0, -INF]], label=f"{part} edges", smooth=False)
    case(name, lambda lib, x, name=name: getattr(x, name)(0, keepdim=True)[0], numbers(2, 3), label="kept")
    case(name, lambda lib, x, name=name: getattr(x, name)(), numbers(2, 3))
    case(name, lambda lib, x, name=name: getattr(x, name)(), numbers())
    case(name, lambda lib, x, name=name: getattr(x, name)(-1).values, numbers(0, 3))
for name in ("argmax", "argmin"):
    case(name, lambda lib, x, name=name: getattr(lib, name)(x), numbers(2, 3))
    case(name, lambda lib, x, name=name: getattr(x, name)(dim=1), numbers(2, 3), label="dim=1")
    case(name, lambda lib, x, name=name: getattr(x, name)(0, True), numbers(2, 3), label="kept")
    case(name, lambda lib, x, name=name: getattr(x, name)(-1), [[3, 3], [1, 0]], label="ties")
    case(name, lambda lib, x, name=name: getattr(x, name)(), numbers())
    case(name, lambda lib, x, name=name: getattr(x, name)(1), numbers(0, 3))
for name in ("all", "any"):
    for kwargs in ({}, {"dim": 1}, {"dim": 0, "keepdim": True}):
        case(
            name,
            lambda lib, x, name=name, kwargs=kwargs: getattr(lib, name)(x, **kwargs),
            MASK,
            label=str(kwargs),
        )
    case(name, lambda lib, x, name=name: getattr(x, name)(), np.zeros((0, 3), bool))
    case(name, lambda lib, x, name=name: getattr(x, name)(), [0.0, NAN], label="of floats")

for method in (False, True):
    for shape in [(3, 2), (6,), (-1, 2), (1, 6), (2, 3, 1)]:
        call = (
            (lambda lib, x, s=shape: x.reshape(*s)) if method else (lambda lib, x, s=shape: lib.reshape(x, s))
        )
        case("reshape", call, numbers(2, 3), label=f"to {shape} {method}")
case("reshape", lambda lib, x: x.reshape(1, 1), numbers())
case("reshape", lambda lib, x: x.reshape(()), numbers(1))
case("reshape", lambda lib, x: x.reshape(3, 0), numbers(0, 3))
case("view", lambda lib, x: x.view(3, 2), numbers(2, 3))
case("view", lambda lib, x: x.view(-1), numbers(2, 3), label="flat")
case("view", lambda lib, x: x.view((1,)), numbers())
case("view", lambda lib, x: x.view(3, 0), numbers(0, 3))
case("contiguous", lambda lib, x: x.T.contiguous().view(-1), numbers(2, 3))
case("contiguous", lambda lib, x: x.contiguous(), numbers())
case("contiguous", lambda lib, x: x.contiguous(), numbers(0, 3))
case("transpose", lambda lib, x: lib.transpose(x, 0, 1), numbers(2, 3))
case("transpose", lambda lib, x: x.transpose(-1, 0), numbers(2, 3, 4))
case("transpose", lambda lib, x: x.transpose(0, 1), numbers(0, 3))
case("T", lambda lib, x: x.T, numbers(2, 3))
case("T", lambda lib, x: x.T, numbers(0, 3))
case("permute", lambda lib, x: lib.permute(x, (2, 0, 1)), numbers(2, 3, 4))
case("permute", lambda lib, x: x.permute(1, -1, 0), numbers(2, 3, 4))
case("permute", lambda lib, x: x.permute(()), numbers())
case("permute", lambda lib, x: x.permute(1, 0), numbers(0, 3))
case("expand", lambda lib, x: x.expand(4, 2, -1), numbers(2, 3))
case("expand", lambda lib, x: x.expand(2, 3), numbers(2, 1))
case("expand", lambda lib, x: x.expand((5,)), numbers())
case("expand", lambda lib, x: x.expand(0, 3), numbers(1, 3))
case("squeeze", lambda lib, x: lib.squeeze(x), numbers(1, 3, 1))
case("squeeze", lambda lib, x: x.squeeze(0), numbers(1, 3, 1))
case("squeeze", lambda lib, x: x.squeeze(1), numbers(1, 3, 1), label="of a longer axis")
case("squeeze", lambda lib, x: x.squeeze((0, -1)), numbers(1, 3, 1), label="two")
case("squeeze", lambda lib, x: x.squeeze(), numbers())
case("squeeze", lambda lib, x: x.squeeze(1), numbers(0, 1))
case("unsqueeze", lambda lib, x: lib.unsqueeze(x, 1), numbers(2, 3))
case("unsqueeze", lambda lib, x: x.unsqueeze(-1), numbers(2, 3))
case("unsqueeze", lambda lib, x: x.unsqueeze(0), numbers())
case("unsqueeze", lambda lib, x: x.unsqueeze(0), numbers(0, 3))
case("cat", lambda lib, x, y: lib.cat([x, y]), numbers(2, 3), numbers(1, 3))
case("cat", lambda lib, x, y: lib.cat((x, y), dim=-1), numbers(2, 3), numbers(2, 0))
case("cat", lambda lib, x, y: lib.cat([x, y, x], 1), numbers(2, 3), numbers(2, 1), label="one tensor twice")
case("cat", lambda lib, x, y: lib.cat([x, y]), [1, 2], numbers(1), label="integers and floats")
case("stack", lambda lib, x, y: lib.stack([x, y]), numbers(2, 3), numbers(2, 3))
case("stack", lambda lib, x, y: lib.stack((x, y), dim=-1), numbers(), numbers())
case(
    "stack", lambda lib, x, y: lib.stack([x, y, x], 1), numbers(2, 3), numbers(2, 3), label="one tensor twice"
)
case("stack", lambda lib, x: lib.stack([x]), numbers(0, 3))

INDICES = {
    "integer": lambda lib: 1,
    "negative integer": lambda lib: -1,
    "slice": lambda lib: slice(1, None),
    "stepped slice": lambda lib: (slice(None), slice(0, 3, 2)),
    "None": lambda lib: (None, 0, slice(None), None),
    "ellipsis": lambda lib: (..., 1),
    "ellipsis in the middle": lambda lib: (0, ..., slice(1, 3)),
    "empty tuple": lambda lib: (),
    "all integers": lambda lib: (1, 2, 3),
    "list": lambda lib: [1, 0, 1],
    "empty list": lambda lib: [],
    "tensor": lambda lib: lib.tensor([1, 0, 1, 1]),
    "matrix tensor": lambda lib: lib.tensor([[1, -1], [0, 0]]),
    "0-d tensor": lambda lib: lib.tensor(1),
    "0-d tensor between": lambda lib: (slice(None), lib.tensor(1)),
    "two tensors": lambda lib: (lib.tensor([1, 0, 1]), lib.tensor([2, 2, 2])),
    "two tensors that broadcast": lambda lib: (lib.tensor([[1], [0]]), lib.tensor([2, 0, 2])),
    "two tensors apart": lambda lib: (lib.tensor([1, 0]), slice(None), lib.tensor([2, 3])),
    "tensor after slices": lambda lib: (slice(None), slice(1, 3), lib.tensor([2, 2])),
    "tensor beside an integer": lambda lib: (0, slice(None), lib.tensor([2, 2, 0])),
    "integer behind a tensor": lambda lib: (lib.tensor([1, 0]), slice(None), 2),
    "None before a tensor": lambda lib: (None, lib.tensor([1, 1])),
    "ellipsis before a tensor": lambda lib: (..., lib.tensor([3, 0, 3])),
    "mask": lambda lib: lib.tensor(MASK.tolist()),
    "mask of one axis": lambda lib: (slice(None), lib.tensor([True, False, True])),
    "mask and integer": lambda lib: (lib.tensor(MASK.tolist()), 1),
    "mask that picks nothing": lambda lib: lib.tensor([False, False]),
    "truth": lambda lib: True,
}
for label, index in INDICES.items():
    case("getitem", lambda lib, x, index=index: x[index(lib)], numbers(2, 3, 4), label=label)

    def written(lib, x, index=index):
        y = x.clone()
        y[index(lib)] = 7
        return y

    case("setitem", written, np.arange(24).reshape(2, 3, 4), label=label)
case("getitem", lambda lib, x: x[...], numbers())
case("getitem", lambda lib, x: x[:, lib.tensor([1, 1])], numbers(0, 3))
case("getitem", lambda lib, x: x[lib.tensor([299, 0, 299])], numbers(300, 2), label="rows of a large table")
case("getitem", lambda lib, x: x[0] * x[1] + x[0], numbers(2, 3), label="one tensor thrice")
case("setitem", lambda lib, x, y: setitem(x.clone(), (slice(None), 0), y), [[1, 2], [3, 4]], [9, 8])
case(
    "setitem",
    lambda lib, x, y: setitem(x.clone(), lib.tensor([1, 0]), y),
    [[1, 2], [3, 4]],
    [9, 8],
    label="rows",
)
case("gather", lambda lib, x, i: lib.gather(x, 1, i), numbers(2, 3), [[0, 0], [2, 1]])
case("gather", lambda lib, x, i: x.gather(dim=-1, index=i), numbers(2, 3), [[2, 2, 2, 2]])
case("gather", lambda lib, x, i: x.gather(0, i), numbers(3, 2, 2), [[[2, 0]], [[1, 1]]])
case("gather", lambda lib, x, i: x.gather(0, i), numbers(3), [0, 2, 2])
case("gather", lambda lib, x, i: x.gather(1, i), numbers(2, 3), np.zeros((0, 1), np.int64))


def setitem(x, index, value):
    x[index] = value
    return x


PRODUCTS = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (6, 3, 4)),
    ((1, 2, 3), (5, 3, 4)), ((6, 5, 2, 3), (3, 4)), ((0, 3), (3, 4)), ((2, 0), (0, 4)), ((2, 3), (3, 0)),
    ((0, 2, 3), (3, 4)), ((0,), (0,)),
]  # fmt: skip
for left, right in PRODUCTS:
    case("matmul", lambda lib, x, y: x @ y, numbers(*left), numbers(*right))
case("matmul", lambda lib, x: lib.matmul(x, x), numbers(3, 3), label="of one tensor twice")
case("matmul", lambda lib, x: x @ x.T, numbers(2, 3), label="with its transpose")
case("matmul", lambda lib, x, y: x.matmul(y), [[1, 2], [3, 4]], [1, -1], label="of integers")

EXTREME = [
    [[1e4, -1e4, 0.0], [1.0, 2.0, 3.0]],
    [[-1e4, -1e4, -1e4], [0.0, 1e4, 1e4]],
    [[-INF, 0.0, 1.0], [2.0, -INF, -INF]],
    [[-INF, -INF, -INF], [0.0, 1.0, 2.0]],
    [[INF, 0.0, 1.0], [0.0, 1.0, 2.0]],
    [[NAN, 0.0, 1.0], [0.0, 1.0, 2.0]],
]
for name in ("softmax", "log_softmax"):
    for shape, dim in [
        ((3,), 0),
        ((2, 3), 1),
        ((2, 3), 0),
        ((2, 3, 4), 1),
        ((2, 3, 4), -1),
        ((0, 3), 1),
        ((2, 0), 1),
    ]:
        case(
            name,
            lambda lib, x, name=name, dim=dim: getattr(lib, name)(x, dim),
            numbers(*shape),
            label=f"dim={dim}",
        )
    case(name, lambda lib, x, name=name: getattr(x, name)(dim=-1), 30 * numbers(4, 5), label="far apart")
    case(
        name,
        lambda lib, x, name=name: getattr(x, name)(-1),
        numbers(2, 3) + [[1e4], [-1e4]],
        label="rows far apart",
    )
    for i, x in enumerate(EXTREME):
        case(name, lambda lib, x, name=name: getattr(x, name)(-1), x, label=f"extreme {i}", smooth=False)

for name, method in {
    "cross_entropy": lambda lib: lib.nn.functional.cross_entropy,
    "nll_loss": lambda lib: lib.nn.functional.nll_loss,
}.items():
    for reduction in ("mean", "sum", "none"):
        loss = lambda lib, x, y, f=method, reduction=reduction: f(lib)(x, y, reduction=reduction)  # noqa: E731
        case(name, loss, numbers(4, 5), [0, 4, 4, 2], label=reduction)
        case(name, loss, numbers(0, 5), np.zeros(0, np.int64), label=reduction, smooth=reduction != "mean")
        for i, x in enumerate(EXTREME):
            case(name, loss, x, [1, 2], label=f"{reduction} extreme {i}", smooth=False)
case(
    "cross_entropy",
    lambda lib, x, y: lib.nn.functional.cross_entropy(x, y),
    numbers(5),
    3,
    label="of one case",
)
case(
    "cross_entropy",
    lambda lib, x, y: lib.nn.functional.cross_entropy(x, y),
    30 * numbers(4, 5),
    [0, 4, 4, 2],
    label="far apart",
)
case("one_hot", lambda lib, i: lib.nn.functional.one_hot(i), [0, 2, 1])
case("one_hot", lambda lib, i: lib.nn.functional.one_hot(i, 4), [[0, 2], [3, 3]])
case("one_hot", lambda lib, i: lib.nn.functional.one_hot(i, num_classes=4), 3)
case("one_hot", lambda lib, i: lib.nn.functional.one_hot(i, 4), np.zeros(0, np.int64))
