"""The floors of picograd: who may import whom, and how long a file may be."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "picograd"

# A module imports from lower floors only. Modules on one floor import each other only where `BESIDE` says so.
FLOORS = {
    "shapes": 0, "dtypes": 0, "random": 0,
    "graph": 1,
    "tensor": 1.5,
    "ops.elementwise": 2, "ops.reduce": 2, "ops.movement": 2, "ops.index": 2, "ops.linalg": 2, "ops.fused": 2,
    "ops": 2.5,
    "creation": 2.5, "sampling": 2.5, "files": 2.5,
    "functional": 3, "autograd": 3,
    "nn.functional": 4, "nn.init": 4, "nn.module": 4, "nn.utils": 4, "nn.layers": 4,
    "nn.recurrent": 4, "nn": 4.5,
    "optim.optimizer": 5, "optim.lr_scheduler": 5, "optim": 5.5,
    "serialize": 5, "npz": 5, "data": 5, "tokenize": 5,
    "": 7,
    "models.language_model": 8,
    "models.ngram": 9, "models.ffn": 9, "models.rnn": 9, "models.gpt": 9, "models": 10,
}  # fmt: skip
BESIDE = {
    ("random", "dtypes"),
    ("ops.movement", "ops.elementwise"), ("ops.movement", "ops.index"),
    ("ops.reduce", "ops.elementwise"), ("ops.reduce", "ops.index"), ("ops.reduce", "ops.movement"),
    ("ops.linalg", "ops.elementwise"), ("ops.linalg", "ops.index"), ("ops.linalg", "ops.movement"),
    ("ops.linalg", "ops.reduce"), ("ops.fused", "ops.elementwise"),
    ("nn.layers", "nn.init"), ("nn.layers", "nn.module"), ("nn.recurrent", "nn.init"),
    ("nn.recurrent", "nn.module"),
}  # fmt: skip
LONGEST_FILE, LONGEST_PACKAGE = 400, 3000


def module_name(path):
    return ".".join(part for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__")


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path):
    """Every module that a file imports, wherever in it, by full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner.removeprefix("picograd.") in FILES else node.module


def code_lines(path):
    """Lines of code: without blank lines, comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    docstrings = set()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and ast.get_docstring(node) is not None
        ):
            docstrings |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(1 for number, line in lines if number not in docstrings and line.split("#")[0].strip())


def test_every_module_has_a_floor():
    assert set(FILES) == set(FLOORS)


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_numpy_python_and_lower_floors(name):
    for imported in imports(FILES[name]):
        if not imported.startswith("picograd"):
            root = imported.partition(".")[0]
            assert root == "numpy" or root in sys.stdlib_module_names, f"{name} imports {imported}"
            continue
        other = imported.removeprefix("picograd").removeprefix(".")
        allowed = FLOORS[other] < FLOORS[name] or (name, other) in BESIDE
        assert allowed, f"{name} (floor {FLOORS[name]:g}) imports {other} (floor {FLOORS[other]:g})"


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_longer_than_400_lines_of_code(name):
    assert code_lines(FILES[name]) <= LONGEST_FILE


def test_the_package_is_no_longer_than_3000_lines_of_code():
    assert sum(map(code_lines, FILES.values())) <= LONGEST_PACKAGE


@pytest.mark.parametrize(
    "name", [name for name in FILES if name in ("", "functional") or name.startswith("nn")]
)
def test_upper_floors_compose_and_know_no_numpy(name):
    assert not any(imported.startswith("numpy") for imported in imports(FILES[name]))


def test_derivatives_are_written_in_ops_only():
    for name, path in FILES.items():
        if not name.startswith("ops.") and name != "tensor":
            decorated = [
                node.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.FunctionDef)
                for decorator in node.decorator_list
                if isinstance(decorator, ast.Name) and decorator.id == "op"
            ]
            assert not decorated, f"{name}: {decorated}"


def test_no_user_is_stopped_by_an_assert():
    for name, path in FILES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree)), name
