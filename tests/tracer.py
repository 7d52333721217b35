"""Shape suffixes that are checked while the code runs: X_BTD has three axes, and every T is the same number.

    with tracing(inside=["picograd"]) as tracer: run_the_model()
    tracer.check()

Whenever a function returns, its variables that end in a suffix are compared with their arrays: one axis for
each letter, one size for each letter within a call, and size 1 for the digit 1. Each call has letters of its
own, so that a recursive function, or a generator that returns many times, is held only to what it sees at
that moment. A function that ends in an exception is not checked; it may have refused its arguments for their
shapes. A letter that is not in the dimension key is a fault as well.

In the code of a notebook cell the names of all earlier cells are present. There every suffix must fit the
rank of its array, and one size for each letter is asked of the names that the same cell binds.
"""

import dis
import re
import sys
from contextlib import contextmanager

from companion.notation import DIMENSIONS

SUFFIX = re.compile(r"_([A-Z1]*[A-Z][A-Z1]*|1)$")
LEAVES = {"RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE", "RETURN_GENERATOR"}  # all but an exception


class ShapeTracer:
    """Collects what is wrong, each fault once; `check` raises them, and not the traced program."""

    def __init__(self, inside):
        self.inside = tuple(inside)
        self.faults = {}
        self.calls = 0
        self._watched = {}

    def check(self):
        assert not self.faults, "\n" + "\n".join(self.faults)

    def watched(self, code):
        """The suffixed names of a code object that we look at; empty for those of other modules."""
        if code not in self._watched:
            own = any(part in code.co_filename for part in self.inside)
            whole_cell = code.co_name == "<module>"
            names = code.co_names if whole_cell else code.co_varnames + code.co_cellvars + code.co_freevars
            suffixed = [(name, match[1]) for name in names if (match := SUFFIX.search(name))]
            self._watched[code] = (suffixed if own else [], bound(code) if whole_cell else None)
        return self._watched[code]

    def __call__(self, frame, event, argument):
        if event != "return":
            return
        code = frame.f_code
        suffixed, bound_here = self.watched(code)
        if not suffixed or dis.opname[code.co_code[frame.f_lasti]] not in LEAVES:
            return
        self.calls += 1
        self.compare(code.co_qualname, frame.f_locals, suffixed, bound_here)

    def compare(self, where, variables, suffixed, bound_here=None):
        sizes = {"1": (1, "the digit 1")}
        for name, letters in suffixed:
            shape = getattr(variables.get(name), "shape", None)
            if shape is None:
                continue
            shape = tuple(shape)
            if len(shape) != len(letters):
                self.faults[f"{where}: {name} has the shape {shape}"] = True
                continue
            for letter in dict.fromkeys(letters):
                if letter not in DIMENSIONS:
                    self.faults[f"{where}: {letter} in {name} is not in the dimension key"] = True
            if bound_here is not None and name not in bound_here:
                continue
            for letter, size in zip(letters, shape, strict=True):
                known, owner = sizes.setdefault(letter, (size, name))
                if size != known:
                    self.faults[f"{where}: {letter} is {known} in {owner} and {size} in {name}"] = True


def bound(code):
    """The names that a module's code assigns."""
    return {i.argval for i in dis.get_instructions(code) if i.opname in ("STORE_NAME", "STORE_GLOBAL")}


@contextmanager
def tracing(inside):
    """Trace the functions of files whose names contain one of the given parts."""
    tracer, before = ShapeTracer(inside), sys.getprofile()
    sys.setprofile(tracer)
    try:
        yield tracer
    finally:
        sys.setprofile(before)
