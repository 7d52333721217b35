"""The one table: every operation's name, and how it is called: picograd.exp(x), x.exp(), x.T or x + y."""

from collections import namedtuple

from picograd.ops import elementwise, fused, index, linalg, movement, reduce
from picograd.tensor import NUMBERS, Tensor, composition

Row = namedtuple("Row", "name op places operators")

# Where the operations of a module are found: picograd.exp(x), x.exp(), x.exp_(), and x.T, a property.
PLACES = [
    (elementwise, "function method in-place",
     "neg add sub mul div pow exp log sqrt rsqrt abs tanh sigmoid clamp masked_fill"),
    (elementwise, "function method",
     "expm1 log1p sign sin cos erf relu maximum minimum eq ne lt le gt ge isnan isinf isfinite "
     "logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_not clone"),
    (elementwise, "function", "where"),
    (elementwise, "method", "to double float long int bool"),
    (reduce, "function method",
     "sum mean var std norm cumsum prod logsumexp amax amin max min argmax argmin all any"),
    (movement, "function method",
     "reshape flatten squeeze unsqueeze permute transpose movedim flip roll split chunk "
     "repeat_interleave tril triu"),
    (movement, "function", "cat stack"),
    (movement, "method", "view expand contiguous repeat"),
    (movement, "property", "T"),
    (index, "function method", "gather index_select sort argsort topk"),
    (index, "function method in-place", "scatter_add"),
    (index, "", "getitem setitem"),
    (fused, "function method", "softmax log_softmax"),
    (linalg, "function method", "matmul bmm dot outer"),
    (linalg, "function", "einsum"),
]  # fmt: skip

# Which operation is behind an operator: x + y is x.__add__(y), and 2 + y is y.__radd__(2).
OPERATORS = {
    **{name: name for name in "neg abs getitem setitem matmul eq ne lt le gt ge".split()},
    "add": "add radd iadd", "sub": "sub rsub isub", "mul": "mul rmul imul", "pow": "pow rpow ipow",
    "div": "truediv rtruediv itruediv",
    "bitwise_not": "invert", "bitwise_and": "and rand", "bitwise_or": "or ror",
}  # fmt: skip


def _operation(function):
    """The function with errors that name it. `op` sees to that, also where tensors come in one list."""
    named = hasattr(function, "__wrapped__") or function in (movement.cat, movement.stack)
    return function if named else composition(function)


TABLE = [
    Row(name, _operation(getattr(module, name)), places, OPERATORS.get(name, ""))
    for module, places, names in PLACES
    for name in names.split()
]

FUNCTIONS = {row.name: row.op for row in TABLE if "function" in row.places}

IN_PLACE = "iadd isub imul itruediv ipow".split()
REFLECTED = "radd rsub rmul rtruediv rpow rand ror".split()
EQUALITY = "eq ne".split()


def _operator(kind, op):
    """The method behind an operator."""
    if kind in IN_PLACE:
        return _in_place(op)
    if kind in REFLECTED:
        return lambda x, y: op(y, x)
    if kind in EQUALITY:  # with something that is no number Python answers: it is different
        return lambda x, y: op(x, y) if isinstance(y, (Tensor, NUMBERS)) else NotImplemented
    return op


def _in_place(op):
    return lambda x, *args, **kwargs: x.update_(op(x, *args, **kwargs))


for row in TABLE:
    places = row.places.split()
    if "method" in places:
        setattr(Tensor, row.name, row.op)
    if "in-place" in places:
        setattr(Tensor, f"{row.name}_", _in_place(row.op))
    if "property" in places:
        setattr(Tensor, row.name, property(row.op))
    for kind in row.operators.split():
        setattr(Tensor, f"__{kind}__", _operator(kind, row.op))
