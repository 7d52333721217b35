"""PyTorch's own sample inputs (OpInfo) for every operation that picograd has, run on both and compared.

`python -m tests.picograd.opinfo [NAME …]` prints the table; test_opinfo.py asserts it.
"""

import sys
import warnings
from collections import Counter, namedtuple

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db

import picograd as pg
import picograd.nn.functional as F
from picograd.ops import TABLE

DTYPES = torch.float32, torch.float64, torch.int64, torch.bool
TOLERANCE = {pg.float32: (5e-5, 5e-5), pg.float64: (1e-9, 1e-9), pg.float16: (1e-3, 1e-3)}
# What OpInfo calls by another name, or with the arguments in another order than PyTorch itself.
ELSEWHERE = {
    **{
        f"__{name}__": getattr(pg.Tensor, f"__{name}__")
        for name in "radd rsub rmul rpow getitem".split()
    },
    "__rdiv__": pg.Tensor.__rtruediv__,
    "einsum": lambda tensors, equation: pg.einsum(equation, *tensors),
    "where": lambda x, condition, y: pg.where(condition, x, y),
    "nn.functional.embedding": lambda weight, index, **kwargs: F.embedding(index, weight, **kwargs),
}
# Where numbers lie, which numpy decides: there is one device and one layout.
PLACES = "device layout memory_format pin_memory non_blocking".split()
RANDOM = "rand_like randn randn_like randint randint_like multinomial nn.functional.dropout".split()

Outcome = namedtuple("Outcome", "verdict reason")


def ours(name):
    """picograd's function or method for what OpInfo calls `name`, or None."""
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if name.startswith("nn.functional."):
        return getattr(F, name.removeprefix("nn.functional."), None)
    rows = {row.name: row for row in TABLE}
    if name in rows:
        return rows[name].op
    return getattr(pg, name, None) if name in pg.__all__ else None


def known():
    """Every entry of OpInfo for which picograd has the operation."""
    return [info for info in op_db if ours(info.name)]


def samples(info):
    """(dtype, sample) in OpInfo's order, with the seed that makes them the same in every run."""
    for dtype in DTYPES:
        if dtype in info.supported_dtypes("cpu"):
            torch.manual_seed(0)
            differentiable = dtype.is_floating_point and info.supports_autograd
            for sample in info.sample_inputs("cpu", dtype, requires_grad=differentiable):
                yield dtype, sample


def converted(x, leaves):
    """The arguments of a sample for picograd; the leaves are collected as pairs (theirs, ours)."""
    if isinstance(x, torch.Tensor):
        mine = pg.Tensor(x.detach().resolve_conj().numpy())
        if x.requires_grad:
            mine.requires_grad = True
            leaves.append((x, mine))
        return mine
    if isinstance(x, torch.dtype):
        return getattr(pg, str(x).removeprefix("torch."))
    if isinstance(x, (list, tuple)):
        return type(x)(converted(item, leaves) for item in x) if type(x) in (list, tuple) else tuple(x)
    if isinstance(x, dict):
        return {key: converted(value, leaves) for key, value in x.items() if key not in PLACES}
    return x


def flat(out):
    if isinstance(out, (list, tuple)):
        return [leaf for item in out for leaf in flat(item)]
    return [out]


def difference(theirs, mine):
    """What is wrong with our array, or None."""
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else np.asarray(theirs)
    mine = mine.detach().numpy() if isinstance(mine, pg.Tensor) else np.asarray(mine)
    if theirs.dtype != mine.dtype:
        return f"dtype {mine.dtype} instead of {theirs.dtype}"
    if theirs.shape != mine.shape:
        return f"shape {mine.shape} instead of {theirs.shape}"
    rtol, atol = TOLERANCE.get(mine.dtype, (0, 0))
    if not np.allclose(mine, theirs, rtol=rtol, atol=atol, equal_nan=True):
        with np.errstate(all="ignore"):
            return f"off by {np.nanmax(np.abs(mine.astype(float) - theirs.astype(float)))}"


def tried(info, sample):
    """The Outcome of one sample: passed, refused (we raise where PyTorch does not) or wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = flat(info.op(sample.input, *sample.args, **sample.kwargs))
    leaves = []
    args = [converted(x, leaves) for x in (sample.input, *sample.args)]
    kwargs = converted(sample.kwargs, leaves)
    try:
        mine = flat(ours(info.name)(*args, **kwargs))
    except (TypeError, ValueError, RuntimeError, IndexError, OverflowError) as error:
        return Outcome("refused", f"{type(error).__name__}: {str(error)[:150]}")
    if len(theirs) != len(mine):
        return Outcome("wrong", f"{len(mine)} values instead of {len(theirs)}")
    drawn = is_random(info.name, sample.kwargs)
    if info.name in ("topk", "sort", "argsort") and not sample.kwargs.get("stable"):
        # Which of equal numbers comes first is not said: the indices have to lead to the values.
        dim = next(
            (x for x in sample.args[info.name == "topk" :] if not isinstance(x, bool)),
            sample.kwargs.get("dim", -1),
        )
        theirs[-1], mine[-1] = (
            t.gather(dim, i) for t, i in ((sample.input, theirs[-1]), (args[0], mine[-1]))
        )
    for their, my in zip(theirs, mine, strict=True):
        if drawn:
            wrong = (
                None
                if (tuple(their.shape), str(their.dtype)[6:]) == (my.shape, str(my.dtype))
                else "shape or dtype"
            )
        else:
            wrong = difference(their, my)
        if wrong:
            return Outcome("wrong", f"value: {wrong}")
    return Outcome("passed", "") if drawn else gradients(theirs, mine, leaves)


def is_random(name, kwargs):
    if name == "nn.functional.scaled_dot_product_attention":
        return kwargs.get("dropout_p", 0) > 0
    return name in RANDOM and kwargs.get("p") not in (0, 1) and kwargs.get("training") is not False


def gradients(theirs, mine, leaves):
    pairs = [
        (t, m) for t, m in zip(theirs, mine, strict=True) if isinstance(t, torch.Tensor) and t.requires_grad
    ]
    leaves = [(t, m) for t, m in leaves]
    if not pairs or not leaves:
        return Outcome("passed", "")
    rng = np.random.default_rng(1)
    starts = [rng.normal(size=m.shape).astype(m.dtype) for _, m in pairs]
    expected = torch.autograd.grad(
        [t for t, _ in pairs], [t for t, _ in leaves], [torch.as_tensor(g) for g in starts], allow_unused=True
    )
    try:
        for (_, m), g in zip(pairs, starts, strict=True):
            if m.requires_grad:
                m.backward(pg.tensor(g), retain_graph=True)
    except (TypeError, ValueError, RuntimeError, IndexError) as error:
        return Outcome("wrong", f"backward raises {type(error).__name__}: {str(error)[:100]}")
    for i, (g, (_, m)) in enumerate(zip(expected, leaves, strict=True)):
        g = torch.zeros(m.shape, dtype=getattr(torch, str(m.dtype))) if g is None else g
        wrong = difference(g, pg.zeros_like(m) if m.grad is None else m.grad)
        if wrong:
            return Outcome("wrong", f"gradient {i}: {wrong}")
    return Outcome("passed", "")


def label(info):
    return f"{info.name} {info.variant_test_name}".strip()


def main(names):
    total, reasons = Counter(), []
    for info in known():
        if names and info.name not in names:
            continue
        count = Counter()
        for dtype, sample in samples(info):
            outcome = tried(info, sample)
            count[outcome.verdict] += 1
            if outcome.verdict != "passed":
                reasons.append(
                    (
                        label(info),
                        outcome.verdict,
                        outcome.reason,
                        str(dtype)[6:],
                        str(sample.summary())[:400],
                    )
                )
        total += count
        print(f"{label(info):50} {count['passed']:5} {count['refused']:5} {count['wrong']:5}", flush=True)
    for reason in reasons:
        print(*reason, sep=" | ")
    print(dict(total), f"{100 * total['passed'] / max(1, sum(total.values())):.2f} % passed")


if __name__ == "__main__":
    main(sys.argv[1:])
