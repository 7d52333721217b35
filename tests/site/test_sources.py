"""A line in a notebook's cell is a line of the .md that the author edits."""

import doctest
import json

import pytest

from tests.site import project


def test_cells_are_found_in_the_text():
    from rendering.sources import first_lines

    text = (
        "---\ntitle: x\n---\n\n# One\n\ntext\n\n```{code-cell} ipython3\n:tags: [a]\n\nx = 1\n```\n\nlast\n"
    )
    assert first_lines(text, ["# One\n\ntext", "x = 1", "last", "nowhere"]) == [5, 12, 15, None]


def test_a_cell_that_stands_twice_is_found_twice():
    from rendering.sources import first_lines

    assert first_lines("x = 1\n\ny\n\nx = 1\n", ["x = 1", "y", "x = 1"]) == [1, 3, 5]


def test_nodes_know_their_lines(small):
    from rendering.site import Site
    from rendering.sources import walk

    root = small.folder.parents[1]
    site = Site(root / "_build/site")
    page = next(page for page in site.pages if page.number == "03")
    text = (root / page.source).read_text().splitlines()
    found = {}
    for node in walk(page.tree):
        if node["type"] == "heading":
            assert text[node["line"] - 1].lstrip("#").strip() == "".join(c["value"] for c in node["children"])
            found[node["depth"]] = True
        elif node["type"] == "code":
            assert text[node["line"] - 1] == node["value"].splitlines()[0]
            found["code"] = True
    assert set(found) == {2, 3, "code"}


def test_a_notebook_may_have_no_text_beside_it(tmp_path):
    from rendering.sources import place

    notebook = tmp_path / "x.ipynb"
    notebook.write_text(json.dumps({"cells": [{"cell_type": "markdown", "id": "a", "source": ["hello"]}]}))
    tree = {
        "type": "root",
        "children": [{"type": "block", "identifier": "a", "children": [{"type": "text", "value": "hello"}]}],
    }
    place(tree, "", notebook)
    assert tree["children"][0]["children"][0]["line"] is None


@pytest.mark.parametrize("name", "boxes markup references site sources".split())
def test_examples_in_docstrings(name):
    module = __import__(f"rendering.{name}", fromlist=["x"])
    result = doctest.testmod(module)
    assert result.attempted and not result.failed


def test_the_paired_fixture_is_what_jupytext_makes(small):
    root = small.folder.parents[1]
    cells = json.loads((root / "book/1-probability/03-counting.ipynb").read_text())["cells"]
    assert any("three" in cell["metadata"].get("tags", []) for cell in cells)
    assert project.content(root, "book.probability.counting")["kind"] == "Notebook"
