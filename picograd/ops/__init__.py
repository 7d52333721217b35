"""The one table: every operation's name, and how it is called: picograd.exp(x), x.exp(), x.T or x + y."""

from collections import namedtuple

from picograd.ops import elementwise, fused, index, linalg, movement, reduce
from picograd.tensor import NUMBERS, Tensor

Row = namedtuple("Row", "name op places operators", defaults=[""])

TABLE = [
    #   name            the operation             to be found as              behind the operators
    Row("neg",          elementwise.neg,          "function method in-place", "neg"),
    Row("add",          elementwise.add,          "function method in-place", "add radd iadd"),
    Row("sub",          elementwise.sub,          "function method in-place", "sub rsub isub"),
    Row("mul",          elementwise.mul,          "function method in-place", "mul rmul imul"),
    Row("div",          elementwise.div,          "function method in-place", "truediv rtruediv itruediv"),
    Row("pow",          elementwise.pow,          "function method in-place", "pow rpow ipow"),
    Row("remainder",    elementwise.remainder,    "function method in-place", "mod rmod"),
    Row("floor_divide", elementwise.floor_divide, "function method",          "floordiv rfloordiv"),
    Row("exp",          elementwise.exp,          "function method in-place"),
    Row("expm1",        elementwise.expm1,        "function method"),
    Row("log",          elementwise.log,          "function method in-place"),
    Row("log1p",        elementwise.log1p,        "function method"),
    Row("sqrt",         elementwise.sqrt,         "function method in-place"),
    Row("rsqrt",        elementwise.rsqrt,        "function method in-place"),
    Row("abs",          elementwise.abs,          "function method in-place", "abs"),
    Row("sign",         elementwise.sign,         "function method"),
    Row("sin",          elementwise.sin,          "function method"),
    Row("cos",          elementwise.cos,          "function method"),
    Row("tanh",         elementwise.tanh,         "function method in-place"),
    Row("sigmoid",      elementwise.sigmoid,      "function method in-place"),
    Row("erf",          elementwise.erf,          "function method"),
    Row("relu",         elementwise.relu,         "function method"),
    Row("maximum",      elementwise.maximum,      "function method"),
    Row("minimum",      elementwise.minimum,      "function method"),
    Row("clamp",        elementwise.clamp,        "function method in-place"),
    Row("where",        elementwise.where,        "function"),
    Row("masked_fill",  elementwise.masked_fill,  "function method in-place"),
    Row("eq",           elementwise.eq,           "function method",          "eq"),
    Row("ne",           elementwise.ne,           "function method",          "ne"),
    Row("lt",           elementwise.lt,           "function method",          "lt"),
    Row("le",           elementwise.le,           "function method",          "le"),
    Row("gt",           elementwise.gt,           "function method",          "gt"),
    Row("ge",           elementwise.ge,           "function method",          "ge"),
    Row("isnan",        elementwise.isnan,        "function method"),
    Row("isinf",        elementwise.isinf,        "function method"),
    Row("isfinite",     elementwise.isfinite,     "function method"),
    Row("logical_and",  elementwise.logical_and,  "function method"),
    Row("logical_or",   elementwise.logical_or,   "function method"),
    Row("logical_xor",  elementwise.logical_xor,  "function method"),
    Row("logical_not",  elementwise.logical_not,  "function method"),
    Row("bitwise_and",  elementwise.bitwise_and,  "function method",          "and rand"),
    Row("bitwise_or",   elementwise.bitwise_or,   "function method",          "or ror"),
    Row("bitwise_xor",  elementwise.bitwise_xor,  "function method",          "xor rxor"),
    Row("bitwise_not",  elementwise.bitwise_not,  "function method",          "invert"),
    Row("clone",        elementwise.clone,        "function method"),
    Row("to",           elementwise.to,           "method"),
    Row("double",       elementwise.double,       "method"),
    Row("float",        elementwise.float,        "method"),
    Row("half",         elementwise.half,         "method"),
    Row("long",         elementwise.long,         "method"),
    Row("int",          elementwise.int,          "method"),
    Row("bool",         elementwise.bool,         "method"),

    Row("sum",          reduce.sum,               "function method"),
    Row("mean",         reduce.mean,              "function method"),
    Row("var",          reduce.var,               "function method"),
    Row("std",          reduce.std,               "function method"),
    Row("norm",         reduce.norm,              "function method"),
    Row("cumsum",       reduce.cumsum,            "function method"),
    Row("prod",         reduce.prod,              "function method"),
    Row("logsumexp",    reduce.logsumexp,         "function method"),
    Row("amax",         reduce.amax,              "function method"),
    Row("amin",         reduce.amin,              "function method"),
    Row("max",          reduce.max,               "function method"),
    Row("min",          reduce.min,               "function method"),
    Row("argmax",       reduce.argmax,            "function method"),
    Row("argmin",       reduce.argmin,            "function method"),
    Row("all",          reduce.all,               "function method"),
    Row("any",          reduce.any,               "function method"),
    Row("allclose",     reduce.allclose,          "function method"),

    Row("reshape",      movement.reshape,         "function method"),
    Row("view",         movement.view,            "method"),
    Row("flatten",      movement.flatten,         "function method"),
    Row("unflatten",    movement.unflatten,       "function method"),
    Row("squeeze",      movement.squeeze,         "function method"),
    Row("unsqueeze",    movement.unsqueeze,       "function method"),
    Row("expand",       movement.expand,          "method"),
    Row("expand_as",    movement.expand_as,       "method"),
    Row("contiguous",   movement.contiguous,      "method"),
    Row("permute",      movement.permute,         "function method"),
    Row("transpose",    movement.transpose,       "function method"),
    Row("T",            movement.T,               "property"),
    Row("mT",           movement.mT,              "property"),
    Row("movedim",      movement.movedim,         "function method"),
    Row("flip",         movement.flip,            "function method"),
    Row("roll",         movement.roll,            "function method"),
    Row("cat",          movement.cat,             "function"),
    Row("stack",        movement.stack,           "function"),
    Row("split",        movement.split,           "function method"),
    Row("chunk",        movement.chunk,           "function method"),
    Row("unbind",       movement.unbind,          "function method"),
    Row("repeat",       movement.repeat,          "method"),
    Row("repeat_interleave",movement.repeat_interleave,"function method"),
    Row("tril",         movement.tril,            "function method"),
    Row("triu",         movement.triu,            "function method"),

    Row("getitem",      index.getitem,            "",                         "getitem"),
    Row("setitem",      index.setitem,            "",                         "setitem"),
    Row("gather",       index.gather,             "function method"),
    Row("scatter_add",  index.scatter_add,        "function method in-place"),
    Row("index_select", index.index_select,       "function method"),
    Row("sort",         index.sort,               "function method"),
    Row("argsort",      index.argsort,            "function method"),
    Row("topk",         index.topk,               "function method"),
    Row("nonzero",      index.nonzero,            "function method"),

    Row("softmax",      fused.softmax,            "function method"),
    Row("log_softmax",  fused.log_softmax,        "function method"),

    Row("matmul",       linalg.matmul,            "function method",          "matmul"),
    Row("mm",           linalg.mm,                "function method"),
    Row("bmm",          linalg.bmm,               "function method"),
    Row("dot",          linalg.dot,               "function method"),
    Row("outer",        linalg.outer,             "function method"),
    Row("einsum",       linalg.einsum,            "function"),
]  # fmt: skip

FUNCTIONS = {row.name: row.op for row in TABLE if "function" in row.places}

PLAIN = "neg abs invert add sub mul truediv pow mod floordiv matmul and or xor".split()
PLAIN += "lt le gt ge getitem setitem".split()
IN_PLACE = "iadd isub imul itruediv ipow".split()
REFLECTED = "radd rsub rmul rtruediv rpow rmod rfloordiv rand ror rxor".split()
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
