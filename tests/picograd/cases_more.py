"""More of cases.py: the operations that came later, each in the shapes that matter."""

import numpy as np

from tests.picograd.cases import CASES as CASES
from tests.picograd.cases import INF, MASK, NAN, case, numbers, numbers_from, unary


def method(name, *args, **kwargs):
    return lambda lib, x: getattr(x, name)(*args, **kwargs)


def functional(name, *args, **kwargs):
    return lambda lib, *tensors: getattr(lib.nn.functional, name)(*tensors, *args, **kwargs)


# Elementwise

unary("expm1", -2, 2, [1e4, -1e4, 1e-8, NAN])
unary("log1p", -0.5, 2, [-1.0, -2.0, 1e-8, INF])
unary("rsqrt", 0.1, 3, [0.0, -1.0, INF])
unary("sin", -4, 4, [0.0, INF])
unary("cos", -4, 4, [0.0, INF])
unary("sigmoid", -4, 4, [1e4, -1e4, -100.0, INF, -INF, NAN])
unary("erf", -3, 3, [0.0, 1e-6, 5.0, -1e4, INF, -INF, NAN])
unary("sign", 0.1, 2, [0.0, -1.0, INF])
unary("relu", 0.1, 2, [0.0, -1.0, INF, -INF, NAN])
for name in ("isnan", "isinf", "isfinite"):
    for x in ([1.0, INF, -INF, NAN], np.zeros((0, 3)), 1.0, [1, 2]):
        case(name, lambda lib, x, name=name: getattr(lib, name)(x), x)
for name, symbol in {"and": "__and__", "or": "__or__"}.items():
    for x, y in [(MASK, ~MASK[0]), (MASK[:0], True), (True, False)]:
        case(f"logical_{name}", lambda lib, x, y, name=name: getattr(lib, f"logical_{name}")(x, y), x, y)
        case(f"bitwise_{name}", lambda lib, x, y, symbol=symbol: getattr(x, symbol)(y), x, y)
    case(f"logical_{name}", lambda lib, x, y, name=name: getattr(x, f"logical_{name}")(y), [0, 2], [1.5, NAN])
    case(f"bitwise_{name}", lambda lib, x, symbol=symbol: getattr(x, symbol)(6), [5, 3], label="of integers")
for x, y in [(MASK, ~MASK[0]), (MASK[:0], True), (True, False), ([0, 2], [1.5, NAN])]:
    case("logical_xor", lambda lib, x, y: lib.logical_xor(x, y), x, y)
for x in (MASK, [0.0, NAN], True):
    case("logical_not", lambda lib, x: lib.logical_not(x), x)
case("bitwise_not", lambda lib, x: ~x, MASK)
case("bitwise_not", lambda lib, x: ~x, [0, 5])
case("clamp", lambda lib, x, y: lib.clamp(x, min=y), numbers(2, 3), numbers(3), label="from a tensor on")
case(
    "clamp",
    lambda lib, x, y, z: lib.clamp(x, y, z),
    numbers(4),
    numbers(4),
    numbers(4),
    label="between tensors",
)
case("masked_fill", lambda lib, x, m: x.masked_fill(m, -INF), numbers(2, 3), MASK, smooth=False)
case("masked_fill", lambda lib, x, m, v: x.masked_fill(m, v), numbers(2, 3), MASK[0], numbers())
case("masked_fill", lambda lib, x, m: lib.masked_fill(x, m, 7), [1, 2, 3], MASK[0], label="of integers")
case("masked_fill", lambda lib, x, m: x.masked_fill(m, 0.0), numbers(0, 3), MASK[0])

# Reductions

numbers_from(562)

for name in ("var", "std"):
    for kwargs in ({}, {"dim": 1}, {"dim": (0, 1), "keepdim": True}, {"dim": 0, "correction": 0}):
        case(name, lambda lib, x, n=name, k=kwargs: getattr(lib, n)(x, **k), numbers(3, 4), label=str(kwargs))
    case(name, method(name, False), numbers(5), label="biased")
    case(name, method(name, 1, unbiased=False), numbers(2, 3), label="biased along 1")
    case(name, method(name, 1), np.ones((2, 3)), label="of equals", smooth=False)
    case(name, method(name, 0), numbers(1, 3), label="of one number", smooth=False)
    case(name, method(name), numbers(), smooth=False)
    case(name, method(name, 0), numbers(0, 3), smooth=False)
for p in ("fro", 2, 1, 3, 0.5, INF, -INF, 0):
    case("norm", lambda lib, x, p=p: lib.norm(x, p), numbers(2, 3), label=f"p={p}", smooth=p != 0)
    case("norm", lambda lib, x, p=p: x.norm(p, 1, True), numbers(2, 3), label=f"p={p} along 1", smooth=p != 0)
case("norm", method("norm"), np.zeros((2, 3)), label="of zeros", smooth=False)
case("norm", method("norm"), numbers(0, 3), smooth=False)
case("norm", method("norm"), numbers())
for kwargs in ({}, {"dim": 1}, {"dim": 0, "keepdim": True}):
    case("prod", lambda lib, x, k=kwargs: lib.prod(x, **k), numbers(3, 4), label=str(kwargs))
case("prod", method("prod", 1), [[0.0, 2.0, 3.0], [0.0, 0.0, 3.0]], label="with zeros")
case("prod", method("prod"), [1, 2, 3], label="of integers")
case("prod", method("prod"), numbers())
case("prod", method("prod", 0), numbers(0, 3), smooth=False)
for shape, dim in [((3,), 0), ((2, 3), 1), ((2, 3, 2), -2), ((), 0), ((0, 3), 0)]:
    case("cumsum", lambda lib, x, dim=dim: lib.cumsum(x, dim), numbers(*shape))
case("cumsum", method("cumsum", 0), [True, True, False], label="of truths")
for name in ("sum", "mean", "prod", "cumsum"):
    case(name, method(name, 0, dtype=None), numbers(2, 3), label="dtype=None")
    case(name, lambda lib, x, n=name: getattr(x, n)(0, dtype=lib.float64), [1, 2], label="in float64")

# Movement

for args in [(), (1,), (0, 1), (-2, -1)]:
    case("flatten", lambda lib, x, a=args: lib.flatten(x, *a), numbers(2, 3, 2), label=str(args))
case("flatten", method("flatten"), numbers())
case("flatten", method("flatten"), numbers(0, 3))
case("movedim", lambda lib, x: lib.movedim(x, 0, -1), numbers(2, 3, 4))
case("movedim", method("movedim", (0, 2), (1, 0)), numbers(2, 3, 4))
case("flip", lambda lib, x: lib.flip(x, (0, 2)), numbers(2, 3, 4))
case("flip", method("flip", 0), numbers(0, 3))
case("flip", method("flip", -1), numbers(3))
case("roll", lambda lib, x: lib.roll(x, 1), numbers(2, 3))
case("roll", method("roll", (1, -2), (0, 1)), numbers(2, 3))
case("roll", method("roll", 7, -1), numbers(3))
case("roll", method("roll", 1, 0), numbers(0, 3))
for pieces in (1, 2, [1, 0, 2]):
    case("split", lambda lib, x, p=pieces: lib.split(x, p, 1)[-1], numbers(2, 3), label=str(pieces))
case("split", lambda lib, x: x.split(2)[0] * x.split(2)[1], numbers(4, 3), label="two pieces")
for n in (1, 2, 5):
    case("chunk", lambda lib, x, n=n: lib.chunk(x, n, -1)[0], numbers(2, 4), label=str(n))
case("chunk", lambda lib, x: x.chunk(2)[0], numbers(0, 3))
case("repeat", method("repeat", 2, 3), numbers(2, 2))
case("repeat", method("repeat", (2, 1, 2)), numbers(3))
case("repeat", method("repeat", 1), numbers())
case("repeat", method("repeat", 0, 2), numbers(2, 2))
case("repeat_interleave", lambda lib, x: lib.repeat_interleave(x, 2), numbers(2, 2))
case("repeat_interleave", method("repeat_interleave", 3, dim=1), numbers(2, 2))
case("repeat_interleave", lambda lib, x, n: x.repeat_interleave(n, 0), numbers(2, 2), [2, 0])
for name in ("tril", "triu"):
    for diagonal in (-1, 0, 2):
        case(
            name, lambda lib, x, n=name, d=diagonal: getattr(lib, n)(x, d), numbers(3, 4), label=str(diagonal)
        )
    case(name, method(name), numbers(2, 3, 3))
    case(name, method(name), np.full((2, 2), INF), label="of ∞", smooth=False)
    case(name, method(name), MASK, label="of truths")
    case(name, method(name), numbers(0, 3))
case("pad", functional("pad", (1, 2)), numbers(2, 3))
case("pad", functional("pad", (1, -1, 0, 2), value=5.0), numbers(2, 3))
case("pad", functional("pad", (0, 1)), numbers(0))
case("pad", functional("pad", ()), numbers())
case("pad", functional("pad", (-1, -1)), [1, 2, 3], label="of integers")

# Indexing

case(
    "scatter_add",
    lambda lib, x, i, y: lib.scatter_add(x, 1, i, y),
    numbers(2, 3),
    [[0, 0], [2, 1]],
    numbers(2, 2),
)
case("scatter_add", lambda lib, x, i, y: x.scatter_add(0, i, y), numbers(3), [1, 1, 1, 0], numbers(4))
case("scatter_add", lambda lib, x, i, y: x.scatter_add(0, i, y), numbers(0), np.zeros(0, int), numbers(0))
case("scatter_add", lambda lib, x, i, y: x.scatter_add(0, i, y), numbers(), 0, numbers())
case("index_select", lambda lib, x, i: lib.index_select(x, 1, i), numbers(2, 3), [2, 0, 2])
case("index_select", lambda lib, x, i: x.index_select(-2, i), numbers(2, 3), [1])
case("index_select", lambda lib, x, i: x.index_select(0, i), numbers(), [0])
case("index_select", lambda lib, x, i: x.index_select(0, i), numbers(2, 0), [1, 1])
for descending in (False, True):
    for x in (numbers(3, 4), numbers(), [2.0, NAN, 1.0, 2.0, -INF], [3, 1, 3, 2], MASK[0]):
        options = {"descending": descending, "stable": True}
        for i in (0, 1):
            case(
                "sort",
                lambda lib, x, i=i, o=options: lib.sort(x, **o)[i],
                x,
                label=f"{options} {i}",
                smooth=False,
            )
        case("argsort", method("argsort", **options), x, label=str(options))
case("sort", lambda lib, x: x.sort(0).values, numbers(3, 2))
case("sort", lambda lib, x: x.sort(0).values, numbers(0, 2))
case("argsort", method("argsort", 0), numbers(0, 2))
for i in (0, 1):
    case("topk", lambda lib, x, i=i: lib.topk(x, 2)[i], numbers(3, 4), label=str(i))
    case("topk", lambda lib, x, i=i: x.topk(1, dim=0, largest=False)[i], numbers(3, 4), label=f"least {i}")
case("topk", lambda lib, x: x.topk(0).values, numbers(3))
case("topk", lambda lib, x: x.topk(1).values, numbers())

# Products

case("bmm", lambda lib, x, y: lib.bmm(x, y), numbers(2, 3, 4), numbers(2, 4, 1))
case("bmm", lambda lib, x, y: x.bmm(y), numbers(0, 3, 4), numbers(0, 4, 1))
case("dot", lambda lib, x, y: lib.dot(x, y), numbers(3), numbers(3))
case("dot", lambda lib, x: x.dot(x), numbers(3), label="with itself")
case("dot", lambda lib, x, y: x.dot(y), numbers(0), numbers(0))
case("outer", lambda lib, x, y: lib.outer(x, y), numbers(3), numbers(2))
case("outer", lambda lib, x, y: x.outer(y), [1, 2], numbers(0), label="of integers and nothing")
for equation, *shapes in [
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("btd,sd->bts", (2, 3, 4), (5, 4)),
    ("bhtd,bhsd->bhts", (2, 2, 3, 4), (2, 2, 5, 4)), ("i,i->", (3,), (3,)), ("i,j->ij", (3,), (2,)),
    ("ii->i", (3, 3)), ("ii", (3, 3)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("...ij->...ji", (2, 3, 4)),
    ("...i,...i->...", (2, 3), (3,)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("iji->j", (3, 2, 3)),
    ("ij,ij->i", (2, 3), (1, 3)), ("i,i->i", (0,), (0,)), ("ab,b,a->", (2, 3), (3,), (2,)),
    (",i->i", (), (3,)),
]:  # fmt: skip
    call = lambda lib, *x, equation=equation: lib.einsum(equation, *x)  # noqa: E731
    case("einsum", call, *(numbers(*shape) for shape in shapes), label=equation)
case("einsum", lambda lib, x: lib.einsum("ij,jk->ik", x, x), numbers(3, 3), label="one tensor twice")

# Activations and layers

for name, options in {
    "leaky_relu": [{}, {"negative_slope": 0.2}], "gelu": [{}, {"approximate": "tanh"}], "silu": [{}],
    "softplus": [{}, {"beta": 2, "threshold": 1}],
}.items():  # fmt: skip
    for kwargs in options:
        for shape in [(), (2, 3), (0, 3)]:
            case(name, functional(name, **kwargs), numbers(*shape, low=0.1), label=str(kwargs))
        case(
            name,
            functional(name, **kwargs),
            [1e4, -1e4, 30.0, -30.0, 0.0],
            label=f"{kwargs} far",
            smooth=False,
        )
case("dropout", functional("dropout", 0.5, training=False), numbers(2, 3))
case("dropout", functional("dropout", 1.0), numbers(2, 3), label="all")
case("dropout", functional("dropout", 0.0), numbers())
case("linear", functional("linear"), numbers(2, 3), numbers(4, 3), numbers(4))
case("linear", functional("linear"), numbers(3), numbers(4, 3))
case("linear", functional("linear"), numbers(2, 5, 3), numbers(4, 3), numbers(4))
case("linear", functional("linear"), numbers(0, 3), numbers(4, 3), numbers(4))
case("linear", functional("linear"), numbers(2, 0), numbers(4, 0), numbers(4))
case("linear", lambda lib, x: lib.nn.functional.linear(x, x), numbers(3, 3), label="one tensor twice")
case("embedding", lambda lib, w, i: lib.nn.functional.embedding(i, w), numbers(5, 3), [[0, 4, 4], [1, 0, 2]])
case("embedding", lambda lib, w, i: lib.nn.functional.embedding(i, w), numbers(300, 2), [299, 1, 299])
case("embedding", lambda lib, w, i: lib.nn.functional.embedding(i, w), numbers(5, 3), 2)
for shape, last in [((2, 3), (3,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((0, 3), (3,)), ((4,), (4,))]:
    case("layer_norm", functional("layer_norm", last), numbers(*shape))
    case("rms_norm", functional("rms_norm", last), numbers(*shape))
    call = lambda lib, x, *w, last=last: lib.nn.functional.layer_norm(x, last, *w)  # noqa: E731
    case("layer_norm", call, numbers(*shape), numbers(*last), numbers(*last))
    call = lambda lib, x, *w, last=last: lib.nn.functional.rms_norm(x, last, *w, eps=1e-6)  # noqa: E731
    case("rms_norm", call, numbers(*shape), numbers(*last))
case("layer_norm", functional("layer_norm", (3,)), np.ones((2, 3)), label="of equals", smooth=False)
case("layer_norm", functional("layer_norm", (3,), eps=1e-3), 1e4 * numbers(2, 3), label="of large numbers")
for shape in [(4, 3), (2, 3, 4), (2, 3, 2, 2)]:
    call = lambda lib, x, *w: lib.nn.functional.batch_norm(x, None, None, *w, training=True)  # noqa: E731
    case("batch_norm", call, numbers(*shape), numbers(3), numbers(3))
    call = lambda lib, x, m, v: lib.nn.functional.batch_norm(x, m.detach(), v.detach())  # noqa: E731
    case("batch_norm", call, numbers(*shape), numbers(3), numbers(3, low=0.5), smooth=False)


def running(lib, x, m, v):
    m, v = m.detach().clone(), v.detach().clone()
    lib.nn.functional.batch_norm(x, m, v, training=True, momentum=0.3)
    return lib.stack([m, v])


case(
    "batch_norm",
    running,
    numbers(4, 3),
    numbers(3),
    numbers(3, low=0.5),
    label="the running ones",
    smooth=False,
)

numbers_from(837)
attention = "scaled_dot_product_attention"
TRIANGLE = np.tri(4, 5, dtype=bool)
for q, k, v in [
    ((2, 3, 4, 8), (2, 3, 5, 8), (2, 3, 5, 8)),
    ((4, 8), (5, 8), (5, 6)),
    ((2, 4, 8), (2, 5, 8), (1, 5, 8)),
]:
    inputs = numbers(*q), numbers(*k), numbers(*v)
    case(attention, functional(attention), *inputs)
    case(attention, functional(attention, is_causal=True), *inputs, label="causal")
    case(attention, functional(attention, scale=0.3), *inputs, label="scaled")
    case(attention, functional(attention), *inputs, TRIANGLE, label="masked")
    case(attention, functional(attention), *inputs, np.zeros((4, 5)) + [0, 1, 2, 0, -1], label="biased")
    far = inputs[0] * 6, *inputs[1:]
    case(attention, functional(attention, is_causal=True), *far, label="causal, far apart")
    case(attention, functional(attention), *far, TRIANGLE, label="masked, far apart")
    nowhere = np.where(np.arange(4)[:, None] == 1, -INF, np.zeros((4, 5)))
    fixed = lambda lib, q, k, v, m: getattr(lib.nn.functional, attention)(q, k, v, m.detach())  # noqa: E731
    case(attention, fixed, *inputs, nowhere, label="a row of −∞", smooth=False)
    case(attention, functional(attention), *inputs, nowhere == 0, label="a row without a key")
grouped = numbers(2, 4, 3, 8), numbers(2, 2, 5, 8), numbers(2, 2, 5, 8)
case(attention, functional(attention, enable_gqa=True), *grouped, label="grouped")
case(attention, functional(attention, enable_gqa=True, is_causal=True), *grouped, label="grouped, causal")
case(
    attention,
    lambda lib, x: lib.nn.functional.scaled_dot_product_attention(x, x, x),
    numbers(2, 3, 4),
    label="self",
)

# Losses

for reduction in ("mean", "sum", "none"):
    for name in ("mse_loss", "kl_div"):
        case(
            name,
            functional(name, reduction=reduction),
            numbers(2, 3),
            numbers(2, 3, low=0.1),
            label=reduction,
        )
        case(name, functional(name, reduction=reduction), numbers(), numbers(low=0.1), label=reduction)
        empty = functional(name, reduction=reduction)
        case(name, empty, numbers(0, 3), numbers(0, 3), label=reduction, smooth=reduction != "mean")
    inputs = numbers(2, 3, low=0.1, high=0.9), numbers(2, 3, low=0.1, high=0.9)
    case(
        "binary_cross_entropy",
        functional("binary_cross_entropy", reduction=reduction),
        *inputs,
        label=reduction,
    )
    name = "binary_cross_entropy_with_logits"
    case(name, functional(name, reduction=reduction), numbers(2, 3), inputs[1], label=reduction)
    far = [1e4, -1e4, 0.0, 1e4], [1.0, 1.0, 1.0, 0.0]
    case(name, functional(name, reduction=reduction), *far, label=f"{reduction} far", smooth=False)
    edges = [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]
    name = "binary_cross_entropy"
    case(name, functional(name, reduction=reduction), *edges, label=f"{reduction} edges", smooth=False)
case(
    "kl_div",
    functional("kl_div", reduction="batchmean"),
    numbers(2, 3),
    numbers(2, 3, low=0.1),
    label="batchmean",
)
case(
    "binary_cross_entropy_with_logits",
    lambda lib, x, y, w, p: lib.nn.functional.binary_cross_entropy_with_logits(
        x, y, w.detach(), pos_weight=p.detach()
    ),
    numbers(2, 3), numbers(2, 3, low=0.1, high=0.9), numbers(3), numbers(3), label="weights", smooth=False,
)  # fmt: skip
for name in ("cross_entropy", "nll_loss"):
    for reduction in ("mean", "sum", "none"):
        loss = functional(name, reduction=reduction, ignore_index=2)
        case(name, loss, numbers(4, 5), [0, 2, 4, 2], label=f"{reduction} ignoring")
        case(name, loss, numbers(2, 5, 3), [[0, 2, 4], [1, 1, 2]], label=f"{reduction} of three axes")
        case(name, loss, numbers(2, 5), [2, 2], label=f"{reduction} ignoring all", smooth=False)
        weighted = lambda lib, x, y, w, name=name, r=reduction: getattr(lib.nn.functional, name)(  # noqa: E731
            x, y, weight=w.detach(), reduction=r
        )
        case(
            name, weighted, numbers(4, 5), [0, 1, 4, -100], numbers(5, low=0.1), label=reduction, smooth=False
        )
for reduction in ("mean", "sum", "none"):
    loss = functional("cross_entropy", reduction=reduction, label_smoothing=0.3)
    case("cross_entropy", loss, numbers(4, 5), [0, 1, 4, -100], label=f"{reduction} smoothed")
case(
    "cross_entropy",
    lambda lib, x, y, w: lib.nn.functional.cross_entropy(x, y, w.detach(), label_smoothing=0.3),
    numbers(4, 5), [0, 1, 4, -100], numbers(5, low=0.1), label="smoothed and weighted", smooth=False,
)  # fmt: skip
case("erf", lambda lib, x: lib.erf(x), np.linspace(-5, 5, 101), label="of many")
