"""The one table: every operation's name, and how it is called: picograd.exp(x), x.exp(), x.T or x + y."""

from collections import namedtuple

import numpy as np

from picograd.ops import elementwise, fused, index, linalg, movement, reduce
from picograd.tensor import Tensor

Row = namedtuple("Row", "name op places operators", defaults=[""])

TABLE = [
    #   name           the operation           to be found as      behind the operators
    Row("neg",         elementwise.neg,        "function method",  "neg"),
    Row("add",         elementwise.add,        "function method",  "add radd iadd"),
    Row("sub",         elementwise.sub,        "function method",  "sub rsub isub"),
    Row("mul",         elementwise.mul,        "function method",  "mul rmul imul"),
    Row("div",         elementwise.div,        "function method",  "truediv rtruediv itruediv"),
    Row("pow",         elementwise.pow,        "function method",  "pow rpow ipow"),
    Row("exp",         elementwise.exp,        "function method"),
    Row("log",         elementwise.log,        "function method"),
    Row("sqrt",        elementwise.sqrt,       "function method"),
    Row("abs",         elementwise.abs,        "function method",  "abs"),
    Row("tanh",        elementwise.tanh,       "function method"),
    Row("maximum",     elementwise.maximum,    "function method"),
    Row("minimum",     elementwise.minimum,    "function method"),
    Row("clamp",       elementwise.clamp,      "function method"),
    Row("where",       elementwise.where,      "function"),
    Row("eq",          elementwise.eq,         "function method",  "eq"),
    Row("ne",          elementwise.ne,         "function method",  "ne"),
    Row("lt",          elementwise.lt,         "function method",  "lt"),
    Row("le",          elementwise.le,         "function method",  "le"),
    Row("gt",          elementwise.gt,         "function method",  "gt"),
    Row("ge",          elementwise.ge,         "function method",  "ge"),
    Row("clone",       elementwise.clone,      "function method"),
    Row("to",          elementwise.to,         "method"),
    Row("double",      elementwise.double,     "method"),
    Row("float",       elementwise.float,      "method"),
    Row("long",        elementwise.long,       "method"),
    Row("int",         elementwise.int,        "method"),
    Row("bool",        elementwise.bool,       "method"),

    Row("sum",         reduce.sum,             "function method"),
    Row("mean",        reduce.mean,            "function method"),
    Row("logsumexp",   reduce.logsumexp,       "function method"),
    Row("amax",        reduce.amax,            "function method"),
    Row("amin",        reduce.amin,            "function method"),
    Row("max",         reduce.max,             "function method"),
    Row("min",         reduce.min,             "function method"),
    Row("argmax",      reduce.argmax,          "function method"),
    Row("argmin",      reduce.argmin,          "function method"),
    Row("all",         reduce.all,             "function method"),
    Row("any",         reduce.any,             "function method"),
    Row("allclose",    reduce.allclose,        "function method"),

    Row("reshape",     movement.reshape,       "function method"),
    Row("view",        movement.view,          "method"),
    Row("contiguous",  movement.contiguous,    "method"),
    Row("transpose",   movement.transpose,     "function method"),
    Row("T",           movement.T,             "property"),
    Row("mT",          movement.mT,            "property"),
    Row("permute",     movement.permute,       "function method"),
    Row("expand",      movement.expand,        "method"),
    Row("squeeze",     movement.squeeze,       "function method"),
    Row("unsqueeze",   movement.unsqueeze,     "function method"),
    Row("cat",         movement.cat,           "function"),
    Row("stack",       movement.stack,         "function"),

    Row("getitem",     index.getitem,          "",                 "getitem"),
    Row("setitem",     index.setitem,          "",                 "setitem"),
    Row("gather",      index.gather,           "function method"),

    Row("matmul",      linalg.matmul,          "function method",  "matmul"),

    Row("softmax",     fused.softmax,          "function method"),
    Row("log_softmax", fused.log_softmax,      "function method"),
]

FUNCTIONS = {row.name: row.op for row in TABLE if "function" in row.places}

IN_PLACE = "iadd isub imul itruediv ipow".split()
REFLECTED = "radd rsub rmul rtruediv rpow".split()
PLAIN = "neg abs getitem setitem".split()


def _operator(kind, op):
    """The method behind an operator. What is no tensor and no number is left to Python, which refuses it."""

    def possible(other):
        return isinstance(other, (Tensor, int, float, np.number, np.bool_))

    if kind in PLAIN:
        return op
    if kind in IN_PLACE:
        return lambda x, y: x.update_(op(x, y)) if possible(y) else NotImplemented
    if kind in REFLECTED:
        return lambda x, y: op(y, x) if possible(y) else NotImplemented
    return lambda x, y: op(x, y) if possible(y) else NotImplemented


for row in TABLE:
    if "method" in row.places:
        setattr(Tensor, row.name, row.op)
    if "property" in row.places:
        setattr(Tensor, row.name, property(row.op))
    for kind in row.operators.split():
        setattr(Tensor, f"__{kind}__", _operator(kind, row.op))
