"""tensor.pyi: editors see what the table attaches."""

import ast

from picograd.ops import TABLE
from tests.picograd.stubs import PATH, stub


def test_the_stub_is_the_one_that_the_table_makes():
    assert PATH.read_text(encoding="utf-8") == stub(), "run python -m tests.picograd.stubs"


def test_the_stub_is_python_and_names_every_method():
    tree = ast.parse(PATH.read_text(encoding="utf-8"))
    (tensor,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    names = {node.name for node in tensor.body if isinstance(node, ast.FunctionDef)}
    assert {row.name for row in TABLE if {"method", "property"} & set(row.places.split())} <= names
    assert {"shape", "backward", "add_", "__add__", "__iadd__", "__getitem__"} <= names
