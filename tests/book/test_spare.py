"""rendering/spare.py: which hidden cells of a page have to run; without the others it prints the same."""

import json
import sys

import pytest

from book.notebooks import ROOT, paired_texts

sys.path.insert(0, str(ROOT / "book/theme"))
from live.runner import Runner  # noqa: E402
from rendering.spare import spare  # noqa: E402


def cells(*codes, tags=()):
    return [{"number": i, "code": {"value": code}, "tags": list(tags)} for i, code in enumerate(codes, 1)]


@pytest.mark.parametrize("hidden, visible", [
    ("x = 1", "print(x)"), ("import numpy as np", "np.e"), ("def f(): pass", "def g():\n    return f()"),
    ("x = 1", "x += 1"), ("x = 1", "[y for y in range(x)]"), ("x = 1", "y = x\nx = 2"),
    ("x = generator.random()", "1")])  # fmt: skip
def test_a_hidden_cell_on_which_a_visible_one_builds_is_not_spare(hidden, visible):
    assert spare(cells(hidden, visible), {2}) == {}


@pytest.mark.parametrize("hidden, visible", [
    ("x = 1", "x = 2\nprint(x)"), ("x = 1", "def f(x):\n    return x"), ("x = 1", "[x for x in range(3)]"),
    ("x = [a for a in 'bc']", "a = 1\na"), ("print(1)", "x"),
    ("x = 1", "for x in 'ab':\n    print(x)")])  # fmt: skip
def test_a_hidden_cell_of_which_nothing_is_used_is_spare(hidden, visible):
    assert spare(cells(hidden, visible), {2}) == {1: []}


def test_the_cell_that_bound_a_name_last_is_the_one_that_counts():
    assert spare(cells("x = 1", "x = 2", "x = 3", "print(x)"), {2, 4}) == {1: []}
    assert spare(cells("x = 1", "y = x", "print(y)"), {3}) == {}
    assert spare(cells("def f():\n    return x", "x = 1", "f()"), {1, 3}) == {}


def test_what_a_spare_cell_alone_imports_is_listed():
    code = cells("from a import b, c as d\ne = 1", "from a import b\nb")
    assert spare(code, {2}) == {1: ["d"]}


def notebooks():
    files = [path.with_suffix(".ipynb") for path in paired_texts(ROOT / "book")]
    return {file.stem: json.loads(file.read_text(encoding="utf-8"))["cells"] for file in files}


@pytest.mark.parametrize("name, found", notebooks().items(), ids=notebooks())
def test_without_its_spare_cells_a_chapter_prints_what_it_prints(name, found, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "")  # and back, after what a Runner sets
    monkeypatch.setenv("APPENDIX_PAGE", "")
    found = [cell for cell in found if cell["cell_type"] == "code"]
    tags = [set(cell["metadata"].get("tags", [])) for cell in found]
    codes = ["".join(cell["source"]) for cell in found]
    page = [{"number": i, "code": {"value": code}, "tags": list(mine)}
            for i, (code, mine) in enumerate(zip(codes, tags, strict=True), 1)]  # fmt: skip
    unneeded = spare(page, {i for i, mine in enumerate(tags, 1) if "remove-input" not in mine})
    said = []
    runner = Runner(lambda kind, values: said.append(values.get("text", "")))
    for number, (cell, mine, code) in enumerate(zip(found, tags, codes, strict=True), 1):
        if number in unneeded or mine & {"exercise", "solution", "long"}:
            continue
        said.clear()
        error = runner.run(code, f"cell {number}")["error"]
        assert error is None or "raises-exception" in mine, f"cell {number}: {error}"
        streams = [part["text"] for part in cell["outputs"] if part["output_type"] == "stream"]
        assert mine & {"measured", "banded"} or "".join(said) == "".join(map("".join, streams)), number
