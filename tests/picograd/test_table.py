"""ops/__init__.py: the table, the package's names and Tensor's methods say the same."""

import inspect
import subprocess
import sys

import picograd as pg
from picograd import ops
from picograd.ops import FUNCTIONS, TABLE

PLACES = {"function", "method", "property", "in-place"}


def test_no_name_and_no_operator_stands_twice():
    names = [row.name for row in TABLE]
    operators = [operator for row in TABLE for operator in row.operators.split()]
    assert len(names) == len(set(names))
    assert len(operators) == len(set(operators))


def test_every_row_can_be_reached():
    for row in TABLE:
        assert set(row.places.split()) <= PLACES
        assert row.places or row.operators


def test_functions_are_in_the_package_and_methods_on_the_tensor():
    for row in TABLE:
        assert (row.name in FUNCTIONS) == ("function" in row.places)
        if "function" in row.places:
            assert getattr(pg, row.name) is row.op
        if "method" in row.places:
            assert getattr(pg.Tensor, row.name) is row.op
        if "in-place" in row.places:
            assert hasattr(pg.Tensor, f"{row.name}_")
        if "property" in row.places:
            assert getattr(pg.Tensor, row.name).fget is row.op
        for operator in row.operators.split():
            assert f"__{operator}__" in vars(pg.Tensor)


def test_all_names_everything_public_once():
    public = {
        name for name, value in vars(pg).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert len(pg.__all__) == len(set(pg.__all__))
    assert public - {"FUNCTIONS"} == set(pg.__all__) - {"autograd", "data", "nn", "optim", "tokenize"}


def test_every_operator_has_a_kind():
    plain = "neg abs invert add sub mul truediv pow matmul and or lt le gt ge getitem setitem".split()
    known = {*plain, *ops.IN_PLACE, *ops.REFLECTED, *ops.EQUALITY}
    assert {operator for row in TABLE for operator in row.operators.split()} == known


def test_every_operation_says_what_it_is_called():
    for row in TABLE:
        assert row.op.__name__ == row.name


def test_every_public_function_and_class_says_what_it_does():
    obvious = set("zeros ones zeros_like ones_like full_like rand_like randn_like randint_like".split())
    obvious |= set("neg add sub mul div exp log sqrt abs sin cos tanh eq ne lt le gt ge".split())
    obvious |= {f"{kind}_{what}" for kind in ("logical", "bitwise") for what in "and or xor not".split()}
    for name in pg.__all__:
        value = getattr(pg, name)
        if callable(value) and name not in obvious:
            assert value.__doc__, name


def test_importing_picograd_imports_nothing_but_numpy():
    program = "import numpy.random, sys; a = {*sys.modules}; import picograd; print(*{*sys.modules} - a)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    roots = {name.partition(".")[0] for name in done.stdout.split()}
    assert roots - {"picograd", "numpy"} <= set(sys.stdlib_module_names)
