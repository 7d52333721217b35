"""picograd/tensor.pyi, which tells editors what the table attaches. Run as a module, this writes it."""

import inspect
import re
from pathlib import Path

from picograd.ops import IN_PLACE, REFLECTED, TABLE
from picograd.tensor import Tensor

PATH = Path(__file__).resolve().parents[2] / "picograd" / "tensor.pyi"
HEAD = '''"""Written by `python -m tests.picograd.stubs` from tensor.py and the table in ops/__init__.py."""

import builtins
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

NUMBERS: Any

def op(function: Callable) -> Callable: ...
def composition(function: Callable) -> Callable: ...
def record(name, args, tensors, array, vjp, natural=...) -> Tensor: ...

class Tensor:
'''
# What comes back, where it is no Tensor.
RETURNS = {
    "split": "tuple[Tensor, ...]", "chunk": "tuple[Tensor, ...]", "sort": "tuple[Tensor, Tensor]",
    "topk": "tuple[Tensor, Tensor]",
    "max": "Any", "min": "Any", "shape": "tuple[builtins.int, ...]", "size": "Any",
    "ndim": "builtins.int", "dtype": "np.dtype", "is_leaf": "builtins.bool",
    "requires_grad": "builtins.bool", "grad_fn": "Any", "dim": "builtins.int", "numel": "builtins.int",
    "is_contiguous": "builtins.bool", "is_floating_point": "builtins.bool", "numpy": "np.ndarray",
    "item": "Any", "tolist": "Any", "backward": "None", "accumulate": "None",
    "first_gradient": "np.ndarray", "__len__": "builtins.int", "__iter__": "Iterator[Tensor]",
    "__bool__": "builtins.bool", "__int__": "builtins.int", "__float__": "builtins.float",
    "__index__": "builtins.int", "__hash__": "builtins.int", "__format__": "str", "__repr__": "str",
    "__array__": "np.ndarray", "__reduce__": "tuple", "__init__": "None", "__setitem__": "None",
}  # fmt: skip


def written(signature):
    """The parameters as a stub has them: every default is `...`, and there are no annotations."""
    shown, stars = [], False
    for p in signature.parameters.values():
        stars = stars or p.kind is p.VAR_POSITIONAL
        if p.kind is p.KEYWORD_ONLY and not stars:
            shown, stars = [*shown, "*"], True
        prefix = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        shown.append(prefix + ("self" if not shown else p.name) + ("" if p.default is p.empty else "=..."))
    return ", ".join(shown)


def method(name, function):
    result = RETURNS.get(name, "Tensor")
    remark = "  # type: ignore[override]" if name in ("__eq__", "__ne__") else ""
    return f"    def {name}({written(inspect.signature(function))}) -> {result}: ...{remark}"


def property_of(name):
    return f"    @property\n    def {name}(self) -> {RETURNS.get(name, 'Tensor')}: ..."


def stub():
    lines = []
    table = {row.name for row in TABLE} | {f"{row.name}_" for row in TABLE if "in-place" in row.places}
    operators = {f"__{kind}__" for row in TABLE for kind in row.operators.split()}
    for name, value in vars(Tensor).items():
        if name in table or name in operators:
            continue
        if isinstance(value, property):
            lines.append(property_of(name))
            if value.fset:
                lines.append(f"    @{name}.setter\n    def {name}(self, value: Any) -> None: ...")
        elif inspect.isfunction(value):
            lines.append(method(name, value))
    lines.append("    grad: Tensor | None")
    for row in TABLE:
        places = row.places.split()
        if "property" in places:
            lines.append(property_of(row.name))
        if "method" in places:
            lines.append(method(row.name, row.op))
        if "in-place" in places:
            lines.append(method(f"{row.name}_", row.op))
        for kind in row.operators.split():
            if kind in (*IN_PLACE, *REFLECTED):
                lines.append(f"    def __{kind}__(self, other: Any) -> Tensor: ...")
            else:
                lines.append(method(f"__{kind}__", row.op))
    return HEAD + re.sub(r"\bself, self\b", "self", "\n".join(lines)) + "\n"


if __name__ == "__main__":
    PATH.write_text(stub(), encoding="utf-8")
